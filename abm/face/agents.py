"""The actors of the Mesa face: cities, universities, firms and brokers.

An agent is a view of one row of a table: its attributes read the columns, its verbs ask the same kernels that sweeps
run. Override a decision in a subclass (``consent``, ``choose_theme``, ``join``, ``score``) and the model honours it;
``super()`` gives the answer that the model itself would have given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import mesa
import numpy as np

from abm.face.views import Meeting, Offer, Partnership, Practice
from abm.rules import broker as broker_rule
from abm.rules import contact, helix, trial
from abm.rules import theme as theme_rule
from abm.state.words import NONE, THEMES, Kind, Origin, Stage

if TYPE_CHECKING:
    from abm.face.model import CityPartnershipModel


class Column:
    """A descriptor: the agent's row in one column of its table, as a plain Python number."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        """Read the column at the agent's row."""
        if agent is None:
            return self
        value = agent.table[self.name][agent.row]
        return value if getattr(value, "shape", ()) else value.item()

    def __set__(self, agent: Any, value: Any) -> None:
        """Write the column at the agent's row."""
        agent.table[self.name][agent.row] = value


class Actor(mesa.Agent):
    """Anything with a row of its own in a table of the world."""

    table_name = ""

    def __init__(self, model: CityPartnershipModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def world(self) -> CityPartnershipModel:
        """The model, with its type."""
        return cast("CityPartnershipModel", self.model)

    @property
    def table(self) -> Any:
        """The table that the agent is a row of."""
        return getattr(self.world.tables, self.table_name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def name(self) -> str:
        """Lasting name of the actor."""
        raise NotImplementedError


class City(Actor):
    """A city: it searches, attends events, consents to contacts, and chooses what a meeting is about."""

    table_name = "cities"
    engagement, ambition, capacity, load = Column("engagement"), Column("ambition"), Column("capacity"), Column("load")
    standing, need, skill, n_partners = Column("standing"), Column("need"), Column("skill"), Column("n_partners")

    @property
    def name(self) -> str:
        """The city_id."""
        return self.world.names.cities[self.row]

    @property
    def region(self) -> str:
        """The bloc of the city."""
        return self.world.names.regions[self.table.region[self.row]]

    def programmes(self) -> list[str]:
        """Return the names of the programmes in which the city takes part this month."""
        m = self.world.tables.members
        rows = np.flatnonzero((m.city == self.row) & (m.standing > 0) & (m.programme != NONE))
        return [self.world.names.programmes[x] for x in m.programme[rows]]

    def partnerships(self, stage: int = Stage.CONTACT) -> list[Partnership]:
        """Return the city's living partnerships of at least a stage."""
        return [p for p in self.world.partnerships(stage) if self.row in (p.i, p.j)]

    def partners(self, stage: int = Stage.CONTACT) -> list[City]:
        """Return the cities it has a living partnership of at least a stage with, each once."""
        rows = sorted({p.i + p.j - self.row for p in self.partnerships(stage)})
        return [self.world.city_at(row) for row in rows]

    def organisations(self, kind: Kind | None = None) -> list[Organisation]:
        """Return the universities and firms at home in the city."""
        found = [o for o in self.world.organisation_agents if o.table.city[o.row] == self.row]
        return [o for o in found if kind is None or o.table.kind[o.row] == kind]

    def practices(self, theme: str | None = None) -> list[Practice]:
        """Return the practices that the city has adopted, of one theme or all."""
        return self.world.practices_of(self.row, theme)

    def consent(self, partner: City, theme: str, meeting: Meeting) -> bool:
        """Decide whether to begin a contact with ``partner`` on ``theme`` (E4)."""
        m = self.world
        return bool(contact.consents(m.w, m.p, m.bits, m.month, meeting.row, self.row, partner.row))

    def choose_theme(self, partner: City, meeting: Meeting) -> str:
        """Choose what a meeting on the city's own initiative is about (E5)."""
        m = self.world
        return THEMES[theme_rule.decide_row(m.w, m.p, m.bits, m.month, meeting.row)]

    def try_practice(self, practice: Practice) -> bool:
        """Decide whether to try a practice that the city knows (E17)."""
        m = self.world
        return bool(trial.tries(m.w, m.p, m.bits, m.month, self.row, practice.row))


class Organisation(Actor):
    """A university or firm: it joins partnerships and links with others."""

    table_name = "organisations"
    slots_taken = Column("slots_taken")

    @property
    def name(self) -> str:
        """City, kind and ordinal."""
        return self.world.organisation_names[self.row]

    @property
    def city(self) -> City:
        """The home city."""
        return self.world.city_at(int(self.table.city[self.row]))

    @property
    def themes(self) -> tuple[str, str]:
        """Main and second theme."""
        first, second = self.table.theme[self.row]
        return THEMES[first], THEMES[second]

    def masters(self, theme: str | None = None) -> list[Practice]:
        """Return the practices that the organisation masters, of one theme or all."""
        return self.world.practices_of(len(self.world.names.cities) + self.row, theme)

    def partnerships(self) -> list[Partnership]:
        """Return the living partnerships in which it has a role."""
        return [p for p in self.world.partnerships() if self.row in p.organisation_rows]

    def join(self, partnership: Partnership, offer: Offer) -> bool:
        """Decide whether to take a role in a partnership (E12)."""
        m = self.world
        return bool(helix.joins(m.w, m.p, m.bits, m.month, offer.row))


class University(Organisation):
    """A university."""


class Firm(Organisation):
    """A firm."""


class Broker(Actor):
    """A broker: it scores whom it might introduce."""

    table_name = "brokers"
    capacity, alignment_share, noise = Column("capacity"), Column("alignment_share"), Column("noise")
    n_offered, n_accepted, n_sessions = Column("n_offered"), Column("n_accepted"), Column("n_sessions")

    @property
    def name(self) -> str:
        """Name of the broker in the scenario."""
        return self.world.names.brokers[self.row]

    @property
    def programme(self) -> str:
        """Name of the programme that it works for."""
        return self.world.names.programmes[self.table.programme[self.row]]

    def introductions(self) -> list[Partnership]:
        """Return the living partnerships that this broker began."""
        return [p for p in self.world.partnerships() if p.origin == Origin.BROKER and p.source == self.row]

    def score(self, one: City, other: City, theme: str, candidate: int) -> float:
        """Score the introduction of two cities in a theme; the best few are made (E9)."""
        m = self.world
        return float(broker_rule.score_row(m.w, m.bits, m.month, self.row, candidate, THEMES.index(theme)))
