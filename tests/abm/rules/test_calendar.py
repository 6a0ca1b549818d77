"""When events are due, how many copies are kept, and what a shock adds (E7, E8)."""

import math

import numpy as np
import pytest

from abm import draws
from abm.rules import calendar
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.programmes import Entry, Programme, Window
from abm.state.words import NONE, EventType, Mode, Response
from tests.abm.rules.small import LUCKS, SEED, luck, next_luck, settings, world
from tests.helpers import assert_within


def line(**columns):
    """Return one line of a calendar that is held from month 0 on."""
    table = allocate(Entry, 1)
    for name, value in {"month": NONE, "end": 1000, "seats": 3, "venue": NONE, "theme": NONE, **columns}.items():
        table[name][0] = value
    return table


def windows(*shocks):
    """Return a table of shocks, each (start, end, response, hybrid after)."""
    table = allocate(Window, len(shocks))
    for x, shock in enumerate(shocks):
        table.start[x], table.end[x], table.response[x], table.hybrid_after[x] = shock
    return table


@pytest.mark.parametrize(
    ("t", "n"), [(2, 0), (3, 2), (4, 0), (14, 0), (15, 2), (27, 0), (39, 0)], ids=lambda value: str(value)
)
def test_a_yearly_event_stands_in_its_month_while_it_is_held(t, n):
    assert calendar.n_due(line(month=3, yearly=2.0, start=0, end=27)[0], SEED, t) == n


@pytest.mark.parametrize(("t", "n"), [(4, 0), (5, 1), (6, 0)])
def test_an_event_on_a_date_is_held_once(t, n):
    assert calendar.n_due(line(month=5, yearly=1.0, start=5, end=6)[0], SEED, t) == n


def test_the_others_come_by_a_poisson_draw_of_a_twelfth_of_a_year():
    entry = line(yearly=6.0, start=2, end=400, key=draws.entity("line"))[0]
    found = [calendar.n_due(entry, SEED, t) for t in range(402)]
    assert found[:2] == [0, 0] == found[400:]
    expected = [draws.poisson(luck(calendar.CALENDAR, t, entry.key), 0.5) for t in range(2, 400)]
    assert found[2:400] == expected and len(set(expected)) > 2


@pytest.mark.parametrize(
    ("copy", "scale", "share"),
    [(1, 1.0, 1.0), (1, 0.0, 0.0), (2, 1.0, 0.0), (1, 0.25, 0.25), (2, 1.5, 0.5), (1, 1.5, 1.0), (3, 3.0, 1.0)],
)
def test_a_copy_is_kept_with_what_the_scale_leaves_for_it(copy, scale, share):
    kept = [calendar.is_kept(own, copy, scale) for own in LUCKS]
    assert kept == [draws.uniform(own) < share for own in LUCKS]


def test_calendars_of_smaller_scale_are_part_of_those_of_larger():
    for smaller, larger in ((0.3, 0.4), (0.9, 1.3), (1.3, 1.7)):
        for copy in (1, 2):
            kept = {int(own) for own in LUCKS if calendar.is_kept(own, copy, smaller)}
            assert kept <= {int(own) for own in LUCKS if calendar.is_kept(own, copy, larger)}


@pytest.mark.parametrize(
    ("hosted", "scale", "copies"), [(False, 1.0, 1), (False, 2.2, 3), (False, 0.0, 0), (True, 0.0, 1)]
)
def test_a_grant_is_held_once_whatever_the_scale(hosted, scale, copies):
    p, entry = settings({"calendar.scale": scale}), line(hosted=hosted)[0]
    assert calendar.times_held(entry, p) == (1.0 if hosted else scale)
    assert calendar.n_copies(entry, p) == copies


def test_of_two_shocks_the_first_that_reigns_counts_and_between_them_none():
    shocks = windows((3, 6, Response.CONVERT, False), (5, 9, Response.CANCEL, False))
    assert [calendar.shock_at(shocks, t) for t in range(2, 10)] == [NONE, 0, 0, 0, 1, 1, 1, NONE]


@pytest.mark.parametrize(("t", "stays"), [(5, False), (6, True), (99, True)])
def test_events_stay_hybrid_once_a_shock_that_leaves_them_so_is_over(t, stays):
    assert calendar.stays_hybrid(windows((0, 2, 0, False), (3, 6, 0, True)), t) == stays


@pytest.fixture
def programme(tmp_path):
    """Return a world with a calendar to fill: what the test gives, and the shocks."""

    def made(entries, shocks=(), **changes):
        w, p = world(tmp_path, changes={f"calendar.{name}": value for name, value in changes.items()})
        w.programmes.n_shocks[:] = len(shocks)
        return w._replace(calendar=entries, shocks=windows(*shocks)), p

    return made


def held(w, p, t):
    """Schedule one month and return its events."""
    w.count.events = 0
    calendar.schedule(handle(w), p, SEED, t)
    return w.events[: int(w.count.events)]


def test_an_event_takes_what_its_line_says(programme):
    columns = {
        "type": EventType.EXPO,
        "seats": 9,
        "curated": True,
        "appeal": 2.5,
        "venue": 2,
        "hosted": False,
        "theme": 1,
    }
    w, p = programme(line(month=3, yearly=1.0, mode=Mode.HYBRID, **columns))
    (event,) = held(w, p, 27)
    assert {name: event[name] for name in columns} == columns
    assert (event.mode, event.month, event.programme) == (Mode.HYBRID, 27, 0)
    assert event.turn == 2 + 0 + 1  # the third year's first


def test_a_session_that_a_grant_pays_for_attracts_as_sessions_do(programme):
    w, p = programme(line(month=3, yearly=1.0, hosted=True, appeal=2.5))
    (event,) = held(w, p, 27)
    assert event.hosted and event.appeal == p.calendar.session_appeal != 2.5


def test_what_stands_in_no_month_takes_turns_by_month(programme):
    w, p = programme(line(yearly=60.0))
    found = held(w, p, 27)
    assert len(found) > 1 and found.turn.tolist() == [27 + n + 1 for n in range(len(found))]
    assert len(set(found.key.tolist())) == len(found)


def test_a_theme_that_is_drawn_is_one_of_those_in_use(programme):
    w, p = programme(line(month=3, yearly=30.0, theme=calendar.DRAWN))
    assert set(held(w, p, 3).theme) == {0, 1}
    w, p = programme(line(month=3, yearly=30.0, theme=5))  # of a theme that this world does not have
    assert set(held(w, p, 3).theme) == {0, 1}


def test_the_factor_of_a_programme_thins_its_calendar(programme):
    w, p = programme(line(month=3, yearly=40.0))
    assert len(held(w, p, 3)) == 40
    w.programmes.calendar[0] = 0.5
    keys = [luck(calendar.CALENDAR, 3, w.calendar.key[0], counter=64 * (n + 1) + 1) for n in range(40)]
    assert len(held(w, p, 3)) == sum(draws.uniform(key) < 0.5 for key in keys)


@pytest.mark.parametrize(("response", "t", "some"), [(0, 4, True), (1, 4, False), (0, 8, False)])
def test_only_a_shock_that_converts_adds_sessions(programme, response, t, some):
    w, p = programme(line(end=0), [(2, 8, response, False)], online_sessions=9.0)
    assert bool(len(held(w, p, t))) == some


def test_a_shock_adds_what_is_missing_to_its_number_of_sessions(programme):
    w, p = programme(line(end=0), [(2, 8, 0, False)], online_sessions=12.0)
    n = draws.poisson(luck(calendar.SESSIONS, 4, w.programmes.key[0]), 12.0)
    assert len(held(w, p, 4)) == n > 2
    assert calendar.most_sessions(handle(w), p, SEED, 4) == n
    busy = w._replace(calendar=line(month=4, yearly=2.0))
    assert len(held(busy, p, 4)) == n  # two are online of the calendar
    assert len(held(w._replace(calendar=line(month=4, yearly=n + 3.0)), p, 4)) == n + 3


def two_programmes(w):
    """Return the world with a second programme, of the same members and shocks, that has a calendar of its own."""
    table = allocate(Programme, 2)
    table[:] = w.programmes[0]
    table.key[1] = draws.entity("programme", "another")
    busy = np.concatenate([line(month=4, yearly=20.0), line(month=4, yearly=1.0)]).view(type(w.calendar))
    busy["programme"], busy["key"] = (0, 1), (draws.entity("a"), draws.entity("b"))
    return w._replace(programmes=table, calendar=busy)


def test_each_programme_has_its_own_number_of_sessions(programme):
    w, p = programme(line(end=0), [(2, 8, 0, False)], online_sessions=12.0)
    w = two_programmes(w)
    found = held(w, p, 4)
    n = draws.poisson(luck(calendar.SESSIONS, 4, w.programmes.key[1]), 12.0)
    assert n > 2 and np.sum(found.programme == 1) == n  # the twenty that the other holds online are of no account
    assert np.sum(found.programme == 0) == 20
    lucky = [draws.poisson(luck(calendar.SESSIONS, t, key), 12.0) for t in range(500) for key in w.programmes.key]
    assert_within(float(np.mean(lucky)), 12.0, (12.0 / len(lucky)) ** 0.5)


def test_a_programme_answers_its_own_shocks(programme):
    w, p = programme(line(end=0), [(2, 8, Response.CONVERT, False), (2, 8, Response.CANCEL, False)])
    w = two_programmes(w)
    w.programmes.first_shock[:], w.programmes.n_shocks[:] = (0, 1), 1
    found = held(w, p, 4)
    assert set(found["mode"][found.programme == 0]) == {Mode.ONLINE}
    assert found["mode"][found.programme == 1].tolist() == [Mode.CANCELLED]


def test_a_programme_may_have_another_number_of_sessions(programme):
    w, p = programme(line(end=0), [(2, 8, 0, False)], online_sessions=12.0)
    w.programmes.online_sessions[0] = 0.0
    assert len(held(w, p, 4)) == 0 == calendar.most_sessions(handle(w), p, SEED, 4)
    w.programmes.online_sessions[0] = 40.0
    assert len(held(w, p, 4)) == draws.poisson(luck(calendar.SESSIONS, 4, w.programmes.key[0]), 40.0)


@pytest.mark.parametrize(
    ("bilateral", "kind", "seats", "curated"), [(1.0, EventType.BILATERAL, 2, False), (0.0, EventType.SESSION, 5, True)]
)
def test_a_session_is_of_two_partners_or_of_its_seats(programme, bilateral, kind, seats, curated):
    w, p = programme(line(end=0), [(2, 8, 0, False)], session_bilateral=bilateral, session_seats=5, session_appeal=0.7)
    found = held(w, p, 4)
    assert set(found.type) == {kind} and set(found.seats) == {seats} and set(found.curated) == {curated}
    assert set(found.appeal) == {0.7 if curated else 0.0} and set(found.mode) == {Mode.ONLINE}
    assert found.theme.tolist() == [
        draws.whole(next_luck(luck(calendar.SESSIONS, 4, w.programmes.key[0], counter=1 + n), 1), 2)
        for n in range(len(found))
    ]


@pytest.mark.parametrize("t", [2, 3, 4, 15])
def test_no_month_brings_more_than_was_announced(programme, t):
    w, p = programme(line(month=3, yearly=4.0), [(2, 5, 0, False)], scale=2.5, online_sessions=3.0)
    assert len(held(w, p, t)) <= calendar.most_events(handle(w), p, SEED, t)


@pytest.mark.parametrize(("seats", "pairs"), [(1, 0), (2, 1), (3, 3), (4, 6), (99, 6)])
def test_those_who_have_seats_meet_in_pairs(programme, seats, pairs):
    w, p = programme(line(month=3, yearly=2.0, seats=seats), scale=1.5)
    assert calendar.n_pairs(4, seats) == pairs
    assert calendar.most_encounters(handle(w), p, SEED, 3) == 2 * 2 * pairs == math.ceil(1.5) * 2 * pairs
    assert calendar.most_encounters(handle(w), p, np.uint64(9), 4) == 0
