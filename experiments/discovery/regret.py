"""Robust choice: how much each programme falls short of the best one, world by world, and where it is good enough.

Regret is Savage's: in every world the outcome of the programme that is best there, less that of the one in question
(Savage 1951). Which is best is chosen by half of the replicates and scored by the other half, in turn, as the largest
of noisy means is too large. Good enough is Simon's: a wish comes true in more than half of the runs of a world (Simon
1956).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.discovery.worlds import Untellable
from experiments.intervals import LEVEL

RESAMPLES = 500
WORST = 0.9  # quantile of regret over worlds


class Wish(NamedTuple):
    """What is wished for: a name, whether more of it is better, and what is enough."""

    name: str
    more: bool
    enough: float
    strict: bool = False

    def met(self, y: np.ndarray) -> np.ndarray:
        """Return whether outcomes are enough."""
        side = y if self.more else -y
        least = self.enough if self.more else -self.enough
        return side > least if self.strict else side >= least


class Arms(NamedTuple):
    """Runs of programmes: outcomes of shape (programmes, worlds, replicates), every one better where it is larger."""

    y: np.ndarray
    met: np.ndarray

    def resampled(self, rng: np.random.Generator) -> Arms:
        """Return worlds drawn again with replacement, each with its programmes and their replicates.

        No two worlds share a seed, so that worlds drawn whole carry the luck of their replicates too; to draw these
        once more would count it twice, and make the choice of the best worse than it is.
        """
        rows = rng.integers(self.y.shape[1], size=self.y.shape[1])
        return Arms(self.y[:, rows], self.met[:, rows])


def regrets(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the regret of every programme in every world, and how often it was chosen there, shape (p, n) each.

    The programme with the largest mean over half of the replicates is the best one; by how much, the other half says;
    and the other way round. Ties share the choice; where all are alike nobody is chosen.
    """
    half = y.shape[2] // 2
    first, second = y[..., :half].mean(axis=2), y[..., half:].mean(axis=2)
    regret, chosen = np.zeros(first.shape), np.zeros(first.shape)
    for choose, score in ((first, second), (second, first)):
        best = choose == choose.max(axis=0)
        share = best / best.sum(axis=0)
        chosen += share * ~best.all(axis=0) / 2
        regret += ((share * score).sum(axis=0) - score) / 2
    return regret, chosen


def summary(arms: Arms) -> np.ndarray:
    """Return mean, share of worlds in which it is best, mean regret, that of the worst tenth, share good enough."""
    regret, chosen = regrets(arms.y)
    return np.stack(
        [
            arms.y.mean(axis=(1, 2)),
            chosen.mean(axis=1),
            regret.mean(axis=1),
            np.quantile(regret, WORST, axis=1),
            (arms.met.mean(axis=2) > 0.5).mean(axis=1),
        ],
        axis=1,
    )


COLUMNS = ("mean", "best", "regret", "worst", "enough")


def robust(
    y: np.ndarray, programmes: Sequence[str], wishes: Sequence[Wish], resamples: int = RESAMPLES, seed: int = 1
) -> pd.DataFrame:
    """Return what each programme is worth for each wish, with intervals over worlds with their replicates.

    Wishes are never added up: what one more pilot is worth in contacts nobody can say for somebody else.

    Parameters
    ----------
    y
        Outcomes, shape (programmes, worlds, replicates, wishes); the replicates of a world have common seeds.

    Returns
    -------
    One row a wish and programme: wish, programme, and of each of mean, best (share of worlds in which it is the best),
    regret (mean), worst (regret that a tenth of the worlds exceeds) and enough (share of worlds in which the wish comes
    true in more than half of the runs) the estimate, ``_low`` and ``_high``.

    Raises
    ------
    Untellable
        If a run is missing, or there are fewer than two programmes, worlds or replicates.
    """
    checked(y, programmes)
    rng, parts = np.random.default_rng(seed), []
    for k, wish in enumerate(wishes):
        sign = 1 if wish.more else -1
        arms = Arms(sign * y[..., k], wish.met(y[..., k]))
        drawn = np.stack([summary(arms.resampled(rng)) for _ in range(resamples)])
        ends = np.quantile(drawn, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
        told = np.stack([summary(arms), *ends])
        told[..., 0] *= sign
        told[1:, :, 0] = np.sort(told[1:, :, 0], axis=0)
        rows = {f"{name}{end}": told[e, :, c] for c, name in enumerate(COLUMNS) for e, end in enumerate(ENDS)}
        parts.append(pd.DataFrame({"wish": wish.name, "programme": list(programmes), **rows}))
    return pd.concat(parts, ignore_index=True)


ENDS = ("", "_low", "_high")


def checked(y: np.ndarray, programmes: Sequence[str]) -> None:
    """Refuse runs that regret cannot be told from."""
    if y.shape[0] != len(programmes) or min(y.shape[:3]) < 2:
        sizes = f"{y.shape[0]} programmes, {y.shape[1]} worlds, {y.shape[2]} replicates"
        raise Untellable(f"a robust choice wants two programmes, worlds and replicates at least; there are {sizes}")
    if lost := int(np.isnan(y).any(axis=(0, 2, 3)).sum()):
        raise Untellable(
            f"{lost:,} of {y.shape[1]:,} worlds have a run that is missing or has no value; regret wants all"
        )


def rivals(table: pd.DataFrame, wish: str) -> tuple[str, str]:
    """Return the two programmes that are most often the best for a wish: those which may change places.

    Of programmes that are the best equally often, or never, that with less regret comes first.
    """
    ranked = table[table["wish"] == wish].sort_values(["best", "regret"], ascending=[False, True], kind="stable")
    first, second = ranked["programme"][:2]
    return str(first), str(second)


def ahead(y: np.ndarray, wish: Wish) -> np.ndarray:
    """Return in which runs the second of two programmes is ahead, shape (worlds, replicates).

    Parameters
    ----------
    y
        Outcomes of the two, shape (2, worlds, replicates).
    """
    first, second = y if wish.more else -y
    return np.asarray(second > first)
