"""A checker of types and an editor know the tables, columns and parameters that a rule asks for."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from abm.measures import census
from abm.rules import RULES, SECTIONS
from abm.state import entities, memory, month, programmes, world

ROOT = Path(__file__).parents[3]
RULE = """
from abm.machine.jit import Key, Settings, State, kernel
from abm.state.entities import City
from abm.state.memory import Rows


@kernel
def vain(cities: Rows[City], i: int) -> bool:
    return cities[i].ambtion > 0.5


@kernel
def tire(w: State, p: Settings, seed: Key, t: int) -> None:
    rows, n = w.partnerships, w.count.partnerships
    for r in range(n):
        rows[r].trust *= 1.0 - p.cooperation.trust_gain
        rows[r].reached[2] = t
        rows[r].trsut = 0.5
        w.partnershps[r].gap = 0.0
        if w.cities.lod[0] > p.contact.basline + p.contcat.memory:
            w.count.partnershps = 0
"""
DECLARED = [
    kind
    for home in (entities, programmes, month, world, census)
    for kind in vars(home).values()
    if isinstance(kind, type) and issubclass(kind, memory.Record) and kind.__module__ == home.__name__
]


@pytest.mark.slow
def test_names_that_no_table_has_are_refused_where_they_stand(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "rule.py").write_text(RULE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", tmp_path / "rule.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    refused = re.findall(r'rule.py:\d+: error: "\w+" has no attribute "(\w+)"', done.stdout)
    assert refused == ["ambtion", "trsut", "partnershps", "lod", "basline", "contcat", "partnershps"], done.stdout


@pytest.mark.parametrize("declared", DECLARED, ids=lambda kind: kind.__name__)
def test_a_column_of_several_numbers_is_declared_as_such(declared):
    for name, hint in get_type_hints(declared, include_extras=True).items():
        kind, *_, col = get_args(hint)
        assert (kind in (memory.Ints, memory.Floats)) == bool(col.length), f"{declared.__name__}.{name}"


def test_every_rule_with_parameters_has_a_section():
    assert set(SECTIONS.values()) == {rule.Params for rule in RULES if hasattr(rule, "Params")}
