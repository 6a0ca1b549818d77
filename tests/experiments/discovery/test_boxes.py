"""Boxes that are planted, and some that are not: does discovery find them, and only them?"""

import numpy as np
import pandas as pd
import pytest

from abm.parameters import ConfigError
from experiments import discovery
from experiments.discovery import prim, seek
from experiments.discovery.boxes import judged, row
from experiments.discovery.worlds import worlds

WORLDS, FACTORS = 3000, 8


def points(seed=1, n=WORLDS, k=FACTORS):
    """Return worlds at random."""
    return pd.DataFrame(np.random.default_rng(seed).random((n, k)), columns=[f"x{j}" for j in range(k)])


def played(chance, seed=2, replicates=2):
    """Return successes of some chances."""
    chance = np.asarray(chance, float)
    return (np.random.default_rng(seed).random((len(chance), replicates)) < chance[:, None]).astype(float)


def found(table, chance, **how):
    """Return what is discovered of planted chances, from fewer resamples than a study has."""
    return discovery.discover(table, played(chance), resamples=how.pop("resamples", 40), **how)


def sides(answer, box=1):
    """Return the sides that are told of a box, with their limits."""
    rows = answer.limits.query("told and box == @box")
    return {(r.factor, r.side, r.word): (r.low, r.limit, r.high) for r in rows.itertuples()}


def one(table, within=0.9, without=0.1):
    """Return the chances of one box of two factors."""
    return np.where((table.x0 > 0.6) & (table.x3 < 0.5), within, without)


def test_one_box_is_found_with_its_limits_and_nothing_else():
    answer = found(table := points(), one(table))
    assert answer.says == discovery.FOUND and len(answer.boxes) == 1
    limits = sides(answer)
    assert set(limits) == {("x0", "at least", ""), ("x3", "at most", "")}
    assert limits["x0", "at least", ""][1] == pytest.approx(0.6, abs=0.03)
    assert limits["x3", "at most", ""][1] == pytest.approx(0.5, abs=0.03)


def test_what_is_told_of_a_box_is_what_was_planted():
    box = found(table := points(), one(table)).boxes.iloc[0]
    assert box["density_low"] < 0.9 < box["density_high"] + 0.02
    assert box["coverage"] == pytest.approx(0.18 / 0.26, abs=0.08)
    assert box["mass"] == pytest.approx(0.2, abs=0.04)


def test_coverage_is_a_share_even_where_few_worlds_hold_nearly_all_success():
    table = points(n=160)
    parts = seek.parted(worlds(table, played(np.where(table.x0 > 0.5, 0.9, 0.05))), np.random.default_rng(1))
    coverage, low, high = row({prim.Side("x0", "at least"): 0.5}, [], ["x0"], parts)[3:6]
    assert 0 < low < coverage < high == 1


def test_two_boxes_are_found_one_after_the_other():
    table = points(n=4000)
    answer = found(
        table,
        np.where((table.x0 > 0.7) & (table.x1 < 0.4), 0.95, np.where((table.x4 > 0.75) & (table.x5 > 0.5), 0.85, 0.1)),
    )
    boxes = [{(factor, side) for factor, side, _ in sides(answer, number)} for number in answer.boxes["box"]]
    assert boxes[:2] in (
        [{("x0", "at least"), ("x1", "at most")}, {("x4", "at least"), ("x5", "at least")}],
        [{("x4", "at least"), ("x5", "at least")}, {("x0", "at least"), ("x1", "at most")}],
    )


def test_a_diagonal_is_called_poor():
    answer = found(table := points(), np.where(table.x0 + table.x1 > 1.3, 0.95, 0.05))
    assert answer.says == discovery.POOR
    assert answer.boxes["sum_density"][0] > answer.boxes["density"][0] + 0.1


def test_noise_has_no_box():
    said = []
    for seed in range(100):
        table = points(seed, n=600).assign(c=np.random.default_rng(seed).choice(list("abc"), 600))
        said.append(discovery.discover(table, played(np.full(600, 0.3), seed), resamples=20).says)
    assert said.count(discovery.NONE) >= 95, said


def test_whole_numbers_have_whole_limits():
    table = points().assign(w=np.random.default_rng(5).integers(0, 6, WORLDS))
    answer = found(table, np.where((table.w >= 2) & (table.w <= 4), 0.8, 0.1))
    assert {side: limit for side, (_, limit, _) in sides(answer).items()} == {
        ("w", "at least", ""): 2,
        ("w", "at most", ""): 4,
    }


def test_words_and_switches_are_categories():
    rng = np.random.default_rng(5)
    table = points().assign(c=rng.choice(list("abcd"), WORLDS), s=rng.random(WORLDS) < 0.5)
    answer = found(table, np.where(table.c.isin(["b", "d"]) & table.s, 0.9, 0.1))
    assert set(sides(answer)) == {("c", "not", "a"), ("c", "not", "c"), ("s", "not", "False")}


def test_a_valley_and_two_that_act_only_together_pass_the_screening():
    table = points()
    chance = 0.2 + 0.6 * (np.abs(table.x2 - 0.5) > 0.3) * 1.0
    kept = found(table, chance).screening.query("kept")["factor"].tolist()
    assert kept == ["x2"]
    crossed = np.where((table.x0 > 0.5) ^ (table.x1 > 0.5), 0.8, 0.1)
    assert set(found(table, crossed).screening.query("kept")["factor"]) == {"x0", "x1"}


def test_the_order_of_the_columns_does_not_matter():
    table = points()
    won = played(one(table))
    straight = discovery.discover(table, won, resamples=10)
    turned = discovery.discover(table[table.columns[::-1]], won, resamples=10)
    pd.testing.assert_frame_equal(straight.limits, turned.limits)
    pd.testing.assert_frame_equal(straight.boxes, turned.boxes)


def test_too_few_worlds_are_unstable():
    said = []
    for seed in range(6):
        table = points(seed, n=200)
        said.append(found(table, 0.1 + 0.8 * (table.x0 + table.x1 + table.x2 + table.x3 > 2.3)))
    unstable = [answer for answer in said if answer.says == discovery.UNSTABLE]
    assert len(unstable) >= 3, [answer.says for answer in said]
    assert all(answer.boxes.empty and not answer.limits["told"].any() for answer in unstable)


def test_forty_worlds_for_each_factor_are_enough():
    assert not found(points(n=319), one(points(n=319)), resamples=1).enough
    assert found(points(n=320), one(points(n=320)), resamples=1).enough


def test_a_box_that_falls_short_in_worlds_not_seen_is_unstable():
    seen, other = points(), points(3)
    known = worlds(seen, played(one(seen)))
    as_seen, worse = (worlds(other, played(one(other, within))) for within in (0.9, 0.6))
    box = seek.sought(seek.Parts(known, known, as_seen)).box
    assert judged(box, box, seek.Parts(known, known, as_seen)) == discovery.FOUND
    assert judged(box, box, seek.Parts(known, known, worse)) == discovery.UNSTABLE


def test_a_wanted_density_gives_a_larger_or_a_denser_box():
    table = points()
    chance = 0.1 + 0.8 * table.x0 * table.x1
    wide, narrow = (found(table, chance, density=wanted).boxes.iloc[0] for wanted in (0.45, 0.65))
    assert wide["coverage"] > narrow["coverage"] and wide["density"] < narrow["density"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda t, w: (t, np.where(np.arange(w.size).reshape(w.shape) == 7, np.nan, w)),
            "1 of 3,000 worlds have a run that is missing",
        ),
        (lambda t, w: (t, w[1:]), "3,000 worlds have successes for 2,999"),
        (lambda t, w: (t, w * 0), "no run of 6,000 is a success"),
        (lambda t, w: (t, w * 0 + 1), "every run of 6,000 is a success"),
        (lambda t, w: (t, w + 1), "a success is 0 or 1"),
        (lambda t, w: (t.assign(x0=np.nan), w), "x0: has no value in some world"),
    ],
)
def test_what_cannot_be_told_from_is_refused(change, said):
    table = points()
    with pytest.raises(ConfigError, match=said):
        discovery.discover(*change(table, played(one(table))))


def test_peeling_is_that_of_the_ema_workbench_and_of_prim():
    table = pd.DataFrame(np.random.default_rng(7).random((1000, 4)), columns=list("abcd"))
    won = ((table.a > 0.55) & (table.c < 0.6) & (table.c > 0.2)).to_numpy(float)
    every = worlds(table, won)
    boxes = prim.peeled(every)
    # ema_workbench 2.5.3 and prim 1.0.0, peel_alpha = mass_min = .05, on the same points
    assert len(boxes) == 34
    assert {side[:2]: limit for side, limit in boxes[-1].items()} == {
        ("a", "at least"): 0.550439958460755,
        ("c", "at least"): 0.2066442537524854,
        ("c", "at most"): 0.5897879188207551,
    }
    density, coverage, mass = seek.quality(boxes[-1], every)
    assert (density, coverage, mass) == (1.0, pytest.approx(0.97252747252747251), 0.177)
    assert prim.pasted(every, boxes[-1]) == boxes[-1]


def test_pasting_gives_back_what_raises_the_mean():
    table = points(k=2)
    every = worlds(table, played(np.where(table.x0 < 0.5, 0, np.where(table.x0 < 0.7, 1, 0.6))))
    box = prim.pasted(every, {prim.Side("x0", "at least"): 0.7})
    assert box[prim.Side("x0", "at least")] == pytest.approx(0.5, abs=0.02)
