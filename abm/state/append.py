"""Rows are appended here and nowhere else: each begins blank, and none is ever written behind the end of its table.

Rules announce what a month may bring (``most_…``), and no more than that is taken, however long the table is; its last
row is kept free. A row too many is written behind the last and not counted, so that a month always ends; which table it
was, and which process wanted the row, is noted for :mod:`abm.setup.room`, which ends the run by name.
"""

from __future__ import annotations

from abm.machine.jit import Key, State, kernel
from abm.state.entities import Link, Participant, Partnership, Practice
from abm.state.memory import Sized, allocate
from abm.state.month import Attendee, Bond, Candidate, Encounter, Lesson, Offer, Trial
from abm.state.programmes import Event
from abm.state.words import NONE
from abm.state.world import Growing

LISTS = {
    "live": Sized(lambda w: len(w.partnerships), used=lambda w: w.count.live),
    "living_links": Sized(lambda w: len(w.links), used=lambda w: w.count.living_links),
}

_PRACTICE, _EVENT, _ENCOUNTER, _PARTNERSHIP = (allocate(t, 1) for t in (Practice, Event, Encounter, Partnership))
_BOND, _OFFER, _LINK, _LESSON = (allocate(t, 1) for t in (Bond, Offer, Link, Lesson))
_TRIAL, _CANDIDATE, _ATTENDEE, _PARTICIPANT = (allocate(t, 1) for t in (Trial, Candidate, Attendee, Participant))


@kernel
def allow_all(w: State) -> None:
    """Let every table take rows to its end: before a run begins nobody has announced any."""
    w.limit.practices = len(w.practices) - 1
    w.limit.events = len(w.events) - 1
    w.limit.encounters = len(w.encounters) - 1
    w.limit.partnerships = len(w.partnerships) - 1
    w.limit.offers = len(w.offers) - 1
    w.limit.links = len(w.links) - 1
    w.limit.lessons = len(w.lessons) - 1
    w.limit.trials = len(w.trials) - 1
    w.limit.candidates = len(w.candidates) - 1
    w.limit.attendees = len(w.attendees) - 1
    w.limit.participants = len(w.participants) - 1


@kernel
def one_more(w: State, table: int, why: Key, n: int, most: int) -> int:
    """Return n + 1, the rows in use with one more; beyond the ``most`` this is noted, and there are n as before."""
    if n < most:
        return n + 1
    if w.count.full == NONE:
        w.count.full = table
        w.count.full_by = why
    return n


@kernel
def practice(w: State, why: Key) -> int:
    """Append a practice, and return its row."""
    k = w.count.practices
    w.count.practices = one_more(w, Growing.PRACTICES, why, k, w.limit.practices)
    w.practices[k] = _PRACTICE[0]
    return k


@kernel
def event(w: State, why: Key) -> int:
    """Append an event, and return its row."""
    e = w.count.events
    w.count.events = one_more(w, Growing.EVENTS, why, e, w.limit.events)
    w.events[e] = _EVENT[0]
    return e


@kernel
def encounter(w: State, why: Key, key: Key, i: int, j: int, theme: int, origin: int, source: int) -> int:
    """Append a meeting in person of cities ``i``, the initiator, and ``j``, and return its row.

    ``why`` is the process that brings them together; the contact phase decides what comes of it.
    """
    x = w.count.encounters
    w.count.encounters = one_more(w, Growing.ENCOUNTERS, why, x, w.limit.encounters)
    w.encounters[x] = _ENCOUNTER[0]
    new = w.encounters[x]
    new.key = key
    new.i = i
    new.j = j
    new.theme = theme
    new.origin = origin
    new.source = source
    return x


@kernel
def partnership(w: State, why: Key) -> int:
    """Append a partnership that lives, and return its row."""
    r = w.count.partnerships
    w.count.partnerships = one_more(w, Growing.PARTNERSHIPS, why, r, w.limit.partnerships)
    w.partnerships[r] = _PARTNERSHIP[0]
    if w.count.partnerships > r:
        w.live[w.count.live] = r
        w.count.live += 1
    return r


@kernel
def bond(w: State, why: Key) -> int:
    """Append what a city has with another, no partnership yet, and return its row."""
    x = w.count.bonds
    w.count.bonds = one_more(w, Growing.BONDS, why, x, len(w.bonds) - 1)
    w.bonds[x] = _BOND[0]
    return x


@kernel
def offer(w: State, why: Key) -> int:
    """Append an offer of a role, and return its row."""
    x = w.count.offers
    w.count.offers = one_more(w, Growing.OFFERS, why, x, w.limit.offers)
    w.offers[x] = _OFFER[0]
    return x


@kernel
def link(w: State, why: Key) -> int:
    """Append a link that lives, and return its row."""
    x = w.count.links
    w.count.links = one_more(w, Growing.LINKS, why, x, w.limit.links)
    w.links[x] = _LINK[0]
    if w.count.links > x:
        w.living_links[w.count.living_links] = x
        w.count.living_links += 1
    return x


@kernel
def lesson(w: State, why: Key) -> int:
    """Append a step on the ladder of a practice, and return its row."""
    x = w.count.lessons
    w.count.lessons = one_more(w, Growing.LESSONS, why, x, w.limit.lessons)
    w.lessons[x] = _LESSON[0]
    return x


@kernel
def trial(w: State, why: Key) -> int:
    """Append a decision to try a practice, and return its row."""
    x = w.count.trials
    w.count.trials = one_more(w, Growing.TRIALS, why, x, w.limit.trials)
    w.trials[x] = _TRIAL[0]
    return x


@kernel
def candidate(w: State, why: Key) -> int:
    """Append two cities that a broker might introduce, and return the row."""
    x = w.count.candidates
    w.count.candidates = one_more(w, Growing.CANDIDATES, why, x, w.limit.candidates)
    w.candidates[x] = _CANDIDATE[0]
    return x


@kernel
def attendee(w: State, why: Key) -> int:
    """Append a city that wants to come to the event at hand, and return the row."""
    x = w.count.attendees
    w.count.attendees = one_more(w, Growing.ATTENDEES, why, x, w.limit.attendees)
    w.attendees[x] = _ATTENDEE[0]
    return x


@kernel
def participant(w: State, why: Key) -> int:
    """Append a city that a project has invited, and return its row."""
    x = w.count.participants
    w.count.participants = one_more(w, Growing.PARTICIPANTS, why, x, w.limit.participants)
    w.participants[x] = _PARTICIPANT[0]
    return x
