"""Conditions that make a run a success: read, refused, and asked of runs."""

import numpy as np
import pandas as pd
import pytest

from abm.parameters import ConfigError
from experiments.design.conditions import condition, conditions, successes

RECORDED = ("pilots_ever", "pilots_ever@24", "gini_ties.Europe")
RUNS = pd.DataFrame({"pilots_ever": [3.0, 5.0, np.nan], "pilots_ever@24": [1.0, 5.0, 2.0], "gini_ties.Europe": 0.2})


@pytest.mark.parametrize(
    ("said", "met"),
    [
        ("pilots_ever >= 5", [0, 1, np.nan]),
        ("pilots_ever > 5", [0, 0, np.nan]),
        ("pilots_ever<=3", [1, 0, np.nan]),
        ("pilots_ever@24 < 5", [1, 0, 1]),
        ("pilots_ever + pilots_ever@24 >= 1e1", [0, 1, np.nan]),
        ("gini_ties.Europe > -.5", [1, 1, 1]),
    ],
)
def test_a_condition_holds_where_it_says(said, met):
    np.testing.assert_array_equal(condition(said, RECORDED).met(RUNS), met)


def test_a_condition_is_read_as_it_is_written():
    for said in ("pilots_ever + pilots_ever@24 >= 10", "pilots_ever < 0.123456789"):
        assert str(condition(said, RECORDED)) == said


def test_all_conditions_together_are_success():
    wanted = conditions(["pilots_ever@24 >= 2", "gini_ties.Europe < 1"], RECORDED)
    assert successes(wanted, RUNS).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("pilots_ever = 5", "a condition is written as"),
        ("", "a condition is written as"),
        (5, "success = 5: a condition is written as"),
        ("pilots_ever => 2", "a condition is written as"),
        ("pilots_ever >= ", "success = 'pilots_ever >= ': a condition is written as"),
        ("pilots_ever >= 2 and gini_ties.Europe < 1", "< 1': a condition is written as"),
        ("pilots_ever >= 5 >= 3", "a condition is written as"),
        ("pilots_ever@12 >= 5", "'pilots_ever@12' is no outcome that the study records; did you mean pilots_ever"),
        ("pilots_ever + >= 5", "'' is no outcome that the study records"),
        ("pilots_ever >= nan", "'nan' is no number"),
    ],
)
def test_what_is_no_condition_is_refused(said, line):
    with pytest.raises(ConfigError, match=line):
        condition(said, RECORDED)
