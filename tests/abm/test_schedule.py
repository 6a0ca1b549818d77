"""The order of a month can be run in Python, and its decisions can be exchanged."""

import ast
import inspect
import re
from operator import attrgetter

import numpy as np
import pytest

import abm
from abm import schedule
from abm.digest import digest
from abm.machine.jit import kernel
from abm.rules import contact
from abm.setup.room import fits, grow
from abm.state.handle import handle
from abm.state.words import Origin
from tests.helpers import tiny, world_at_start

SEED = 1
WORKSHOPS = '[[events]]\ntype = "workshop"\nyearly = 12\nseats = 8\ntheme = "drawn"\ncurated = true'


@pytest.fixture
def scenario(tmp_path):
    return tiny(tmp_path, 12, WORKSHOPS, {"search.rate": 0.2}, months=18)


def live(scenario, month, seed=SEED):
    """Return the world at the end of a run whose months are those of ``month``."""
    w, p = world_at_start(scenario, seed)
    bits = np.uint64(seed)
    for t in range(scenario.months):
        while not fits(handle(w), p, bits, t):
            w = grow(w)
        month(handle(w), p, bits, t)
    return w


@kernel
def nobody_agrees(w, p, seed, t):
    """A decision of one's own: every city says no."""
    for x in range(w.count.encounters):
        if w.encounters.asked[x]:
            w.encounters.consent_i[x] = False
            w.encounters.consent_j[x] = False


def test_the_month_in_python_is_the_compiled_month(scenario):
    assert digest(live(scenario, schedule.order())) == abm.run(scenario, seed=SEED).digest


def test_a_decision_wrapped_in_python_leaves_history_as_it_is(scenario):
    calls = []

    def consent(w, p, seed, t):
        calls.append(t)
        contact.decide(w, p, seed, t)

    assert digest(live(scenario, schedule.order(consent=consent))) == abm.run(scenario, seed=SEED).digest
    assert calls == list(range(scenario.months))


def test_an_exchanged_decision_is_honoured(scenario):
    w = live(scenario, schedule.order(consent=nobody_agrees))
    origins = w.partnerships.origin[: w.count.partnerships]
    assert len(origins) > 0 and set(origins) == {Origin.PROGRAMME}  # whose meetings ask nobody


def test_exchanging_a_decision_leaves_the_usual_month_alone(scenario):
    before = abm.run(scenario, seed=SEED).digest
    schedule.order(consent=nobody_agrees)
    assert schedule.DECISIONS["consent"] is contact.decide
    assert digest(live(scenario, schedule.order())) == before


@pytest.mark.slow
@pytest.mark.parametrize("decision", [nobody_agrees, contact.decide], ids=["nobody agrees", "as shipped"])
def test_a_decision_gives_the_same_history_in_a_compiled_month(scenario, decision):
    """The second month must not be taken for the first, whose name and code it has."""
    interpreted = live(scenario, schedule.order(consent=decision))
    compiled = live(scenario, kernel(schedule.order(consent=decision)))
    assert digest(compiled) == digest(interpreted)


def test_an_unknown_decision_is_refused():
    with pytest.raises(TypeError, match="unexpected keyword argument 'consents'"):
        schedule.order(consents=nobody_agrees)


def called(function):
    """Return the names that a function calls, in the order of its lines."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(function))) if isinstance(node, ast.Call)]
    return [ast.unparse(node.func) for node in sorted(calls, key=lambda node: (node.lineno, node.col_offset))]


def test_the_list_of_steps_is_the_month():
    month = inspect.getsource(schedule.order)
    assert list(schedule.STEPS) == [line.strip(" #") for line in month.splitlines() if re.match(r"\s*# \d", line)]
    steps = [
        schedule.DECISIONS.get(name) or attrgetter(name)(schedule)
        for name in called(schedule.order)
        if name not in ("range", "len")
    ]
    assert steps == [step for phase in schedule.STEPS.values() for step in phase]


def test_every_decision_is_asked_exactly_once_a_month():
    """A decision that the month does not call by its bare name could not be exchanged."""
    calls = called(schedule.order)
    assert [calls.count(name) for name in schedule.DECISIONS] == [1] * 5
