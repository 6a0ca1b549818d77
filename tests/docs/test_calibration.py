"""docs/calibration.md names what exists, options of the verb, and the numbers of the record that files have."""

import inspect
import re
from pathlib import Path

from abm.input.load import load
from abm.input.scenario import PARAMETERS
from calibration.commands.calibrate import calibrate
from calibration.commands.check import check
from calibration.printed import cities_of
from calibration.priors import FREE, OF_LIST
from calibration.record import record
from calibration.statistics import HELD_OUT, NAMES, statistics

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")


def test_every_unknown_is_told_and_every_name_is_one():
    told = set(re.findall(r"`([a-z]+\.[a-z_]+)`", TEXT)) - {"posterior.csv", "posterior.json"}
    unknowns = {*FREE, *(x.name for x in OF_LIST)}
    assert unknowns <= told, "an unknown is not told"
    assert told <= unknowns | set(PARAMETERS), "no such parameter"


def test_files_and_figures_exist():
    named = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert len(named) > 4 and not [name for name in named if not (ROOT / "docs" / name).is_file()]
    assert not [name for name in re.findall(r"`(calibration/[\w./]+)`", TEXT) if not (ROOT / name).exists()]


def test_the_record_of_what_is_missed_is_that_of_the_files():
    programme = load("iuc-asia")
    found = dict(zip(NAMES, statistics(record(programme), cities_of(programme)), strict=True))
    rows = re.findall(r"^\| ([^|]+?)(?: \(rank correlation\)|, share of cases)? \| ([\d.]+) \| ", TEXT, re.MULTILINE)
    missed = [(name, value) for name, value in rows if name in HELD_OUT]
    assert len(missed) == 5
    for name, value in missed:
        assert round(found[name], len(value) - 2) == float(value), name


def test_every_option_is_one_of_the_verbs():
    verbs = calibrate, check
    there = {name.replace("_", "-") for verb in verbs for name in inspect.signature(verb).parameters}
    named = set(re.findall(r"--([a-z][a-z-]+)", TEXT))
    assert len(named) > 5 and named <= there
