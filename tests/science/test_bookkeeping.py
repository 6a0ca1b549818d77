"""What holds in every run, whatever its parameters: stocks, stages, room, blocs, slots (V17), and null cases (V18)."""

import numpy as np
import pandas as pd
import pytest

import abm
from abm.measures.stocks import Columns
from tests.helpers import NOBODY_MEETS, NOTHING_ENDS, tiny

STAGES = ("contacts", "memoranda", "action_plans", "pilots", "sustained")
RUNS = {
    "default": {},
    "no room": {"city.capacity": 3.0, "search.rate": 0.2, "broker.capacity": 16, "contact.baseline": 2.0},
    "in haste": {
        "ladder.memorandum_rate": 2.0,
        "ladder.plan_rate": 2.0,
        "ladder.pilot_rate": 0.5,
        "ladder.pilot_exit": 0.3,
        "calendar.scale": 3.0,
    },
    "nothing ends": NOTHING_ENDS,
}
LARGE = "3,000 cities in 30 programmes"
MARKS = (pytest.mark.slow, pytest.mark.compiled(LARGE))


@pytest.fixture(
    params=[*((name, seed) for name in RUNS for seed in (1, 2)), pytest.param((LARGE, 1), marks=MARKS)],
    ids=lambda param: f"{param[0]}-{param[1]}",
    scope="module",
)
def result(request):
    name, seed = request.param
    if name == LARGE:
        return abm.run("world-3000-programmes", seed=seed, months=48, override={"world.cross_bloc_only": True})
    return abm.run("iuc-asia", seed=seed, override=RUNS[name])


def test_v17_ever_reached_falls_with_the_stage_and_never_in_time(result):
    ever = result.series[[f"{stage}_ever" for stage in STAGES]]
    assert (ever.diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)
    assert (ever.diff().iloc[1:] >= 0).all(axis=None)


def test_v17_stocks_and_dissolved_add_up_to_contacts(result):
    series = result.series
    assert (series[list(STAGES)].sum(axis=1) + series["dissolved_ever"]).equals(series["contacts_ever"])
    assert series["contacts_ever"].iloc[-1] == len(result.partnerships)


def test_v17_series_agrees_with_the_table_of_partnerships(result):
    partnerships, last = result.partnerships, result.series.iloc[-1]
    for stage, name in enumerate(STAGES, start=1):
        assert last[name] == (partnerships["stage"] == stage).sum()
        assert last[f"{name}_ever"] == (partnerships["highest_stage"] >= stage).sum()
    assert last["dissolved_ever"] == (partnerships["ended"] >= 0).sum()


def test_v17_stages_are_climbed_one_by_one_and_a_month_each(result):
    months = result.partnerships[["begun", "memorandum_month", "action_plan_month", "pilot_month", "sustained_month"]]
    for row, end in zip(months.fillna(-1).astype(int).to_numpy(), result.partnerships["ended"], strict=True):
        reached = row[row >= 0]
        assert (row[: len(reached)] == reached).all()  # none left out
        steps = np.diff(reached)
        assert (steps[1:] >= 1).all() and (steps[:1] >= 0).all()  # a new contact may move in its month
        assert end is pd.NA or end >= reached[-1]


def test_v17_no_tie_inside_a_bloc(result):
    region = result.cities.set_index("city_id")["region"]
    partnerships = result.partnerships
    assert (partnerships["city_a"].map(region).to_numpy() != partnerships["city_b"].map(region).to_numpy()).all()


def test_v17_one_living_partnership_of_two_cities_and_a_theme(result):
    living = result.partnerships[result.partnerships["ended"].isna()]
    assert not living.duplicated(["city_a", "city_b", "theme"]).any()
    assert (result.partnerships["city_a"] < result.partnerships["city_b"]).all()


def loads_at_start(partnerships, month):
    """Return the load of every city as a month starts: ¼ for a contact, 1 from the memorandum on."""
    there = partnerships[
        (partnerships["begun"] < month) & (partnerships["ended"].isna() | (partnerships["ended"] >= month))
    ]
    signed = there["memorandum_month"].fillna(-1).between(0, month - 1)
    weight = pd.Series(np.where(signed, 1.0, 0.25), index=there.index)
    return weight.groupby(there["city_a"]).sum().add(weight.groupby(there["city_b"]).sum(), fill_value=0.0)


def test_v17_only_pairing_forms_a_contact_where_there_is_no_room(result):
    """A city at or above its capacity gets no new contact but by pairing; the ladder may carry it there later."""
    partnerships, capacity = result.partnerships, result.cities.set_index("city_id")["capacity"]
    for month, new in partnerships.groupby("begun"):
        load = loads_at_start(partnerships, month).reindex(capacity.index, fill_value=0.0)
        for row in new.itertuples():  # in the order in which they were formed
            for city in (row.city_a, row.city_b):
                assert row.origin == "programme" or load[city] < capacity[city]
                load[city] += 0.25


def test_v17_organisations_serve_no_more_partnerships_than_they_have_slots(result):
    partnerships = result.partnerships
    roles = [f"{kind}_{side}" for kind in ("university", "firm") for side in "ab"]
    serving = partnerships.loc[partnerships["ended"].isna(), roles].stack().value_counts()
    taken = result.organisations.set_index("organisation")["slots_taken"]
    assert (taken == serving.reindex(taken.index, fill_value=0)).all()
    assert taken.max() <= result.scenario.values["helix.slots"]


def test_v17_links_of_a_partnership_end_with_it(result):
    links = result.links[result.links["partnership"].notna()]
    ended = result.partnerships["ended"].iloc[links["partnership"].astype(int)]
    assert (links["ended"].fillna(-1).to_numpy() == ended.fillna(-1).to_numpy()).all()


def test_v17_brokers_count_what_they_brought_about(result):
    brokered = (result.partnerships["origin"] == "broker").sum()
    assert result.brokers["n_accepted"].sum() == brokered <= result.brokers["n_offered"].sum()


def test_v18_nobody_meets_without_search_events_broker_and_pairing(tmp_path):
    result = abm.run(tiny(tmp_path, 20, override={**NOBODY_MEETS, "contact.baseline": 20.0}, months=24))
    assert result.partnerships.empty and result.links.empty and result.events.empty
    assert (result.series[list(Columns._fields[:10])] == 0).all(axis=None)


def test_v18_a_broker_without_capacity_is_no_broker(tmp_path):
    calendar = "\n".join(
        f'[[events]]\ntype = "{kind}"\nyearly = 4\nseats = 10\ntheme = "drawn"\ncurated = true'
        for kind in ("workshop", "matchmaking")
    )
    override = {"search.rate": 0.1}
    absent = abm.run(tiny(tmp_path, 20, "brokers = []\n" + calendar, override, 36))
    idle = abm.run(tiny(tmp_path, 20, calendar, {**override, "broker.capacity": 0}, 36))
    assert len(idle.brokers) == 1 and len(absent.brokers) == 0
    assert len(absent.partnerships) > 20 and len(absent.links) > 20
    for table in ("series", "partnerships", "links", "events", "cities", "organisations"):
        pd.testing.assert_frame_equal(getattr(idle, table), getattr(absent, table), check_exact=True)
