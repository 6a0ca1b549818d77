"""The Mesa face: the same tables, the same kernels, one month at a time, with agents that may decide in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import mesa
import numpy as np
from mesa.agent import AgentSet
from mesa.datacollection import DataCollector

from abm.agents import Actor, Broker, City, Firm, Organisation, University
from abm.engine import check_seed
from abm.handle import handle
from abm.jit import wrapping_integers
from abm.measures import MEASURES
from abm.result import Result, organisation_names
from abm.room import check, fits, grow
from abm.rules import broker as broker_rule
from abm.rules import contact, helix, trial
from abm.rules import theme as theme_rule
from abm.scenario import Scenario, load
from abm.schedule import order
from abm.tables import THEMES, Kind, Ladder, Stage
from abm.views import Meeting, Offer, Partnership, Practice
from abm.world import begin, build, names, parameters

Classes = type | Mapping[str, type]


class CityPartnershipModel(mesa.Model):
    """Cities, universities, firms and brokers as Mesa agents over the tables of the compiled engine.

    Parameters
    ----------
    scenario, override, months
        As in :func:`abm.run`.
    seed
        Whole number from 0; the same seed gives the same history as the compiled engine, bit for bit.
    city, university, firm, broker
        A subclass to use for all actors of a kind, or a mapping from names to subclasses for some of them.
    """

    scenario: Any = None  # hides the property of Mesa 3.5, which wants a scenario of its own kind

    def __init__(
        self,
        scenario: str | Path | Scenario = "iuc-asia",
        *,
        seed: int = 1,
        override: Mapping[str, Any] | None = None,
        months: int | None = None,
        city: Classes = City,
        university: Classes = University,
        firm: Classes = Firm,
        broker: Classes = Broker,
    ) -> None:
        super().__init__(rng=seed)
        self.scenario = load(scenario, override, months)
        self.seed_used, self.bits, self.month = seed, check_seed(seed), 0
        self.p = parameters(self.scenario)[0]
        self.names = names(self.scenario)
        self.tables = build(self.scenario)
        self.w = handle(self.tables)
        with wrapping_integers():
            begin(self.w, self.p, self.bits)
        self.organisation_names = organisation_names(self.tables, self.names)
        self.city_agents = [_class(city, City, name)(self, i) for i, name in enumerate(self.names.cities)]
        self.organisation_agents = [
            self._organisation(o, university, firm) for o in range(len(self.tables.organisations))
        ]
        self.broker_agents = [_class(broker, Broker, name)(self, b) for b, name in enumerate(self.names.brokers)]
        self.cities, self.organisations = self._set(self.city_agents), self._set(self.organisation_agents)
        self.universities = self.organisations.select(lambda o: isinstance(o, University))
        self.firms = self.organisations.select(lambda o: isinstance(o, Firm))
        self.brokers = self._set(self.broker_agents)
        self._month = order(**self._asked())
        self.datacollector = DataCollector(model_reporters={name: partial(_latest, name) for name in MEASURES})

    def step(self) -> None:
        """Let one month happen."""
        if self.month >= self.scenario.months:
            raise RuntimeError(f"the scenario ends after {self.scenario.months} months; give months= to run longer")
        with wrapping_integers():
            while not fits(self.w, self.p, self.bits, self.month):
                self.tables = grow(self.tables)
                self.w = handle(self.tables)
            self._month(self.w, self.p, self.bits, self.month)
        check(self.tables, self.month)
        self.month += 1
        self.datacollector.collect(self)

    def run(self) -> Result:
        """Run to the end of the scenario and return the result."""
        while self.month < self.scenario.months:
            self.step()
        return self.result()

    def result(self) -> Result:
        """Return the history so far as a result, like that of the compiled engine."""
        return Result(self.scenario, self.seed_used, self.tables)

    def city_at(self, row: int) -> City:
        """Return the city of a row."""
        return self.city_agents[row]

    def city_named(self, name: str) -> City:
        """Return the city of a ``city_id``."""
        return self.city_agents[self.names.cities.index(name)]

    def partnerships(self, stage: int = Stage.CONTACT) -> list[Partnership]:
        """Return the living partnerships of at least a stage."""
        rows = self.tables.live[: int(self.tables.count.live)]
        stages = self.tables.partnerships.stage
        return [Partnership(self, int(r)) for r in rows if stages[r] >= stage]

    def practices_of(self, actor: int, theme: str | None) -> list[Practice]:
        """Return the practices that an actor has adopted or mastered."""
        n = int(self.tables.count.practices)
        wanted = None if theme is None else THEMES.index(theme)
        themes = self.tables.practices.theme
        return [
            Practice(self, int(k))
            for k in np.flatnonzero(self.tables.ladder[actor, :n] == Ladder.ADOPTED)
            if wanted is None or themes[k] == wanted
        ]

    def close(self) -> None:
        """Let go of the model: Mesa 3.3 keeps every model alive in a table of agent numbers."""
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def _organisation(self, o: int, university: Classes, firm: Classes) -> Organisation:
        is_university = self.tables.organisations.kind[o] == Kind.UNIVERSITY
        given, usual = (university, University) if is_university else (firm, Firm)
        return cast(Organisation, _class(given, usual, self.organisation_names[o])(self, o))

    def _set(self, agents: list[Any]) -> AgentSet:
        return AgentSet(agents, random=self.random)

    def _asked(self) -> dict[str, Callable]:
        """Return the decisions of the month in which some agent's class decides for itself."""
        asked: dict[str, Callable] = {}
        if any(_overrides(a, City, "consent") for a in self.city_agents):
            asked["consent"] = self._ask_consent
        if any(_overrides(a, City, "choose_theme") for a in self.city_agents):
            asked["choose_theme"] = self._ask_theme
        if any(_overrides(a, Organisation, "join") for a in self.organisation_agents):
            asked["join"] = self._ask_join
        if any(_overrides(a, Broker, "score") for a in self.broker_agents):
            asked["score"] = self._ask_score
        if any(_overrides(a, City, "try_practice") for a in self.city_agents):
            asked["try_practices"] = self._ask_trials
        return asked

    def _ask_consent(self, w: Any, p: Any, seed: np.uint64, t: int) -> None:
        contact.decide(w, p, seed, t)
        rows = self.tables.encounters
        for x in np.flatnonzero(rows.asked[: int(self.tables.count.encounters)]):
            one, other = self.city_at(rows.i[x]), self.city_at(rows.j[x])
            theme, meeting = THEMES[rows.theme[x]], Meeting(self, int(x))
            if _overrides(one, City, "consent"):
                rows.consent_i[x] = bool(one.consent(other, theme, meeting))
            if _overrides(other, City, "consent"):
                rows.consent_j[x] = bool(other.consent(one, theme, meeting))

    def _ask_theme(self, w: Any, p: Any, seed: np.uint64, t: int) -> None:
        rows, n = self.tables.encounters, int(self.tables.count.encounters)
        is_open = np.flatnonzero((rows.theme[:n] < 0) & rows.may_form[:n])
        theme_rule.decide(w, p, seed, t)
        for x in is_open:
            city = self.city_at(rows.i[x])
            if _overrides(city, City, "choose_theme"):
                rows.theme[x] = _theme(city.choose_theme(self.city_at(rows.j[x]), Meeting(self, int(x))))

    def _ask_join(self, w: Any, p: Any, seed: np.uint64, t: int) -> None:
        helix.decide(w, p, seed, t)
        rows = self.tables.offers
        for x in range(int(self.tables.count.offers)):
            organisation, offer = self.organisation_agents[rows.organisation[x]], Offer(self, x)
            if _overrides(organisation, Organisation, "join"):
                rows.joins[x] = bool(organisation.join(offer.partnership, offer))

    def _ask_trials(self, w: Any, p: Any, seed: np.uint64, t: int) -> None:
        trial.decide(w, p, seed, t)
        rows, count = self.tables.trials, self.tables.count
        listed = [(int(rows.city[x]), int(rows.practice[x])) for x in range(int(count.trials))]
        asked = [a for a in self.city_agents if _overrides(a, City, "try_practice")]
        themselves = {a.row for a in asked}
        listed = [pair for pair in listed if pair[0] not in themselves]
        known = self.tables.ladder[:, : int(count.practices)] == Ladder.AWARE
        listed += [
            (a.row, int(k))
            for a in asked
            for k in np.flatnonzero(known[a.row])
            if a.try_practice(Practice(self, int(k)))
        ]
        count.trials = 0
        for city, k in sorted(listed, key=lambda pair: (pair[0], self._place_of(pair[1]))):
            trial.list_trial(w, city, k)

    def _place_of(self, k: int) -> tuple[int, int]:
        practices = self.tables.practices
        return int(practices.theme[k]), int(practices.ordinal[k])

    def _ask_score(self, w: Any, p: Any, seed: np.uint64, t: int, b: int) -> None:
        broker_rule.score(w, p, seed, t, b)
        agent, rows = self.broker_agents[b], self.tables.candidates
        if _overrides(agent, Broker, "score"):
            for x in range(int(self.tables.count.candidates)):
                one, other = self.city_at(rows.i[x]), self.city_at(rows.j[x])
                for theme in np.flatnonzero(int(rows.themes[x]) >> np.arange(len(THEMES)) & 1):
                    rows.score[x, theme] = float(agent.score(one, other, THEMES[theme], x))


def _class(given: Classes, usual: type, name: str) -> type:
    return given.get(name, usual) if isinstance(given, Mapping) else given


def _overrides(agent: Actor, base: type, decision: str) -> bool:
    return getattr(type(agent), decision) is not getattr(base, decision)


def _theme(theme: str | int) -> int:
    if theme not in THEMES:
        raise ValueError(f"choose_theme returned {theme!r}; the themes are {', '.join(THEMES)}")
    return THEMES.index(theme)


def _latest(name: str, model: CityPartnershipModel) -> Any:
    value = model.tables.series[name][model.month - 1]
    return value.item() if np.ndim(value) == 0 else value.tolist()
