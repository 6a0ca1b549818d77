"""The Mesa face: the same tables, the same kernels, one month at a time, with agents that may decide in Python."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any, cast

import mesa
import numpy as np
from mesa.agent import AgentSet
from mesa.datacollection import DataCollector

from abm.engine import check_seed
from abm.face.agents import Broker, City, Firm, Organisation, University
from abm.face.asking import asked
from abm.face.classes import Classes, check_classes, check_kinds, class_of
from abm.face.views import Partnership, Practice
from abm.input.load import load
from abm.input.scenario import Scenario
from abm.measures import MEASURES
from abm.parameters import ConfigError, nearest, shown
from abm.result import Result, organisation_names
from abm.schedule import begin, order
from abm.setup.build import build, parameters
from abm.setup.names import names
from abm.setup.room import check, fits, grow
from abm.state.handle import handle
from abm.state.practices import ladder
from abm.state.words import THEMES, Kind, Ladder, Stage


class CityPartnershipModel(mesa.Model):
    """Cities, universities, firms and brokers as Mesa agents over the tables of the compiled engine.

    Parameters
    ----------
    scenario, override, months
        As in :func:`abm.run`.
    seed
        Whole number from 0; the same seed gives the same history as the compiled engine, bit for bit. None, as Mesa's
        ``batch_run`` says for any, draws one, which ``seed_used`` tells.
    city, university, firm, broker
        A subclass to use for all actors of a kind, or a mapping from names to subclasses for some of them.
    """

    scenario: Any = None  # hides the property of Mesa 3.5, which wants a scenario of its own kind

    def __init__(
        self,
        scenario: str | Path | Scenario = "iuc-asia",
        *,
        seed: int | None = 1,
        override: Mapping[str, Any] | None = None,
        months: int | None = None,
        city: Classes = City,
        university: Classes = University,
        firm: Classes = Firm,
        broker: Classes = Broker,
    ) -> None:
        bits = check_seed(secrets.randbits(53) if seed is None else seed)
        super().__init__(rng=int(bits))
        self.scenario = load(scenario, override, months)
        self.seed_used, self.bits, self.month = int(bits), bits, 0
        self.p = parameters(self.scenario)[0]
        self.names = names(self.scenario)
        self.tables: Any = build(self.scenario)
        self.w = handle(self.tables)
        begin(self.w, self.p, self.bits)
        self.organisation_names = organisation_names(self.tables, self.names)
        self._check({"city": city, "university": university, "firm": firm, "broker": broker})
        self.city_agents = [class_of(city, City, name)(self, i) for i, name in enumerate(self.names.cities)]
        self.organisation_agents = [
            self._organisation(o, university, firm) for o in range(len(self.tables.organisations))
        ]
        self.broker_agents = [class_of(broker, Broker, name)(self, b) for b, name in enumerate(self.names.brokers)]
        self.cities, self.organisations = self._set(self.city_agents), self._set(self.organisation_agents)
        self.universities = self.organisations.select(lambda o: isinstance(o, University))
        self.firms = self.organisations.select(lambda o: isinstance(o, Firm))
        self.brokers = self._set(self.broker_agents)
        self._settle()
        self.datacollector = DataCollector(model_reporters={name: partial(_latest, name) for name in MEASURES})

    def step(self) -> None:
        """Let one month happen."""
        if self.month >= self.scenario.months:
            raise RuntimeError(f"the scenario ends after {self.scenario.months} months; give months= to run longer")
        while not fits(self.w, self.p, self.bits, self.month):
            self.tables = grow(self.tables)
            self.w = handle(self.tables)
        self._month(self.w, self.p, self.bits, self.month)
        check(self.tables, self.month)
        self.month += 1
        self.datacollector.collect(self)
        if self.month >= self.scenario.months:
            self.running = False  # Mesa's own loops stop at it

    def run(self) -> Result:
        """Run to the end of the scenario and return the result."""
        while self.month < self.scenario.months:
            self.step()
        return self.result()

    def result(self) -> Result:
        """Return the history so far, as a run of so many months would; later months do not change it."""
        so_far = self.tables._replace(series=self.tables.series[: self.month])
        return Result(self.scenario._replace(months=self.month), self.seed_used, deepcopy(so_far))

    def city_at(self, row: int) -> City:
        """Return the city of a row."""
        return self.city_agents[row]

    def city_named(self, name: str) -> City:
        """Return the city of a ``city_id``."""
        if name not in self.names.cities:
            raise ConfigError(f"no such city {shown(name)}{nearest(str(name).lower(), self.names.cities)}")
        return self.city_agents[self.names.cities.index(name)]

    def partnerships(self, stage: int = Stage.CONTACT) -> list[Partnership]:
        """Return the living partnerships of at least a stage."""
        rows = self.tables.live[: int(self.tables.count.live)]
        stages = self.tables.partnerships.stage
        return [Partnership(self, int(r)) for r in rows if stages[r] >= stage]

    def practices_of(self, actor: int, theme: str | None) -> list[Practice]:
        """Return the practices that an actor has adopted or mastered."""
        wanted = None if theme is None else THEMES.index(theme)
        themes = self.tables.practices.theme
        return [
            Practice(self, int(k))
            for k in np.flatnonzero(ladder(self.tables, slice(actor, actor + 1))[0] == Ladder.ADOPTED)
            if wanted is None or themes[k] == wanted
        ]

    def close(self) -> None:
        """Let go of the model: Mesa 3.3 keeps every model alive in a table of agent numbers."""
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of; the month, a function over the model, it makes itself."""
        return {name: value for name, value in self.__dict__.items() if name != "_month"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over the state of a model."""
        self.__dict__.update(state)
        self._settle()

    def _settle(self) -> None:
        self._month = order(**asked(self))

    def _check(self, given: Mapping[str, Classes]) -> None:
        kinds = self.tables.organisations.kind
        known = {"city": self.names.cities, "broker": self.names.brokers}
        known |= {
            kind.name.lower(): [name for name, of in zip(self.organisation_names, kinds, strict=True) if of == kind]
            for kind in Kind
        }
        for kind, classes in given.items():
            check_classes(kind, classes, known[kind])

    def _organisation(self, o: int, university: Classes, firm: Classes) -> Organisation:
        is_university = self.tables.organisations.kind[o] == Kind.UNIVERSITY
        given, usual = (university, University) if is_university else (firm, Firm)
        return cast(Organisation, class_of(given, usual, self.organisation_names[o])(self, o))

    def _set(self, agents: list[Any]) -> AgentSet:
        return AgentSet(agents, random=self.random)


def rehearse(agents: Any, scenario: str | Path | Scenario) -> None:
    """Make one model with somebody's own agents and let go of it, so that what is wrong with them is told at once.

    Parameters
    ----------
    agents
        Classes by kind, such as ``{"city": Mayor}`` or ``{"broker": {"bridge": Agency}}``.
    scenario
        The scenario that they are to act in.

    Raises
    ------
    ConfigError
        One line: an unknown kind or name with the nearest one, a class that does not fit, or what the class raised.
    """
    check_kinds(agents)
    try:
        CityPartnershipModel(scenario, **agents).close()
    except (ConfigError, MemoryError):
        raise
    except Exception as error:
        raise ConfigError(f"cannot be made: {type(error).__name__}: {str(error)[:150]}") from error


def _latest(name: str, model: CityPartnershipModel) -> Any:
    value = model.tables.series[name][model.month - 1]
    return value.item() if np.ndim(value) == 0 else value.tolist()
