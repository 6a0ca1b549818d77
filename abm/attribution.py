"""What exists only because of brokers, of a kind of event or policy, of pairing, of a programme: twin runs, one seed.

The twin lacks the one thing and shares all other luck, so that what only the first run has is owed to it (measure 24).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.input.load import load
from abm.input.scenario import Scenario
from abm.parameters import ConfigError, nearest, shown, spelled
from abm.result import Result
from abm.rules.policies.kinds import KINDS
from abm.runs import run
from abm.state.words import EventType, Ladder, Stage

WHOLE = ("broker", "events", "pairing", "search", "policies")


class Attribution(NamedTuple):
    """What a run has that its twin lacks.

    ``partnerships``, ``pilots`` and ``adoptions`` are the rows of the first run without a counterpart in the twin;
    ``summary`` has, for each, how many there are in both runs and the share that the twin lacks (``dependence``).
    """

    without: str
    base: Result
    twin: Result
    partnerships: pd.DataFrame
    pilots: pd.DataFrame
    adoptions: pd.DataFrame
    summary: pd.DataFrame


def attribute(
    scenario: str | Path | Scenario,
    seed: int = 1,
    *,
    without: str = "broker",
    months: int | None = None,
    override: Mapping[str, Any] | None = None,
) -> Attribution:
    """Run a scenario with and without one of its parts and return what is owed to it.

    Parameters
    ----------
    without
        ``broker``, ``events``, ``pairing``, ``search``, ``policies``, a kind of event such as ``matchmaking``, a kind
        of policy such as ``joint-call``, or the name of a programme beside the scenario's own.
    """
    ready = load(scenario, override, months)
    base, twin = run(ready, seed=seed), run(lacking(ready, without), seed=seed)
    found, rows = {}, []
    for what in ("partnerships", "pilots", "adoptions"):
        mine, theirs = _episodes(base, what), _episodes(twin, what)
        keys = ["actor", "practice"] if what == "adoptions" else ["city_a", "city_b", "theme"]
        other = set(theirs[keys].itertuples(index=False, name=None))
        lost = [key not in other for key in mine[keys].itertuples(index=False, name=None)]
        only = mine[np.array(lost, bool)]
        found[what] = only.reset_index(drop=True)
        rows.append(
            {
                "what": what,
                "with": len(mine),
                "without": len(theirs),
                "only_with": len(only),
                "dependence": len(only) / len(mine) if len(mine) else float("nan"),
            }
        )
    return Attribution(
        without,
        base,
        twin,
        found["partnerships"],
        found["pilots"],
        found["adoptions"],
        pd.DataFrame(rows).set_index("what"),
    )


def lacking(scenario: Scenario, without: str) -> Scenario:
    """Return the scenario without one of its parts."""
    if without == "broker":
        return scenario.filtered("brokers", lambda _: False)
    if without == "events":
        return scenario.with_changes({"calendar.scale": 0.0})
    if without == "pairing":
        return scenario.with_changes({"pairing.partners": 0})
    if without == "search":
        return scenario.with_changes({"search.rate": 0.0})
    if without == "policies":
        return scenario.filtered("policies", lambda _: False)
    if without in KINDS:
        return scenario.filtered("policies", lambda policy: policy.kind != without)
    programmes = [programme.name for programme in scenario.programmes]
    if without in programmes:
        return scenario._replace(programmes=tuple(p for p in scenario.programmes if p.name != without))
    kinds = {spelled(kind): kind for kind in EventType}
    if without not in kinds:
        names = [*WHOLE, *kinds, *KINDS, *programmes]
        raise ConfigError(f"without = {shown(without)}: must be one of {', '.join(names)}{nearest(without, names)}")
    if without in ("session", "bilateral"):
        return scenario.with_changes({"calendar.online_sessions": 0.0})
    return scenario.filtered("calendar", lambda event: event.type != kinds[without])


def _episodes(result: Result, what: str) -> pd.DataFrame:
    if what == "adoptions":
        cities = set(result.names.cities)
        steps = result.practices
        return steps[(steps["after"] == Ladder.ADOPTED.name.lower()) & steps["actor"].isin(cities)]
    rows = result.partnerships
    if what == "pilots":
        rows = rows[rows["highest_stage"] >= Stage.PILOT]
    return rows.drop_duplicates(["city_a", "city_b", "theme"])
