"""RECORD.md says what code and data say: its tables are made anew and compared, and none is left out."""

import pytest

from abm.input.scenario import PARAMETERS
from calibration import document
from calibration.check import compare
from experiments.report.odd import MARKED

TEXT = document.DOCUMENT.read_text(encoding="utf-8")
OF_RUNS = pytest.param("check", marks=pytest.mark.compiled("a thousand runs"))


@pytest.mark.parametrize("name", [OF_RUNS, *(name for name in document.TABLES if name != "check")])
def test_a_table_is_the_one_that_code_and_data_make(name):
    found = [marked[0] for marked in MARKED.finditer(TEXT) if marked[1] == name]
    assert len(found) == 1, "every table stands there once"
    assert document.TABLES[name]() in found[0], "run python -m calibration.document"


def test_every_marker_has_a_table():
    assert {marked[1] for marked in MARKED.finditer(TEXT)} == set(document.TABLES)


def test_what_changed_is_another_value_now_and_lies_in_its_prior():
    for name, change in document.CHANGES.items():
        declared = PARAMETERS[name]
        assert change.before != declared.default and declared.par.source != "calibrated", name
        low, high = declared.par.prior or (0, 1)
        assert low <= declared.default <= high, name


def test_the_check_runs_each_side_with_its_own_values(monkeypatch):
    asked = []

    def few(scenario, seeds, override=None):
        asked.append(override)
        return compare(scenario, 2, override)

    monkeypatch.setattr(document, "compare", few)
    table = document.check()
    assert asked == [{name: change.before for name, change in document.CHANGES.items()}, None]
    assert table.count("\n| ") == 16


def test_cities_are_named_on_their_side_and_stages_as_they_count():
    lines = {line.split(" | ")[0].strip("| "): line for line in document.cases().splitlines()}
    assert "| granada, rome | guangzhou, yantai | nanjing |" in lines["P06"] and lines["P06"].endswith("| yes |")
    assert lines["P12"].endswith("| presented | no |")
