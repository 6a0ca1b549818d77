"""What a calibration found, in words: misses first, what is learnt and what is not, and the verdict at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from calibration.inference.again import Recovered
from calibration.inference.fit import Fit
from calibration.inference.nearness import NEAR, NEAR_TOGETHER, NEAREST
from calibration.inference.rivals import EXPLORATORY, Rivalry
from calibration.inference.study import LOOK
from calibration.predictive import missed
from experiments.terminal import console, short, table

TOLD = 0.5  # directions of less than so much of the prior's variance are told
LOST = 0.1  # contraction that an unknown loses at least without a statistic, to be named with it
PART = 0.3  # of a direction, that an unknown has at least to be named
MISSED = "MISSED"


def show(fit: Fit) -> None:
    """Print what was found for a reader."""
    tables, out = fit.evidence.tables, console()
    predicted = tables["predictive"]
    out.print(of_predictive(predicted, f"{fit.asked.study.title}: the record and what the posterior predicts"))
    out.print(of_summary(tables["summary"]))
    for line in (*of_ridges(tables["ridges"]), *of_profile(tables["profile"])):
        out.print(line)
    out.print(of_headline(tables["headline"]))
    out.print(table("The gate", ["line", "met", "why"], tables["gate"].itertuples(index=False), left=3))
    out.print(f"{fit}.")
    if fit.asked.name.endswith(LOOK):
        out.print(f"A quick look, of {fit.asked.study.size:,} runs; without --quick there are more.")


def of_predictive(predicted: pd.DataFrame, title: str) -> Any:
    """Return statistics of the record and their intervals as a table, those that are missed first."""
    out = missed(predicted)
    rows = [
        (
            row["statistic"],
            row["role"],
            short(row["observed"]),
            short(row["mean"]),
            f"{short(row['low_90'])} … {short(row['high_90'])}",
            f"{row['p']:.3f}",
            MISSED if row["statistic"] in out else "",
        )
        for row in predicted.to_dict("records")
    ]
    rows.sort(key=lambda row: row[-1] != MISSED)
    return table(title, ["statistic", "role", "record", "mean", "90 %", "p", ""], rows, left=2)


def of_summary(summary: pd.DataFrame) -> Any:
    """Return what is learnt of each unknown as a table."""
    rows = [
        (
            row["unknown"],
            f"{short(row['low'])} … {short(row['high'])}",
            short(row["mean"]),
            short(row["sd"]),
            f"{short(row['q05'])} … {short(row['q95'])}",
            f"{row['learnt']:.2f}",
            row["verdict"],
        )
        for row in summary.to_dict("records")
    ]
    columns = ["unknown", "prior", "mean", "sd", "90 %", "learnt", "verdict"]
    return table("What is learnt: contraction of the prior's variance", columns, rows)


def of_ridges(ridges: pd.DataFrame) -> list[str]:
    """Return how many directions are learnt, and what goes into each, a line a direction."""
    known = ridges[ridges["variance"] < TOLD]
    lines = [f"{len(known)} of {len(ridges)} directions have less than {TOLD:g} of the prior's variance:"]
    for _, row in known.iterrows():
        parts = row.drop("variance").sort_values(key=abs, ascending=False)
        said = [f"{part:+.2f} {name}" for name, part in parts.items() if abs(part) >= PART]
        lines.append(f"  {row['variance']:.2f}: {' '.join(said)}")
    return lines


def of_profile(profile: pd.DataFrame) -> list[str]:
    """Return which statistic each learnt unknown is learnt from: what is lost most without it."""
    wide = profile[profile["statistics"] != "alone"].pivot(index="unknown", columns="statistic", values="learnt")
    lost = (-wide.sub(wide[""], axis=0)).drop(columns="")
    lost = lost[(wide[""] >= LOST) & (lost.max(axis=1) >= LOST)]
    most = zip(lost.index, lost.idxmax(axis=1), lost.max(axis=1), strict=True)
    named = [f"{name} by {statistic} (−{part:.2f})" for name, statistic, part in most]
    return [f"Most is lost of {'; '.join(named)}, if it is left out."] if named else []


def of_headline(headline: pd.DataFrame) -> Any:
    """Return what a broker and events add, under each belief, as a table."""
    rows = [
        (
            f"{row['lever']} → {row['outcome']}",
            row["belief"],
            short(row["mean"]),
            f"{short(row['low_90'])} … {short(row['high_90'])}" if row["belief"] != "defaults" else "–",
            f"{row['relative']:+.0%}",
            f"{short(row['one_05'])} … {short(row['one_95'])}",
            f"{row['by_parameters']:.2f}",
        )
        for row in headline.sort_values(["lever", "outcome"], kind="stable").to_dict("records")
    ]
    columns = ["what adds to what", "belief", "mean", "90 % of means", "relative", "90 % of pairs", "by parameters"]
    title = "What a broker and what events add, and the share of a pair's variance by parameters"
    return table(title, columns, rows, left=2)


def of_recovery(found: Recovered) -> Any:
    """Return how many intervals covered, an unknown a row."""
    levels = sorted(set(found.table["level"]))
    rows = [
        (name, *(f"{row.covered}{'' if row.inside else ' !'}" for row in part.itertuples()))
        for name, part in found.table.groupby("unknown", sort=False)
    ]
    bounds = found.table.drop_duplicates("level")
    rows.append(("within", *(f"{row.low} … {row.high}" for row in bounds.itertuples())))
    return table("Intervals that cover the truth", ["unknown", *(f"{level:.0%}" for level in levels)], rows)


def of_outcomes(outcomes: pd.DataFrame) -> Any:
    """Return what a posterior predicts of outcomes as a table."""
    columns: Sequence[str] = list(outcomes.columns)
    rows: Iterable[Sequence[Any]] = (
        [name, *(short(x) for x in numbers)] for name, *numbers in outcomes.itertuples(index=False)
    )
    return table("What the posterior predicts, luck included", columns, rows)


def show_rivals(made: Rivalry) -> None:
    """Print which rivals come how near the record, and what their nearest lists say of what was held out."""
    out = console()
    rows = [
        (
            row["rival"],
            f"{row['near']:,}",
            row["verdict"] or "–",
            f"{row['near_together']:,}",
            row["verdict_together"] or "–",
            f"{row['distance_100']:.2f}",
        )
        for row in made.table.to_dict("records")
    ]
    columns = ["rival", "by the fit", "says", "with concentration", "says", "its hundredth at"]
    title = f"Lists within {NEAR:g} of the record by the fit, within {NEAR_TOGETHER:g} with concentration"
    out.print(table(f"{title}; less than twice says nothing", columns, rows))
    for row in made.table.to_dict("records")[1:]:
        out.print(f"{row['rival']}: {row['changes'] or 'as it is'}")
    out.print(of_rivals_hold_outs(made.hold_outs))
    out.print(f"{made}.")


def of_rivals_hold_outs(found: pd.DataFrame) -> Any:
    """Return a row a statistic held out: the record, and of each rival mean and share at least or at most as far."""
    rows = []
    for name, part in found.groupby("statistic", sort=False):
        cells = [
            f"{short(row['mean'])} ({min((row['at_least'], '≥'), (row['at_most'], '≤'))[1]} "
            f"{min(row['at_least'], row['at_most']):.3f})"
            for row in part.to_dict("records")
        ]
        rows.append((name, short(float(part["observed"].iloc[0])), *cells))
    title = f"Held out, among the {NEAREST} nearest by the fit: mean, and the share as far out as the record"
    return table(title, ["statistic", "record", *found["rival"].unique()], rows)


def rivals_as_json(made: Rivalry) -> dict[str, Any]:
    """Return what was found of rivals as JSON has it."""
    return {
        "study": made.name,
        "folder": str(made.folder),
        "note": EXPLORATORY,
        "preferred": made.preferred,
        "rivals": made.table,
        "hold_outs": made.hold_outs,
    }


def as_json(fit: Fit) -> dict[str, Any]:
    """Return what was found as JSON has it, without the long tables of figures."""
    long = ("gate", "ranks", "tarp", "recovery", "profile")
    tables = {name: made for name, made in fit.evidence.tables.items() if name not in long}
    return {
        "study": fit.asked.name,
        "folder": str(fit.folder),
        "calibrated": fit.calibrated,
        "gate": str(fit.evidence.gate),
        "lines": fit.evidence.tables["gate"],
        **tables,
    }
