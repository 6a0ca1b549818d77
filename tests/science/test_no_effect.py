"""What MODEL.md lists as without effect in the default world is: not one bit of history moves at its extremes."""

import re

import pandas as pd
import pytest

import abm
from abm.input.load import PARAMETERS
from experiments.report import odd

HISTORY = ("series", "partnerships", "practices", "links", "events")
ROW = re.compile(r"^ *\| `([a-z_.]+)` \| ([0-9.,]+) to ([0-9.,]+) \|", re.MULTILINE)
LISTED = ROW.findall(odd.document().read_text(encoding="utf-8"))


def value(text):
    return float(text.replace(",", ""))


def assert_same_history(seed, override, other):
    one, two = (abm.run("iuc-asia", seed=seed, override=change) for change in (override, other))
    for table in HISTORY:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table), check_exact=True, obj=table)


def test_the_list_is_not_empty_and_holds_parameters_with_their_defaults():
    assert len(LISTED) > 5
    for name, low, high in LISTED:
        assert value(low) <= PARAMETERS[name].default <= value(high), name


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("name", "low", "high"), LISTED, ids=lambda x: x)
def test_a_parameter_of_the_list_moves_nothing(name, low, high, seed):
    kind = type(PARAMETERS[name].default)
    for end in (low, high):
        assert_same_history(seed, {}, {name: kind(value(end))})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_barrier_between_blocs_is_the_baseline_once_more(seed):
    assert_same_history(seed, {"contact.bloc_barrier": 1.3}, {"contact.baseline": -2.2})
