"""What a calibration left on disk as figures: which table each draws, and what stands under all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from calibration.gate import LINES
from calibration.inference.fit import ABOUT, POSTERIOR
from experiments.lab.folder import TABLES, owned

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(folder: Path) -> list[str]:
    """Write the figures of a calibration into its folder, from what it left there, each whole; return their names."""
    from experiments.figures import save

    with owned(folder):
        return [save(figure, folder / f"{name}.png").name for name, figure in figures(folder)]


def figures(folder: Path) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of a calibration by name, each drawn when it is asked for."""
    from calibration import figures as drawn  # seconds, where nothing is drawn

    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    tables = {name: pd.read_parquet(folder / TABLES / f"{name}.parquet") for name in about["tables"]}
    draws, summary, note = pd.read_csv(folder / POSTERIOR), tables["summary"], under(about)
    yield "prior-and-posterior", drawn.prior_and_posterior(summary, draws, note=note)
    yield "tied-unknowns", drawn.tied_unknowns(draws, tables["correlations"], summary, note=note)
    ranks, coverage, curve, wrong = (tables[name] for name in ("ranks", "coverage", "tarp", "canaries"))
    yield "proof", drawn.proof_of_posterior(ranks, coverage, curve, wrong, note=note)
    yield "predicted", drawn.predictive_intervals(tables["predictive"], note=note)
    yield "headline", drawn.headline_under_beliefs(tables["headline"], note=note)


def under(about: Mapping[str, Any]) -> str:
    """Return what stands under a figure: study, runs, tests, seed, method, and the gate's verdict."""
    runs = about["runs"]
    return (
        f"{about['name']}: {runs['finished']:,} runs of the prior, {runs['tests']:,} of them kept to test on; "
        f"seed {about['seed']}; {about['method']}. {verdict(about['calibrated'], about['lines'])}."
    )


def verdict(calibrated: bool, lines: list[dict[str, Any]]) -> str:
    """Return the verdict of the gate with the names of the lines against it."""
    if calibrated:
        return f"Calibrated: all {len(LINES)} lines of the gate are met"
    against = {
        word: ", ".join(dict.fromkeys(line["line"] for line in lines if line["met"] == met))
        for word, met in (("not met", "NO"), ("not decided", "not decided"))
    }
    said = "; ".join(f"{word}: {names}" for word, names in against.items() if names)
    return f"Conditioned on the record, not calibrated; of the gate {said}"
