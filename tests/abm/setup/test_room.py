"""What somebody meets who adds a rule or a column: three files to touch, no memory to look after, no seed disturbed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import abm
from abm import engine
from abm.setup import room
from abm.state.world import World
from tests.helpers import towns, write_scenario

PACKAGE = Path(abm.__file__).parent
STUDENTS = '''"""Universities send students abroad, who bring the two cities together."""

from abm.state import append
from abm import draws
from abm.draws import NOBODY, child, draw
from abm.machine.jit import kernel
from abm.state.words import Kind, NONE, Origin

TRAVEL = draws.process("example_students.travel")


@kernel
def travel(w, p, seed, t):
    """Let every university send students to a city drawn at random."""
    for o in range(len(w.organisations)):
        home = w.organisations[o].city
        if w.organisations[o].kind == Kind.UNIVERSITY and w.cities[home].standing > 0:
            luck = draw(seed, TRAVEL, t, w.organisations[o].key, NOBODY, 0)
            abroad = draws.whole(luck, len(w.cities))
            if w.cities[abroad].region != w.cities[home].region and w.cities[abroad].standing > 0:
                append.encounter(w, TRAVEL, child(luck, 1), home, abroad, NONE, Origin.SEARCH, NONE)
'''
ANNOUNCEMENT = '''

@kernel
def most_encounters(w, p, seed, t):
    """Return the most meetings of month ``t``: one for each university."""
    return len(w.organisations)
'''
ENTERED = {
    "rules/__init__.py": {"    search,\n": "    search,\n    example_students,\n"},
    "schedule.py": {
        "    search,\n": "    search,\n    example_students,\n",
        "search.look(w, p, seed, t)\n": "search.look(w, p, seed, t)\n        example_students.travel(w, p, seed, t)\n",
    },
}
FATIGUE = '''"""Partnerships get tired."""

from abm.machine.jit import kernel


@kernel
def tire(w, t):
    """Let every month of a partnership wear on it, and on its trust."""
    for x in range(w.count.live):
        row = w.partnerships[w.live[x]]
        row.fatigue += 1.0
        row.trust *= 1.0 - 0.01 * row.fatigue
'''
A_COLUMN = {
    "rules/__init__.py": {"    event,\n": "    event,\n    example_fatigue,\n"},
    "schedule.py": {
        "    event,\n": "    event,\n    example_fatigue,\n",
        "helix.offer(w, p, seed, t)\n": "helix.offer(w, p, seed, t)\n        example_fatigue.tire(w, t)\n",
    },
    "state/entities.py": {
        '    met: Annotated[float, Col("interaction weight': '    fatigue: Annotated[float, Col("how tired")]\n'
        '    met: Annotated[float, Col("interaction weight',
    },
}
MUCH = "".join(
    f'[[policies]]\nkind = "{kind}"\nstart = "2018-01"\nend = "2020-02"\n'
    for kind in ("joint-call", "award", "kpi", "evidence-base", "climate-network", "twinning-guide", "broker-capacity")
)
MEETINGS = """
import abm, json, sys
from abm.setup.room import TooManyRows

found = []
for run in (lambda: abm.run(sys.argv[1], months=3), lambda: abm.CityPartnershipModel(sys.argv[1]).run()):
    try:
        found.append(int(run().series.contacts_ever.iloc[-1]))
    except TooManyRows as error:
        found.append(str(error))
print(json.dumps(found))
"""
PILOTS = """
import abm, json
from abm.engine import simulate

scenario = abm.load("iuc-asia", months=9)
print(json.dumps([simulate(scenario, seeds)[0][-1][-1].tobytes().hex() for seeds in ([2], [1, 2])]))
"""
INTERPRETED_AND_COMPILED = pytest.mark.parametrize("plain", ["1", pytest.param("0", marks=pytest.mark.slow)])


def edited(folder, edits):
    """Return a folder with a copy of the package in which some lines read otherwise."""
    shutil.copytree(PACKAGE, folder / "abm", ignore=shutil.ignore_patterns("__pycache__"))
    for name, changes in edits.items():
        text = (folder / "abm" / name).read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text, f"{name} has no line {old!r}"
            text = text.replace(old, new)
        (folder / "abm" / name).write_text(text, encoding="utf-8")
    return folder


def with_rule(folder, edits, name, rule):
    """Return a folder with the package and one more rule in it."""
    (edited(folder, edits) / f"abm/rules/{name}.py").write_text(rule, encoding="utf-8")
    return folder


def with_students(folder, rule):
    """Return a folder with the package and a rule that brings students together."""
    return with_rule(folder, ENTERED, "example_students", rule)


def printed(folder, program, plain, *arguments):
    """Return what a program prints that runs the package of a folder, interpreted or compiled."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "TWINHELIX_CACHE": str(folder), "NUMBA_DISABLE_JIT": plain},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture
def twenty_cities(tmp_path):
    """Return a scenario with 20 universities a city in 20 cities."""
    return write_scenario(tmp_path, towns(20, universities=20), "months = 3\nbrokers = []")


@INTERPRETED_AND_COMPILED
def test_a_new_rule_that_announces_its_meetings_runs_alike_in_both_faces(tmp_path, twenty_cities, plain):
    engine, mesa = printed(with_students(tmp_path, STUDENTS + ANNOUNCEMENT), MEETINGS, plain, twenty_cities)
    assert engine == mesa > 100


@INTERPRETED_AND_COMPILED
def test_a_new_rule_that_announces_nothing_is_refused_by_name_in_both_faces(tmp_path, twenty_cities, plain):
    refused = (
        "month 0: example_students.travel had more encounters to append than the rules had announced; "
        "abm/rules/example_students.py must say how many a month can bring at most, in most_encounters(w, p, seed, t), "
        "and stand in RULES of abm/rules/__init__.py"
    )
    assert printed(with_students(tmp_path, STUDENTS), MEETINGS, plain, twenty_cities) == [refused, refused]


@INTERPRETED_AND_COMPILED
def test_a_new_column_starts_anew_in_every_run(tmp_path, plain):
    tired = with_rule(tmp_path, A_COLUMN, "example_fatigue", FATIGUE)
    alone, after_another = printed(tired, PILOTS, plain)
    assert alone == after_another


def test_nothing_of_a_run_is_left_for_the_next(tmp_path):
    """All columns of all rows in use are, for seed 2 after seed 1, as for seed 2 alone."""
    path = tmp_path / "much.toml"
    path.write_text('extends = "iuc-asia"\nmonths = 40\n' + MUCH, encoding="utf-8")
    scenario = abm.load(path)
    alone, after_another = (engine.simulate(scenario, seeds)[1] for seeds in ([2], [1, 2]))
    assert alone.policies.n_served.max() > 0 and alone.brokers.n_accepted.max() > 0
    for name in set(World._fields) - set(room.LISTS) - {"most", "limit"}:
        one, other = (in_use(w, name) for w in (alone, after_another))
        for column in one.dtype.names or (...,):
            np.testing.assert_array_equal(one[column], other[column], err_msg=f"{name}.{column}")


def in_use(w, name):
    """Return the rows of a table that are in use; of one that does not grow all."""
    table, n_practices = np.asarray(getattr(w, name)), int(w.count.practices)
    if name in ("ladder", "peers"):
        return table[:, :n_practices]
    if name == "of_place":
        return table[w.practices.place[:n_practices]]
    return table[: w.count[name]] if name in w.count.dtype.names else table
