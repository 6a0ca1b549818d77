"""What actors share: practices, meetings, links and partnerships (E10, E11, E13)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abm.state.words import EventType, Kind, Origin, Stage

if TYPE_CHECKING:
    from benchmarks.plain_mesa.actors import City, Organisation
    from benchmarks.plain_mesa.events import Event

WORD = {
    Stage.CONTACT: "contact",
    Stage.MEMORANDUM: "memorandum",
    Stage.ACTION_PLAN: "plan",
    Stage.PILOT: "pilot",
    Stage.SUSTAINED: "sustained",
}
CLIMB = {
    Stage.CONTACT: "ladder.memorandum_rate",
    Stage.MEMORANDUM: "ladder.plan_rate",
    Stage.ACTION_PLAN: "ladder.pilot_rate",
    Stage.PILOT: "ladder.sustain_rate",
}


@dataclass(eq=False)
class Practice:
    """Something that cities may implement and organisations may master."""

    theme: int
    origin: City
    quality: float
    evidence: float


@dataclass(eq=False)
class Encounter:
    """One meeting of two cities."""

    i: City
    j: City
    theme: int | None
    origin: Origin
    event: Event | None = None
    waived: bool = False
    weight: float = 1.0
    counts: float = 1.0


@dataclass(eq=False)
class Link:
    """A triple-helix link of two actors, of a partnership or of two organisations' own."""

    a: City | Organisation
    b: Organisation
    theme: int
    begun: int
    own: bool
    met: int
    ended: int | None = None

    def other(self, actor: City | Organisation) -> City | Organisation:
        return self.b if actor is self.a else self.a


@dataclass(eq=False)
class Partnership:
    """One episode of cooperation of two cities in a theme (E10, E11, E13)."""

    i: City
    j: City
    theme: int
    origin: Origin
    trust: float
    gap: float
    begun: int
    stage: Stage = Stage.CONTACT
    ever: Stage = Stage.CONTACT
    ended: int | None = None
    piloted: int | None = None
    helix_at_pilot: float | None = None
    met: float = 0.0
    sessions: int = 0
    successes: int = 0
    matched: bool = False
    roles: dict[Kind, dict[City, Organisation]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    links: list[Link] = field(default_factory=list)
    guests: list[City] = field(default_factory=list)  # cities that its project invited

    def other(self, city: City) -> City:
        return self.j if city is self.i else self.i

    def organisations(self) -> list[Organisation]:
        return [organisation for role in self.roles.values() for organisation in role.values()]

    def helix(self) -> float:
        return 0.5 * sum(bool(role) for role in self.roles.values())

    def ambitions_apart(self) -> float:
        return abs(self.i.ambition - self.j.ambition)

    def rise(self, month: int) -> None:
        self.stage = self.ever = Stage(self.stage + 1)
        if self.stage == Stage.MEMORANDUM:
            self.i.signed.add(self.j)
            self.j.signed.add(self.i)
        elif self.stage == Stage.PILOT:
            self.piloted, self.helix_at_pilot = month, self.helix()

    def interact(self, meeting: Encounter) -> None:
        self.met += meeting.weight
        self.matched = self.matched or (meeting.event is not None and meeting.event.type == EventType.MATCHMAKING)

    def admit(self, organisation: Organisation, month: int) -> None:
        for actor in [self.other(organisation.city), *self.organisations()]:
            link = Link(actor, organisation, self.theme, begun=month, own=False, met=month)
            for links in (self.links, actor.links, organisation.links):
                links.append(link)
        self.roles[organisation.kind][organisation.city] = organisation
        organisation.slots_taken += 1

    def cooperate(self, p: dict[str, float], luck: float) -> None:
        weight = self.met + p["cooperation.success_weight"] * self.successes
        weight += luck < p[f"cooperation.{WORD[self.stage]}_activity"]
        if weight > 0.0:
            self.trust = 1.0 - (1.0 - self.trust) * (1.0 - p["cooperation.trust_gain"] * (1.0 - self.gap)) ** weight
        else:
            self.trust *= 1.0 - p["cooperation.trust_loss"]
        self.gap *= (1.0 - p["cooperation.natural_closing"]) ** weight
        self.gap *= (1.0 - p["cooperation.broker_closing"]) ** self.sessions
        self.met, self.sessions, self.successes = 0.0, 0, 0

    def rates(self, p: dict[str, float], month: int) -> tuple[float, float]:
        push = p["ladder.trust_effect"] * (self.trust - 0.5) - p["ladder.gap_effect"] * (self.gap - 0.3)
        up = p[CLIMB[self.stage]] * math.exp(push) if self.stage in CLIMB else 0.0
        down = p[f"ladder.{WORD[self.stage]}_exit"] * math.exp(-push)
        if self.stage == Stage.CONTACT and month - self.begun < p["ladder.earliest_memorandum"]:
            up = 0.0
        if self.stage >= Stage.ACTION_PLAN:
            up *= math.exp(p["ladder.helix_effect"] * self.helix())
            up *= (self.i.engagement * self.j.engagement) ** (0.5 * p["ladder.engagement_effect"])
        if self.stage >= Stage.PILOT:
            down *= p["ladder.political_factor"]
        return up, down
