"""Advise a mayor: two programmes in nine worlds, the claim at the assumed values, and where it turns."""

from pathlib import Path

import pandas as pd

from experiments.analysis import effects
from experiments.cli import answer as twinhelix

STUDY = """title = "Advice"
hypothesis = "The broker brings more, and less where gaps do not matter."
scenario = "iuc-asia"
months = 48
replicates = {replicates}
seed = {seed}
outcomes = ["{wish}"]

[programmes]
broker = {{ broker.capacity = {capacity}, calendar.scale = 1 }}
events = {{ broker.capacity = 4, calendar.scale = {scale} }}

[vary]
{vary}
"""
PAGE = """For {capacity} units of broker against {scale} times the events the model shows {difference:.1f} {what} more
(± {half_width:.1f}, {replicates} pairs of runs under the same luck). Of nine worlds, over two assumptions that
nobody has measured, the broker does better in {better_in}, worse in {worse_in}, and in {open_in} it cannot be told from
chance. It is a model of synthetic cities, no forecast; a unit of broker and an event have no common price."""


def solve(mine, folder, replicates=150):
    """Write the study, run it, and return the answers of a student."""
    capacity, scale = mine.programmes["broker"]["broker.capacity"], mine.programmes["events"]["calendar.scale"]
    vary = "\n".join(f"{name} = {values}" for name, values in mine.uncertain.items())
    file, outputs = Path(folder) / "advice.toml", Path(folder) / "outputs"
    said = {"replicates": replicates, "capacity": capacity, "scale": scale}
    file.write_text(STUDY.format(seed=mine.seed, wish=mine.wish, vary=vary, **said))
    for verb in (["sweep", str(file)], ["export", "advice"]):
        twinhelix([*verb, "--outputs", str(outputs)])
    runs = pd.read_parquet(outputs / "advice" / "runs.parquet")
    worlds = list(mine.uncertain)
    found = effects.differences(runs, ["scenario", *worlds], {"scenario": "events"}, [mine.wish])
    assumed = {name: values[1] for name, values in mine.uncertain.items()}
    here = found[(found[worlds] == pd.Series(assumed)).all(axis=1)].iloc[0]
    at = runs[(runs[worlds] == pd.Series(assumed)).all(axis=1)].groupby("scenario")["point"].first()
    better, worse = (found["low"] > 0).sum(), (found["high"] < 0).sum()
    answers = {
        "point_a": at["broker"],
        "point_b": at["events"],
        "difference": here["difference"],
        "half_width": (here["high"] - here["low"]) / 2,
        "better_in": better,
        "worse_in": worse,
        "open_in": len(found) - better - worse,
    }
    what = {"pilots_ever": "pilots", "sustained_ever": "lasting partnerships"}[mine.wish]
    return answers | {"advice": PAGE.format(what=what, **said, **answers)}
