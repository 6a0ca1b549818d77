"""The events of a run are drawn from the calendar before it starts; a travel shock changes their mode (E7, E8).

A yearly event stands in its month; the others come by a Poisson draw a month. Copy c of an event is kept if its draw
is below s − c + 1, so that calendars of scale s nest; sessions that a grant pays for are held once at any scale. In a
shock missions, workshops, matchmaking, seminars and conferences go online at once; expos and summer schools are
cancelled for a year, then online. λ_on·s counts all online sessions of a programme's month, converted events included;
a share of the extra ones are interactions of its existing partnerships. What is online of itself stays so in a shock
that converts events, and after a shock that leaves the others hybrid.
"""

from __future__ import annotations

import math

from abm import draws
from abm.draws import NOBODY, child, draw, uniform
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import constant, lever, par
from abm.state import append
from abm.state.memory import Rows
from abm.state.programmes import Entry, Window
from abm.state.words import NONE, OPEN, EventType, Mode, Response

CALENDAR = draws.process("calendar.events")
SESSIONS = draws.process("calendar.sessions")
DRAWN = -2


class Params:
    """Section ``[calendar]``."""

    # fmt: off
    scale = lever(1.0, "how many times the calendar is held (s)", "1", (0, 20), (0, 2),
                  "scenario; from no events to twice the programme's")
    online_sessions = par(5.5, "online sessions while nobody travels, converted events included (λ_on)",
                          "per month", (0, 200), (4.5, 6.4), "programme documents: 50 to 70 in 11 months of 2020")
    session_bilateral = par(0.5, "share of extra sessions held by one existing partnership", "1", (0, 1), (0, 1))
    session_seats = constant(3, "cities in an online session", "cities", (2, 100))
    session_appeal = par(1.5, "attraction of an online session (a)", "1", (0, 100), (0.5, 3),
                         "assumed; from that of a mission to twice that of a conference")


@kernel
def shocks_of(w: State, programme: int) -> Rows[Window]:
    """Return the travel shocks that a programme answers."""
    its = w.programmes[programme]
    return w.shocks[its.first_shock : its.first_shock + its.n_shocks]


@kernel
def shock_at(shocks: Rows[Window], t: int) -> int:
    """Return the shock that reigns in month ``t``, or −1."""
    for s in range(len(shocks)):
        if shocks[s].start <= t < shocks[s].end:
            return s
    return NONE


@kernel
def mode_at(shocks: Rows[Window], kind: int, mode: int, t: int) -> int:
    """Return how an event of a kind and usual mode is held in month ``t``."""
    s = shock_at(shocks, t)
    if s == NONE:
        return Mode.HYBRID if mode == Mode.IN_PERSON and stays_hybrid(shocks, t) else mode
    if shocks[s].response == Response.CANCEL:
        return Mode.CANCELLED
    large = kind == EventType.EXPO or kind == EventType.SUMMER_SCHOOL
    return Mode.CANCELLED if large and mode != Mode.ONLINE and t < shocks[s].start + 12 else Mode.ONLINE


@kernel
def stays_hybrid(shocks: Rows[Window], t: int) -> bool:
    """Say whether a shock is over after which events can be attended in person or online."""
    for s in range(len(shocks)):
        if shocks[s].end <= t and shocks[s].hybrid_after:
            return True
    return False


@kernel
def n_due(entry: Entry, seed: Key, t: int) -> int:
    """Return how many events of one calendar line fall into month ``t``, before scaling."""
    if t < entry.start or t >= entry.end:
        return 0
    if entry.month >= 0:
        return int(entry.yearly) if t % 12 == entry.month else 0
    return draws.poisson(draw(seed, CALENDAR, t, entry.key, NOBODY, 0), entry.yearly / 12.0)


@kernel
def is_kept(luck: Key, copy: int, scale: float) -> bool:
    """Say whether copy ``copy`` = 1, 2, … of an event is held at calendar scale s."""
    return uniform(luck) < scale - copy + 1


@kernel
def times_held(entry: Entry, p: Settings) -> float:
    """Return how many times a calendar line is held: s, but once where a grant pays for it."""
    return 1.0 if entry.hosted else p.calendar.scale


@kernel
def n_copies(entry: Entry, p: Settings) -> int:
    """Return the most copies of an event of a calendar line."""
    return int(math.ceil(times_held(entry, p)))


@kernel
def schedule_entries(w: State, p: Settings, seed: Key, t: int) -> None:
    """Add the events of month ``t``, and count those of each programme that are online."""
    for x in range(len(w.programmes)):
        w.programmes[x].online = 0
    for c in range(len(w.calendar)):
        entry = w.calendar[c]
        scale = times_held(entry, p) * w.programmes[entry.programme].calendar
        for n in range(n_due(entry, seed, t)):
            for copy in range(1, n_copies(entry, p) + 1):
                luck = draw(seed, CALENDAR, t, entry.key, NOBODY, 64 * (n + 1) + copy)
                if not is_kept(luck, copy, scale):
                    continue
                mode = mode_at(shocks_of(w, entry.programme), entry.type, entry.mode, t)
                theme = entry.theme
                if theme == DRAWN or theme >= p.world.n_themes:
                    theme = draws.whole(child(luck, 1), p.world.n_themes)
                w.programmes[entry.programme].online += mode == Mode.ONLINE
                turn = (t // 12 if entry.month >= 0 else t) + n + copy
                new = w.events[append.event(w, CALENDAR)]
                new.key = child(luck, 2)
                new.programme = entry.programme
                new.type = entry.type
                new.mode = mode
                new.month = t
                new.seats = entry.seats
                new.theme = theme
                new.curated = entry.curated
                new.appeal = p.calendar.session_appeal if entry.hosted else entry.appeal
                new.turn = turn
                new.venue = entry.venue
                new.hosted = entry.hosted


@kernel
def n_sessions(w: State, p: Settings, programme: int) -> float:
    """Return λ_on·s, the online sessions that a programme holds in a month of a shock if it is not closed."""
    own = w.programmes[programme].online_sessions
    return min((p.calendar.online_sessions if own == OPEN else own) * p.calendar.scale, 500.0)


@kernel
def schedule_sessions(w: State, p: Settings, seed: Key, t: int) -> None:
    """Add the online sessions of a shock month beyond the online events that each programme has."""
    for programme in range(len(w.programmes)):
        shocks = shocks_of(w, programme)
        s = shock_at(shocks, t)
        if s == NONE or shocks[s].response == Response.CANCEL:
            continue
        luck = draw(seed, SESSIONS, t, w.programmes[programme].key, NOBODY, 0)
        rate = n_sessions(w, p, programme) * w.programmes[programme].calendar
        for n in range(w.programmes[programme].online, draws.poisson(luck, rate)):
            own = draw(seed, SESSIONS, t, w.programmes[programme].key, NOBODY, 1 + n)
            new = w.events[append.event(w, SESSIONS)]
            new.key = child(own, 2)
            new.programme = programme
            new.mode = Mode.ONLINE
            new.month = t
            new.theme = draws.whole(child(own, 1), p.world.n_themes)
            if uniform(own) < p.calendar.session_bilateral:
                new.type = EventType.BILATERAL
                new.seats = 2
            else:
                new.type = EventType.SESSION
                new.seats = p.calendar.session_seats
                new.curated = True
                new.appeal = p.calendar.session_appeal


@kernel
def most_sessions(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return an upper bound of the online sessions that a shock adds to month ``t``."""
    n = 0
    for programme in range(len(w.programmes)):
        if shock_at(shocks_of(w, programme), t) != NONE:
            luck = draw(seed, SESSIONS, t, w.programmes[programme].key, NOBODY, 0)
            n += draws.poisson(luck, n_sessions(w, p, programme))
    return n


@kernel
def most_events(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most events of month ``t``: all copies of those that are due, and the sessions of a shock."""
    n = most_sessions(w, p, seed, t)
    for c in range(len(w.calendar)):
        n += n_copies(w.calendar[c], p) * n_due(w.calendar[c], seed, t)
    return n


@kernel
def most_encounters(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most meetings at the events of month ``t``: all seats are taken, and everybody meets everybody."""
    n = most_sessions(w, p, seed, t) * n_pairs(len(w.members), p.calendar.session_seats)
    for c in range(len(w.calendar)):
        entry = w.calendar[c]
        n_members = w.programmes[entry.programme].n_members
        n += n_copies(entry, p) * n_due(entry, seed, t) * n_pairs(n_members, entry.seats)
    return n


@kernel
def n_pairs(n_members: int, seats: int) -> int:
    """Return the most pairs of cities that can meet at an event of a programme of so many members."""
    n = min(seats, n_members)
    return n * (n - 1) // 2


@kernel
def schedule(w: State, p: Settings, seed: Key, t: int) -> None:
    """Add all events of month ``t`` to the calendar of this run."""
    schedule_entries(w, p, seed, t)
    schedule_sessions(w, p, seed, t)
