"""The shipped studies, run and drawn: paired differences of a few outcomes, and the figures of the demonstration."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.lab.folder import find
from experiments.report import demo
from experiments.report.findings import Findings, findings, keep

SHOWN = {
    "brokerage-events": ["contacts_ever", "pilots_ever", "adoptions_ever"],
    "broker-strategies": ["contacts_ever", "pilots_ever", "gini_ties.Europe"],
    "covid-counterfactuals": ["contacts_ever", "pilots_ever", "adoptions_ever"],
}


def conducted(name: str, outputs: Path, quick: bool = False) -> Path:
    """Run a shipped study, or what is left of it; write its tables and figures, and return its folder."""
    study, file, folder = find(name, outputs, quick)
    found = findings(study, file, folder)
    if name == demo.NAME:
        demo.draw(found, folder)
    else:
        draw(name, found, folder)
    return folder


def draw(name: str, found: Findings, folder: Path) -> None:
    """Draw the paired differences that a study shows."""
    from experiments.figures import paired_differences

    table = contrasts(name, found.differences)
    title = f"{found.study.title}: {found.study.replicates} pairs of runs of {found.study.months} months"
    keep(folder, [(name, paired_differences(table[table["outcome"].isin(SHOWN[name])], title))])


def contrasts(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the paired differences that the figure of a study shows, with a column ``contrast`` in words."""
    if name == "broker-strategies":
        return table.assign(contrast=table["broker.strategy"].str.capitalize())
    if name == "covid-counterfactuals":
        words = {"covid-none": "No pandemic", "covid-cancel-all": "All cancelled", "covid-hybrid-kept": "Hybrid kept"}
        return table.assign(contrast=table["scenario"].map(words))
    brokers = table.query("baseline == 'broker.capacity = 0.0' and `broker.capacity` == 8 and `calendar.scale` == 1")
    events = table.query("baseline == 'calendar.scale = 0.0' and `broker.capacity` == 0")
    events = events.query("`cooperation.broker_closing` == 0.5 and `broker.alignment_share` == 0.5")
    return pd.concat(
        [
            events.assign(contrast=[f"Events × {scale:g}, no broker" for scale in events["calendar.scale"]]),
            brokers.assign(
                contrast=[
                    f"Broker, {w:.0%} aligning{'' if eta else ' in vain'}"
                    for w, eta in zip(
                        brokers["broker.alignment_share"], brokers["cooperation.broker_closing"], strict=True
                    )
                ]
            ).sort_values(["cooperation.broker_closing", "broker.alignment_share"], kind="stable"),
        ]
    )
