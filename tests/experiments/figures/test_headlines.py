"""Headings say what the numbers say, and tell no difference whose interval holds zero."""

import pandas as pd
import pytest

from experiments.figures.headlines import added, of_differences, of_runs


def table(*rows):
    """Rows of group, contrast, outcome, difference, low, high."""
    found = pd.DataFrame(rows, columns=["group", "contrast", "outcome", "difference", "low", "high"])
    return found.assign(said=found["contrast"].str.lower())


def test_the_most_and_the_least_of_one_group_are_told():
    rows = table(
        ("random", "Equity", "pilots_ever", -2.2, -2.5, -1.9),
        ("random", "Bridging", "pilots_ever", 0.4, 0.1, 0.7),
        ("random", "Deepening", "pilots_ever", 3.1, 2.0, 4.2),
        ("random", "Chance", "pilots_ever", 9.0, -1.0, 19.0),
        ("random", "Other", "contacts_ever", 50.0, 49.0, 51.0),
    )
    assert (
        of_differences(rows) == "Pilots ever: 3.1 more (2.0 to 4.2) with deepening; 2.2 fewer (1.9 to 2.5) with equity"
    )
    assert of_differences(rows[:1]) == "Pilots ever: 2.2 fewer (1.9 to 2.5) with equity"


def test_the_largest_of_each_group_is_told():
    rows = table(
        ("no events", "Events × 1", "pilots_ever", 4.0, 3.0, 5.0),
        ("no events", "Events × 2", "pilots_ever", 7.0, 6.0, 8.0),
        ("no broker", "Half and half", "pilots_ever", -22.7, -23.7, -21.8),
    )
    said = "Pilots ever: 7.0 more (6.0 to 8.0) with events × 2; 22.7 fewer (21.8 to 23.7) with half and half"
    assert of_differences(rows) == said


@pytest.mark.parametrize(("low", "high"), [(-0.1, 3.0), (0.0, 3.0), (-3.0, 0.0)])
def test_an_interval_that_holds_zero_is_no_difference(low, high):
    rows = table(("", "Equity", "pilots_ever", 1.5, low, high))
    assert of_differences(rows) == "Pilots ever: a difference with equity cannot be told from chance"
    many = pd.concat([rows] * 3, ignore_index=True)
    assert of_differences(many) == "Pilots ever: a difference of any kind cannot be told from chance"
    assert added(rows, ["pilots_ever"]) == "Equity: pilots as by chance"


def test_a_share_is_higher_or_lower_and_what_is_not_spoken_of_is_left_out():
    rows = table(
        ("", "Equity", "gini_ties.China", -0.031, -0.034, -0.029), ("", "x", "gini_ties.China", -0.9, -1.0, -0.8)
    )
    rows.loc[1, "said"] = ""
    assert of_differences(rows) == "Gini of ties, China: 0.031 lower (0.029 to 0.034) with equity"


def test_what_the_last_arm_of_each_group_adds():
    rows = table(
        ("none", "Broker of 2", "pilots_ever", 5.8, 4.5, 7.1),
        ("none", "Broker of 8", "pilots_ever", 24.2, 20.2, 28.3),
        ("none", "Broker of 8", "contacts_ever", 69.0, 58.0, 80.0),
    )
    assert added(rows, ["contacts_ever", "pilots_ever"]) == "Broker of 8: +69 contacts, +24 pilots"


def test_runs_months_and_level_are_told():
    assert of_runs(10_800, 48) == "10,800 runs of 48 months; intervals: 95\N{THIN SPACE}%"
