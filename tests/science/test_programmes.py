"""Programmes are apart: without a common city none feels another, and nobody works for another's partnerships."""

import numpy as np
import pytest

import abm
from abm.digest import in_use
from abm.input.load import load
from abm.rules import broker, event, membership
from abm.state.handle import handle
from abm.state.words import NONE, EventType, Mode, Origin, Stage
from tests.abm.rules.small import ONE_EACH, SEED, meeting, partner, world
from tests.helpers import towns, write_scenario

APART = {"search.rate": 0.0, "learning.invention_rate": 0.0, "adoption.documented": 0.0}
HALVES = {"green": range(0, 8), "blue": range(8, 16)}
PROGRAMME = """
[[programmes]]
name = "{name}"
members = {cities}
entry = {{ from = "2017-01", to = "2017-09" }}
calendar = "iuc-asia"
brokers = [{{ capacity = 3 }}, {{ strategy = "equity", sample = 3 }}]
[[programmes.policies]]
kind = "joint-call"
start = "2017-10"
strength = 2
[[programmes.policies]]
kind = "award"
start = "2017-10"
[[programmes.policies]]
kind = "thematic-cluster"
theme = "energy"
cities = {cities}
[[programmes.policies]]
kind = "broker-capacity"
start = "2018-03"
[[programmes.policies]]
kind = "closing"
start = "2018-10"
"""
TRAVEL_STOPS = '[[shocks]]\nstart = "2017-12"\nend = "2018-06"\n'
# What is the same whichever rows things have: of a partnership, an event, a step.
COLUMNS = {
    "partnerships": (
        *("key", "i", "j", "theme", "stage", "ever", "begun", "ended", "trust", "gap", "origin", "funded_until"),
        *("university", "firm", "helix_at_pilot"),
    ),
    "events": ("key", "type", "mode", "month", "theme", "venue", "n_cities", "n_meetings", "travel", "cost"),
    "lessons": ("actor", "practice", "month", "before", "after", "path", "source"),
    "links": ("kind", "a", "b", "theme", "begun", "met", "ended"),
}


def named(rows):
    """Return the city_ids of some towns."""
    return [f"town-{i:03}" for i in rows]


def run(folder, *programmes, seed=3):
    """Return a run of some programmes in a world of sixteen cities that take part in nothing else."""
    (folder / "-".join(programmes)).mkdir(exist_ok=True)
    toml = TRAVEL_STOPS + "".join(PROGRAMME.format(name=one, cities=named(HALVES[one])) for one in programmes)
    cities = towns(16, role="outside", universities=2, firms=2)
    return abm.run(write_scenario(folder / "-".join(programmes), cities, toml), seed=seed, months=30, override=APART)


def history(result, name):
    """Return what happened to the cities and organisations of a programme, and at its events, in order."""
    w, half = result.world, set(HALVES[name])
    homes = np.concatenate([np.arange(16), w.organisations.city])
    whose = {"partnerships": "i", "lessons": "actor", "links": "a"}
    found = {}
    for table, columns in COLUMNS.items():
        rows = in_use(w, table)
        if table == "events":
            its = [result.names.programmes[x] == name for x in rows["programme"]]
        else:
            its = [int(homes[actor]) in half for actor in rows[whose[table]]]
        found |= {f"{table}.{column}": rows[column][its].tolist() for column in columns}
    cities = [*HALVES[name]]
    for column in ("need", "ambition", "load", "n_partners", "award_until", "adopted", "standing"):
        found[f"cities.{column}"] = w.cities[column][cities].tolist()
    mine = [x for x, of in enumerate(w.brokers.programme) if result.names.programmes[of] == name]
    for column in ("n_sessions", "n_offered", "n_accepted"):
        found[f"brokers.{column}"] = w.brokers[column][mine].tolist()
    return found


def test_two_programmes_without_a_common_city_have_the_histories_of_two_worlds(tmp_path):
    both = run(tmp_path, "green", "blue")
    for name in HALVES:
        alone, together = history(run(tmp_path, name), name), history(both, name)
        assert len(alone["partnerships.key"]) > 10 and EventType.BILATERAL in alone["events.type"]
        for column, values in alone.items():
            assert together[column] == values, f"{name}: {column}"


def test_the_order_in_which_programmes_are_listed_is_of_no_account(tmp_path):
    one, other = run(tmp_path, "green", "blue"), run(tmp_path, "blue", "green")
    for name in HALVES:
        assert history(one, name) == history(other, name)


def test_a_partnership_is_of_the_programme_that_brought_it_together(tmp_path):
    toml = (
        f'[search]\nrate = 0.5\n[[programmes]]\nname = "a"\nmembers = {named(range(8))}\nbrokers = [{{}}]\n'
        f'calendar = "iuc-asia"\n[[programmes]]\nname = "b"\nmembers = {named(range(4, 12))}\n'
    )
    result = abm.run(write_scenario(tmp_path, towns(16), toml), seed=1, months=36)
    w, t, members = result.world, in_use(result.world, "partnerships"), result.world.members
    of = {(int(m["city"]), int(m["programme"])) for m in members}
    seen = set()
    for row in t:
        common = [x for x in (0, 1) if (int(row["i"]), x) in of and (int(row["j"]), x) in of]
        seen.add((int(row["origin"]), int(row["programme"])))
        if row["origin"] == Origin.SEARCH:
            assert row["programme"] == (common[0] if common else NONE)
        else:
            assert row["programme"] in common
            if row["origin"] == Origin.EVENT:
                assert w.events.programme[row["source"]] == row["programme"] == 0
            if row["origin"] == Origin.BROKER:
                assert w.brokers.programme[row["source"]] == row["programme"] == 0
    assert {(Origin.SEARCH, NONE), (Origin.SEARCH, 1), (Origin.PROGRAMME, 1), (Origin.EVENT, 0)} <= seen
    assert result.programmes.contacts.sum() == np.sum(t["programme"] >= 0)
    assert set(result.partnerships.programme.dropna()) == {"a", "b"}
    assert result.programmes.members.tolist() == [8, 8]
    assert result.programmes.pilots.tolist() == [
        np.sum((t["programme"] == x) & (t["ever"] >= Stage.PILOT)) for x in (0, 1)
    ]


@pytest.fixture
def two(tmp_path):
    """Return a world of two programmes of two cities each, and a partnership of each with the same large gap."""
    w, p = world(tmp_path, "EWEW", toml=ONE_EACH)
    w.partnerships.programme[partner(w, 0, 1, gap=0.5)] = 0
    w.partnerships.programme[partner(w, 2, 3, gap=0.9)] = 1
    membership.look_after(handle(w))
    return w, p


@pytest.mark.parametrize("b", [0, 1])
def test_a_broker_aligns_partnerships_of_its_own_programme_alone(two, b):
    w, p = two
    broker.align(handle(w), p, SEED, 3, b, 5)
    assert w.partnerships.sessions[:2].tolist() == [int(b == 0), int(b == 1)]


@pytest.mark.parametrize("programme", [0, 1])
def test_a_bilateral_session_stays_in_its_programme(two, programme):
    w, p = two
    w.events.type[0], w.events.mode[0], w.events.programme[0] = EventType.BILATERAL, Mode.ONLINE, programme
    for key in range(30):
        w.events.key[0] = key
        event.hold(handle(w), p, SEED, 3, 0)
    assert (w.partnerships.met[:2] > 0.0).tolist() == [programme == 0, programme == 1]


def test_a_meeting_of_a_search_is_of_no_programme_where_the_two_are_of_none_together(tmp_path):
    from abm.rules.contact import programme_of

    w, _ = world(tmp_path, "EWEW", toml=ONE_EACH)
    for (i, j), programme in {(0, 1): 0, (3, 2): 1, (1, 2): NONE}.items():
        assert programme_of(handle(w), w.encounters[meeting(w, i, j)]) == programme


def test_an_association_brings_everybody_together_once(tmp_path):
    toml = (
        f'[world]\ncross_bloc_only = false\n[search]\nrate = 0.0\n[[programmes]]\nname = "club"\npairing = "mutual"\n'
        f'members = {named(range(7))}\nentry = {{ from = "2017-01", to = "2017-06" }}\n'
    )
    result = abm.run(write_scenario(tmp_path, towns(9), toml), seed=1, months=8)
    t = in_use(result.world, "partnerships")
    pairs = sorted(zip(t["i"].tolist(), t["j"].tolist(), strict=True))
    assert pairs == [(i, j) for i in range(7) for j in range(i + 1, 7)]
    assert set(t["origin"]) == {Origin.PROGRAMME} and len(set(t["begun"])) > 2


def test_of_an_association_across_blocs_alone_those_of_a_bloc_are_left_out(tmp_path):
    toml = f'[search]\nrate = 0.0\n[[programmes]]\nname = "club"\npairing = "mutual"\nmembers = {named(range(4))}\n'
    t = in_use(abm.run(write_scenario(tmp_path, towns(4), toml), seed=1, months=2).world, "partnerships")
    assert sorted(zip(t["i"].tolist(), t["j"].tolist(), strict=True)) == [(0, 1), (0, 3), (1, 2), (2, 3)]


def test_a_programme_that_pairs_nobody_does_not(tmp_path):
    toml = f'[search]\nrate = 0.0\n[[programmes]]\nname = "club"\npairing = "none"\nmembers = {named(range(4))}\n'
    assert not abm.run(write_scenario(tmp_path, towns(4), toml), seed=1, months=4).world.count.partnerships


def test_what_one_programme_alone_does_can_be_told(tmp_path):
    path = write_scenario(tmp_path, towns(16), "".join(
        PROGRAMME.format(name=name, cities=named(HALVES[name])) for name in HALVES
    ))  # fmt: skip
    found = abm.attribute(path, 3, without="blue", months=12)
    assert [part.name for part in found.twin.scenario.parts()] == ["green"]
    assert found.summary.loc["partnerships", "only_with"] > 5
    assert not load(path).filtered("brokers", lambda _: False).programmes[0].brokers
