"""The record in the statistics of runs: every number counted from the shipped files, and refusals in one line."""

import math
import shutil

import numpy as np
import pytest

from abm.input.load import DATA
from abm.parameters import ConfigError
from calibration.printed import merged
from calibration.record import CASES, CLUSTERS, EVENTS, FACTS, MEMORANDA, NAMED, PLANS, record
from calibration.statistics import NAMES, STATISTICS, check_record, features, spearman, statistics
from calibration.targets import TARGETS
from tests.calibration.programmes import CITIES, SCENARIO

FILES = (CASES, NAMED, FACTS, EVENTS)
PRINTED = record(SCENARIO)

KNOWN = {  # as printed, and with all cases of a theme made one that share a city
    "cities with a plan": (30, 30),
    "pilot cases": (15, 9),
    "pairs of cities in cases": (26, 27),
    "European cities in a case": (8, 8),
    "Gini of cases, Europe": (0.604, 0.538),
    "full helix": (6 / 15, 5 / 9),
    "university in a case": (9 / 15, 6 / 9),
    "firm in a case": (9 / 15, 6 / 9),
    "implemented cases": (8 / 15, 5 / 9),
    "member cities a case": (47 / 15, 37 / 9),
    "Chinese cities in a case": (7, 7),
    "Gini of cases, China": (0.728, 0.716),
    "most memoranda, China": (17, 17),
    "busiest European city": (10 / 15, 6 / 9),
    "theme balance of cases": (0.989, 0.968),
    "first implemented case": (21, 21),
    "second European city": (4 / 15, 3 / 9),
    "busiest Chinese city": (5 / 15, 4 / 9),
    "largest case": (6, 7),
    "cases with an associate": (4 / 15, 2 / 9),
    "cases and population, Europe": (0.7743, 0.7338),
    "cases and population, China": (0.1070, 0.1047),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_record_has_the_number_counted_by_hand(name):
    found = [statistics(printed, CITIES)[NAMES.index(name)] for printed in (PRINTED, merged(PRINTED))]
    assert found == pytest.approx(KNOWN[name], abs=0.0006)


def test_every_statistic_has_a_number_counted_by_hand():
    assert set(KNOWN) == set(NAMES)


def test_statistics_and_targets_of_one_name_have_one_role():
    roles = {target.name: target.role for target in TARGETS}
    shared = [s for s in STATISTICS if s.name in roles]
    assert len(shared) == 14 and all(roles[s.name] == s.role for s in shared)


def test_the_record_can_be_what_it_says():
    assert check_record(statistics(PRINTED, CITIES))["pilot cases"] == 15


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("full helix", math.nan, "record: full helix = nan: must be a number from 0 to 1"),
        ("full helix", 1.2, "record: full helix = 1.2: must be a number from 0 to 1"),
        ("pilot cases", -1, "record: pilot cases = -1: must be a number of at least 0"),
    ],
)
def test_a_number_that_is_missing_or_cannot_be_is_refused(name, value, line):
    observed = statistics(PRINTED, CITIES)
    observed[NAMES.index(name)] = value
    with pytest.raises(ConfigError) as refusal:
        check_record(observed)
    assert str(refusal.value) == line


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        (NAMED, "P04,rome,", "P04,roma,", f"{NAMED}:13: city_id = 'roma': is not known; did you mean rome?"),
        (NAMED, "P05,mannheim", "P55,mannheim", f"{NAMED}:16: project_id = 'P55': is not known; did you mean P15?"),
        (CASES, ",operating", ",oprating", f"{CASES}:6: stage = 'oprating': is not known; did you mean operating?"),
        (FACTS, "cities,17,memo", "cities,,memo", f"{FACTS}: {MEMORANDA} = '': must be a whole number from 0"),
        (EVENTS, "E05,", "E50,", f"{EVENTS}: E05 = ''"),
        (CASES, ",stage,", ",stages,", f"{CASES}: has no column stage; did you mean stages?"),
        (NAMED, "project_id,city_id", "project_id,town", f"{NAMED}: has no column city_id"),
        (FACTS, "key,value", "what,value", f"{FACTS}: has no column key"),
        (EVENTS, ",event,date,", ",event,day,", f"{EVENTS}: has no column date"),
        (CASES, "planned,yes,yes", "planned,yess,yes", f"{CASES}:2: universities = 'yess': is not known; did you mean"),
        (CASES, "planned,yes,yes", "planned,yes,", f"{CASES}:2: firms_or_clusters = '': is not known"),
        (CASES, "P02,", "P01,", f"{CASES}:3: project_id = 'P01': stands there twice"),
        (NAMED, "P01,", "P02,", f"{NAMED}: no city stands in case P01 of {CASES}"),
        (FACTS, "plans,34,", "plans,36,", f"{FACTS}: {PLANS} = 36 less {CLUSTERS} = 4: must be cities with a plan"),
        (FACTS, "plans,34,", "plans,3,", f"{FACTS}: {PLANS} = 3 less {CLUSTERS} = 4: must be"),
        (FACTS, "plans,34,", "plans," + "9" * 400 + ",", f"{FACTS}: {PLANS} = '9"),
        (FACTS, "iuc_thematic_clusters,", f"{PLANS},", f"{FACTS}:5: key = '{PLANS}': stands there twice"),
        (EVENTS, "opening,2018-10", "opening,2039-10", f"{EVENTS}: E05 = '2039-10': must lie in the 4"),
        (EVENTS, "opening,2018-10", "opening,1999-10", f"{EVENTS}: E05 = '1999-10': must lie in the 4"),
    ],
)  # fmt: skip
def test_a_file_that_lacks_something_is_refused_in_one_line(tmp_path, file, old, new, line):
    for name in FILES:
        shutil.copy(DATA / name, tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        record(SCENARIO, tmp_path)
    assert str(refusal.value).startswith(line)
    assert "\n" not in str(refusal.value)


def test_nothing_printed_has_counts_but_no_shares():
    nothing = PRINTED._replace(
        theme=PRINTED.theme[:0],
        named=PRINTED.named[:0],
        university=PRINTED.university[:0],
        firm=PRINTED.firm[:0],
        implemented=PRINTED.implemented[:0],
    )
    found = dict(zip(NAMES, statistics(nothing, CITIES), strict=True))
    assert found["pilot cases"] == found["European cities in a case"] == 0
    assert math.isnan(found["full helix"]) and math.isnan(found["theme balance of cases"])
    as_features = features(np.array(list(found.values())))
    assert np.isfinite(as_features).all() and (as_features == -1).sum() == 6


def test_features_are_taken_on_their_scales():
    found = features(statistics(PRINTED, CITIES))
    assert found[:3] == pytest.approx([30, math.log(16), math.log(27)])
    assert found[9] == pytest.approx(math.log(47 / 15))


def test_rank_correlation_is_one_where_the_order_is_the_same_and_none_where_nothing_varies():
    assert spearman(np.array([0, 1, 5]), np.array([0.1, 0.2, 0.9])) == pytest.approx(1)
    assert math.isnan(spearman(np.array([2, 2]), np.array([0.1, 0.2])))
