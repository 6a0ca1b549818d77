"""What can be set and what is measured, read from the declarations: for the command line, documents and SALib.

Nothing is typed here: a parameter is declared beside the rule it acts in, a measure beside the code that fills it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from abm.input.scenario import PARAMETERS
from abm.labels.measures import MEASURES as LABELS
from abm.measures import MEASURES
from abm.parameters import ConfigError, Declaration, legal_text, nearest, shown, spelled
from abm.rules import SECTIONS
from abm.rules.policies.kinds import KINDS
from abm.state.words import Target


def sections(wanted: Sequence[str] = ()) -> dict[str, list[Declaration]]:
    """Return the declarations of the wanted sections (all if none is named), in the order of the model."""
    for name in wanted:
        if name not in SECTIONS:
            known = ", ".join(SECTIONS)
            raise ConfigError(f"unknown section {shown(name)}{nearest(name, SECTIONS)}; there are {known}")
    return {
        section: [d for d in PARAMETERS.values() if d.name.partition(".")[0] == section]
        for section in SECTIONS
        if section in wanted or not wanted
    }


def parameters(wanted: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return one plain record a parameter: name, type, default, legal, prior, unit, control, source, sentence.

    ``legal`` is in words; ``prior`` is [low, high] or None; a category's default is spelled as in a scenario file.
    """
    return [
        {
            "name": d.name,
            "type": "category" if issubclass(d.kind, IntEnum) else d.kind.__name__,
            "default": spelled(d.default) if isinstance(d.default, IntEnum) else d.default,
            "legal": legal_text(d),
            "prior": list(d.par.prior) if d.par.prior else None,
            "unit": d.par.unit,
            "control": d.par.control,
            "source": d.par.source,
            "sentence": d.par.sentence,
        }
        for declared in sections(wanted).values()
        for d in declared
    ]


def measures() -> list[dict[str, Any]]:
    """Return one plain record a measure: name, unit, number in the model's description, sentence, label, by.

    ``label`` has an English and a Chinese word; ``by`` is region, theme or None: a result has a column ``name.value``
    for each value of it.
    """
    return [
        {
            "name": name,
            "unit": m.unit,
            "number": m.number,
            "sentence": m.sentence,
            "label": LABELS[name]._asdict(),
            "by": "region" if m.by_region else "theme" if m.by_theme else None,
        }
        for name, m in MEASURES.items()
    ]


def policies() -> list[dict[str, Any]]:
    """Return one plain record a kind of policy: what it is, whom it concerns, its strength and cost, what it sets."""
    return [
        {
            "name": name,
            "sentence": kind.sentence,
            "where": kind.where,
            "months": kind.months,
            "themed": kind.themed,
            "strength": kind.strength,
            "strength_is": kind.strength_is,
            "legal": list(kind.legal),
            "cost": kind.cost,
            "sets": {
                spelled_column(sets.target): sets.value(kind.strength) if callable(sets.value) else sets.value
                for sets in kind.sets
            },
            "acts": spelled(kind.act) if kind.act else None,
            "source": kind.source,
        }
        for name, kind in KINDS.items()
    ]


def spelled_column(target: Target) -> str:
    """Return a target as table and column, such as ``cities.documenting``."""
    table, _, column = target.name.lower().partition("_")
    return f"{table}.{column}"


def salib_problem(names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the problem that SALib samples: ``num_vars``, ``names`` and ``bounds``, the ends of the uniform priors.

    SALib samples numbers; ``whole`` names those parameters that take whole ones, and :func:`settings` makes them.

    Parameters
    ----------
    names
        Parameters by full name, in this order; every number that has a prior if left out.

    Raises
    ------
    ConfigError
        If a name is unknown, stands there twice, or has no prior to sample from.
    """
    sampled = [name for name, d in PARAMETERS.items() if d.par.prior] if names is None else list(names)
    for x, name in enumerate(sampled):
        if name not in PARAMETERS:
            raise ConfigError(f"unknown parameter {shown(name)}{nearest(name, PARAMETERS)}")
        if name in sampled[:x]:
            raise ConfigError(f"parameter {shown(name)} stands there twice")
        if PARAMETERS[name].par.prior is None:
            raise ConfigError(f"parameter {shown(name)} has no prior to sample from")
    bounds = [list(prior) for name in sampled if (prior := PARAMETERS[name].par.prior)]
    whole = [name for name in sampled if PARAMETERS[name].kind is int]
    return {"num_vars": len(sampled), "names": sampled, "bounds": bounds, "whole": whole}


def settings(problem: Mapping[str, Any], row: Sequence[float]) -> dict[str, Any]:
    """Return a row of a sample as ``override`` takes it, as the designs of studies do it.

    Of a whole number from ``low`` to ``high`` each value has an equal part of the bounds: a sampled ``x`` becomes
    ``low + ⌊(high − low + 1)·(x − low) / (high − low)⌋``, at most ``high``.
    """
    found: dict[str, Any] = {}
    for name, (low, high), x in zip(problem["names"], problem["bounds"], row, strict=True):
        steps = int((high - low + 1) * ((x - low) / (high - low)))
        found[name] = int(min(high, low + steps)) if name in problem["whole"] else float(x)
    return found
