"""Screening: which of many factors move an outcome at all, by Morris trajectories with seeds that a trajectory shares.

A trajectory of SALib changes one column after the other; the change of the outcome over that of the column, in its
unit interval, is an elementary effect EE (Morris 1991). With r seeds a trajectory the square of the mean effect is
⟨EE, EE⟩, a product across replicates, so the size √⟨EE, EE⟩ of a column that does nothing is 0 beneath luck, where the
usual mean of |EE| is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from abm.parameters import ConfigError
from experiments.factor import Factor, groups_of
from experiments.intervals import LEVEL
from experiments.sensitivity.blocks import InBlocks, check, check_seed, grouped, levels, seeds
from experiments.sensitivity.holes import failed_runs, note
from experiments.sensitivity.products import product
from experiments.sensitivity.words import NO_EFFECT, UNCLEAR, UNDEFINED

GRID = 4  # levels of a trajectory


@dataclass(frozen=True, eq=False)
class Trajectories(InBlocks):
    """A screening design: ``unit`` are places in the unit interval, shape (n_trajectories, n_columns + 1, k)."""

    factors: tuple[Factor, ...]
    columns: dict[str, tuple[int, ...]]
    unit: np.ndarray
    seed: int
    replicates: int = 2

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def n_points(self) -> int:
        """Points of a trajectory."""
        return len(self.columns) + 1

    @property
    def n_runs(self) -> int:
        """Runs of the whole design."""
        return len(self) * self.n_points * self.replicates

    def settings(self, trajectory: int, point: int) -> tuple[Any, ...]:
        """Return the values of the factors at a point."""
        unit = self.unit[trajectory, point].tolist()
        return tuple(factor.at(u) for factor, u in zip(self.factors, unit, strict=True))

    def seeds(self) -> np.ndarray:
        """Return the seeds, shape (n_trajectories, replicates): all points of a trajectory run with the same."""
        return seeds(self.seed, np.arange(len(self)), self.replicates)

    @cached_property
    def first(self) -> np.ndarray:
        """The first point of the trajectory with the same settings, shape (n_trajectories, n_points)."""
        at = levels(self.factors, self.unit)
        return np.argmax((at[:, :, None] == at[:, None]).all(axis=-1), axis=2)

    @cached_property
    def steps(self) -> tuple[np.ndarray, np.ndarray]:
        """Which column every step of a trajectory changes, and by how much: shape (n_trajectories, n_columns) each.

        A group has no direction: each of its factors may go its own way.
        """
        moved = np.diff(self.unit, axis=1)
        by = np.stack([moved[..., list(members)].sum(axis=2) for members in self.columns.values()], axis=-1)
        size = np.abs(moved).max(axis=2)
        of = np.stack([np.abs(moved[..., list(m)]).max(axis=2) for m in self.columns.values()], axis=-1).argmax(axis=2)
        alone = np.array([len(members) == 1 for members in self.columns.values()])[of]
        return of, np.where(alone, np.take_along_axis(by, of[..., None], axis=2)[..., 0], size)


def trajectories(
    factors: Sequence[Factor],
    n: int,
    seed: int,
    replicates: int = 2,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Trajectories:
    """Return ``n`` Morris trajectories of SALib on a grid of four levels, each with ``replicates`` seeds.

    Raises
    ------
    ConfigError
        If nothing varies, a factor stands there twice or has one value only, a group has no such factor, there are
        fewer than two trajectories or replicates.
    """
    from SALib.sample import morris

    check(factors)
    check_seed(seed)
    names = [factor.name for factor in factors]
    groups = groups_of(factors) if groups is None else groups
    columns = grouped(names, groups)
    if n < 2 or replicates < 2:
        raise ConfigError(f"{n} trajectories × {replicates} replicates: must be 2 or more of each")
    home = {place: column for column, members in columns.items() for place in members}
    problem: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if groups:
        problem["groups"] = [home[place] for place in range(len(names))]
    rows = morris.sample(problem, n, num_levels=GRID, seed=np.random.default_rng(seed))
    return Trajectories(tuple(factors), columns, rows.reshape(n, len(columns) + 1, len(names)), seed, replicates)


def screened(
    y: np.ndarray,
    design: Trajectories,
    outcomes: Sequence[str] = ("y",),
    months: Sequence[int] | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Return the effects of every column on every outcome; trajectories with a failed run are left out.

    Parameters
    ----------
    y
        Outcomes, shape (n_trajectories, n_points, replicates, n_outcomes); the last axis may be missing.

    Returns
    -------
    One row an outcome and column: factor, outcome, month, mu (the mean effect, with low and high; none for a group,
    which has no direction), size (√max(0, ⟨EE, EE⟩)), sigma (how differently it acts elsewhere), noise (the size that
    luck alone reaches about once in twenty times), moves (the size is above it), says (in words, where there is one).
    """
    if not isinstance(design, Trajectories):
        raise ConfigError("a screening is of trajectories; blocks have indices")
    y = np.asarray(y, float)
    y = y[..., None] if y.ndim == 3 else y
    wanted = (len(design), design.n_points, design.replicates, len(outcomes))
    if y.shape != wanted:
        raise ConfigError(f"y has shape {y.shape}; trajectories × points × replicates × outcomes are {wanted}")
    kept = np.logical_not(failed_runs(y).any(axis=(1, 2)))
    note(kept, np.arange(len(kept)), "trajectories")
    of, by = (part[kept] for part in design.steps)
    together = np.array([len(members) > 1 for members in design.columns.values()])
    parts = []
    for m, outcome in enumerate(outcomes):
        changes = np.diff(y[kept, ..., m], axis=1) / by[..., None]
        own = np.take_along_axis(changes, np.argsort(of, axis=1)[..., None], axis=1)
        month = pd.array([pd.NA if months is None else months[m]] * len(together), dtype="Int64")
        rows = {"factor": list(design.columns), "outcome": outcome, "month": month}
        undefined = int(np.count_nonzero(~np.isfinite(y[kept, ..., m])))
        why = UNDEFINED.format(undefined, int(np.size(y[kept, ..., m]))) if undefined else ""
        parts.append(pd.DataFrame(rows | _effects(own.transpose(1, 2, 0), together, level, why)))
    return pd.concat(parts, ignore_index=True)


def _effects(own: np.ndarray, together: np.ndarray, level: float, why: str) -> dict[str, Any]:
    """Return what elementary effects, shape (n_columns, replicates, n_trajectories), say of every column."""
    _, r, n = own.shape
    own = own if not why else np.full_like(own, np.nan)
    mean = own.mean(axis=1)
    mu, error = mean.mean(axis=-1), mean.std(axis=-1, ddof=1) / np.sqrt(n)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * error
    square = product(own, own).mean(axis=-1)
    fourth = (own.var(axis=1, ddof=1) ** 2).mean(axis=-1) * (r - 1) / (r + 1)  # E τ⁴, as for normal luck
    noise = np.sqrt(float(stdtrit(n - 1, level)) * np.sqrt(2.0 * fourth / (r * (r - 1) * n)))
    size = np.sqrt(np.maximum(square, 0.0))
    still = np.logical_not(own.any(axis=(1, 2)))
    found = {
        "mu": np.where(together, np.nan, mu),
        "mu_low": np.where(together, np.nan, mu - half),
        "mu_high": np.where(together, np.nan, mu + half),
        "size": size,
        "sigma": np.sqrt(np.maximum(square - (mu**2 - error**2), 0.0)),
        "noise": noise,
        "moves": size > noise,
    }
    return found | {"says": np.where(still, NO_EFFECT, np.where(size > noise, "", why or UNCLEAR))}
