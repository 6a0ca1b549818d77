"""Run the shipped studies, or what is left of them, and draw their figures: ``python -m experiments.studies``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import pandas as pd

from experiments.analysis.tables import compare, export, runs
from experiments.figures import paired_differences, save
from experiments.lab.conduct import Watch, conduct
from experiments.lab.executors import in_threads
from experiments.lab.folder import find, owned, shipped
from experiments.lab.live import Screen
from experiments.terminal import compile_if_needed

SHOWN = {
    "brokerage-events": ["contacts_ever", "pilots_ever", "adoptions_ever"],
    "broker-strategies": ["contacts_ever", "pilots_ever", "gini_ties.Europe"],
    "covid-counterfactuals": ["contacts_ever", "pilots_ever", "adoptions_ever"],
}


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


def conducted(name: str, outputs: Path, quick: bool = False) -> Path:
    """Run a shipped study, write its tables and its figure, and return its folder."""
    study, file, folder = find(name, outputs, quick)
    screen = Screen()
    conduct(study, file, folder, partial(in_threads), watch=Watch(screen.begin, screen.tell, screen.end))
    with owned(folder):
        export(study, folder)
        table = contrasts(name, compare(study, runs(study, folder))[0]["differences"])
        shown = table[table["outcome"].isin(SHOWN[name])]
        title = f"{study.title}: {study.replicates} pairs of runs of {study.months} months"
        save(paired_differences(shown, title), folder / f"{name}.png")
    return folder


if __name__ == "__main__":
    compile_if_needed()
    for study_name in shipped():
        where = conducted(study_name, Path(sys.argv[1] if len(sys.argv) > 1 else "outputs"), "--quick" in sys.argv)
        sys.stdout.write(f"{study_name}: {where}\n")
