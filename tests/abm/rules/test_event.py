"""Who comes to an event, who gets a seat, who meets, and what it costs (E7)."""

import math

import numpy as np
import pytest

from abm import draws
from abm.rules import event, membership
from abm.shared.pairs import distance
from abm.state import append
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.month import Attendee
from abm.state.neighbours import both
from abm.state.words import NONE, EventType, Mode, Origin, Standing
from tests.abm.rules.small import LUCKS, SEED, TEST, luck, next_luck, partner, world

ZERO = {"event.cost_sensitivity": 0.0}


@pytest.mark.parametrize(
    ("theme", "appeal", "attracted"), [(0, 1.0, 2.0 * 0.9), (1, 1.5, 3.0 * 0.7), (NONE, 1.0, 2.0 * 0.8)]
)
def test_a_city_is_attracted_by_its_engagement_and_half_and_its_need(tmp_path, theme, appeal, attracted):
    w, _ = world(tmp_path)
    w.cities.engagement[1], w.cities.need[1, :2] = 2.0, (0.4, 0.2)
    assert event.attraction(w.cities, 2, appeal, theme, 1) == pytest.approx(attracted)


def held_once(w, mode=Mode.IN_PERSON, kind=EventType.WORKSHOP, **columns):
    """Put one event on the calendar, and return its row."""
    e = append.event(handle(w), TEST)
    usual = {"key": draws.entity("event", e), "mode": mode, "type": kind, "theme": 0, "seats": 99, "appeal": 1e6}
    for name, value in (usual | columns).items():
        w.events[name][e] = value
    return e


@pytest.fixture
def six(tmp_path):
    """Return a world of three cities in each of two blocs, alike in engagement and need."""
    w, p = world(tmp_path, "EWEWEW", ZERO)
    w.cities.engagement[:], w.cities.need[:] = 1.0, 0.5
    return w, p


@pytest.mark.parametrize(("turn", "bloc"), [(0, "EEE"), (1, "WWW"), (2, "EEE")])
def test_the_host_is_of_the_bloc_whose_turn_it_is_and_drawn_by_engagement(six, turn, bloc):
    w, _ = six
    w.cities.engagement[:] = 1.0, 1.0, 4.0, 4.0, 0.5, 0.5
    rows = [0, 2, 4] if bloc == "EEE" else [1, 3, 5]
    hosts = set()
    for _ in range(25):
        e = held_once(w, turn=turn)
        key = w.events.key[e]
        waits = {
            i: draws.exponential(luck(event.VENUE, 0, key, w.cities.key[i])) / w.cities.engagement[i] for i in rows
        }
        hosts.add(event.choose_venue(handle(w), SEED, e))
        assert hosts >= {min(waits, key=waits.get)}
    assert len(hosts) > 1 and hosts <= set(rows)


def test_a_bloc_without_a_member_passes_its_turn_on(six):
    w, _ = six
    w.members.standing[[0, 2]] = Standing.ASSOCIATE
    w.cities.region[4] = 1
    assert event.choose_venue(handle(w), SEED, held_once(w, turn=0)) in (1, 3, 4, 5)


@pytest.mark.parametrize(("n_members", "host"), [(3, NONE), (4, 5)])
def test_too_few_members_hold_nothing_not_even_where_the_host_is_named(six, n_members, host):
    w, _ = six
    w.members.standing[n_members:] = Standing.ASSOCIATE
    assert event.choose_venue(handle(w), SEED, held_once(w, venue=5)) == host


def attendees(w, p, e, host=0):
    """Let those come to event ``e`` who want to, and return them."""
    w.count.attendees, w.events.venue[e] = 0, host
    event.gather(handle(w), p, SEED, e)
    return w.attendees[: int(w.count.attendees)]


def test_members_and_associates_come_and_nobody_else(six):
    w, p = six
    w.members.standing[:3] = Standing.OUTSIDE, Standing.ASSOCIATE, Standing.MEMBER
    assert attendees(w, p, held_once(w), host=2).city.tolist() == [1, 2, 3, 4, 5]


def test_a_city_comes_by_chance_and_travel_deters_it(six):
    w, p = six
    p.event.cost_sensitivity = 1.5
    w.cities.travel[0] = 0.5
    seen = set()
    for _ in range(20):
        e = held_once(w, appeal=1.2)
        come = set(attendees(w, p, e).city.tolist())
        for i in range(6):
            weight = 1.2 * math.exp(-1.5 * distance(w.cities, i, 0) * 0.5 / 10_000)
            u = draws.uniform(luck(event.ATTEND, 0, w.events.key[e], w.cities.key[i]))
            assert (i in come) == (u < 1.0 - math.exp(-weight))
        seen.add(tuple(sorted(come)))
    assert len(seen) > 5


@pytest.mark.parametrize(("mode", "km"), [(Mode.ONLINE, False), (Mode.IN_PERSON, True)])
def test_nobody_travels_to_an_event_online(six, mode, km):
    w, p = six
    rows = attendees(w, p, held_once(w, mode=mode))
    assert rows.in_person.tolist() == [km] * 6
    assert rows.distance == pytest.approx([distance(w.cities, i, 0) if km else 0.0 for i in range(6)])


def test_to_a_hybrid_event_those_come_in_person_whose_draw_exceeds_the_cost(six):
    w, p = six
    e = held_once(w, mode=Mode.HYBRID)
    rows = attendees(w, p, e)
    for row in rows:
        own = luck(event.ATTEND, 0, w.events.key[e], w.cities.key[row.city])
        assert row.in_person == (draws.uniform(next_luck(own, 1)) > distance(w.cities, row.city, 0) / 10_000)
    assert len(set(rows.in_person)) == 2


@pytest.mark.parametrize(("hosted", "comes"), [(True, True), (False, False)])
def test_the_host_of_a_grant_is_sure_to_come(six, hosted, comes):
    w, p = six
    w.cities.engagement[:] = 0.0
    assert attendees(w, p, held_once(w, hosted=hosted), host=3).city.tolist() == ([3] if comes else [])


def test_seats_go_to_those_with_the_shortest_waits(six):
    for seats in (1, 2, 5, 6):
        rows = allocate(Attendee, 30)
        rows.city[:], rows.luck[:], rows.weight[:] = range(30), LUCKS[:30], [1.0 + x % 4 for x in range(30)]
        waits = [draws.exponential(next_luck(own, 2)) / (1.0 + x % 4) for x, own in enumerate(LUCKS[:30])]
        event.race(rows, 30, np.zeros(seats, np.int64))
        assert sorted(rows.city[:seats].tolist()) == sorted(sorted(range(30), key=waits.__getitem__)[:seats])


def test_no_more_come_than_there_are_seats(six):
    w, p = six
    assert len(attendees(w, p, held_once(w, seats=4))) == 4


def mingled(w, p, mode=Mode.IN_PERSON, in_person=True, **columns):
    """Let four cities mingle at an event, and return the event and its meetings."""
    e = held_once(w, mode=mode, venue=0, **columns)
    w.count.attendees = 0
    w.count.encounters = 0
    for i in (0, 1, 2, 3):
        x = append.attendee(handle(w), TEST)
        w.attendees.city[x], w.attendees.in_person[x], w.attendees.distance[x] = i, in_person, 100.0 * i
    event.mingle(handle(w), p, SEED, 0, e)
    return w.events[e], w.encounters[: int(w.count.encounters)]


def test_everybody_meets_everybody_where_each_meets_as_many_as_come(six):
    w, p = six
    row, met = mingled(w, p)
    pairs = {frozenset(pair) for pair in zip(met.i.tolist(), met.j.tolist(), strict=True)}
    assert len(pairs) == len(met) == row.n_meetings == 6 and row.n_cities == 4
    assert set(met.origin) == {Origin.EVENT} and set(met.source) == {0} and set(met.theme) == {0}
    assert {(int(m.i) % 2 == int(m.j) % 2, bool(m.may_form)) for m in met} == {(True, False), (False, True)}


@pytest.mark.parametrize(
    ("mode", "mingling", "share"), [(Mode.IN_PERSON, 1.0, 0.5), (Mode.IN_PERSON, 1.5, 0.75), (Mode.ONLINE, 1.5, 0.5)]
)
def test_a_pair_meets_by_its_draw_and_a_hub_lets_more_meet_in_person(six, mode, mingling, share):
    w, p = six
    p.event.contacts_per_attendee = 1.5  # of three others
    w.cities.mingling[0] = mingling
    row, met = mingled(w, p, mode=mode)
    drawn = {
        (i, j)
        for j in range(4)
        for i in range(j)
        if draws.uniform(luck(event.MEET, 0, row.key, both(w.cities.key[i], w.cities.key[j]))) < share
    }
    assert {tuple(sorted(pair)) for pair in zip(met.i.tolist(), met.j.tolist(), strict=True)} == drawn


def test_of_two_that_meet_the_one_of_lower_priority_has_the_initiative(six):
    w, p = six
    row, met = mingled(w, p)
    priority = [luck(event.MEET, 0, row.key, key, counter=1) for key in w.cities.key[:4]]
    assert all(priority[m.i] < priority[m.j] for m in met)
    assert any(m.i > m.j for m in met) and any(m.i < m.j for m in met)


@pytest.mark.parametrize(
    ("in_person", "curated", "weight", "counts"), [(True, True, 1.0, 1.0), (False, False, 0.4, 0.3)]
)
def test_a_meeting_online_counts_less_and_brings_no_organisations(six, in_person, curated, weight, counts):
    w, p = six
    p.event.online_weight, p.event.online_first = 0.4, 0.3
    _, met = mingled(w, p, in_person=in_person, curated=True)
    assert set(met.curated) == {curated} and set(met.weight) == {weight} and set(met.counts) == {counts}


def test_who_meets_somebody_on_a_screen_meets_online(six):
    w, p = six
    p.event.online_weight = 0.4
    e = held_once(w, mode=Mode.HYBRID, venue=0)
    for i in (0, 1, 3):
        w.attendees.city[x := append.attendee(handle(w), TEST)], w.attendees.in_person[x] = i, i != 3
    event.mingle(handle(w), p, SEED, 0, e)
    met = w.encounters[: int(w.count.encounters)]
    assert {frozenset((int(m.i), int(m.j))): float(m.weight) for m in met} == {
        frozenset((0, 1)): 1.0,
        frozenset((0, 3)): 0.4,
        frozenset((1, 3)): 0.4,
    }


@pytest.mark.parametrize(("in_person", "cost", "travel"), [(True, 4 * 0.5, 2 * 600.0), (False, 4 * 0.1, 0.0)])
def test_seats_cost_and_those_in_person_travel_there_and_back(six, in_person, cost, travel):
    row, _ = mingled(*six, in_person=in_person)
    assert (row.cost, row.travel) == pytest.approx((cost, travel))


def test_who_comes_alone_meets_nobody(six):
    w, p = six
    e = held_once(w, venue=0)
    append.attendee(handle(w), TEST)
    event.mingle(handle(w), p, SEED, 0, e)
    assert (w.count.encounters, w.events.n_cities[e]) == (0, 1)


def test_a_bilateral_session_is_of_the_partnership_with_the_highest_draw(six):
    w, p = six
    p.event.online_weight = 0.4
    rows = [partner(w, i, j) for i, j in ((0, 1), (0, 3), (2, 5))]
    membership.look_after(handle(w))
    for t in range(8):
        w.partnerships.met[:] = 0.0
        e = held_once(w, kind=EventType.BILATERAL)
        assert not event.hold(handle(w), p, SEED, t, e)  # nobody is brought together
        lucks = [luck(event.PARTNERSHIP, t, w.events.key[e], w.partnerships.key[r]) for r in rows]
        assert w.partnerships.met[rows].tolist() == [0.4 * (own == max(lucks)) for own in lucks]
        assert (w.events.n_cities[e], w.events.n_meetings[e], w.events.cost[e]) == (2, 1, 0.2)


def test_a_bilateral_session_without_partnerships_costs_nothing(six):
    w, p = six
    e = held_once(w, kind=EventType.BILATERAL)
    event.hold(handle(w), p, SEED, 0, e)
    assert (w.events.n_cities[e], w.events.cost[e]) == (0, 0.0)


@pytest.mark.parametrize(
    ("mode", "n_members", "took_place", "after"),
    [
        (Mode.CANCELLED, 6, False, Mode.CANCELLED),
        (Mode.IN_PERSON, 3, False, Mode.CANCELLED),
        (Mode.IN_PERSON, 6, True, Mode.IN_PERSON),
    ],
    ids=["cancelled", "too few members", "held"],
)
def test_an_event_takes_place_if_there_is_a_host(six, mode, n_members, took_place, after):
    w, p = six
    w.members.standing[n_members:] = Standing.OUTSIDE
    e = held_once(w, mode=mode)
    assert event.hold(handle(w), p, SEED, 0, e) == took_place
    assert (w.events.mode[e], w.events.n_cities[e], w.events.venue[e] != NONE) == (after, 6 * took_place, took_place)
