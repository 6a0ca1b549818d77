import pytest

import abm
from abm import engine, measures, schedule, warm
from abm.input.load import load
from abm.rules import contact
from abm.state.tidy import tidy


def test_the_steps_are_the_kernels_of_a_run_in_their_order():
    steps = warm.steps()
    assert steps[:3] == [engine.begin, engine.fits, tidy]
    assert steps[-1] is measures.record and contact.decide in steps
    assert schedule.month not in steps


@pytest.mark.compiled("nothing is compiled")
def test_what_is_compiled_beforehand_is_what_a_run_needs():
    abm.run("iuc-asia", months=1)
    for kernel in warm.compiled(load("no-broker"), warm.steps()):
        assert len(kernel.signatures) == 1, f"{kernel.py_func.__name__} was compiled for other types than a run has"
