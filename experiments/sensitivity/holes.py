"""What is not there: blocks with a failed run are left out for every outcome, outcomes that are undefined are refused.

A run has failed if it has no outcome at all. An outcome that is missing where others are there has no value by its
nature, such as a share of nothing; leaving those runs out would change what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc

from abm.parameters import ConfigError
from experiments.factor import worded
from experiments.sensitivity.blocks import Blocks

NOTED, REFUSED = 0.01, 0.05  # shares of blocks left out
PARTS = 4  # of a range, to see where runs fail
SURE = 0.01  # chance that failures as uneven as these have no such cause


class Unanswerable(ConfigError):
    """What was run cannot answer the question; the message says why, and the command ends as one that is unfinished."""

    code = 3


class Holes(NamedTuple):
    """Blocks without a failed run, shape (n_blocks,); runs in which an outcome is undefined, (n_outcomes,); a note."""

    whole: np.ndarray
    undefined: np.ndarray
    note: str


def holes(y: np.ndarray, design: Blocks, failed: np.ndarray | None = None) -> Holes:
    """Return what is missing in outcomes of shape (n_blocks, n_points, replicates, n_outcomes).

    Parameters
    ----------
    failed
        Which runs failed, shape (n_blocks, n_points, replicates); those without any finite outcome if left out.

    Raises
    ------
    Unanswerable
        If more than one block in twenty has a failed run.
    """
    lost = np.any(failed_runs(y) if failed is None else failed, axis=2)
    whole = np.logical_not(lost.any(axis=1))
    undefined = np.array([np.count_nonzero(~np.isfinite(y[whole, ..., m])) for m in range(y.shape[-1])])
    where = clustered(design, lost) if np.mean(whole) < 1.0 - NOTED else ""
    return Holes(whole, undefined, note(whole, design.numbers, "blocks", where))


def failed_runs(y: np.ndarray) -> np.ndarray:
    """Return which runs have no finite outcome, the last axis of ``y``; one outcome is looked at after the other."""
    failed = np.ones(y.shape[:-1], bool)
    for m in range(y.shape[-1]):
        failed &= ~np.isfinite(y[..., m])
    return failed


def note(whole: np.ndarray, numbers: np.ndarray, what: str, where: str = "") -> str:
    """Return what is to be said of blocks, or trajectories, that are left out; refuse too many."""
    lost = np.count_nonzero(~whole)
    if not lost:
        return ""
    shown = ", ".join(map(str, numbers[~whole][:5])) + (", …" if lost > 5 else "")
    said = f"{lost} of {len(whole)} {what} have a failed run and are left out ({shown})"
    if lost > REFUSED * len(whole):
        raise Unanswerable(f"{said}{where}; indices are refused beyond {REFUSED:.0%}")
    return f"{said}: indices speak of where the model runs{where}."


def clustered(design: Blocks, points: np.ndarray) -> str:
    """Return where the first failed point of each block lies unevenly, if it does: the factor and its part.

    Passing points are even by design, a quarter of them in each quarter of a range; Pearson's χ² compares.
    """
    blocks = np.flatnonzero(points.any(axis=1))
    takes = design.takes[points[blocks].argmax(axis=1)]
    a, b = design.rows
    unit = np.where(takes, b[blocks], a[blocks])
    found = []
    for factor, places in zip(design.factors, unit.T, strict=True):
        n = factor.n_levels if 0 < factor.n_levels <= PARTS or factor.levels else PARTS
        seen = np.bincount(np.minimum((places * n).astype(int), n - 1), minlength=n)
        part = int(seen.argmax())
        ends = [factor.at(part / n + 1e-9), factor.at((part + 1) / n - 1e-9)]
        level = worded(ends[0])
        value = f"= {level}" if factor.n_levels == n else f"from {ends[0]:.3g} to {ends[1]:.3g}"
        words = f"; failures cluster at {factor.name} {value} ({seen[part]} of {len(blocks)})"
        even = len(blocks) / n
        found.append((float(chdtrc(n - 1, ((seen - even) ** 2).sum() / even)), words))
    least, words = min(found)
    return words if least * len(found) < SURE else ""


def checked(y: np.ndarray, design: Blocks, names: Sequence[str]) -> np.ndarray:
    """Return outcomes as (n_blocks, n_points, replicates, n_outcomes), or refuse what is not laid out as the design."""
    if not isinstance(design, Blocks):
        raise ConfigError("indices are of a design of blocks; trajectories can be screened")
    y = np.asarray(y, float)
    if y.ndim == 3:
        y = y[..., None]
    wanted = (len(design), design.n_points, design.replicates)
    if y.ndim != 4 or y.shape[:3] != wanted:
        shape = " × ".join(map(str, y.shape[:3]))
        raise ConfigError(f"y has {shape} blocks × points × replicates; the design has {' × '.join(map(str, wanted))}")
    if y.shape[3] != len(names):
        raise ConfigError(f"y has {y.shape[3]} outcomes and {len(names)} names")
    return y
