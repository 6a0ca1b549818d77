"""The demonstration: brokers deepen, events widen. A shipped study of the IUC programme and its figures, in a minute.

Four capacities of the broker are crossed with four scales of the calendar; every cell runs the same seeds, so that
cells are compared under the same luck. Beside the study stand what only whole histories show, of the programme as it
was: stocks and adoption over time, one history on the map, as a tree and as a triple helix, and where cities stood at
half-time against the pilots that they began later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.input.scenario import Scenario
from abm.labels.stages import STAGES
from abm.progress import shown_while
from abm.result import Result
from abm.runs import run, run_many
from abm.state.words import THEMES
from experiments.analysis.positions import positions
from experiments.design.files import read_study
from experiments.intervals import t_interval
from experiments.lab.folder import shipped
from experiments.lab.ledger import OtherResults
from experiments.lab.stop import Interrupted
from experiments.report.findings import Findings, findings, keep

NAME = "demo"
CAPACITY, SCALE = BY = ("broker.capacity", "calendar.scale")
AS_IT_WAS = (4.0, 1.0)
MOST_HISTORIES = 50  # whose networks are looked at
KINDS = ("cities only", "with a university", "with a firm", "full helix")
OUTCOMES = (*[rung.ever for rung in STAGES], "adoptions_ever")
HELIX = ("university_pilot_share", "firm_pilot_share", "full_helix_share")
BY_MONTH = (
    *[rung.now for rung in STAGES],
    "pilots_ever",
    *HELIX,
    "adoptions_ever",
    *[f"adoption_by_theme.{theme}" for theme in THEMES],
)


class Histories(NamedTuple):
    """What the figures show beside the study, all of the programme as it was.

    Attributes
    ----------
    scenario, one
        The programme, and its run of the first seed.
    series, quiet
        One row a run, one column an outcome and month: stocks by stage, adoptions, with whom pilots began; and the
        same of the programme without events.
    positions
        Where cities stood at half-time, and the pilots that they began after it.
    """

    scenario: Scenario
    one: Result
    series: pd.DataFrame
    quiet: pd.DataFrame
    positions: pd.DataFrame


def demonstrate(replicates: int, folder: Path, progress: bool = True) -> Findings:
    """Run the demonstration, or what is left of it, and write its tables and figures into a folder."""
    study = read_study(shipped()[NAME])._replace(replicates=replicates)
    try:
        found = findings(study, shipped()[NAME], folder, progress)
    except Interrupted as stop:
        raise Interrupted(f"{str(stop).partition(';')[0]}; the same command goes on", stop.code) from None
    except OtherResults:
        raise OtherResults(
            f"{folder}: holds a demonstration by other code; name another folder (--output), or remove this one"
        ) from None
    draw(found, folder, progress)
    return found


def draw(found: Findings, folder: Path, progress: bool = True) -> None:
    """Look at histories of the programme as it was, and draw the figures of the demonstration."""
    from experiments.report.pictures import pictures

    seen = histories(found)
    drawn = shown_while(pictures(found, seen), None, progress, "figures")
    keep(folder, drawn, found.source, positions=seen.positions)


def histories(found: Findings) -> Histories:
    """Run the programme as it was, and without its events, with the seeds of the study."""
    study = found.study
    scenario, without = study.scenario_at(AS_IT_WAS), study.scenario_at((AS_IT_WAS[0], 0.0))
    seeds = [study.seed_at("", replicate) for replicate in range(1, study.replicates + 1)]
    by_month = [f"{outcome}@{month}" for outcome in BY_MONTH for month in range(1, scenario.months + 1)]
    return Histories(
        scenario,
        run(scenario, seed=seeds[0]),
        run_many(scenario, seeds=seeds, outcomes=by_month, progress=False),
        run_many(without, seeds=seeds, outcomes=by_month, progress=False),
        positions(scenario, seeds[:MOST_HISTORIES], scenario.months // 2 - 1),
    )


def against_nothing(found: Findings, outcomes: Sequence[str] = OUTCOMES) -> pd.DataFrame:
    """Return what each broker adds to the calendar as it was, and each calendar to the broker as it was.

    One row a contrast and outcome: the columns of :func:`~experiments.analysis.effects.differences`, and in words:
    contrast, group (what it is compared with) and said (contrast within a sentence).
    """
    table = found.differences[found.differences["outcome"].isin(outcomes)]
    brokers = table[(table["baseline"] == f"{CAPACITY} = 0.0") & (table[SCALE] == AS_IT_WAS[1])]
    events = table[(table["baseline"] == f"{SCALE} = 0.0") & (table[CAPACITY] == AS_IT_WAS[0])]
    capacities, scales = brokers[CAPACITY].map("{:g}".format), events[SCALE].map("{:g}".format)
    return pd.concat(
        [
            brokers.assign(
                contrast="Broker of " + capacities,
                said="a broker of " + capacities,
                group="Events × 1, against no broker",
            ),
            events.assign(
                contrast="Events × " + scales, said="events × " + scales, group="Broker of 4, against no events"
            ),
        ],
        ignore_index=True,
    )


def by_run(series: pd.DataFrame, column: str, outcomes: Mapping[str, str]) -> pd.DataFrame:
    """Return named outcomes of every run, one row a month (0 is the first), name (in ``column``) and run."""
    months = range(1, 1 + max(int(str(name).rpartition("@")[2]) for name in series if "@" in str(name)))
    parts = [
        pd.DataFrame({"month": month - 1, column: name, "run": series.index, "value": series[f"{outcome}@{month}"]})
        for name, outcome in outcomes.items()
        for month in months
    ]
    return pd.concat(parts, ignore_index=True)


def stocks_by_stage(seen: Histories) -> pd.DataFrame:
    """Return every stock of every run, one row a month, stage and run."""
    return by_run(seen.series, "stage", {rung.name: rung.now for rung in STAGES})


def pilots_by_helix(seen: Histories) -> pd.DataFrame:
    """Return the pilots that began in every quarter by who was in them, one row a quarter, kind and run."""
    last, parts = np.zeros((4, len(seen.series))), []
    for month in range(3, seen.scenario.months + 1, 3):
        pilots, *shares = (seen.series[f"{name}@{month}"].fillna(0).to_numpy(float) for name in ("pilots_ever", *HELIX))
        university, firm, full = (pilots * share for share in shares)
        now = np.array([pilots - university - firm + full, university - full, firm - full, full])
        for kind, begun in zip(KINDS, now - last, strict=True):
            parts.append(pd.DataFrame({"month": month - 3, "kind": kind, "run": seen.series.index, "value": begun}))
        last = now
    return pd.concat(parts, ignore_index=True)


def adoptions(seen: Histories) -> pd.DataFrame:
    """Return adoptions since the start with and without events, one row a month, arm and run."""
    wanted = {"value": "adoptions_ever"}
    with_events, without = (by_run(series, "of", wanted) for series in (seen.series, seen.quiet))
    return pd.concat([with_events.assign(arm="with events"), without.assign(arm="without")], ignore_index=True)


def adoption_by_theme(seen: Histories) -> pd.DataFrame:
    """Return what events add to adoption, in percentage points at the end: theme, difference, low, high."""
    columns = {theme: f"adoption_by_theme.{theme}@{seen.scenario.months}" for theme in THEMES}
    apart = {theme: 100 * (seen.series[name] - seen.quiet[name]) for theme, name in columns.items()}
    rows = [(theme, *t_interval(values.dropna().to_numpy(float))) for theme, values in apart.items()]
    return pd.DataFrame(rows, columns=["theme", "difference", "low", "high"])
