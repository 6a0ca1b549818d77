"""Names of practices come from documents, and none is given twice."""

import csv

from abm import run
from abm.input.load import DATA
from abm.labels.practices import practice_name, subjects
from abm.state.words import N_THEMES, THEMES


def test_every_theme_has_subjects_and_no_name_is_given_twice():
    names = [practice_name(theme, ordinal) for theme in range(N_THEMES) for ordinal in range(20)]
    assert len(set(names)) == len(names) and min(map(len, subjects().values())) >= 3
    assert practice_name(THEMES.index("culture, education & tourism"), 0) == "horticultural expo"
    assert practice_name(THEMES.index("mobility"), 7) == "mobility 8", "numbered beyond"


def test_every_subject_names_an_event_a_case_or_a_fact_that_is_shipped():
    keys = {"practice_names.csv": "source", "pilot_cases.csv": "project_id"}
    keys |= {"programme_events.csv": "event_id", "programme_facts.csv": "key"}
    told = {}
    for name, key in keys.items():
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            told[name] = {row[key] for row in csv.DictReader(file)}
    assert not told.pop("practice_names.csv") - set.union(*told.values())


def test_tables_of_a_result_tell_practices_by_their_names():
    result = run("iuc-asia", seed=1)
    assert {"hydrogen for electric mobility", "mobility 20"} <= set(result.portfolio["practice"])
    assert set(result.practices["practice"]) <= set(result.portfolio["practice"])
