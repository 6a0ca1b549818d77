"""What a calibration will cost, told before it runs: runs, minutes, bytes, from a few runs that are not kept."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from calibration.inference import answers, evidence
from calibration.inference.kept import kept, unpacked
from calibration.inference.runs import printed, tests_of
from calibration.inference.study import Asked
from calibration.priors import from_prior, rows, values
from experiments.lab.forecast import forecast
from experiments.lab.live import duration

SAMPLE = 40
A_TEST, A_TEST_AND_RUN = 0.015, 1.5e-7  # seconds of a test, and of each run that it is compared with
A_REGRESSION = 1e-5  # seconds a run, of which the profile makes one for each statistic, twice


def foreseen(asked: Asked, folder: Path, workers: int | None = None) -> dict[str, Any]:
    """Return runs, those to do, seconds of running and of what comes after it, bytes of the ledger."""
    made = forecast(asked.study, folder, workers)
    theta = values(asked.unknowns, from_prior(asked.unknowns, asked.study.seed, SAMPLE))
    left = kept(asked.scenario, range(1, 1 + SAMPLE), rows(asked.scenario, asked.unknowns, theta))
    begun = time.perf_counter()
    printed(asked, theta, (unpacked(numbers) for numbers in left), range(SAMPLE))
    a_list = (time.perf_counter() - begun) / SAMPLE
    n, tests = made["runs"], tests_of(made["runs"])
    fresh = 9 * answers.SEEDS * answers.n_draws(n) + evidence.n_draws(n)
    return {
        "study": asked.name,
        "runs": n,
        "left": made["left"],
        "workers": made["workers"],
        "milliseconds_a_run": made["milliseconds_a_run"],
        "seconds": made["seconds"],
        "seconds_a_list": a_list,
        "seconds_after": a_list * n
        + fresh * made["milliseconds_a_run"] / 1000 / made["workers"]
        + tests * (A_TEST + A_TEST_AND_RUN * n)
        + (2 * len(asked.fit) + 1) * A_REGRESSION * n,
        "bytes": made["bytes"] + n * int(np.mean([numbers.nbytes for numbers in left])),
    }


def worded(made: dict[str, Any]) -> str:
    """Return a forecast in a sentence."""
    return (
        f"{made['study']}: {made['runs']:,} runs of the prior, {made['left']:,} of them to do: "
        f"about {duration(made['seconds'])} on {made['workers']} threads, {made['bytes'] / 1e6:,.0f} MB; "
        f"then about {duration(made['seconds_after'])} of reading, testing and predicting."
    )
