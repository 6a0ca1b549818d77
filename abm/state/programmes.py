"""What brings cities together: programmes, members, calendars, events, travel shocks, brokers, policies."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from abm.state.memory import Col, Record
from abm.state.words import NONE, OPEN


class Member(Record):
    """A city's membership of a programme, or of the world outside all of them."""

    programme: Annotated[int, Col("row of the programme, or −1: the city takes part in the world by itself")]
    city: Annotated[int, Col("row of the city")]
    role: Annotated[int, Col("standing once it has entered (Standing)")]
    entry: Annotated[int, Col("month of entry", "month")]
    leaves: Annotated[int, Col("month in which it leaves", "month")]
    pairing: Annotated[float, Col("factor of the counterparts that the programme finds it")]
    cohort: Annotated[int, Col("year of entry, from 0; −1: admitted by an expansion", start=NONE)]
    following: Annotated[int, Col("next membership of the same city, or −1", start=NONE)]
    standing: Annotated[int, Col("standing this month (Standing)")]
    paired: Annotated[bool, Col("the programme has found its first counterparts")]
    looked: Annotated[bool, Col("the programme has looked for them")]


class Programme(Record):
    """A programme: some member cities, a calendar, brokers."""

    key: Annotated[np.uint64, Col("lasting key")]
    first_member: Annotated[int, Col("first row of its members")]
    n_members: Annotated[int, Col("number of its members and associates")]
    pairing: Annotated[int, Col("whom it finds for its entrants (Pairing)")]
    online_sessions: Annotated[float, Col("online sessions while nobody travels", "per month", start=OPEN)]
    first_shock: Annotated[int, Col("first row of the travel shocks that it answers")]
    n_shocks: Annotated[int, Col("number of them")]
    calendar: Annotated[float, Col("factor of the scale of its calendar, at most 1", start=1, quiet=True)]
    changed: Annotated[bool, Col("a member has entered or left this month")]
    online: Annotated[int, Col("online events of its calendar this month", "events")]
    first_partnership: Annotated[int, Col("first of its living partnerships in `of_programme`")]
    n_partnerships: Annotated[int, Col("number of them at the month's start", "partnerships")]


class Entry(Record):
    """One line of a programme's event calendar; each year's events of a run are drawn from it."""

    key: Annotated[np.uint64, Col("lasting key, of (programme, type, ordinal)")]
    programme: Annotated[int, Col("row of the programme")]
    type: Annotated[int, Col("kind of event (EventType)")]
    month: Annotated[int, Col("month of the year counted from the start, or −1: spread over the year", "month")]
    yearly: Annotated[float, Col("events a year", "events a year")]
    seats: Annotated[int, Col("seats", "cities")]
    theme: Annotated[int, Col("theme; −1 none; −2 drawn for each event")]
    mode: Annotated[int, Col("how people meet (Mode)")]
    curated: Annotated[bool, Col("organisations are brought along")]
    appeal: Annotated[float, Col("attraction a of this type of event (E7)")]
    venue: Annotated[int, Col("host city, or −1: drawn")]
    start: Annotated[int, Col("first month in which it is held", "month")]
    end: Annotated[int, Col("first month in which it is no longer held", "month")]
    hosted: Annotated[bool, Col("a grant pays for it: its host is sure to come, and no scale multiplies it")]


class Window(Record):
    """One travel shock: from its first month to the month before its last."""

    start: Annotated[int, Col("first month", "month")]
    end: Annotated[int, Col("first month after it", "month")]
    response: Annotated[int, Col("what becomes of the events (Response)")]
    hybrid_after: Annotated[bool, Col("events stay hybrid when it is over")]


class Event(Record):
    """One event of the calendar of this run."""

    key: Annotated[np.uint64, Col("lasting key")]
    programme: Annotated[int, Col("row of the programme that holds it")]
    type: Annotated[int, Col("kind of event (EventType)")]
    mode: Annotated[int, Col("how people meet (Mode)")]
    month: Annotated[int, Col("month", "month")]
    seats: Annotated[int, Col("seats", "cities")]
    theme: Annotated[int, Col("theme, or −1", start=NONE)]
    curated: Annotated[bool, Col("organisations are brought along")]
    appeal: Annotated[float, Col("attraction of the type of event", "1")]
    turn: Annotated[int, Col("counts the events of a type, so that blocs alternate as hosts")]
    venue: Annotated[int, Col("host city, or −1", start=NONE)]
    n_cities: Annotated[int, Col("cities that took part", "cities")]
    n_meetings: Annotated[int, Col("pairs of cities that met", "meetings")]
    travel: Annotated[float, Col("distance travelled, both ways", "km")]
    cost: Annotated[float, Col("cost of the event", "cost units")]
    hosted: Annotated[bool, Col("its host is sure to come", quiet=True)]


class Broker(Record):
    """A broker, who introduces cities and aligns their expectations."""

    key: Annotated[np.uint64, Col("lasting key")]
    programme: Annotated[int, Col("row of the programme it works for")]
    capacity: Annotated[float, Col("work a month", "units a month", start=OPEN)]
    alignment_share: Annotated[float, Col("share of the work spent on alignment sessions", "0…1", start=OPEN)]
    noise: Annotated[float, Col("standard deviation of its misjudgement", start=OPEN)]
    sample: Annotated[int, Col("candidates looked at in a month, where there are too many to see all", start=OPEN)]
    strategy: Annotated[int, Col("how it chooses (Strategy)", start=OPEN)]
    region: Annotated[int, Col("one side of every introduction is of this bloc, or −1")]
    introductions: Annotated[int, Col("introductions it can make this month", "units")]
    n_sessions: Annotated[int, Col("alignment sessions held so far", "sessions")]
    n_offered: Annotated[int, Col("introductions offered so far", "introductions")]
    n_accepted: Annotated[int, Col("introductions that became a contact so far", "introductions")]
    effort: Annotated[float, Col("factor of its capacity", start=1, quiet=True)]
    most_effort: Annotated[float, Col("largest factor of its capacity in the whole run", start=1, quiet=True)]


class Policy(Record):
    """One line of the policy calendar."""

    key: Annotated[np.uint64, Col("lasting key, of (kind, start, ordinal)")]
    act: Annotated[int, Col("what it does to those it picks (Act)")]
    start: Annotated[int, Col("first month in which it acts", "month")]
    end: Annotated[int, Col("first month in which it no longer acts", "month")]
    theme: Annotated[int, Col("theme; −1 for all")]
    strength: Annotated[float, Col("how strong it is, in the unit of its kind")]
    cost: Annotated[float, Col("cost while it acts", "cost units a month")]
    programme: Annotated[int, Col("row of the programme that it is of; −1 for the whole world", start=NONE)]
    broker: Annotated[int, Col("row of the broker whom it concerns; −1 for all")]
    named: Annotated[bool, Col("cities are named; else it picks them itself or concerns all")]
    network: Annotated[int, Col("row of its network in `peers`, or −1")]
    n_served: Annotated[int, Col("partnerships funded or aligned, or cities awarded, so far")]


class Effect(Record):
    """One column that a policy sets while it acts."""

    policy: Annotated[int, Col("row of the policy")]
    target: Annotated[int, Col("which column (Target)")]
    value: Annotated[float, Col("factor of the column, or what it becomes")]
