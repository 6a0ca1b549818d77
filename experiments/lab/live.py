"""What one sees of a study under way: how far it is, how long it takes, and the means so far with their intervals."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from experiments.design.points import Row
from experiments.design.study import Study
from experiments.intervals import LEVEL
from experiments.lab.conduct import Watch
from experiments.lab.ledger import Ledger
from experiments.terminal import short, table

if TYPE_CHECKING:
    from rich.console import Group

MOST_POINTS, MOST_OUTCOMES = 12, 3
EVERY_S = 1.0


class Means:
    """Means and variances that grow by a run at a time (Welford), by point; arrays of shape (n_points, n_outcomes)."""

    def __init__(self, points: list[str], n_outcomes: int) -> None:
        self.at = {point: x for x, point in enumerate(points)}
        self.n = np.zeros((len(points), n_outcomes))
        self.mean, self.squares = np.zeros_like(self.n), np.zeros_like(self.n)

    def add(self, rows: list[Row]) -> None:
        """Take in runs of these points; a missing outcome is left out."""
        for row in rows:
            x = self.at.get(row.point)
            if x is not None and row.outcomes is not None:
                there = ~np.isnan(row.outcomes)
                self.n[x] += there
                step = np.where(there, row.outcomes - self.mean[x], 0.0)
                self.mean[x] += step / np.maximum(self.n[x], 1)
                self.squares[x] += step * np.where(there, row.outcomes - self.mean[x], 0.0)

    def cell(self, x: int, outcome: int) -> str:
        """Return a mean and the half width of its interval in words."""
        n = self.n[x, outcome]
        if n < 1:
            return "–"
        mean = short(float(self.mean[x, outcome]))
        if n < 2:
            return mean
        half = float(stdtrit(n - 1, 0.5 + LEVEL / 2)) * math.sqrt(self.squares[x, outcome] / (n - 1) / n)
        return f"{mean} ± {short(half)}"


def first_points(study: Study) -> dict[str, dict[str, Any]]:
    """Return the settings of the points that are shown."""
    shown = [] if study.keeps else study.points()[:MOST_POINTS]
    return {point.id: study.shown(point.settings) for point in shown}


def means_so_far(study: Study, ledger: Ledger, points: Collection[str]) -> Means:
    """Return the means of some points from what is stored."""
    means = Means(list(points), len(study.outcomes))
    for row in ledger.rows(*points) if points else ():
        means.add([row])
    return means


def means_table(study: Study, settings: dict[str, dict[str, Any]], means: Means, n_points: int) -> Group | str:
    """Return some points and the first outcomes as a table; nothing where runs are kept and have no means."""
    if not settings:
        return ""
    columns = [factor.name for factor in study.factors] or ["point"]
    rows = [
        [
            *[short(settings[point].get(c, "all")) for c in columns],
            int(means.n[means.at[point]].max(initial=0)),
            *[means.cell(means.at[point], o) for o in range(min(MOST_OUTCOMES, len(study.outcomes)))],
        ]
        for point in settings
    ]
    more = f" (first {len(settings)} of {n_points:,} points)" if n_points > len(settings) else ""
    title = f"Means so far ± half width of their {LEVEL:.0%} intervals{more}"
    return table(title, [*columns, "runs", *study.outcomes[:MOST_OUTCOMES]], rows, left=len(columns))


class Screen:
    """Progress of a study on a terminal; nothing where nobody looks."""

    def __init__(self, wanted: bool = True) -> None:
        self.wanted = wanted and sys.stderr.isatty()
        self.live: Any = None

    @property
    def watch(self) -> Watch:
        """What :func:`experiments.lab.conduct.conduct` tells."""
        return Watch(self.begin, self.tell, self.end)

    def begin(self, study: Study, ledger: Ledger) -> None:
        """Show how far the study is."""
        if not self.wanted:
            return
        from rich.live import Live

        from experiments.terminal import console

        self.study, self.settings, self.n_points = study, first_points(study), len(study.points())
        self.means = means_so_far(study, ledger, self.settings)
        self.total = self.n_points * study.replicates
        self.finished, self.failed = ledger.count("run"), ledger.count("failure")
        self.before, self.begun, self.drawn = self.n_done(), time.monotonic(), 0.0
        self.live = Live(console=console(error=True), auto_refresh=False, transient=True)
        self.live.start()

    def n_done(self) -> int:
        """Return the number of runs that ended."""
        return self.finished + self.failed

    def tell(self, rows: list[Row]) -> None:
        """Show runs that are safe now."""
        if self.live is None:
            return
        self.means.add(rows)
        n_failed = sum(row.outcomes is None for row in rows)
        self.finished, self.failed = self.finished + len(rows) - n_failed, self.failed + n_failed
        self.total = max(self.total, self.n_done())
        if time.monotonic() - self.drawn > EVERY_S:
            self.drawn = time.monotonic()
            self.live.update(self.drawing(), refresh=True)

    def drawing(self) -> Group:
        """Return a line of progress over the means."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        done, speed = self.n_done(), (self.n_done() - self.before) / max(1e-9, time.monotonic() - self.begun)
        left = (self.total - done) / speed if speed else math.inf
        line = f"{done:,} of {self.total:,} runs safe, {speed:,.0f} a second, {duration(left)} left"
        line += f", {self.failed:,} failed" if self.failed else ""
        means = means_table(self.study, self.settings, self.means, self.n_points)
        return Group(ProgressBar(self.total, done, width=60), Text(line), means)

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self.live is not None:
            self.live.stop()


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if not math.isfinite(seconds):
        return "some time"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
