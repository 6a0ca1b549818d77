"""What parts of a study must be: its design, groups, blocks, outcomes, and what they do not go with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from abm.input.scenario import Scenario
from abm.outcomes import outcomes_of
from abm.parameters import ConfigError, entry, nearest, shortened, shown
from experiments.design.designs import DESIGNS
from experiments.design.kept import keepers
from experiments.design.study import Design
from experiments.factor import Factor

MOST_OUTCOMES = 400


def check_posterior(design: Design, document: Mapping[str, Any]) -> None:
    """Refuse what draws of a posterior do not go with."""
    if design.kind == "morris":
        raise ConfigError("[posterior]: Morris trajectories change one parameter alone; draws move together")
    if "precision" in document:
        raise ConfigError("[precision]: is for luck alone; with [posterior] say `draws` and `replicates`")


def check_design(given: Mapping[str, Any]) -> Design:
    """Return the design that a study names, or refuse what it does not take."""
    said = dict(given)
    name = said.pop("kind", "factorial")
    kind = str(name).lower().replace("_", "-")
    if kind not in DESIGNS:
        raise ConfigError(f"design.kind = {shown(name)}: must be one of {', '.join(DESIGNS)}{nearest(kind, DESIGNS)}")
    takes = DESIGNS[kind].options._fields
    if odd := next((key for key in said if key not in takes), None):
        near = nearest(odd, takes)
        raise ConfigError(
            f"unknown key design.{shortened(odd)} = {shown(said[odd])}{near}; {kind} takes {', '.join(takes)}"
        )
    return Design(kind, entry(DESIGNS[kind].options, "design", said))


def in_groups(factors: Sequence[Factor], groups: Mapping[str, Any], design: Design) -> tuple[Factor, ...]:
    """Return the factors with the groups in which they move together."""
    if groups and not DESIGNS[design.kind].grouped:
        raise ConfigError(f"groups: only designs of blocks have them, such as sensitivity; this is {design.kind}")
    home: dict[str, str] = {}
    names = [factor.name for factor in factors]
    said = [name for members in groups.values() if isinstance(members, list | tuple) for name in members]
    for group, members in groups.items():
        if not isinstance(members, list | tuple) or not members:
            raise ConfigError(f"groups.{shortened(group)} = {shown(members)}: must be a list of factors")
        of_sections = [[n for n in names if n.startswith(f"{name}.") and n not in said] or [name] for name in members]
        for name in chain.from_iterable(of_sections):
            if name not in names:
                raise ConfigError(f"groups.{shortened(group)}: {shown(name)} is no factor{nearest(str(name), names)}")
            if name in home or group in names:
                raise ConfigError(f"groups.{shortened(group)}: {name if name in home else group} stands there twice")
            home[name] = group
    return tuple(factor._replace(group=home.get(factor.name, "")) for factor in factors)


def check_blocks(
    design: Design, replicates: int | None, factors: Sequence[Factor], document: Mapping[str, Any]
) -> None:
    """Refuse what a design of blocks does not take."""
    if not DESIGNS[design.kind].blocks:
        return
    if not factors:
        raise ConfigError(f"design.kind = '{design.kind}': nothing varies; name factors in [vary]")
    runs = DESIGNS[design.kind].n_rows(factors, design.options) * (replicates or 2)  # type: ignore[misc]
    if runs > (most := getattr(design.options, "most_runs", runs)):
        raise ConfigError(f"design.most_runs = {most}: the first {design.options.blocks:,} blocks are {runs:,} runs")
    if (replicates or 2) < 2:
        raise ConfigError(f"replicates = {replicates}: one run cannot tell luck from effect; take 2")
    for key in ("precision", "baseline"):
        if key in document:
            raise ConfigError(f"[{key}]: is for means and differences; {design.kind} has options in [design]")
    for key in ("common_random_numbers", "counted_seeds"):
        if key in document:
            raise ConfigError(f"{key} = {shown(document[key])}: seeds of {design.kind} are those of its blocks")


def check_outcomes(given: Any, bases: Mapping[str, Scenario]) -> tuple[str, ...]:
    """Return the outcomes, each of which every scenario must have."""
    if not isinstance(given, list | tuple) or not given or not all(isinstance(o, str) for o in given):
        raise ConfigError(f"outcomes = {shown(given)}: must be a list of measures, such as ['pilots_ever']")
    if len(given) > MOST_OUTCOMES or len(set(given)) < len(given):
        raise ConfigError(f"outcomes = {shown(given)}: at most {MOST_OUTCOMES}, each once")
    if len(given) == 1 and given[0] in keepers():
        return tuple(given)
    for scenario in bases.values():
        outcomes_of(scenario, given)
    return tuple(given)


def check_kept(name: str, document: Mapping[str, Any], agents: str) -> None:
    """Refuse what needs outcomes, where what a run left is kept instead."""
    for key in ("precision", "baseline"):
        if document.get(key):  # a study that was written in full has an empty one
            raise ConfigError(f"[{key}]: is for outcomes; outcomes = ['{name}'] keeps what runs left")
    if agents:
        raise ConfigError(f"agents = {shown(agents)}: outcomes = ['{name}'] keeps runs of the compiled engine")
    if DESIGNS[check_design(document.get("design", {})).kind].blocks:
        raise ConfigError(f"outcomes = ['{name}']: indices are of outcomes, not of what runs left")
