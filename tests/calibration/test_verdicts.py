"""How far the record lies from the model, and what that is called."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.check import HIT, between, beyond, distance, summary, verdict
from calibration.targets import TARGETS

BOUNDS = ("equal", "at least", "at most")


@pytest.mark.parametrize(
    ("difference", "spread", "z"),
    [(3.0, 2.0, 1.5), (-3.0, 2.0, -1.5), (0.0, 0.0, 0.0), (1e-9, 0.0, math.inf), (-1e-9, 0.0, -math.inf)],
)
def test_where_nothing_may_vary_a_difference_is_none_or_infinite(difference, spread, z):
    assert distance(difference, spread) == z


@pytest.mark.parametrize(
    ("z", "far"),
    [(2.5, (2.5, 2.5, 0.0)), (-2.5, (2.5, 0.0, 2.5)), (0.0, (0.0, 0.0, 0.0)), (math.inf, (math.inf, math.inf, 0.0))],
)
def test_within_a_bound_nothing_is_too_far(z, far):
    assert tuple(float(beyond(z, bound)) for bound in BOUNDS) == far


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_arrays_are_judged_as_their_numbers(values):
    for bound in BOUNDS:
        assert beyond(np.array(values), bound).tolist() == [float(beyond(z, bound)) for z in values]


@given(st.floats(-50, 50))
def test_a_hit_is_a_hit_of_either_bound_or_a_miss_of_one(z):
    equal, least, most = (verdict(z, bound) == "hit" for bound in BOUNDS)
    assert equal == (least and most) and (least or most)


@pytest.mark.parametrize("z", [HIT, -HIT])
def test_just_as_far_as_allowed_is_a_hit(z):
    assert verdict(z, "equal") == "hit" and verdict(1.0001 * z, "equal") == "MISS"


@pytest.mark.parametrize("bound", BOUNDS)
def test_what_no_run_has_is_not_comparable(bound):
    assert verdict(math.nan, bound) == "not comparable"


@pytest.mark.parametrize(
    ("low", "high", "shown"), [(1.0, 2.5, "1 … 2.5"), (0.123456, 1234.5, "0.123 … 1.23e+03"), (math.nan, math.nan, "–")]
)
def test_an_interval_has_three_digits(low, high, shown):
    assert between(low, high) == shown


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        (["hit", "hit"], "fit: 2 of 2 met."),
        (["hit", "MISS", "MISS"], "fit: 1 of 3 met, missed: t1, t2."),
        (["hit", "not comparable"], "fit: 1 of 1 met; 1 without a value."),
        (["not comparable", "MISS"], "fit: 0 of 1 met, missed: t1; 1 without a value."),
    ],
)
def test_misses_are_named_and_what_cannot_be_compared_is_counted_apart(verdicts, sentence):
    table = pd.DataFrame({"role": "fit", "target": [f"t{x}" for x in range(len(verdicts))], "verdict": verdicts})
    assert summary(table) == sentence


def test_roles_have_a_sentence_each_in_their_order():
    rows = [("hold-out", "a", "hit"), ("fit", "b", "MISS"), ("hold-out", "c", "MISS")]
    found = summary(pd.DataFrame(rows, columns=["role", "target", "verdict"]))
    assert found.splitlines() == ["hold-out: 1 of 2 met, missed: c.", "fit: 0 of 1 met, missed: b."]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_target_says_how_far_the_record_may_be_off_where_runs_are_held_against_it(target):
    assert target.tolerance > 0.0
    assert target.sentence and target.sentence[-1] != "."


def test_no_two_targets_have_one_name_or_one_outcome():
    names, outcomes = [t.name for t in TARGETS], [t.outcome for t in TARGETS]
    assert len(set(names)) == len(names) and len(set(outcomes)) == len(outcomes)
