"""The shipped studies, run and drawn: paired differences of a few outcomes, sensitivity, boxes, the demonstration."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pandas as pd

from experiments.design.study import Study
from experiments.files import whole_file
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
    "covid-cancel-all": "All events cancelled",
    "covid-hybrid-kept": "Hybrid events kept",
    "iurc-scaled": "A broker scaled with the cities",
    "no-programme": "No programme at all",
}
BASELINES = {
    "broker-strategies": "A broker of 8 units, against random choice",
    "covid-counterfactuals": "Against the pandemic as it was",
    "policy-mix": "Against the other level, all else averaged",
    "expansion": "Against expansion with the same broker",
    "after-the-programme": "Against a programme that ended in month 48",
}
WORK = {0.0: "Introductions only", 0.5: "Half and half", 1.0: "Alignment only"}
LEVERS = {
    "broker.capacity": "A broker of 8 units, not 2",
    "broker.alignment_share": "¾ of work on alignment, not ¼",
    "broker.strategy": "Equity, not complementarity",
    "calendar.scale": "Events × 2, not × ½",
    "pairing.partners": "4 counterparts by pairing, not 2",
    "ladder.funding_effect": "A joint call",
    "trial.twin_relief": "Digital twins",
    "awareness.evidence": "An evidence base",
}


IN_DOCUMENTS = {  # of a study, the figure that the documents show, and its name there
    demo.NAME: ("interaction", "demo_interaction"),
    "driver-groups": ("why-runs-differ", "study_driver_groups"),
    "pilots-box": ("limits", "study_pilots_box"),
    "programmes-robust": ("regret", "study_programmes_robust"),
}
IN_DOCUMENTS |= {name: (name, f"study_{name.replace('-', '_')}") for name in SHOWN}


def documented(name: str, folder: Path, to: Path) -> None:
    """Copy the figure of a study that the documents show, if they show one, from the folder of the study."""
    if name in IN_DOCUMENTS:
        figure, page = IN_DOCUMENTS[name]
        with whole_file(to / f"{page}.png") as copy:
            shutil.copyfile(folder / f"{figure}.png", copy)


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
    from experiments.figures.headlines import of_differences, of_runs

    table = contrasts(name, found.differences)
    table = table[table["outcome"].isin(SHOWN[name])]
    head = f"{of_differences(table)}\n{of_runs(found.study.replicates, found.study.months, 'pairs of runs')}"
    keep(folder, [(name, paired_differences(table, head))], found.source)


def contrasts(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the paired differences that the figure of a study shows, with two columns more and perhaps a third.

    These are, in words: contrast, group (what it is compared with), and said (contrast as a sentence has it, where that
    is another).
    """
    if name == "brokerage-events":
        return brokers_and_events(table)
    if name == "policy-mix":
        words = table["factor"].map(LEVERS)
        return table.assign(contrast=words, said=lower(words), group=BASELINES[name])
    if "scenario" in table:
        usual = {"expansion": "No expansion", "after-the-programme": "The programme going on"}
        words = table["scenario"].map({**SCENARIOS, "iuc-asia": usual.get(name)})
        return table.assign(contrast=words, said=lower(words), group=BASELINES[name])
    words = table["broker.strategy"].str.capitalize()
    if name == "equity-efficiency":
        return at_all_sizes(table.assign(contrast=words))
    return table.assign(contrast=words, said=lower(words), group=BASELINES[name])


def lower(words: pd.Series) -> pd.Series:
    """Return words as they stand within a sentence."""
    return words.str[0].str.lower() + words.str[1:]


def at_all_sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Return the contrasts of strategies by the broker's capacity; of equity at the least and the most is spoken."""
    units = table["broker.capacity"]
    spoken = (table["broker.strategy"] == "equity") & units.isin([units.min(), units.max()])
    said = "equity at " + units.map("{:g} units".format)
    group = units.map("A broker of {:g} units, against complementarity".format)
    return table.assign(said=said.where(spoken, ""), group=group).sort_values("broker.capacity", kind="stable")


def brokers_and_events(table: pd.DataFrame) -> pd.DataFrame:
    """Return events without a broker against none, and a broker of 8 units at the usual events against none."""
    brokers = table.query("baseline == 'broker.capacity = 0.0' and `broker.capacity` == 8 and `calendar.scale` == 1")
    events = table.query("baseline == 'calendar.scale = 0.0' and `broker.capacity` == 0")
    events = events.query("`cooperation.broker_closing` == 0.5 and `broker.alignment_share` == 0.5")
    scales = [f"Events × {scale:g}" for scale in events["calendar.scale"]]
    brokers = brokers.sort_values(["cooperation.broker_closing", "broker.alignment_share"], ascending=[False, True])
    works, acts = brokers["broker.alignment_share"].map(WORK), brokers["cooperation.broker_closing"] > 0
    events = events.assign(contrast=scales, group="No broker, against no events")
    brokers = brokers.assign(
        contrast=works,
        said=("a broker of 8 units, " + lower(works)).where(acts, ""),
        group=acts.map(
            {True: "Events × 1, a broker of 8 units against none", False: "The same, if alignment did nothing"}
        ),
    )
    return pd.concat([events.assign(said=lower(events["contrast"])), brokers])
