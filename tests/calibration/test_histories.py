"""What runs leave: the engine's own tables, run by run with rows of parameters, and its own counts from them."""

import numpy as np
import pytest

import abm
from abm.engine import simulate
from abm.parameters import ConfigError
from abm.setup.build import parameters
from abm.state.words import NONE, THEMES
from calibration.histories import HISTORY, first_months, histories, history, invitations
from calibration.observation import INVITED
from calibration.printed import Printed, merged
from calibration.priors import UNKNOWNS, from_prior, rows, values
from tests.calibration.programmes import CITIES, SCENARIO

pytestmark = pytest.mark.compiled("runs of the programme take seconds each")
SEEDS = range(1, 51)


@pytest.fixture(scope="module")
def p():
    return rows(SCENARIO, UNKNOWNS, values(UNKNOWNS, from_prior(UNKNOWNS, 3, len(SEEDS))))


def test_one_call_and_a_call_a_run_leave_the_same_bits(p):
    together, _ = simulate(SCENARIO, SEEDS, p=p)
    left, world = histories(SCENARIO, SEEDS, p), None
    for x, seed in enumerate(SEEDS):
        alone, world = simulate(SCENARIO, [seed], world, p[x : x + 1])
        assert alone[0].tobytes() == together[x].tobytes()
        assert history(world).tobytes() == left[x].tobytes()


def test_the_number_of_threads_is_of_no_account(p):
    one, two = (histories(SCENARIO, range(1, 301), threads=threads) for threads in (1, 2))
    assert [a.tobytes() for a in one] == [b.tobytes() for b in two]


def test_a_history_says_what_the_result_of_the_run_says():
    run, left = abm.run(SCENARIO, seed=7), histories(SCENARIO, [7])[0]
    told = run.partnerships.dropna(subset="memorandum_month").reset_index(drop=True)
    assert len(told) == len(left) > 50
    for column, name in (
        ("memorandum_month", "memorandum"),
        ("action_plan_month", "plan"),
        ("pilot_month", "pilot"),
        ("ended", "ended"),
    ):
        assert (told[column].fillna(-1).to_numpy() == left[name]).all(), name
    assert told["city_a"].tolist() == [SCENARIO.cities[i].city_id for i in left["i"]]
    for kind in ("university", "firm"):
        has = told[[f"{kind}_a", f"{kind}_b"]].notna().any(axis=1)
        assert (has == (left[kind] != NONE)).all(), kind


def test_counts_of_the_histories_are_the_engines(p):
    series, _ = simulate(SCENARIO, SEEDS, p=p)
    for left, end in zip(histories(SCENARIO, SEEDS, p), series[:, -1], strict=True):
        piloted = left[left["pilot"] != NONE]
        assert len(piloted) == end["pilots_ever"]
        assert len(left) == end["memoranda_ever"]
        joined = [(piloted[kind] != NONE) & (piloted[kind] <= piloted["pilot"]) for kind in ("university", "firm")]
        share = np.mean(joined[0] & joined[1]) if len(piloted) else np.nan
        assert share == pytest.approx(end["full_helix_share"], abs=1e-12, nan_ok=True)
        assert len(merged(pairs_of(piloted)).theme) == end["clusters_ever"]


def pairs_of(piloted):
    """Return a list with a case for every pilot, of governance too."""
    named = np.zeros((len(piloted), len(CITIES.key)), bool)
    named[np.arange(len(piloted)), piloted["i"]] = named[np.arange(len(piloted)), piloted["j"]] = True
    nothing = np.zeros(len(piloted), bool)
    return Printed(piloted["theme"].astype(int), named, nothing, nothing, nothing, 0, 0, np.nan)


def test_invited_cities_stand_behind_the_partnerships_and_name_theirs():
    scenario = abm.load("iuc-asia", {"project.invited": 2.0})
    told, left = abm.run(scenario, seed=7).projects, histories(scenario, [7])[0]
    guests = left[left["theme"] == INVITED]
    assert len(guests) > 20 and (left[-len(guests) :]["theme"] == INVITED).all()
    projects = left[guests["i"]]
    assert (projects["pilot"] == guests["pilot"]).all() and (guests["memorandum"] == NONE).all()
    found = zip(guests["pilot"].tolist(), [THEMES[x] for x in projects["theme"]], guests["j"], strict=True)
    expected = told.loc[told["invited"], ["month", "theme", "city"]].itertuples(index=False, name=None)
    assert sorted((month, theme, scenario.cities[j].city_id) for month, theme, j in found) == sorted(expected)


def test_invitations_refer_to_rows_of_the_table_as_far_as_two_bytes_go():
    participants = np.array([(8, 3, 5), (2, 4, 6)], [("partnership", "i8"), ("city", "i8"), ("month", "i8")])
    found = invitations(participants, np.array([2, 7, 8]))
    assert found["i"].tolist() == [2, 0] and found["j"].tolist() == [3, 4] and found["pilot"].tolist() == [5, 6]
    with pytest.raises(ConfigError, match="65536 memoranda: with invited cities"):
        invitations(participants, np.arange(65_536))


def test_links_of_organisations_own_are_of_no_partnership():
    links = np.array([(1, 9), (1, 7), (NONE, 3)], [("partnership", "i8"), ("begun", "i8")])
    assert first_months(links, 3).tolist() == [NONE, 7, NONE]


def test_what_does_not_fit_into_its_bytes_is_refused():
    assert HISTORY.itemsize == 11
    with pytest.raises(ConfigError, match="months = 128: histories are kept of at most 127 months"):
        histories(SCENARIO.with_changes(months=128), [1])


def test_every_row_has_its_own_parameters():
    p = np.repeat(parameters(SCENARIO), 2)
    p["ladder"]["memorandum_rate"][1] = 0.0
    some, none = histories(SCENARIO, [1, 1], p)
    assert len(some) > 0 and len(none) == 0
