"""Two published models, rebuilt on the draws and kernels of this one, give the numbers their field knows (V12, V13)."""

import numpy as np
import pytest

from calibration.docking import barter, culture, mean_knowledge, stable_regions
from tests.helpers import assert_within, mean_error

SEED = np.uint64(3)
EXPECTED_REGIONS = {5: (1.05, None), 10: (4.20, 2.78), 15: (19.80, 9.26)}  # mean, SD of long runs


def spread_error(sample):
    """Return the standard error of a sample's standard deviation, by its fourth moment."""
    deviation = sample - sample.mean()
    return np.sqrt(((deviation**4).mean() / sample.var() - sample.var()) / (4 * len(sample)))


def assert_regions(n_traits, n_runs):
    mean, spread = EXPECTED_REGIONS[n_traits]
    found = stable_regions(n_runs, n_traits)
    assert_within(found.mean(), mean, mean_error(found))
    if spread:
        assert_within(found.std(ddof=1), spread, spread_error(found))


@pytest.mark.compiled("millions of meetings")
@pytest.mark.parametrize("n_traits", EXPECTED_REGIONS)
def test_v12_stable_regions(n_traits):
    assert_regions(n_traits, 500)


@pytest.mark.compiled("millions of meetings")
@pytest.mark.battery
@pytest.mark.parametrize("n_traits", EXPECTED_REGIONS)
def test_v12_stable_regions_in_many_runs(n_traits):
    assert_regions(n_traits, 8000)


def test_a_bounded_lattice_has_no_neighbours_beyond_its_border():
    found = [{culture.neighbour(i, d, 3) for d in range(4)} - {-1} for i in range(9)]
    assert found == [{1, 3}, {0, 2, 4}, {1, 5}, {0, 4, 6}, {1, 3, 5, 7}, {2, 4, 8}, {3, 7}, {4, 6, 8}, {5, 7}]


def test_regions_are_connected_and_equal_in_every_feature():
    plain, other, close = (0, 0), (1, 1), (0, 1)
    # close agrees with both in one feature; equal sites that meet only at a corner are two regions
    sites = np.array([plain, plain, other, close, other, other, plain, plain, other])
    assert culture.n_regions(sites, 3) == 4
    assert not culture.is_stable(sites, 3)
    assert culture.is_stable(np.array([plain, other, other, plain]), 2)


@pytest.mark.parametrize("shared", range(6))
def test_influence_is_as_likely_as_two_sites_are_alike(shared):
    n, changed = 4000, 0
    for chance, choice in np.random.default_rng(1).integers(2**64, size=(n, 2), dtype=np.uint64):
        sites = np.zeros((2, 5), np.int64)
        sites[1, shared:] = 1
        culture.influence(sites, 0, 1, chance, choice)
        changed += sites[0].sum()
        assert sites[0].sum() <= 1 and sites[1].sum() == 5 - shared
    p = shared / 5 if shared < 5 else 0.0  # who agrees in everything has nothing to take over
    assert_within(changed / n, p, np.sqrt(max(p * (1 - p), 1e-9) / n))


@pytest.fixture(scope="module")
def bartered():
    """Return 20 seeds of barter one for one over three shares: one row a seed, columns (measure, share)."""
    return mean_knowledge([0.0, 0.1, 1.0], range(20)).pivot(index="seed", columns="share")


@pytest.mark.compiled("millions of meetings")
@pytest.mark.parametrize(("measure", "sign"), [("knowledge", 1), ("variance", 1), ("variation", -1)])
@pytest.mark.parametrize("end", [0.0, 1.0])
def test_v13_a_small_world_differs_from_both_ends(bartered, measure, sign, end):
    """Knowledge and its variance are greatest, the coefficient of variation is least, where a tenth is rewired."""
    difference = sign * (bartered[measure][0.1] - bartered[measure][end])
    assert difference.mean() > 4 * mean_error(difference)


@pytest.mark.compiled("millions of meetings")
@pytest.mark.battery
def test_v13_without_experts_there_is_no_peak_inside():
    found = mean_knowledge([0.0, 0.1, 0.3, 1.0], range(20), n_experts=0).pivot(index="seed", columns="share").knowledge
    assert found.mean().is_monotonic_increasing
    assert np.ptp(found.mean()) < 0.03


@pytest.mark.compiled("millions of meetings")
@pytest.mark.battery
def test_v13_every_category_settles_slowly_on_a_ring():
    """Where each teaches all it leads in, the peak inside is clear on the way and gone at the end."""

    def behind(**limit):
        found = mean_knowledge([0.0, 0.1], range(20), one_for_one=False, **limit).pivot(index="seed", columns="share")
        difference = found.knowledge[0.1] - found.knowledge[0.0]
        return difference.mean() / mean_error(difference)

    assert behind(most_meetings=400_000) > 4 > behind()


def test_small_world_keeps_its_ties_and_its_luck():
    ring, few, many, random = (barter.small_world(SEED, 100, 10, share) for share in (0.0, 0.05, 0.3, 1.0))
    offset = (np.arange(100)[:, None] - np.arange(100)) % 100
    assert np.array_equal(ring, np.isin(offset, [1, 2, 3, 4, 5, 95, 96, 97, 98, 99]))
    for tied in (few, many, random):
        assert np.array_equal(tied, tied.T) and tied.sum() == 1000 and not tied.diagonal().any()
        assert tied.sum(axis=0).min() >= 5  # nobody gives away the ties that others have to it
    lost_by_few = ring & ~few
    assert 0 < lost_by_few.sum() < (ring & ~many).sum()
    assert (lost_by_few & ~many).sum() >= 0.9 * lost_by_few.sum()  # but for ties that came back by chance


def test_experts_know_one_category():
    level = barter.first_levels(SEED, 200, 5, 10)
    is_expert = level == barter.EXPERT_LEVEL
    assert is_expert.sum() == 10 and is_expert.sum(axis=1).max() == 1
    assert_within(level[~is_expert].mean(), 0.5, np.sqrt(1 / 12 / 990))


@pytest.mark.parametrize(("one_for_one", "taught"), [(True, (1, 1)), (False, (3, 1))])
def test_a_trade_moves_the_taker_by_a_tenth_and_leaves_the_giver(one_for_one, taught):
    first = np.array([[1.0, 1.0, 1.0, 0.0, 0.5], [0.0, 0.0, 0.0, 1.0, 0.5]])
    level, tied = first.copy(), np.array([[False, True], [True, False]])
    barter.settle(SEED, tied, level, one_for_one, 0.95, 1)  # after one trade no lead is above 0.95
    moved = level - first
    assert (np.count_nonzero(moved[1]), np.count_nonzero(moved[0])) == taught
    assert np.allclose(moved[moved != 0.0], 0.1)


def test_nobody_trades_with_who_leads_in_nothing():
    level, tied = np.array([[1.0, 0.5], [0.5, 0.5]]), np.array([[False, True], [True, False]])
    assert barter.settle(SEED, tied, level, False, 1e-6, 1000) == 0
    with pytest.raises(ValueError, match="least"):
        mean_knowledge([0.0], [1], least=0.0)
