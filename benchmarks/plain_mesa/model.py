"""The month of the plain Mesa program: pairing, contacts, roles and the ladder."""

from __future__ import annotations

import heapq
import math
from functools import partial
from statistics import fmean

import mesa
import networkx as nx
import pandas as pd

from abm.input.cities import CityRow, log_size
from abm.input.scenario import Scenario
from abm.measures.graph import MONTHLY_BELOW
from abm.rules.own_links import LIFETIME_MONTHS
from abm.state.words import Kind, Mode, Origin, Response, Stage, Standing
from benchmarks.plain_mesa.actors import City, Organisation
from benchmarks.plain_mesa.brokers import Broker
from benchmarks.plain_mesa.contacts import make_contacts
from benchmarks.plain_mesa.events import Event, events_of_month
from benchmarks.plain_mesa.knowledge import spread
from benchmarks.plain_mesa.measures import measures
from benchmarks.plain_mesa.ties import Encounter, Link, Partnership, Practice


class PlainModel(mesa.Model):
    """Cities, organisations and brokers of a scenario, month by month."""

    def __init__(self, plan: Scenario, seed: int) -> None:
        super().__init__(rng=seed)
        refuse_what_is_left_out(plan)
        self.plan, self.p, self.month = plan, plan.values, 0
        self.n_themes: int = self.p["world.n_themes"]
        self.shocks = [(plan.month_of(shock.start), plan.month_of(shock.end)) for shock in plan.shocks]
        self.ties = nx.MultiGraph()  # living partnerships, keyed by theme
        self.practices: list[Practice] = []
        self.adoptions: list[tuple[City, Practice]] = []
        self.partnerships: list[Partnership] = []
        self.living: list[Partnership] = []
        self.own_links: list[Link] = []
        self.encounters: list[Encounter] = []
        self.events: list[Event] = []
        self.judgements: dict[frozenset[City], float] = {}
        for row in plan.cities:
            City(self, row)
        self.cities = self.agents_by_type[City]
        self.ties.add_nodes_from(self.cities)
        self.regions = sorted({city.row.region for city in self.cities})
        self.begin_practices()
        for city in self.cities:
            for kind, given in zip(Kind, (city.row.universities, city.row.firms), strict=True):
                usual = self.p["world.universities" if kind == Kind.UNIVERSITY else "world.firms"]
                for _ in range(given if given >= 0 else usual):
                    Organisation(self, city, kind)
        self.organisations = self.agents_by_type[Organisation]
        self.brokers = [Broker(self, entry) for entry in plan.brokers]
        self.datacollector = mesa.DataCollector({name: partial(_measured, name=name) for name in measures(self)})

    def add_practice(self, theme: int, origin: City) -> Practice:
        practice = Practice(theme, origin, self.random.betavariate(4, 2), self.p["practice.initial_evidence"])
        self.practices.append(practice)
        return practice

    def weight_of(self, row: CityRow) -> float:
        """Return the weight of a city in engagement, larger for cities that are large in their bloc."""
        most = math.log(self.p["city.size_saturation"] / 1e6)
        peers = [city for city in self.plan.cities if city.region == row.region and city.weight > 0]
        typical = fmean([min(most, log_size(city)) for city in peers] or [0.0])
        return row.weight * math.exp(self.p["city.size_effect"] * (min(most, log_size(row)) - typical))

    def begin_practices(self) -> None:
        cities = list(self.cities)
        weights = [city.row.weight for city in cities]
        for theme in range(self.n_themes):
            for _ in range(self.p["practice.per_theme"]):
                self.add_practice(theme, self.random.choices(cities, weights)[0])
        share = self.p["practice.initial_share"]
        for city in cities:
            city.adopt([k for k in self.practices if k.origin is city or self.random.random() < share])

    def step(self) -> None:
        """Let one month happen."""
        self.encounters = []
        self.cities.do("enter")
        self.change_leaders()
        self.pair_entrants()
        events = events_of_month(self)
        for event in events:
            event.hold(self)
        self.events += events
        for broker in self.brokers:
            broker.work()
        self.cities.do("search")
        make_contacts(self)
        for tie in self.living:
            tie.cooperate(self.p, self.random.random())
        self.fill_roles()
        self.climb()
        self.end_own_links()
        spread(self)
        self.measured = measures(self)
        self.datacollector.collect(self)
        self.month += 1

    # 1 exogenous, 2 programme pairing

    def may_form(self, i: City, j: City) -> bool:
        return i.across(j) or not self.p["world.cross_bloc_only"]

    def meet(self, i: City, j: City, theme: int | None, origin: Origin, **details: object) -> None:
        self.encounters.append(Encounter(i, j, theme, origin, **details))

    def change_leaders(self) -> None:
        before = [tie.ambitions_apart() for tie in self.living]
        self.cities.do("change_leadership")
        for tie, apart in zip(self.living, before, strict=True):
            tie.gap = min(1.0, max(0.0, tie.gap + 0.5 * (tie.ambitions_apart() - apart)))

    def members(self) -> list[City]:
        return [city for city in self.cities if city.standing == Standing.MEMBER]

    def pair_entrants(self) -> None:
        for city in self.members():
            if not city.paired:
                best = self.counterparts(city)
                city.paired = bool(best)
                for other in best:
                    self.meet(city, other, None, Origin.PROGRAMME, waived=True)

    def counterparts(self, city: City) -> list[City]:
        """Those of its own cohort come first, and it waits for the first of them."""
        others = [other for other in self.members() if city.across(other)]
        mates = [other for other in self.cities if city.across(other) and city.entered_with(other)]
        if not city.by_cohort or not mates:
            return heapq.nlargest(self.p["pairing.partners"], others, key=partial(self.promise, city))
        if not any(mate in others for mate in mates):
            return []
        return heapq.nlargest(
            self.p["pairing.partners"], others, key=lambda other: (other in mates, self.promise(city, other))
        )

    def promise(self, i: City, j: City) -> float:
        """The programme misjudges a pair once and for all, whichever of the two is the entrant."""
        pair = frozenset((i, j))
        if pair not in self.judgements:
            self.judgements[pair] = self.random.gauss(0.0, self.p["pairing.noise"])
        return fmean(i.complementarity(j, theme) for theme in range(self.n_themes)) + self.judgements[pair]

    # 7 partnerships

    def fill_roles(self) -> None:
        offers = [
            (tie, asked)
            for tie in self.living
            if tie.stage >= Stage.MEMORANDUM
            for kind in Kind
            if not tie.roles[kind]
            for city in (tie.i, tie.j)
            if (asked := city.free_organisation(tie.theme, kind))
        ]
        self.random.shuffle(offers)
        first = {(asked.city, asked.kind): (tie, asked) for tie, asked in offers}  # one a city, kind and month
        agreed = [(tie, asked) for tie, asked in first.values() if asked.joins(tie)]
        for tie, asked in agreed:
            if asked.is_free():
                tie.admit(asked, self.month)

    def climb(self) -> None:
        for tie in self.living:
            tie.matched = False
            up, down = tie.rates(self.p, self.month)
            if self.random.random() < 1.0 - math.exp(-(up + down)):
                if self.random.random() * (up + down) < up:
                    tie.rise(self.month)
                    if tie.stage == Stage.PILOT:
                        tie.guests = self.invited_to(tie)
                else:
                    self.dissolve(tie)
        self.living = [tie for tie in self.living if tie.ended is None]

    def invited_to(self, tie: Partnership) -> list[City]:
        """Return cities drawn without replacement by engagement: those with the shortest exponential waits."""
        waits = []
        for city in self.cities:
            weight = city.engagement ** self.p["project.invitation_weight"]
            weight *= self.p["project.associate_weight"] if city.standing == Standing.ASSOCIATE else 1.0
            if city.standing and weight > 0.0 and city not in (tie.i, tie.j):
                waits.append((self.random.expovariate(weight), city.unique_id, city))
        return [city for _, _, city in heapq.nsmallest(self.rng.poisson(self.p["project.invited"]), waits)]

    def dissolve(self, tie: Partnership) -> None:
        tie.stage, tie.ended = Stage.DISSOLVED, self.month
        self.ties.remove_edge(tie.i, tie.j, tie.theme)
        for organisation in tie.organisations():
            organisation.slots_taken -= 1
        for link in tie.links:
            link.ended = self.month

    def end_own_links(self) -> None:
        for link in self.own_links:
            if link.ended is None and self.month - link.met >= LIFETIME_MONTHS:
                link.ended = self.month


def _measured(model: PlainModel, name: str) -> float:
    return model.measured[name]


def refuse_what_is_left_out(plan: Scenario) -> None:
    """Raise where a scenario asks for what this program does not know, lest it be compared with another model."""
    unknown = (
        plan.values["calendar.scale"] != 1
        or plan.values["ladder.overload_effect"] > 0
        or any(shock.response != Response.CONVERT or shock.hybrid_after for shock in plan.shocks)
    )
    unknown = unknown or any(
        entry.mode != Mode.IN_PERSON or entry.city or entry.date or entry.start or entry.end for entry in plan.calendar
    )
    unknown = unknown or len(plan.parts()) != 1 or not plan.own
    if unknown or any(policy.kind != "grant" for policy in plan.policies):
        raise NotImplementedError(
            "the plain program knows one programme, yearly events in person at a drawn host, conversion, and grants"
        )
    if len(plan.cities) >= MONTHLY_BELOW and plan.months > 11:
        raise NotImplementedError("the plain program does not measure the network of a large world, due in month 11")


def simulate(plan: Scenario, seed: int) -> pd.DataFrame:
    """Run one seed; return what was recorded, one row a month."""
    model = PlainModel(plan, seed)
    for _ in range(plan.months):
        model.step()
    return model.datacollector.get_model_vars_dataframe()
