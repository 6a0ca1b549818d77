"""Cities and organisations: agents that search, consent and join (E1–E6, E10, E12, E16)."""

from __future__ import annotations

import math
from collections import Counter

import mesa

from abm.input.cities import CityRow, log_size
from abm.shared.pairs import EARTH_RADIUS_KM, THEME_FLOOR
from abm.state.words import N_THEMES, Kind, Ladder, Origin, Stage, Standing
from benchmarks.plain_mesa.ties import Encounter, Link, Partnership, Practice


class City(mesa.Agent):
    """A city: it joins the programme, searches for partners and consents to contacts (E1–E6, E10)."""

    def __init__(self, model: mesa.Model, row: CityRow) -> None:
        super().__init__(model)
        rng, spread = self.random, model.p["city.engagement_spread"]
        self.row = row
        self.engagement = model.weight_of(row) * rng.lognormvariate(-0.5 * spread**2, spread)
        self.capacity = max(1, math.floor(model.p["city.capacity"] * self.engagement + 0.5))
        self.ambition = rng.betavariate(2, 2)
        self.need = [rng.betavariate(2, 2) for _ in range(N_THEMES)]
        self.first_need = list(self.need)
        self.standing = Standing.OUTSIDE
        self.paired = False
        self.by_cohort = rng.random() < model.p["pairing.within_cohort"]
        self.context = (rng.random(), rng.random())
        self.ladder: dict[Practice, Ladder] = {}  # what it has heard of
        self.adopted: list[Practice] = []
        self.n_adopted = [0] * N_THEMES
        self.organisations: list[Organisation] = []
        self.links: list[Link] = []
        self.signed: set[City] = set()  # cities with which it ever signed a memorandum

    def adopt(self, practices: list[Practice]) -> None:
        for practice in practices:
            self.ladder[practice] = Ladder.ADOPTED
            self.adopted.append(practice)
            self.n_adopted[practice.theme] += 1
        themes, scale = range(self.model.n_themes), self.model.p["practice.skill_scale"]
        total = sum(self.n_adopted[theme] + 0.5 for theme in themes)
        self.skill = [1.0 - math.exp(-self.n_adopted[theme] / scale) for theme in themes]
        self.portfolio = [(self.n_adopted[theme] + 0.5) / total for theme in themes]

    def enter(self) -> None:
        here = self.row.weight > 0 and self.row.entry_month <= self.model.month
        self.standing = self.row.role if here else Standing.OUTSIDE

    def change_leadership(self) -> None:
        if self.random.random() < self.model.p["city.leadership_change"]:
            self.ambition = self.random.betavariate(2, 2)

    def across(self, other: City) -> bool:
        return self.row.region != other.row.region

    def entered_with(self, other: City) -> bool:
        """Say whether both are members who entered in the same year."""
        same_year = self.row.entry_month // 12 == other.row.entry_month // 12
        return same_year and self.row.role == other.row.role == Standing.MEMBER

    def distance(self, other: City) -> float:
        phi, phi_other = math.radians(self.row.latitude), math.radians(other.row.latitude)
        north = math.sin((phi_other - phi) / 2)
        east = math.sin(math.radians(other.row.longitude - self.row.longitude) / 2)
        chord = north**2 + math.cos(phi) * math.cos(phi_other) * east**2
        return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))

    def complementarity(self, other: City, theme: int) -> float:
        return self.need[theme] * other.skill[theme] + other.need[theme] * self.skill[theme]

    def meeting_theme(self, other: City) -> int:
        themes = range(self.model.n_themes)
        return self.random.choices(themes, [self.complementarity(other, x) + THEME_FLOOR for x in themes])[0]

    def fit(self, practice: Practice) -> float:
        return math.exp(
            -(math.dist(self.context, practice.origin.context) ** 2) / (2.0 * self.model.p["trial.context_width"] ** 2)
        )

    def linked_organisations(self) -> list[Organisation]:
        return [link.other(self) for link in self.links if link.ended is None]

    def living_ties(self) -> list[Partnership]:
        return [tie for _, _, tie in self.model.ties.edges(self, data="partnership")]

    def partners(self) -> list[City]:
        return list(self.model.ties[self])

    def has_room(self) -> bool:
        load = sum(0.25 if tie.stage == Stage.CONTACT else 1.0 for tie in self.living_ties())
        return load < self.capacity

    def search(self) -> None:
        if not self.standing:
            return
        p = self.model.p
        for _ in range(self.rng.poisson(min(p["search.rate"] * self.engagement, 500.0))):
            triadic = self.random.random() < p["search.triadic_share"]
            found = self.partner_of_partners() if triadic else self.by_weight()
            if found is not None and found.standing:
                self.model.meet(self, found, None, Origin.SEARCH)

    def by_weight(self) -> City | None:
        p = self.model.p
        found = [c for c in self.model.cities if c is not self and c.standing and self.model.may_form(self, c)]
        weights = []
        for city in found:
            nearness = math.exp(-self.distance(city) / p["search.proximity_km"])
            domestic = p["search.domestic_factor"] if city.row.country == self.row.country else 1.0
            weights.append(city.engagement * domestic * math.exp(p["search.proximity"] * nearness))
        return self.random.choices(found, weights)[0] if sum(weights) > 0 else None

    def partner_of_partners(self) -> City | None:
        found = self
        for steps in (1, 2, 3):
            if steps == 3 and self.model.may_form(self, found):
                break
            partners = found.partners()
            if not partners:
                return None
            found = self.random.choice(partners)
        if found.row.country == self.row.country and self.random.random() >= self.model.p["search.domestic_walks"]:
            return None
        return found if found is not self and self.model.may_form(self, found) else None

    def wants(self, other: City, meeting: Encounter) -> bool:
        return self.random.random() < 1.0 / (1.0 + math.exp(-self.utility(other, meeting)))

    def utility(self, other: City, meeting: Encounter) -> float:
        p, theme = self.model.p, meeting.theme
        distance = sum(abs(a - b) for a, b in zip(self.portfolio, other.portfolio, strict=True)) / 2
        x = distance / p["contact.best_distance"]
        common = len(self.model.ties[self].keys() & self.model.ties[other].keys())
        return (
            p["contact.baseline"]
            + p["contact.complementarity"] * self.need[theme] * other.skill[theme]
            + p["contact.learning"] * max(0.0, x * (2.0 - x))
            - p["contact.bloc_barrier"] * self.across(other)
            - p["contact.size_barrier"] * abs(log_size(self.row) - log_size(other.row))
            + p["contact.common_partners"] * common / (1.0 + common)
            + p["contact.popularity"] * math.log(1.0 + len(other.partners()))
            + p["contact.memory"] * (other in self.signed)
            + p["contact.brokered_bonus"] * (meeting.origin == Origin.BROKER)
            + p["contact.organisation_bonus"] * self.linked_by_organisations(other, theme)
        )

    def linked_by_organisations(self, other: City, theme: int) -> bool:
        """Links of this month do not count yet."""
        return any(
            link.ended is None
            and link.begun < self.model.month
            and link.theme == theme
            and link.other(organisation) in other.organisations
            for organisation in self.organisations
            for link in organisation.links
        )

    def free_organisation(self, theme: int, kind: Kind | None = None) -> Organisation | None:
        free = [o for o in self.organisations if (kind is None or o.kind == kind) and theme in o.themes and o.is_free()]
        return self.random.choices(free, [1 + o.mastered_in[theme] for o in free])[0] if free else None


class Organisation(mesa.Agent):
    """A university or a firm, which joins partnerships and links on its own (E12, E12b)."""

    def __init__(self, model: mesa.Model, city: City, kind: Kind) -> None:
        super().__init__(model)
        self.city, self.kind = city, kind
        city.organisations.append(self)
        self.themes = self.random.sample(range(model.n_themes), 2)
        self.mastered: dict[Practice, None] = {}  # in order, as a set would not be
        self.mastered_in: Counter[int] = Counter()
        for practice in city.adopted:
            if practice.theme in self.themes and self.random.random() < 0.5:
                self.master(practice)
        self.slots_taken = 0
        self.links: list[Link] = []

    def master(self, practice: Practice) -> None:
        self.mastered[practice] = None
        self.mastered_in[practice.theme] += 1

    def lacks(self, practice: Practice) -> bool:
        return practice.theme in self.themes and practice not in self.mastered

    def linked_organisations(self) -> list[Organisation]:
        others = [link.other(self) for link in self.links if link.ended is None]
        return [other for other in others if isinstance(other, Organisation)]

    def is_free(self) -> bool:
        return self.slots_taken < self.model.p["helix.slots"]

    def agrees(self, theme: int, matchmaking: bool, abroad: City) -> bool:
        rate = self.model.p["helix.university_rate"]
        if self.kind == Kind.FIRM:
            rate = self.model.p["helix.firm_rate"] * (self.model.p["helix.matchmaking"] if matchmaking else 1.0)
        known = any(link.other(self) is abroad for link in self.links)
        u = self.model.p["helix.familiarity"] * known + math.log(1 + self.mastered_in[theme]) - 0.5 * self.slots_taken
        return self.random.random() < min(1.0, 2.0 * rate / (1.0 + math.exp(-u)))

    def joins(self, tie: Partnership) -> bool:
        return self.agrees(tie.theme, tie.matched, tie.other(self.city))
