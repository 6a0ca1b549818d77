"""Regression ABC gives back posteriors that are known exactly, and refuses what tells nothing."""

import math

import numpy as np
import pytest

from abm.parameters import ConfigError
from calibration.posterior import Sample, crps, fit, ridge, terms
from calibration.priors import OF_LIST, UNKNOWNS, from_prior, listings, rows, values
from calibration.record import record
from calibration.statistics import features, statistics
from tests.calibration.programmes import CITIES, KNOWN_UNKNOWNS, SCENARIO, simulated

MIX = np.array([[1.0, 0.5], [0.0, 1.0], [0.8, -0.4]])  # of two unknowns in three statistics
NOISE = 0.7
RNG = np.random.default_rng(7)
Z = RNG.standard_normal((20_000, 2))
S = Z @ MIX.T + NOISE * RNG.standard_normal((20_000, 3))
TOY = fit(Z, S)


def exact(s):
    """Return mean and covariance of the conjugate posterior: prior N(0, 1), s = MIX z + noise."""
    covariance = np.linalg.inv(np.eye(2) + MIX.T @ MIX / NOISE**2)
    return covariance @ MIX.T @ s / NOISE**2, covariance


@pytest.mark.parametrize("s", [(0.0, 0.0, 0.0), (1.0, -0.5, 1.5), (-2.0, 1.0, -1.0)])
def test_a_conjugate_posterior_is_found(s):
    found, (mean, covariance) = TOY.posterior(np.array(s)), exact(np.array(s))
    assert found.mean == pytest.approx(mean, abs=0.05)
    apart = found.z - found.mean
    assert (found.weight * apart.T) @ apart == pytest.approx(covariance, abs=0.03)


@pytest.mark.parametrize("log_noise", [-0.5, 0.0, 0.5])
def test_a_spread_that_depends_on_the_record_is_found(log_noise):
    rng = np.random.default_rng(3)
    z, known = rng.standard_normal((40_000, 1)), rng.normal(0, 0.5, (40_000, 1))
    s = z + np.exp(known) * rng.standard_normal(z.shape)
    found = fit(z, np.hstack([s, known])).posterior(np.array([0.0, log_noise]))
    assert found.sd[0] == pytest.approx(1 / math.sqrt(1 + math.exp(-2 * log_noise)), rel=0.08)


def test_without_information_the_posterior_is_the_prior():
    noise = np.random.default_rng(5).standard_normal((20_000, 2))
    found = fit(Z, noise).posterior(np.array([0.3, -0.2]))
    assert found.mean == pytest.approx([0, 0], abs=0.06) and found.sd == pytest.approx([1, 1], abs=0.05)


def test_the_same_runs_give_the_same_bytes():
    one, other = (fit(Z[:5000], S[:5000]).posterior(np.ones(3)) for _ in range(2))
    assert one.z.tobytes() == other.z.tobytes() and one.weight.tobytes() == other.weight.tobytes()
    assert one.draws(50, 1).tobytes() == other.draws(50, 1).tobytes()


def test_nearer_runs_weigh_more_down_to_nothing_at_the_last():
    found, at = TOY.posterior(np.ones(3), nearest=100), (1 - TOY.center) / TOY.scale
    nearest = np.sort(((TOY.features - at) ** 2).sum(axis=1))[:100]
    weight = 1 - nearest / nearest[-1]
    assert np.sort(found.weight)[::-1] == pytest.approx(weight / weight.sum())


def test_runs_that_all_look_like_the_record_weigh_the_same():
    coin = np.random.default_rng(9).integers(0, 2, (20_000, 1)).astype(float)
    found = fit(Z, coin).posterior(np.ones(1), nearest=500)
    assert found.weight.tolist() == [1 / 500] * 500


def test_the_units_of_a_feature_are_of_no_account():
    one, other = TOY.posterior(np.ones(3)), fit(Z, 1000 * S + 5).posterior(1000 * np.ones(3) + 5)
    assert one.mean == pytest.approx(other.mean, abs=1e-9)


def test_the_ridge_leaves_the_constant_free_and_shrinks_the_rest():
    x = terms(np.array([[-1.0], [1.0], [-1.0], [1.0]]))
    found = ridge(x, np.array([[9.0], [11.0], [9.0], [11.0]]))  # Σx² = 4, Σxy = 4: slope 4/(4 + 1)
    assert found[:, 0] == pytest.approx([10, 0.8, 0])


def test_terms_are_all_to_the_second_degree():
    assert terms(np.array([[2.0, 3.0]])).tolist() == [[1, 2, 3, 4, 6, 9]]


@pytest.mark.parametrize(
    ("features", "line"),
    [
        (np.column_stack([S[:, 0], np.full(len(S), 15.0)]), "cases = 15 in all runs: a statistic that never varies"),
        (np.column_stack([S[:, 0], np.full(len(S), np.nan)]), "cases: some runs have no number"),
    ],
)
def test_a_feature_that_tells_nothing_is_refused(features, line):
    with pytest.raises(ConfigError) as refusal:
        fit(Z, features, ["pairs", "cases"])
    assert str(refusal.value).startswith(line) and "\n" not in str(refusal.value)


def test_too_few_runs_are_refused():
    with pytest.raises(ConfigError, match="runs = 10: must be more than 10, the terms of the regression"):
        fit(Z[:10], S[:10])


def test_the_score_of_a_normal_at_its_middle_is_that_of_theory():
    z = np.sort(np.random.default_rng(2).standard_normal((200_000, 1)), axis=0)
    sample = Sample(z, np.full(len(z), 1 / len(z)))
    assert crps(sample, np.zeros(1))[0] == pytest.approx((math.sqrt(2) - 1) / math.sqrt(math.pi), abs=0.003)


def test_weights_count_in_mean_rank_and_quantile():
    sample = Sample(np.array([[0.0], [1.0], [2.0]]), np.array([0.5, 0.25, 0.25]))
    assert sample.mean[0] == 0.75 and sample.below(np.array([1.0]))[0] == 0.625
    assert sample.quantiles([0.25, 0.875])[:, 0].tolist() == [0.0, 2.0]
    assert np.bincount(sample.draws(400, 1)[:, 0].astype(int)).tolist() == [200, 100, 100]


def test_unknowns_have_the_priors_of_the_catalogue_and_whole_ones_all_alike():
    theta = values(UNKNOWNS, from_prior(UNKNOWNS, 1, 4000))
    for k, unknown in enumerate(UNKNOWNS):
        assert unknown.low <= theta[:, k].min() and theta[:, k].max() <= unknown.high, unknown.name
        expected, spread = (unknown.low + unknown.high) / 2, theta[:, k].std() / math.sqrt(4000)
        assert abs(theta[:, k].mean() - expected) < 4 * spread, unknown.name
    partners = theta[:, [x.name for x in UNKNOWNS].index("pairing.partners")]
    assert np.bincount(partners.astype(int))[1:] / 4000 == pytest.approx([0.25] * 4, abs=0.03)


def test_a_draw_of_the_prior_is_its_number_s_whatever_else_is_drawn():
    many = from_prior(UNKNOWNS, 1, 30)
    assert from_prior(UNKNOWNS, 1, 10, first=20).tobytes() == many[20:].tobytes()
    assert from_prior(OF_LIST, 1, 30).tobytes() == many[:, 10:].tobytes()
    assert (from_prior(UNKNOWNS, 2, 30) != many).all()


def test_rows_of_parameters_hold_the_unknowns_and_nothing_of_the_list():
    theta = values(UNKNOWNS, from_prior(UNKNOWNS, 1, 3))
    p = rows(SCENARIO, UNKNOWNS, theta)
    assert p["city"]["capacity"].tolist() == theta[:, 0].tolist()
    assert p["pairing"]["partners"].tolist() == theta[:, 9].tolist()
    assert p["search"]["rate"].tolist() == [SCENARIO.values["search.rate"]] * 3
    assert listings(UNKNOWNS, theta)[1] == tuple(theta[1, 10:])


# Posterior means at the record of an independent implementation, from 120,000 runs of its own.
KNOWN = (13.5, 1.32, 1.34, -0.98, 3.54, 0.524, 0.018, 0.294, 0.281, 2.54, 0.85, 0.51, 1.17, 0.67, 0.74, 0.65)


@pytest.mark.slow
@pytest.mark.compiled("runs of the programme take seconds each")
def test_the_posterior_at_the_record_is_the_one_that_is_known():
    z, table = simulated(12_000, known=True)
    sample = fit(z, features(table)).posterior(features(statistics(record(SCENARIO), CITIES)))
    mean = sample.weight @ values(KNOWN_UNKNOWNS, sample.z)
    for unknown, found, known in zip(KNOWN_UNKNOWNS, mean, KNOWN, strict=True):
        sd = (unknown.high - unknown.low) / math.sqrt(12)
        assert abs(found - known) < 0.3 * sd, f"{unknown.name}: {found:.3g}, known {known:.3g}"
