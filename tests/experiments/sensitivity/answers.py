"""Responses whose indices are known exactly, and luck of a known share that a block has in common or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from experiments import sensitivity as sa


class Case(NamedTuple):
    """A mean response of places in the unit cube, with its exact variance and indices."""

    k: int
    mean: Callable[[np.ndarray], np.ndarray]
    v_g: float
    alone: tuple[float, ...]
    total: tuple[float, ...]

    @property
    def factors(self) -> list[sa.Factor]:
        return [sa.Factor(f"x{i}", low=0.0, high=1.0) for i in range(1, self.k + 1)]

    def luck(self, share: float) -> float:
        """Return the variance of luck that has this share of everything."""
        return self.v_g * share / (1.0 - share)


def ishigami(x: np.ndarray) -> np.ndarray:
    """Return Ishigami's function, a = 7 and b = 0.1, with a fourth factor that does nothing."""
    z = np.pi * (2.0 * x - 1.0)
    return np.sin(z[..., 0]) + 7.0 * np.sin(z[..., 1]) ** 2 + 0.1 * z[..., 2] ** 4 * np.sin(z[..., 0])


A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def kinked(x: np.ndarray) -> np.ndarray:
    """Return Sobol's g-function of eight factors."""
    return np.prod((np.abs(4.0 * x - 2.0) + A) / (1.0 + A), axis=-1)


def g_case() -> Case:
    """Return the g-function with its indices, which are products."""
    v = 1.0 / (3.0 * (1.0 + A) ** 2)
    everything = float(np.prod(1.0 + v) - 1.0)
    return Case(8, kinked, everything, tuple(v / everything), tuple(v * np.prod(1.0 + v) / (1.0 + v) / everything))


LINEAR = Case(3, lambda x: x[..., 0] + x[..., 1] / 2.0, 0.1041667, (0.8, 0.2, 0.0), (0.8, 0.2, 0.0))
ISHIGAMI = Case(4, ishigami, 13.84459, (0.31391, 0.44241, 0.0, 0.0), (0.55759, 0.44241, 0.24368, 0.0))
KINKED = g_case()


def luck(shape: tuple[int, int, int], variance: float, common: float, seed: list[int]) -> np.ndarray:
    """Return normal luck, shape (n_blocks, n_points, replicates), of which a block has the share ``common`` alike."""
    rng = np.random.default_rng(seed)
    n, _, r = shape
    alike, own = rng.normal(size=(n, 1, r)), rng.normal(size=shape)
    return np.sqrt(variance) * (np.sqrt(common) * alike + np.sqrt(1.0 - common) * own)


def made(
    case: Case, blocks: int, share: float = 0.46, common: float = 0.5, seed: int = 1, r: int = 2
) -> tuple[np.ndarray, sa.Blocks]:
    """Return one outcome, shape (n_blocks, n_points, r), and its design."""
    design = sa.design(case.factors, blocks, seed, r)
    shape = (len(design), design.n_points, r)
    return case.mean(design.points())[..., None] + luck(shape, case.luck(share), common, [13, seed]), design


def turned(design: sa.Blocks, worlds: np.ndarray, seed: int = 2) -> np.ndarray:
    """Return y = x1 + x2/2 + √.6·Z·(x3 − ½) + √.03·E: ``worlds`` are Z, the same luck wherever a seed is the same.

    x3 matters in every world, this way or that, and not at all on average.
    """
    x = design.points()
    e = np.random.default_rng([7, seed]).normal(size=(*x.shape[:2], design.replicates))
    return LINEAR.mean(x)[..., None] + np.sqrt(0.6) * worlds * (x[..., 2] - 0.5)[..., None] + np.sqrt(0.03) * e
