"""Flows give back a posterior that is known exactly, are tested one by one, and refuse what they cannot take."""

from types import SimpleNamespace

import numpy as np
import pytest

from abm.parameters import ConfigError
from calibration.diagnostics import POSTERIOR, check_hpd, check_sbc, check_tarp, run_sbc
from calibration.inference import flows
from calibration.inference.flows import Flows, fit

MIX = np.array([[1.0, 0.5], [0.0, 1.0], [0.8, -0.4]])  # of two unknowns in three statistics
NOISE = 0.7
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


@pytest.mark.slow
@pytest.mark.parametrize("s", [(0.0, 0.0, 0.0), (1.0, -0.5, 1.5), (-2.0, 1.0, -1.0)])
def test_a_conjugate_posterior_is_found(fitted, s):
    covariance = np.linalg.inv(np.eye(2) + MIX.T @ MIX / NOISE**2)
    found = fitted.posterior(np.array(s))
    assert found.mean == pytest.approx(covariance @ MIX.T @ s / NOISE**2, abs=0.1)
    assert np.cov(found.z.T) == pytest.approx(covariance, abs=0.06)


@pytest.mark.slow
def test_the_ensemble_and_its_flows_pass_the_tests_of_a_posterior(fitted):
    z, s = toy(TESTS, 8)
    for some in (fitted, *fitted.each()):
        ranks = run_sbc(some.posteriors(s, 400), z)[POSTERIOR]
        assert check_sbc(ranks, ["one", "other"]).met, check_sbc(ranks, ["one", "other"]).sentence
        assert check_tarp(ranks).met, check_tarp(ranks).sentence
    assert check_hpd(fitted.denser(s, z)).met, check_hpd(fitted.denser(s, z)).sentence


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
