"""Measure the engine against the plain Mesa program and against its draws, its threads and its starts, in one run.

Times depend on the machine and on what else it does; the ratios are what to quote. Where two things are compared they
are timed in turns, and the median of the turns is given.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from types import FunctionType, ModuleType

import numba
import numpy as np

import abm
from abm import draws, engine, schedule
from abm.machine.jit import kernel
from abm.outcomes import tidy_series
from abm.runs import CHUNK
from abm.setup.names import names
from benchmarks import plain_mesa

SCENARIO = "iuc-asia"
ROOT = Path(__file__).parents[1]
FIRST_RESULT = f"import abm; abm.run({SCENARIO!r}); print('done', flush=True)"
N_DRAWS = 5_000_000
HASHES_A_DRAW = 3
ENGINE = "engine"
COMPILED = engine.advance
Rows = list[tuple[str, float, str]]


def seconds(task: Callable[[], object]) -> float:
    begun = perf_counter()
    task()
    return perf_counter() - begun


def against_plain_mesa(plan: abm.Scenario, turns: int) -> Rows:
    seeds = list(range(1, 4 * CHUNK + 1))
    recorded, tables = engine.simulate(plan, seeds)
    n_ours = len(tidy_series(recorded[0], names(plan).regions).columns.drop("month"))
    n_plain = len(plain_mesa.simulate(plan, 0).columns)
    fast, slow = [], []
    for turn in range(turns):
        fast.append(seconds(lambda: engine.simulate(plan, seeds, tables)) / len(seeds))
        slow.append(seconds(lambda seed=turn: plain_mesa.simulate(plan, seed)))
    return [
        (ENGINE, 1000 * median(fast), f"ms a run, {n_ours} columns of measures"),
        ("plain Mesa", 1000 * median(slow), f"ms a run, {n_plain} columns of measures"),
        ("plain Mesa over engine", median(slow) / median(fast), "times"),
    ]


@kernel
def nothing(*_: object) -> None:
    """Stand in for a step of the month."""


def without_knowledge() -> Callable:
    """Return the compiled engine with months that end before practices spread."""
    left_out = [step for phase, steps in schedule.STEPS.items() if phase[0] in "89" for step in steps]
    idle = ModuleType("idle")  # kernels read modules and no other objects
    vars(idle).update({step.__name__: nothing for step in left_out})
    rules = {step.__module__.rpartition(".")[2]: idle for step in left_out}
    usual = schedule.order(try_practices=nothing)
    month = FunctionType(usual.__code__, {**vars(schedule), **rules}, closure=usual.__closure__)
    return kernel(FunctionType(COMPILED.py_func.__code__, {**vars(engine), "month": kernel(month, inline=True)}))


def partnership_half(turns: int) -> Rows:
    """Partnerships alone, with the measures of all: no knowledge spreads, and a theme has one practice."""
    plan = abm.load(SCENARIO, {"practice.per_theme": 1, "learning.invention_rate": 0.0})
    seeds = list(range(1, 4 * CHUNK + 1))
    engine.advance = without_knowledge()
    try:
        _, tables = engine.simulate(plan, seeds)
        spent = [seconds(lambda: engine.simulate(plan, seeds, tables)) / len(seeds) for _ in range(turns)]
    finally:
        engine.advance = COMPILED
    return [("partnership half of the engine", 1000 * median(spent), "ms a run, without the spread of practices")]


def starts() -> Rows:
    """From the start of a process to its first result, before and after the kernels are compiled."""
    with tempfile.TemporaryDirectory() as cache:
        cold, warm = first_result(cache), median(first_result(cache) for _ in range(3))
    return [("cold start, kernels compiled", cold, "s"), ("warm start, kernels from the cache", warm, "s")]


def first_result(cache: str) -> float:
    begun = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", FIRST_RESULT],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TWINHELIX_CACHE": cache},
    ) as process:
        answer = process.stdout.readline()
        taken = perf_counter() - begun
    if answer.strip() != "done":
        raise RuntimeError("the first run of a fresh process failed")
    return taken


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """Note how long each call of the compiled engine takes; all else in a batch is Python."""
    spent = []

    def timed(*arguments: object) -> tuple[int, int]:
        begun = perf_counter()
        result = COMPILED(*arguments)
        spent.append(perf_counter() - begun)
        return result

    engine.advance = timed
    try:
        yield spent
    finally:
        engine.advance = COMPILED


def threads(plan: abm.Scenario, turns: int) -> Rows:
    """The batches are as large as those of ``run_many``."""
    seeds = list(range(1, CHUNK + 1))
    tables = [engine.simulate(plan, seeds)[1] for _ in range(2)]
    shares, gains = [], []

    def batches(world: object) -> None:
        for _ in range(4):
            engine.simulate(plan, seeds, world)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(turns):
            with stopwatch() as spent:
                whole = seconds(lambda: batches(tables[0]))
            shares.append(1.0 - sum(spent) / whole)
            in_turn = seconds(lambda: [batches(world) for world in tables])
            together = seconds(lambda: list(pool.map(batches, tables)))
            gains.append(in_turn / together)
    return [
        (f"Python's share of a batch of {CHUNK}", 100 * median(shares), "%"),
        ("two threads over one", median(gains), "times"),
    ]


@numba.njit
def keyed(seed, why, n):
    total = 0.0
    for x in range(n):
        total += draws.uniform(draws.draw(seed, why, x & 63, np.uint64(x), draws.NOBODY, 0))
    return total


@numba.njit
def streamed(generator, n):
    total = 0.0
    for _ in range(n):
        total += generator.random()
    return total


def of_draws(turns: int) -> Rows:
    """A keyed draw whose every part changes, beside the next number of a generator, both in compiled loops."""
    generator, seed, why = np.random.default_rng(1), np.uint64(1), draws.process("benchmark")
    loops = {"keyed draw": lambda n: keyed(seed, why, n), "generator's draw": lambda n: streamed(generator, n)}
    taken: dict[str, list[float]] = {name: [] for name in loops}
    for turn in range(turns + 1):
        for name, loop in loops.items():
            spent = seconds(lambda loop=loop, n=N_DRAWS if turn else 1: loop(n))
            if turn:
                taken[name].append(spent)
    times = {name: 1e9 * median(spent) / N_DRAWS for name, spent in taken.items()}
    ratio = times["generator's draw"] / times["keyed draw"]
    return [*((name, time, "ns") for name, time in times.items()), ("generator's over keyed", ratio, "times")]


def draw_floor(per_draw: float, per_run: float) -> Rows:
    """What a run would take if all but its draws were free, given the ns of a draw and the ms of a run."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.count_hashes", SCENARIO],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "TWINHELIX_ENGINE": "plain"},
    )
    n_draws = int(answer.stdout) / HASHES_A_DRAW
    floor = 1e-6 * n_draws * per_draw
    return [
        ("keyed draws of a run", n_draws, "draws of three hashes"),
        ("draw floor", floor, "ms a run"),
        ("engine over draw floor", per_run / floor, "times"),
    ]


def machine() -> dict[str, str]:
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    versions = {name: importlib.metadata.version(name) for name in ("numba", "numpy", "mesa", "networkx")}
    return {
        "python": platform.python_version(),
        **versions,
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "load before": load,
    }


def table(facts: dict[str, str], rows: Rows) -> str:
    width = max(len(name) for name, _, _ in rows)
    lines = [
        ", ".join(f"{name} {fact}" for name, fact in facts.items()),
        f"{SCENARIO}, {abm.load(SCENARIO).months} months, one core where nothing else is said",
        "",
    ]
    return "\n".join(lines + [f"{name:{width}}  {value:9.4g} {unit}" for name, value, unit in rows])


def measured(plan: abm.Scenario, turns: int, quick: bool) -> Rows:
    rows = against_plain_mesa(plan, turns) + threads(plan, turns) + of_draws(turns)
    if not quick:
        value = {name: number for name, number, _ in rows}
        rows += partnership_half(turns) + draw_floor(value["keyed draw"], value[ENGINE]) + starts()
    return rows


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    parser.add_argument("--turns", type=int, default=7, help="how often everything is timed (default: 7)")
    parser.add_argument("--quick", action="store_true", help="leave out what takes a minute: starts, draw floor")
    chosen = parser.parse_args(arguments)
    facts, rows = machine(), measured(abm.load(SCENARIO), chosen.turns, chosen.quick)
    if chosen.json:
        values = {name: {"value": value, "unit": unit} for name, value, unit in rows}
        print(json.dumps({"machine": facts, "scenario": SCENARIO, "measured": values}, indent=2))
    else:
        print(table(facts, rows))
