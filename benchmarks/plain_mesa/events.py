"""The programme's events: when and how they are held, who comes, who meets (E7, E8), who links there (E12b)."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean
from typing import TYPE_CHECKING

from abm.input.entries import CalendarEntry, MonthName
from abm.rules.event import COST_KM, FEWEST_MEMBERS
from abm.setup.policies import grants
from abm.setup.rows import GRANT_SEATS
from abm.state.words import EventType, Mode, Origin, ThemeChoice
from benchmarks.plain_mesa.actors import City, Organisation
from benchmarks.plain_mesa.ties import Link

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel


def events_of_month(model: PlainModel) -> list[Event]:
    """Return the events that the calendar holds this month, and in a shock the online sessions beyond them."""
    shock = next((start for start, end in model.shocks if start <= model.month < end), None)
    events = [planned(model, entry, n, shock) for entry in model.plan.calendar for n in range(n_due(model, entry))]
    events += [grant(model, theme, city) for month, theme, city, _ in grants(model.plan) if month == model.month]
    if shock is not None:
        moved = sum(event.mode == Mode.ONLINE for event in events)
        n_sessions = model.rng.poisson(model.p["calendar.online_sessions"])
        events += [session(model) for _ in range(moved, n_sessions)]
    return events


def n_due(model: PlainModel, entry: CalendarEntry) -> int:
    if entry.month == MonthName.ANY:
        return int(model.rng.poisson(entry.yearly / 12))
    first = int(model.plan.start[5:]) - 1
    return int(entry.yearly) if (first + model.month) % 12 == entry.month else 0


def planned(model: PlainModel, entry: CalendarEntry, n: int, shock: int | None) -> Event:
    drawn = entry.theme == ThemeChoice.DRAWN or entry.theme >= model.n_themes
    theme = model.random.randrange(model.n_themes) if drawn else int(entry.theme)
    mode = Mode.IN_PERSON
    if shock is not None:
        large = entry.type in (EventType.EXPO, EventType.SUMMER_SCHOOL)
        mode = Mode.CANCELLED if large and model.month < shock + 12 else Mode.ONLINE
    period = model.month if entry.month == MonthName.ANY else model.month // 12
    return Event(
        entry.type, mode, entry.seats, theme if theme >= 0 else None, entry.curated, entry.appeal, turn=period + n + 1
    )


def session(model: PlainModel) -> Event:
    p, rng = model.p, model.random
    if rng.random() < p["calendar.session_bilateral"]:
        return Event(EventType.BILATERAL, Mode.ONLINE)
    return Event(
        EventType.SESSION,
        Mode.ONLINE,
        p["calendar.session_seats"],
        rng.randrange(model.n_themes),
        curated=True,
        appeal=p["calendar.session_appeal"],
    )


def grant(model: PlainModel, theme: int, city: int) -> Event:
    """Return an online session that a grant pays for; its city is sure to come."""
    appeal, host = model.p["calendar.session_appeal"], model.cities[city]
    return Event(EventType.SESSION, Mode.ONLINE, GRANT_SEATS, theme, curated=True, appeal=appeal, guest=host)


@dataclass(eq=False)
class Event:
    """One event; blocs take turns as its hosts."""

    type: EventType
    mode: Mode
    seats: int = 0
    theme: int | None = None
    curated: bool = False
    appeal: float = 0.0
    turn: int = 0
    guest: City | None = None  # sure to come
    cost: float = 0.0
    travel: float = 0.0  # km, both ways

    def hold(self, model: PlainModel) -> None:
        members = model.members()
        if self.type == EventType.BILATERAL and model.living:
            model.random.choice(model.living).met += model.p["event.online_weight"]
            self.cost = 2.0 * model.p["event.online_seat_cost"]
        elif self.type != EventType.BILATERAL and self.mode != Mode.CANCELLED and len(members) >= FEWEST_MEMBERS:
            host = self.host(model, members)
            attendees = self.attendees(model, host)
            self.charge(model, attendees, host)
            self.bring_together(model, attendees)

    def host(self, model: PlainModel, members: list[City]) -> City:
        blocs = sorted({city.row.region for city in members})
        bloc = blocs[self.turn % len(blocs)]
        hosts = [city for city in members if city.row.region == bloc]
        return model.random.choices(hosts, [city.engagement for city in hosts])[0]

    def attendees(self, model: PlainModel, host: City) -> list[City]:
        """Seats go by attraction without replacement: to the shortest exponential waiting times."""
        waits = {}
        for city in model.cities:
            if city is self.guest:
                waits[city] = 0.0
            elif city.standing:
                cost = 0.0 if self.mode == Mode.ONLINE else city.distance(host) / COST_KM
                need = fmean(city.need[: model.n_themes]) if self.theme is None else city.need[self.theme]
                weight = self.appeal * city.engagement * (0.5 + need)
                weight *= math.exp(-model.p["event.cost_sensitivity"] * cost)
                if model.random.random() < 1.0 - math.exp(-weight):
                    waits[city] = model.random.expovariate(weight)
        return heapq.nsmallest(self.seats, waits, key=waits.__getitem__)

    def charge(self, model: PlainModel, attendees: list[City], host: City) -> None:
        online = self.mode == Mode.ONLINE
        self.cost = len(attendees) * model.p["event.online_seat_cost" if online else "event.seat_cost"]
        self.travel = 0.0 if online else 2.0 * sum(city.distance(host) for city in attendees)

    def bring_together(self, model: PlainModel, attendees: list[City]) -> None:
        p, online = model.p, self.mode == Mode.ONLINE
        chance = p["event.contacts_per_attendee"] / max(1, len(attendees) - 1)
        meetings = [pair for pair in combinations(attendees, 2) if model.random.random() < chance]
        for i, j in meetings:
            model.meet(
                i,
                j,
                self.theme,
                Origin.EVENT,
                event=self,
                weight=p["event.online_weight"] if online else 1.0,
                counts=p["event.online_first"] if online else 1.0,
            )
        if self.curated and not online and self.theme is not None:
            brought = {city: city.free_organisation(self.theme) for city in attendees}
            for i, j in meetings:
                if brought[i] and brought[j]:
                    self.link(model, brought[i], brought[j])

    def link(self, model: PlainModel, a: Organisation, b: Organisation) -> None:
        old = next((link for link in a.links if link.own and link.ended is None and link.other(a) is b), None)
        matchmaking = self.type == EventType.MATCHMAKING
        if old:
            old.met = model.month
        elif a.agrees(self.theme, matchmaking, b.city) and b.agrees(self.theme, matchmaking, a.city):
            new = Link(a, b, self.theme, begun=model.month, own=True, met=model.month)
            for links in (model.own_links, a.links, b.links):
                links.append(new)
