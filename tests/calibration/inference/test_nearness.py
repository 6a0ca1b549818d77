"""Distances, counts and shares of lists whose answers are known by hand."""

import numpy as np
import pytest

from abm.parameters import ConfigError
from calibration.inference.nearness import compared, distances, judged, verdict
from calibration.statistics import NAMES

FIT = ("full helix", "firm in a case")
HELD = ("busiest European city", "Gini of cases, China")
RECORD = np.full(len(NAMES), 0.5)


def lists(n, seed, shift=0.0, width=1.0):
    table = 0.5 + 0.1 * np.random.default_rng(seed).standard_normal((n, len(NAMES))) * width
    table[:, [NAMES.index(name) for name in FIT]] += shift
    return table


def test_the_distance_of_every_rival_is_in_standard_deviations_of_the_first():
    first, other = lists(2000, 1), lists(1, 2)
    place = NAMES.index("full helix")
    other[:] = RECORD
    other[:, place] += 3 * first[:, place].std()
    assert distances(other, RECORD, FIT, first) == pytest.approx([3.0])


def test_a_statistic_that_never_varies_in_the_first_is_refused():
    first = lists(50, 1)
    first[:, NAMES.index("full helix")] = 0.5
    with pytest.raises(ConfigError, match=r"^full helix = 0.5 in all runs"):
        distances(lists(50, 2), RECORD, FIT, first)


def test_one_that_stays_away_is_farther_one_that_comes_closer_nearer_and_a_copy_nothing():
    made = {"first": lists(2000, 1), "copy": lists(2000, 1), "away": lists(2000, 1, 0.3)}
    found, _ = compared(made, RECORD, FIT, HELD)
    assert found["verdict"].tolist() == ["", "nothing", "farther"]
    assert found["verdict_together"].tolist() == ["", "nothing", "farther"]
    assert found.iloc[0, 1:5].tolist() == found.iloc[1, 1:5].tolist()
    assert found["distance_100"][2] > found["distance_100"][0]
    other = compared({"first": made["away"], "closer": made["first"]}, RECORD, FIT, HELD)[0]
    assert other["verdict"].tolist() == ["", "nearer"]


def test_hold_outs_are_those_of_the_nearest_three_hundred_by_the_fit_alone():
    table = lists(1000, 1, 0.5)
    chosen = np.arange(1000) % 3 == 0
    place = NAMES.index(HELD[0])
    table[:, [NAMES.index(name) for name in FIT]] = np.where(chosen, 0.5, 0.9)[:, None]
    table[0, [NAMES.index(name) for name in FIT]] = 0.51
    table[:, place] = np.where(chosen, 0.2, 0.7)
    _, held = compared({"first": table}, RECORD, FIT, HELD)
    row = held.set_index("statistic").loc[HELD[0]]
    assert (row["mean"], row["at_least"], row["at_most"]) == (pytest.approx(0.2), 0, 1)


def test_shares_count_what_is_equal_and_leave_out_what_has_no_value():
    near = np.array([[0.1], [0.5], [0.5], [0.9], [np.nan]])
    row = judged(near, np.array([0.5]), ["largest case"]).iloc[0]
    assert (row["at_least"], row["at_most"], row["lacking"]) == (0.75, 0.75, 1)
    none = judged(np.full((3, 1), np.nan), np.array([0.5]), ["largest case"]).iloc[0]
    assert np.isnan(none["at_least"]) and np.isnan(none["mean"])


@pytest.mark.parametrize(
    ("n", "of_first", "word"),
    [(200, 100, "nearer"), (199, 100, "nothing"), (51, 100, "nothing"), (50, 100, "farther"), (0, 0, "nothing")]
    + [(9, 0, "nothing"), (19, 1, "nothing"), (20, 1, "nearer"), (0, 20, "farther"), (4, 19, "nothing")],
)
def test_less_than_twice_says_nothing_and_few_count_as_ten(n, of_first, word):
    assert verdict(n, of_first) == word
