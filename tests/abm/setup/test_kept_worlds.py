"""A world that is kept and used again for other parameters gives what a new one gives."""

from enum import IntEnum

import pytest

from abm.engine import simulate
from abm.input.load import load
from abm.input.scenario import PARAMETERS
from abm.runs import recorded
from abm.setup.build import parameters, structure

SCENARIO = "iuc-asia"  # it has brokers, grants and a shock
SEEDS = [3, 4]


def another_value(declaration):
    """Return a legal value of a parameter that is not its default."""
    if declaration.kind is bool:
        return not declaration.default
    if issubclass(declaration.kind, IntEnum):
        return next(value for value in declaration.kind if value != declaration.default)
    low, high = declaration.par.prior or declaration.par.legal
    return declaration.kind(high if declaration.default != high and high < 1e6 else low)


@pytest.mark.compiled("it makes hundreds of runs")
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_kept_world_is_as_good_as_a_new_one(name):
    usual = load(SCENARIO)
    other = usual.with_changes({name: another_value(PARAMETERS[name])})
    recorded(usual, [1])
    assert recorded(other, SEEDS).tobytes() == simulate(other, SEEDS)[0].tobytes()


@pytest.mark.compiled("it runs whole histories")
def test_each_seed_runs_with_the_parameters_of_its_row():
    changes = [{"broker.capacity": 1.0}, {"broker.strategy": "equity"}, {"contact.baseline": 0.0}]
    points = [load(SCENARIO).with_changes(change) for change in changes]
    assert len({hash(structure(point)) for point in points}) == 1
    together = recorded(points[0], [5, 6, 7], parameters(*points))
    for x, point in enumerate(points):
        assert together[x].tobytes() == simulate(point, [5 + x])[0].tobytes()
