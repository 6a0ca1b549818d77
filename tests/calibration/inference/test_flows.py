"""Flows give back a posterior that is known exactly, are tested one by one, and refuse what they cannot take."""

from types import SimpleNamespace

import numpy as np
import pytest

from abm.parameters import ConfigError
from calibration.diagnostics import POSTERIOR, check_hpd, check_sbc, run_sbc
from calibration.inference import flows
from calibration.inference.flows import Flows, fit

MIX = np.array([[1.0, 0.5], [0.0, 1.0], [0.8, -0.4]])  # of two unknowns in three statistics
NOISE = 0.7
COVARIANCE = np.linalg.inv(np.eye(2) + MIX.T @ MIX / NOISE**2)  # of the exact posterior
TESTS = 1000


def toy(n, seed):
    """Return unknowns, N(0, 1), and statistics of them with normal noise."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, 2))
    return z, z @ MIX.T + NOISE * rng.standard_normal((n, 3))


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="the extra `calibration` is not installed")


@pytest.fixture(scope="module")
def fitted():
    pytest.importorskip("sbi", reason="the extra `calibration` is not installed")
    return fit(*toy(4000, 7), seed=1)


def constant(torch, value):
    """Return a flow whose draws are all alike, and which holds larger numbers for likelier."""
    return SimpleNamespace(
        sample=lambda shape, records: torch.full((*shape, len(records), 2), value),
        log_prob=lambda z, records: z.sum(dim=-1),
    )


def exact(torch, width=1.0):
    """Return a flow that is the exact posterior, or one so many times as wide."""
    to_mean = torch.as_tensor(COVARIANCE @ MIX.T / NOISE**2, dtype=torch.float32)
    shape = torch.as_tensor(width**2 * COVARIANCE, dtype=torch.float32)

    def at(records):
        return torch.distributions.MultivariateNormal(records @ to_mean.T, shape)

    return SimpleNamespace(
        sample=lambda shape, records: at(records).sample(shape), log_prob=lambda z, records: at(records).log_prob(z)
    )


def test_without_the_extra_the_line_to_type_is_named(monkeypatch):
    monkeypatch.setattr(flows, "available", lambda: False)
    with pytest.raises(ConfigError, match=r"sbi is not installed; pip install 'twinhelix\[calibration\]'$"):
        fit(*toy(100, 1), seed=1)


@pytest.mark.parametrize(
    ("spoilt", "line"), [(np.nan, "cases: some runs have no number"), (15.0, "cases = 15 in all runs")]
)
def test_a_feature_that_tells_nothing_is_refused(torch, spoilt, line):
    z, s = toy(100, 1)
    s[:, 1] = spoilt
    with pytest.raises(ConfigError) as refusal:
        fit(z, s, 1, ["pairs", "cases", "plans"])
    assert str(refusal.value).startswith(line) and "\n" not in str(refusal.value)


def test_an_ensemble_of_one_is_refused(torch):
    with pytest.raises(ConfigError, match="flows = 1: must be at least 2"):
        fit(*toy(100, 1), seed=1, n=1)


def test_a_record_without_a_number_never_reaches_a_flow(torch):
    with pytest.raises(ConfigError, match=r"^cases: the record has no number"):
        Flows((None,), ("pairs", "cases")).posterior(np.array([1.0, np.nan]))


def test_every_flow_has_its_share_of_the_draws(torch):
    three = Flows(tuple(constant(torch, value) for value in (1.0, 2.0, 3.0)), ("pairs",))
    found = three.posterior(np.zeros(1), n=8)
    assert np.bincount(found.z[:, 0].astype(int)).tolist() == [0, 3, 3, 2]
    assert found.weight.tolist() == [1 / 8] * 8


def test_records_stay_in_order_and_apart_however_many_are_drawn_together(torch):
    own = SimpleNamespace(sample=lambda shape, records: records.expand(*shape, *records.shape))
    found = list(Flows((own, own), ("pairs",)).posteriors(np.arange(250.0)[:, None], n=2))
    assert [sample.z.tolist() for sample in found] == [[[float(x)], [float(x)]] for x in range(250)]


def test_the_share_of_likelier_draws_is_told_flow_by_flow(torch):
    both = Flows((constant(torch, -1.0), constant(torch, 1.0)), ("pairs",))
    assert both.denser(np.zeros((150, 1)), np.zeros((150, 2))).tolist() == [[0.0] * 150, [1.0] * 150]


@pytest.mark.parametrize(("width", "met"), [(1.0, True), (0.8, False), (1.3, False)])
def test_joint_coverage_is_right_of_an_exact_density_and_of_no_other(torch, width, met):
    z, s = toy(TESTS, 8)
    assert check_hpd(Flows((exact(torch, width),), ("pairs",)).denser(s, z)).met is met


@pytest.mark.slow
@pytest.mark.parametrize("s", [(0.0, 0.0, 0.0), (1.0, -0.5, 1.5), (-2.0, 1.0, -1.0)])
def test_a_conjugate_posterior_is_found(fitted, s):
    found = fitted.posterior(np.array(s))
    assert found.mean == pytest.approx(COVARIANCE @ MIX.T @ s / NOISE**2, abs=0.1)
    assert np.cov(found.z.T) == pytest.approx(COVARIANCE, abs=0.06)


@pytest.mark.slow
def test_every_flow_is_near_the_exact_density(torch, fitted):
    z, s = (torch.as_tensor(x, dtype=torch.float32) for x in toy(TESTS, 8))
    with torch.no_grad():
        right = exact(torch).log_prob(z[None], s).mean()
        lost = [float(right - flow.log_prob(z[None], s).mean()) for flow in fitted.members]
    assert max(lost) < 0.05, f"nats lost: {lost}"


@pytest.mark.slow
def test_the_ensemble_passes_simulation_based_calibration(fitted):
    z, s = toy(TESTS, 8)
    found = check_sbc(run_sbc(fitted.posteriors(s, 400), z)[POSTERIOR], ["one", "other"])
    assert found.met, found.sentence


@pytest.mark.slow
def test_the_same_seeds_give_the_same_posterior_and_others_another(torch):
    one, again, other = (fit(*toy(600, 7), seed=seed) for seed in (1, 1, 2))
    found = one.posterior(np.ones(3)).z
    assert again.posterior(np.ones(3)).z == pytest.approx(found, abs=1e-5)
    assert np.abs(other.posterior(np.ones(3)).z - found).max() > 0.01
    assert (one.posterior(np.ones(3), seed=2).z != found).all()


@pytest.mark.slow
def test_nothing_is_printed_and_no_folder_is_left(torch, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    fit(*toy(300, 7), seed=1)
    assert capsys.readouterr() == ("", "") and list(tmp_path.iterdir()) == []
