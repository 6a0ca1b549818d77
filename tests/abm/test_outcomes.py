"""An outcome is read, checked and taken in one place, whoever asks for it."""

import numpy as np
import pytest

import abm
from abm.measures import LAYOUT, MEASURES
from abm.outcomes import columns, outcomes_of, taken, tidy_series
from abm.state.words import THEMES

MONTHS = 6


@pytest.fixture(scope="module")
def scenario():
    return abm.load("iuc-asia", months=MONTHS)


@pytest.fixture
def recorded():
    """Series of two runs in which every number is another."""
    series = np.zeros((2, MONTHS), LAYOUT)
    for name in MEASURES:
        series[name] = np.arange(series[name].size).reshape(series[name].shape)
    return series


def test_columns_are_those_of_a_result():
    result = abm.run("iuc-asia", months=1)
    assert list(columns(result.names.regions)) == list(result.series.columns)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("pilots_ever", lambda s: s["pilots_ever"][:, 5]),
        ("pilots_ever@1", lambda s: s["pilots_ever"][:, 0]),
        ("pilots_ever@6", lambda s: s["pilots_ever"][:, 5]),
        ("gini_ties.Europe", lambda s: s["gini_ties"][:, 5, 1]),
        ("gini_ties.China@3", lambda s: s["gini_ties"][:, 2, 0]),
        (f"adoption_by_theme.{THEMES[4]}@2", lambda s: s["adoption_by_theme"][:, 1, 4]),
    ],
)
def test_an_outcome_is_a_column_in_a_month(scenario, recorded, outcome, expected):
    (found,) = taken(recorded, list(outcomes_of(scenario, [outcome]).values())).T
    assert found.tolist() == expected(recorded).tolist()


def test_all_outcomes_are_the_last_row_of_the_table(scenario, recorded):
    wanted = outcomes_of(scenario)
    table = tidy_series(recorded[1], ["China", "Europe"])
    assert list(wanted) == list(table.columns[1:])
    np.testing.assert_array_equal(taken(recorded, list(wanted.values()))[1], table.iloc[-1, 1:])


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        ("pilot", "unknown outcome 'pilot'; did you mean pilots?"),
        ("pilot_coverage", "unknown outcome 'pilot_coverage'; did you mean pilot_coverage."),
        ("gini_ties.Afrika", "unknown outcome 'gini_ties.Afrika'"),
        ("pilot@3", "unknown outcome 'pilot@3'; did you mean pilots?"),
        ("pilots@", "outcome 'pilots@': the month must be a whole number from 1 to 6"),
        ("pilots@0", "outcome 'pilots@0': the month must be a whole number from 1 to 6"),
        ("pilots@7", "outcome 'pilots@7': the month must be a whole number from 1 to 6"),
        ("pilots@²", "outcome 'pilots@²': the month must be a whole number from 1 to 6"),
        ("pilots@٣", "outcome 'pilots@٣': the month must be a whole number from 1 to 6"),
        ("pilots@" + "9" * 5000, "the month must be a whole number from 1 to 6"),
        ("@3", "unknown outcome '@3'"),
        ("", "unknown outcome ''"),
    ],
)
def test_what_there_is_not_is_refused_in_one_line(scenario, outcome, line):
    with pytest.raises(abm.ConfigError) as refused:
        outcomes_of(scenario, [outcome])
    assert line in str(refused.value) and "\n" not in str(refused.value) and len(str(refused.value)) < 200


def test_many_runs_return_what_was_asked_for(scenario):
    table = abm.run_many(scenario, seeds=[5, 3], outcomes=["pilots_ever", "contacts_ever@2"], progress=False)
    assert list(table.columns) == ["seed", "pilots_ever", "contacts_ever@2"] and table["seed"].tolist() == [5, 3]
    series = abm.run(scenario, seed=3).series
    assert table.loc[1, "contacts_ever@2"] == series["contacts_ever"][1]
    assert list(abm.run_many(scenario, seeds=0, outcomes=["pilots"], progress=False)) == ["seed", "pilots"]
