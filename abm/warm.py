"""Compile the rules on two cores before the first run.

numba compiles one function at a time in a process. So two processes work through the steps of a month, one from the
front and one from the back, until they meet: what one has compiled, the other finds in the cache. Nothing depends on
it; a run that finds no compiled rules compiles them itself, in more time.
"""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import numba

from abm import engine, schedule
from abm.input.load import load
from abm.input.scenario import Scenario
from abm.machine.cache import cache_is_kept, has_compiled_before
from abm.machine.garbage import no_garbage_collection
from abm.machine.jit import is_compiled
from abm.progress import shown_while
from abm.setup.build import build, parameters
from abm.setup.room import fits
from abm.state.handle import handle

SCENARIO = "iuc-asia"  # any will do: the types are those of every scenario


def get_ready(progress: bool = True) -> None:
    """Compile every rule on two cores, unless it has been done."""
    if is_needed():
        compile_rules(progress)


def is_needed() -> bool:
    """Say whether this version of the sources has left no compiled rules on this machine."""
    return is_compiled() and not has_compiled_before()


def compile_rules(progress: bool = True) -> None:
    """Compile every rule, and show how far it is."""
    for _ in shown_while(compiling(), len(steps()), progress, "compiling"):
        pass


def compiling() -> Iterator[None]:
    """Compile every rule, step by step, with the help of a second process where there is a second core."""
    scenario = load(SCENARIO)
    with helper():
        for _ in compiled(scenario, steps()):
            yield
        with no_garbage_collection():
            engine.simulate(scenario._replace(months=1), [0])


def compiled(scenario: Scenario, kernels: list[Any]) -> Iterator[Any]:
    """Yield every kernel when it is compiled for the types of the world; one found in the cache is only loaded."""
    w, p = handle(build(scenario)), parameters(scenario)[0]
    types: dict[str, Any] = {"w": numba.typeof(w), "p": numba.typeof(p), "seed": numba.uint64}
    for kernel in kernels:
        with no_garbage_collection():
            kernel.compile(tuple(types.get(name, numba.int64) for name in inspect.signature(kernel.py_func).parameters))
        yield kernel


def steps() -> list[Any]:
    """Return the kernels of a run in the order in which it needs them."""
    return [schedule.begin, fits, *chain.from_iterable(schedule.STEPS.values())]


@contextmanager
def helper() -> Iterator[None]:
    """Let a second process compile from the back meanwhile; without it all goes on, slower."""
    shared = cache_is_kept() and os.cpu_count() != 1
    try:
        child = (
            subprocess.Popen(
                [sys.executable, "-m", "abm.warm"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if shared
            else None
        )
    except OSError:
        child = None
    try:
        yield
    finally:
        if child:
            child.kill()
            child.wait()


if __name__ == "__main__":
    for _ in compiled(load(SCENARIO), steps()[::-1]):
        pass
