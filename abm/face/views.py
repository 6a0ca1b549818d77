"""What agents look at when they decide: a partnership, a meeting, an offer, each a row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from abm.parameters import nearest
from abm.state.entities import Partnership as Row
from abm.state.memory import columns
from abm.state.tidy import is_large
from abm.state.words import NONE, THEMES, Origin, Stage

if TYPE_CHECKING:
    from abm.face.agents import City, Organisation
    from abm.face.model import CityPartnershipModel

PLAIN = [name for name, column in columns(Row).items() if not column.length]


class View:
    """One row of a table of the world."""

    table_name = ""

    def __init__(self, model: CityPartnershipModel, row: int) -> None:
        self.model, self._row = model, row

    @property
    def row(self) -> int:
        """Its row."""
        return self._row

    def value(self, column: str) -> Any:
        """Return what stands in a column."""
        return getattr(self.model.tables, self.table_name)[column][self.row]


class Partnership(View):
    """An episode of partnership of two cities in a theme; it stays the same where it changes rows."""

    table_name = "partnerships"

    def __init__(self, model: CityPartnershipModel, row: int) -> None:
        super().__init__(model, row)
        table = model.tables.partnerships
        self._episode = table.key[row], table.begun[row]  # no two episodes of a pair and theme begin in one month

    @property
    def row(self) -> int:
        """Its row, which in a large world may be another one next year (:mod:`abm.state.tidy`)."""
        if is_large(self.model.tables):
            table, (key, begun) = self.model.tables.partnerships, self._episode
            if (table.key[self._row], table.begun[self._row]) != self._episode:
                self._row = int(np.flatnonzero((table.key == key) & (table.begun == begun))[0])
        return self._row

    def __getattr__(self, column: str) -> Any:
        """Read a plain column such as ``trust``, ``gap``, ``begun`` or ``origin``."""
        if column not in PLAIN:  # nor has a copy that is being made a model to look at
            raise AttributeError(f"a partnership has no {column}{nearest(column, PLAIN)}")
        return self.value(column).item()

    @property
    def cities(self) -> tuple[City, City]:
        """The two cities."""
        return self.model.city_at(self.i), self.model.city_at(self.j)

    @property
    def programme(self) -> str | None:
        """Name of the programme that it is of, if of one."""
        x = int(self.value("programme"))
        return None if x == NONE else self.model.names.programmes[x]

    @property
    def theme(self) -> str:
        """What it is about."""
        return THEMES[self.value("theme")]

    @property
    def stage(self) -> Stage:
        """Where it stands on the ladder."""
        return Stage(int(self.value("stage")))

    @property
    def organisation_rows(self) -> list[int]:
        """Rows of the organisations in its university and firm roles."""
        return [int(o) for o in (*self.value("university"), *self.value("firm")) if o != NONE]

    @property
    def organisations(self) -> list[Organisation]:
        """The organisations in its university and firm roles."""
        return [self.model.organisation_agents[o] for o in self.organisation_rows]


class Meeting(View):
    """A meeting of this month: where it comes from, and whether a broker brought the two together."""

    table_name = "encounters"

    @property
    def origin(self) -> Origin:
        """Search, event, broker or programme."""
        return Origin(int(self.value("origin")))

    @property
    def brokered(self) -> bool:
        """Whether a broker introduced the two."""
        return self.origin == Origin.BROKER


class Offer(View):
    """A role in a partnership offered to an organisation."""

    table_name = "offers"

    @property
    def partnership(self) -> Partnership:
        """The partnership."""
        return Partnership(self.model, int(self.value("partnership")))


class Practice(View):
    """A practice: what it is about, where it comes from, how well it is documented."""

    table_name = "practices"

    @property
    def theme(self) -> str:
        """What it is about."""
        return THEMES[self.value("theme")]

    @property
    def origin(self) -> City:
        """The city it comes from."""
        return self.model.city_at(int(self.value("origin")))

    @property
    def evidence(self) -> float:
        """How well it is documented, 0 to 1."""
        return float(self.value("evidence"))
