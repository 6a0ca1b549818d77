import abm
from abm import engine, measures, schedule, warm
from abm.input.load import load


def test_the_steps_are_the_kernels_of_the_engine_and_its_month_in_their_order():
    steps = warm.steps()
    assert steps[:2] == [engine.begin, engine.fits]
    assert steps[2] is schedule.membership.enter and steps[-1] is measures.record
    assert {schedule.score, schedule.consent, schedule.learning.master, schedule.event.hold} <= set(steps)
    assert schedule.compiled_month not in steps


def test_what_is_compiled_beforehand_is_what_a_run_needs():
    abm.run("iuc-asia", months=1)
    for kernel in warm.compiled(load("no-broker"), warm.steps()):
        assert len(kernel.signatures) == 1, f"{kernel.py_func.__name__} was compiled for other types than a run has"
