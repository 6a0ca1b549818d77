"""How time and memory grow with the world, from some hundred cities to 100,000: ``python -m benchmarks.worlds``.

A world has a programme, a calendar and a broker for every 100 cities, so that a city lives alike in worlds of any size:
what an agent and month cost should not depend on how many others there are. Times are CPU time of one thread.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time

import numpy as np

import abm
from abm import engine, schedule
from abm.draws import entity
from abm.input.cities import CityRow
from abm.input.scenario import Scenario
from abm.machine.jit import is_compiled, kernel
from abm.rules import broker, event, own_links, scouting
from abm.setup.build import build, parameters
from abm.setup.room import check, fits, grow, with_lists
from abm.state.handle import handle
from abm.state.world import World
from benchmarks import plain_mesa

PER_PROGRAMME = 100
N_BLOCS, ENTRY_MONTHS, SMALLEST = 6, 24, 5_000
ACROSS = {"world.cross_bloc_only": False}


def scenario_of(n_cities: int, months: int, override: dict | None = None) -> Scenario:
    """A world of Zipf's sizes and clustered places, whose members enter over two years; no travel shock."""
    luck = np.random.default_rng(n_cities)
    centres = np.column_stack([luck.uniform(-40, 65, 60), luck.uniform(-180, 180, 60)])
    of = luck.integers(0, len(centres), n_cities)
    places = centres[of] + luck.normal(0, 3, (n_cities, 2))
    sizes = SMALLEST * n_cities / luck.permutation(np.arange(1, n_cities + 1))
    cities = tuple(
        CityRow(
            city_id=f"city-{i:06}",
            name=f"City {i}",
            country=f"country-{of[i] * N_BLOCS // len(centres)}-{of[i]}",
            region=f"bloc-{of[i] * N_BLOCS // len(centres)}",
            latitude=float(places[i, 0]),
            longitude=float((places[i, 1] + 180) % 360 - 180),
            population=float(min(sizes[i], 3e7)),
            entry_month=int(luck.integers(0, ENTRY_MONTHS)),
        )
        for i in range(n_cities)
    )
    like = abm.load("iuc-asia", ACROSS | (override or {}), months)
    return like._replace(name=f"world-{n_cities}", cities=cities, shocks=(), policies=())


def world_of(scenario: Scenario) -> World:
    """Its tables, with a programme, a calendar and a broker for every 100 cities in order of row."""
    w = build(scenario)
    n = max(1, len(w.members) // PER_PROGRAMME)
    programmes, brokers, calendar = (np.repeat(t, n).view(type(t)) for t in (w.programmes, w.brokers, w.calendar))
    of = np.minimum(np.arange(len(w.members)) // PER_PROGRAMME, n - 1)
    w.members["programme"] = w.members_given["programme"] = of
    programmes["n_members"] = np.bincount(of, minlength=n)
    programmes["first_member"] = np.cumsum(programmes["n_members"]) - programmes["n_members"]
    calendar["programme"] = np.tile(np.arange(n), len(w.calendar))
    brokers["programme"] = np.arange(n)
    for name, table in (("programme", programmes), ("broker", brokers), ("calendar", calendar)):
        table["key"] = [entity("world", name, x) for x in range(len(table))]
    return with_lists(
        w._replace(
            programmes=programmes,
            programmes_given=programmes.copy(),
            brokers=brokers,
            brokers_given=brokers.copy(),
            calendar=calendar,
        )
    )


def made(n_cities: int, months: int, override: dict | None = None, like: str = "") -> tuple[Scenario, World]:
    """A world of that many cities with its tables: ours, or like that of a scenario file with a synthetic world."""
    if not like:
        scenario = scenario_of(n_cities, months, override)
        return scenario, world_of(scenario)
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"world-{n_cities}.toml"
        shutil.copy(like, Path(folder) / "like.toml")
        file.write_text(f'extends = "like.toml"\n[synthetic]\ncities = {n_cities}\n', encoding="utf-8")
        scenario = abm.load(file, override, months)
    return scenario, build(scenario)


@kernel
def events(w, p, seed, t):
    for e in range(w.count.first_event, w.count.events):
        first_encounter = w.count.encounters
        if event.hold(w, p, seed, t, e):
            own_links.meet(w, p, seed, t, e, first_encounter)


@kernel
def brokers(w, p, seed, t):
    for b in range(len(w.brokers)):
        broker.work(w, p, seed, t, b)
        scouting.look(w, p, seed, t, b)
        broker.score(w, p, seed, t, b)
        broker.introduce(w, p, seed, t, b)


def steps() -> Iterator[tuple[str, Callable, list[str]]]:
    """Every step of the month with its name and what it takes; events and brokers are a step each."""
    done = {"e": events, "b": brokers}
    for phase, of_phase in schedule.STEPS.items():
        for step in of_phase:
            takes = list(signature(getattr(step, "py_func", step)).parameters)
            whole = next((done.pop(x, None) for x in ("e", "b") if x in takes), step)
            if whole is not None:
                name = getattr(whole, "py_func", whole)
                yield (
                    f"{phase[:2].strip()} {name.__module__.rpartition('.')[2]}.{name.__name__}",
                    whole,
                    [x for x in takes if x not in ("e", "b", "first_encounter")],
                )


def timed(step: Callable, *arguments: object) -> float:
    """Microseconds of CPU."""
    begun = thread_time()
    step(*arguments)
    return 1e6 * (thread_time() - begun)


def counted(step: Callable, *arguments: object) -> float:
    """Lines of Python that a step goes through, where rules are plain Python: work that no busy machine changes."""
    n = 0

    def watch(frame: object, what: str, _: object) -> Callable:
        nonlocal n
        n += what == "line"
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        step(*arguments)
    finally:
        sys.settrace(before)
    return n


def profile(
    n_cities: int,
    months: int,
    last: int,
    override: dict | None = None,
    spent_by: Callable[..., float] = timed,
    like: str = "",
) -> dict[str, float]:
    """What every step takes, a city and month, over the ``last`` months of a run."""
    scenario, tables = made(n_cities, months, override, like)
    spent: dict[str, float] = {}
    w, p, seed = handle(tables), parameters(scenario)[0], np.uint64(1)
    schedule.begin(w, p, seed)
    known = list(steps())
    for t in range(months):
        times = {"0 room": spent_by(fits, w, p, seed, t)}
        while not fits(w, p, seed, t):
            tables = grow(tables)
            w = handle(tables)
        w.count.encounters, w.count.first_event = 0, w.count.events
        for name, step, takes in known:
            if name.startswith("8 awareness"):
                w.count.first_lesson = w.count.lessons
            given = {"w": w, "p": p, "seed": seed, "t": t}
            times[name] = spent_by(step, *(given[x] for x in takes))
        check(tables, t)
        if t >= months - last:
            for name, time in times.items():
                spent[name] = spent.get(name, 0.0) + time / n_cities / last
    return spent


def peak_memory() -> float:
    """Most memory of this process so far in GB, where the system says."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform != "darwin" else 1e9)


def whole_run(n_cities: int, months: int, override: dict | None = None, like: str = "") -> dict[str, float]:
    """CPU seconds of a whole run and what it left."""
    begun = thread_time()
    scenario, tables = made(n_cities, months, override, like)
    built = thread_time()
    _, w = engine.simulate(scenario, [1], tables)
    taken = thread_time() - built
    n_actors = n_cities + len(w.organisations)
    return {
        "cities": n_cities,
        "build s": built - begun,
        "run s": taken,
        "ms a month": 1e3 * taken / months,
        "ns an agent-month": 1e9 * taken / months / n_actors,
        "peak GB": peak_memory(),
        "partnerships": int(w.count.partnerships),
        "living a city": int(w.count.live) / n_cities,
        "links": int(w.count.links),
        "lessons": int(w.count.lessons),
    }


def beside_mesa(n_cities: int, months: int, override: dict | None = None) -> dict[str, float]:
    """CPU seconds of the engine and of the plain Mesa program, one programme and no broker, which that can do too."""
    plan = scenario_of(n_cities, months, override)._replace(brokers=())
    _, tables = engine.simulate(plan, [0])  # of which a sweep makes as many as it has threads
    begun = thread_time()
    engine.simulate(plan, [1], tables)
    between = thread_time()
    plain_mesa.simulate(plan, 1)
    ours, theirs = between - begun, thread_time() - between
    return {"engine s": ours, "plain Mesa s": theirs, "plain Mesa over engine": theirs / ours}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worlds", description=__doc__.splitlines()[0])
    parser.add_argument("cities", type=int, nargs="+", help="sizes of worlds")
    parser.add_argument("--months", type=int, default=24, help="months of a run (default: 24)")
    parser.add_argument("--steps", type=int, metavar="N", help="tell every step of the last N months apart")
    parser.add_argument("--mesa", action="store_true", help="set the plain Mesa program beside the engine")
    parser.add_argument("--count", action="store_true", help="count lines of plain Python in place of time")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a parameter")
    parser.add_argument("--like", metavar="FILE", default="", help="worlds like the synthetic one of a scenario file")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    chosen = parser.parse_args(arguments)
    override = dict(one.split("=", 1) for one in chosen.set)
    if chosen.count and is_compiled():
        parser.error("--count watches plain Python; set TWINHELIX_ENGINE=plain")
    if not chosen.count:
        whole_run(PER_PROGRAMME, 2)  # compiled or loaded before anything is timed
    if chosen.mesa:
        found = [beside_mesa(n, chosen.months, override) for n in chosen.cities]
    elif chosen.steps:
        spent_by = counted if chosen.count else timed
        found = [profile(n, chosen.months, chosen.steps, override, spent_by, chosen.like) for n in chosen.cities]
        for one in found:
            one["all"] = sum(one.values())
    else:
        found = [whole_run(n, chosen.months, override, chosen.like) for n in chosen.cities]
    if chosen.json:
        print(json.dumps(found, indent=2))
        return
    unit = f"{'lines' if chosen.count else 'µs'} a city and month" if chosen.steps else ""
    print(f"{unit:32}" + "".join(f"{n:>12,}" for n in chosen.cities))
    for name in found[0]:
        print(f"{name:32}" + "".join(f"{one[name]:12.4g}" for one in found))


if __name__ == "__main__":
    main()
