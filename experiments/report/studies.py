"""The shipped studies, run and drawn: paired differences of a few outcomes, sensitivity, boxes, the demonstration."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from experiments.design.study import Study
from experiments.lab.executors import in_threads
from experiments.lab.folder import find
from experiments.lab.live import Screen
from experiments.report import boxes, demo, discovery, drawn, robust, sensitivity
from experiments.report.findings import Findings, findings, keep

SHOWN = {
    "brokerage-events": ["contacts_ever", "pilots_ever", "adoptions_ever"],
    "broker-strategies": ["contacts_ever", "pilots_ever", "gini_ties.Europe"],
    "covid-counterfactuals": ["contacts_ever", "pilots_ever", "adoptions_ever"],
    "policy-mix": ["contacts_ever", "pilots_ever", "adoptions_ever"],
    "expansion": ["contacts_ever", "pilots_ever", "pilot_coverage.China"],
    "after-the-programme": ["density", "mean_trust", "sustained"],
    "equity-efficiency": ["pilots_ever", "gini_ties.Europe", "gini_ties.China"],
}
SCENARIOS = {
    "covid-none": "No pandemic",
    "covid-cancel-all": "All cancelled",
    "covid-hybrid-kept": "Hybrid kept",
    "iurc-scaled": "Broker scaled with the cities",
    "no-programme": "Never a programme",
}
LEVERS = {
    "broker.capacity": "Broker: 8 units, not 2",
    "broker.alignment_share": "Work on alignment: ¾, not ¼",
    "broker.strategy": "Equity, not complementarity",
    "calendar.scale": "Events: twice, not half",
    "pairing.partners": "Pairing: 4 counterparts, not 2",
    "ladder.funding_effect": "A joint call",
    "trial.twin_relief": "Digital twins",
    "awareness.evidence": "An evidence base",
}


def conducted(name: str, outputs: Path, quick: bool = False) -> Path:
    """Run a shipped study, or what is left of it; write its tables and figures, and return its folder."""
    study, file, folder = find(name, outputs, quick)
    if study.success:
        seek(study, file, folder)
    elif study.kind.blocks:
        analyse(study, file, folder)
    elif name == demo.NAME:
        demo.draw(findings(study, file, folder), folder)
    else:
        draw(name, findings(study, file, folder), folder)
    return folder


def analyse(study: Study, file: Path, folder: Path) -> None:
    """Run a screening, or a sensitivity study until it is known well enough or its runs are used up; draw it."""
    how, watch = partial(in_threads), Screen(True).watch
    if study.design.kind == sensitivity.SCREENING:
        drawn.of_screening(study, sensitivity.screened(study, file, folder, how, watch=watch), folder)
    else:
        drawn.of_answer(sensitivity.answered(study, file, folder, how, watch=watch), folder)


def seek(study: Study, file: Path, folder: Path) -> None:
    """Run a study that says what success is: programmes are weighed against each other, else boxes are sought."""
    how, watch = partial(in_threads), Screen(True).watch
    if study.design.kind == robust.KIND:
        boxes.of_robust(robust.robust(study, file, folder, how, True, watch=watch), folder)
    else:
        boxes.drawn(discovery.discovered(study, file, folder, how, progress=True, watch=watch), folder)


def draw(name: str, found: Findings, folder: Path) -> None:
    """Draw the paired differences that a study shows."""
    from experiments.figures import paired_differences

    table = contrasts(name, found.differences)
    title = f"{found.study.title}: {found.study.replicates} pairs of runs of {found.study.months} months"
    keep(folder, [(name, paired_differences(table[table["outcome"].isin(SHOWN[name])], title))])


def contrasts(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the paired differences that the figure of a study shows, with a column ``contrast`` in words."""
    if name == "brokerage-events":
        return brokers_and_events(table)
    if name == "policy-mix":
        return table.assign(contrast=table["factor"].map(LEVERS))
    if "scenario" in table:
        usual = {"expansion": "No expansion", "after-the-programme": "The programme goes on"}
        return table.assign(contrast=table["scenario"].map({**SCENARIOS, "iuc-asia": usual.get(name)}))
    words = table["broker.strategy"].str.capitalize()
    if name == "equity-efficiency":
        words += [f", {units:g} units" for units in table["broker.capacity"]]
    return table.assign(contrast=words)


def brokers_and_events(table: pd.DataFrame) -> pd.DataFrame:
    """Return events without a broker against none, and a broker of 8 units at the usual events against none."""
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
