"""A request: two arms, how many seeds, how many months. What it says decides the answer, whoever asks and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from abm.attribution import lacking
from abm.input.checks import CHECKS, place
from abm.input.entries import PolicyEntry
from abm.input.policies import resolved
from abm.input.scenario import Scenario, check_months
from abm.parameters import ConfigError, coerce, entry, nearest, shortened, shown
from abm.rules.policies.kinds import KINDS
from experiments.dashboard.offered import LONGEST, SEEDS, Offer, controls, kinds_to_add, one_of, worded

BUDGET = 6_000_000  # cities × months × seeds of an arm
FIRST_SEED = 1


class Arm(NamedTuple):
    """One side of a comparison: a scenario and what differs from it, in one order, so that equal arms are equal.

    Attributes
    ----------
    scenario
        Name of an offered scenario.
    values
        Parameters that differ from the scenario's, with their values as a file spells them.
    without
        Kinds of event and policy that it leaves out.
    policies
        Policies that it adds, each with what differs from its kind.
    """

    scenario: str
    values: tuple[tuple[str, Any], ...] = ()
    without: tuple[str, ...] = ()
    policies: tuple[PolicyEntry, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it is the scenario as it is."""
        return not (self.values or self.without or self.policies)

    def built(self, offered: Mapping[str, Offer], months: int | None = None) -> Scenario:
        """Return the arm as a scenario that can be run."""
        made = offered[self.scenario].scenario.with_changes(dict(self.values), months)
        for kind in self.without:
            made = lacking(made, kind)
        for policy in self.policies:
            made = made._replace(policies=(*made.policies, resolved(made, policy, "policies")))
        at = place(made)
        for x in range(len(made.policies)):
            CHECKS["policies"](at, x, "policies")
        return made


class Asked(NamedTuple):
    """A request that was checked."""

    a: Arm
    b: Arm
    seeds: int
    months: int

    @property
    def key(self) -> str:
        """The request as text, equal for equal requests."""
        return json.dumps(self, separators=(",", ":"))

    @property
    def arms(self) -> tuple[Arm, Arm]:
        """Both arms."""
        return self.a, self.b


class Moment(NamedTuple):
    """One history of a request: its seed, and the pair of cities and theme whose story is told, if one is named."""

    asked: Asked
    seed: int
    pair: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What was asked as text, equal for equal questions."""
        return json.dumps([self.asked.key, self.seed, self.pair])


def asked(document: Any, offered: Mapping[str, Offer]) -> Asked:
    """Return a request, sent as ``{"a": …, "b": …, "seeds": 24, "months": 48}``, or refuse it in one line.

    Raises
    ------
    ConfigError
        What is no such request, not offered, out of range, or more than one answer may cost.
    """
    said = table(document, ("a", "b", "seeds", "months"), "request")
    a, b = (arm(said.get(side), side, offered) for side in ("a", "b"))
    seeds = said.get("seeds", SEEDS[0])
    if isinstance(seeds, bool) or seeds not in SEEDS:
        raise ConfigError(f"seeds = {shown(seeds)}: must be one of {', '.join(map(str, SEEDS))}")
    scenarios = [offered[one.scenario].scenario for one in (a, b)]
    months = said.get("months")
    months = min(s.months for s in scenarios) if months is None else check_months(months)
    if months > LONGEST:
        raise ConfigError(f"months = {months}: must be a whole number from 1 to {LONGEST}")
    cost = max(len(s.cities) for s in scenarios) * months * seeds
    if cost > BUDGET:
        raise ConfigError(f"cities × months × seeds = {cost:,}: at most {BUDGET:,} here; fewer months, or the command")
    return Asked(a, b, int(seeds), months)


def moment(document: Any, offered: Mapping[str, Offer]) -> Moment:
    """Return a question about one history, ``{"request": …, "seed": 1, "pair": ["rome", "wuhan", "mobility"]}``."""
    said = table(document, ("request", "seed", "pair"), "history")
    seed, pair = said.get("seed", FIRST_SEED), said.get("pair") or []
    if isinstance(seed, bool) or not isinstance(seed, int) or not FIRST_SEED <= seed <= SEEDS[-1]:
        raise ConfigError(f"seed = {shown(seed)}: must be a whole number from {FIRST_SEED} to {SEEDS[-1]}")
    if not isinstance(pair, list) or len(pair) not in (0, 3) or not all(isinstance(x, str) for x in pair):
        raise ConfigError(f"pair = {shown(pair)}: must be two cities and a theme")
    return Moment(asked(said.get("request"), offered), seed, tuple(pair))


def arm(document: Any, side: str, offered: Mapping[str, Offer]) -> Arm:
    """Return one arm, with what is as its scenario says left out."""
    said = table(document, ("scenario", "set", "without", "policies"), side)
    offer = offered[one_of(said.get("scenario", next(iter(offered))), list(offered), f"{side}.scenario")]
    without = words_of(said.get("without", []), (*offer.events, *offer.policies), f"{side}.without")
    policies = policies_of(said.get("policies", []), f"{side}.policies", offer.scenario)
    known, values = controls(), {}
    for name, value in table(said.get("set", {}), tuple(known), f"{side}.set").items():
        if not isinstance(value, bool | int | float | str):
            raise ConfigError(f"{side}.set.{name} = {shown(value)}: must be a number or a word")
        values[name] = coerce(known[name], value)
    made = Arm(
        offer.name,
        tuple((name, worded(values[name])) for name in sorted(values) if values[name] != offer.scenario.values[name]),
        without,
        policies,
    )
    made.built(offered)  # what does not go together is told at once
    return made


def table(value: Any, known: tuple[str, ...], what: str) -> Mapping[str, Any]:
    """Return a table of known keys, or refuse what is none."""
    if not isinstance(value, dict):
        raise ConfigError(f"{what} must be a table of keys, not {shown(value)}")
    for key in value:
        if key not in known:
            raise ConfigError(f"unknown key {shortened(f'{what}.{key}')}{nearest(key, known)}")
    return value


def words_of(value: Any, known: Any, key: str) -> tuple[str, ...]:
    """Return words that are known, each once and in one order."""
    return tuple(sorted({one_of(word, list(known), key) for word in list_of(value, key)}))


def policies_of(value: Any, key: str, scenario: Scenario) -> tuple[PolicyEntry, ...]:
    """Return policies to add, ``{"kind": "joint-call", "strength": 12, "start": "2018-01"}``, in one order.

    What is said as it is anyhow counts as not said.
    """
    found = []
    for item in list_of(value, key):
        said = table(item, ("kind", "strength", "start", "end"), key)
        kind = KINDS[one_of(said.get("kind"), kinds_to_add(), f"{key}.kind")]
        policy = entry(PolicyEntry, key, said)
        if policy.strength == kind.strength:
            policy = policy._replace(strength=None)
        found.append(policy._replace(start="") if policy.start == scenario.start else policy)
    return tuple(sorted(found, key=str))


def list_of(value: Any, key: str) -> list[Any]:
    """Return a list, or refuse what is none."""
    if not isinstance(value, list):
        raise ConfigError(f"{key} = {shown(value)}: must be a list")
    return value
