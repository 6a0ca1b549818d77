"""The broker alone: how fast it introduces everybody, and what its sample of candidates covers (V6, V7)."""

import numpy as np
import pytest

import abm
from abm import draws
from abm.rules import broker, membership, scouting
from abm.state.handle import handle
from abm.state.words import N_THEMES, Strategy
from tests.helpers import (
    EVERYBODY_AGREES,
    NO_EFFECTS,
    NOBODY_MEETS,
    NOTHING_ENDS,
    assert_within,
    mean_error,
    tiny,
    towns,
    world_at_start,
)

PAIRS = 234  # 13 cities of one bloc times 18 of the other
IUC_BLOCS = towns(["Europe"] * 13 + ["China"] * 18)
ONE_BROKER = '[[brokers]]\nname = "alone"'


@pytest.mark.parametrize("capacity", [4, 11])
def test_v6_broker_alone_introduces_its_capacity_a_month_until_all_pairs_are_partners(tmp_path, capacity):
    override = {
        **NO_EFFECTS,
        **NOBODY_MEETS,
        **EVERYBODY_AGREES,
        **NOTHING_ENDS,
        "world.n_themes": 1,
        "broker.capacity": capacity,
        "broker.alignment_share": 0.0,
    }
    result = abm.run(tiny(tmp_path, IUC_BLOCS, ONE_BROKER, override, months=60))
    expected = np.minimum(capacity * np.arange(1, 61), PAIRS)
    assert result.series["contacts_ever"].to_list() == expected.tolist()
    assert set(result.partnerships["origin"]) == {"broker"}


def test_v7_candidates_are_drawn_with_replacement(tmp_path):
    sample, n_months = 96, 2000
    override = {"world.n_themes": 1, "broker.sample": sample}
    w, p = world_at_start(tiny(tmp_path, IUC_BLOCS, ONE_BROKER, override))
    h = handle(w)
    membership.enter(h, 0)
    distinct = np.empty(n_months)
    for t in range(n_months):
        w.count.candidates = 0
        scouting.look_at_sample(h, p, np.uint64(1), t, 0)
        assert w.count.candidates == sample
        distinct[t] = len(set(zip(w.candidates.i[:sample], w.candidates.j[:sample], strict=True)))
    missed, both_missed = (1 - 1 / PAIRS) ** sample, (1 - 2 / PAIRS) ** sample
    mean = PAIRS * (1 - missed)
    spread = np.sqrt(PAIRS * missed + PAIRS * (PAIRS - 1) * both_missed - (PAIRS * missed) ** 2)
    assert (mean, spread) == pytest.approx((78.88, 3.16), abs=5e-3)
    assert_within(distinct.mean(), mean, mean_error(distinct))
    assert_within(distinct.std(), spread, spread / np.sqrt(2 * n_months))


@pytest.mark.parametrize("noise", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("strategy", ["complementarity", "random"])
def test_the_introductions_are_the_best_of_all_candidates_as_the_broker_misjudges_them(tmp_path, strategy, noise):
    """What the broker does not look at closely could not have been among the best."""
    seed, capacity = np.uint64(1), 7
    override = {
        "broker.strategy": strategy,
        "broker.noise": noise,
        "broker.capacity": capacity,
        "broker.alignment_share": 0.0,
    }
    w, p = world_at_start(tiny(tmp_path, IUC_BLOCS, ONE_BROKER, override))
    h = handle(w)
    membership.enter(h, 0)
    for t in range(3):
        w.count.encounters = 0
        broker.work(h, p, seed, t, 0)
        scouting.look(h, p, seed, t, 0)
        broker.score(h, p, seed, t, 0)
        broker.introduce(h, p, seed, t, 0)
        rows, now = w.candidates[: w.count.candidates], np.uint64(draws.moment(seed, broker.JUDGE, t))
        listed = [(x, theme) for x in range(len(rows)) for theme in range(N_THEMES) if int(rows.themes[x]) >> theme & 1]
        scores = np.array([rows.score[x, theme] for x, theme in listed])
        judged = (scores - scores.mean()) / scores.std() + noise * np.array(
            [draws.normal(np.uint64(draws.at(now, w.brokers.key[0], rows.key[x], theme))) for x, theme in listed]
        )
        best = {(rows.i[x], rows.j[x], theme) for x, theme in (listed[y] for y in np.argsort(-judged)[:capacity])}
        met = w.encounters[: w.count.encounters]
        assert set(zip(met.i, met.j, met.theme, strict=True)) == best


def offers_of_three_months(w, p, scored=broker.score):
    """Let the only broker introduce for three months in which nothing else happens; return what it offers in each."""
    h, seed, offered = handle(w), np.uint64(1), []
    membership.enter(h, 0)
    for t in range(3):
        w.count.encounters = 0
        broker.work(h, p, seed, t, 0)
        scouting.look(h, p, seed, t, 0)
        scored(h, p, seed, t, 0)
        broker.introduce(h, p, seed, t, 0)
        met = w.encounters[: w.count.encounters]
        offered.append(list(zip(met.i.tolist(), met.j.tolist(), met.theme.tolist(), strict=True)))
    return offered


def all_alike(h, p, seed, t, b):
    h.candidates["score"][:] = 0.1


@pytest.mark.parametrize("noise", [0.0, 0.3])
@pytest.mark.parametrize("n_cities", [31, 300], ids=["looks at all", "looks at a sample"])
@pytest.mark.parametrize("strategy", [*Strategy, all_alike], ids=lambda x: getattr(x, "name", "a score of one's own"))
def test_a_broker_whose_candidates_score_alike_offers_as_many_as_its_units(tmp_path, strategy, n_cities, noise):
    units, own = 11, strategy is all_alike  # more than the themes of one pair
    override = {
        "broker.strategy": "random" if own else strategy.name.lower(),
        "broker.noise": noise,
        "broker.capacity": units,
        "broker.alignment_share": 0.0,
    }
    w, p = world_at_start(tiny(tmp_path, n_cities, ONE_BROKER, override))
    w.cities.need[:], w.cities.skill[:] = 0.5, 0.5
    expected = 0 if strategy == Strategy.DEEPENING else units
    for offered in offers_of_three_months(w, p, all_alike if own else broker.score):
        assert len(set(offered)) == len(offered) == expected


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_what_scores_alike_is_told_apart_by_lot_and_not_by_row(tmp_path, noise):
    override = {"broker.strategy": "equity", "broker.noise": noise, "broker.capacity": 40, "broker.alignment_share": 0}
    offered = offers_of_three_months(*world_at_start(tiny(tmp_path, IUC_BLOCS, ONE_BROKER, override)))
    first_cities = np.array([i for month in offered for i, _, _ in month])
    assert_within(first_cities.mean(), 6.0, np.sqrt((13**2 - 1) / 12 / len(first_cities)))  # of 0 … 12, all alike
    assert set(offered[0]) != set(offered[1])
