"""The design: blocks of points that differ in one column, run with seeds that a block shares and no other block has.

Block j has two rows a and b of a scrambled Sobol' sequence in 2k dimensions and 2G + 2 points in SALib's order: A = a;
AB_i, which is a with column i of b; BA_i, which is b with column i of a; B = b. A column is a factor, or a group of
factors that move together. Every point of a block runs with the same r ≥ 2 seeds: a product across two of them is free
of luck, and what differs inside a block is not the luck that its points share.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from abm.parameters import ConfigError, nearest
from experiments.factor import Factor, groups_of


class InBlocks(ABC):
    """A design whose points lie in blocks, each with seeds that its points share."""

    @property
    @abstractmethod
    def n_points(self) -> int:
        """Points of a block."""

    @cached_property
    @abstractmethod
    def first(self) -> np.ndarray:
        """The first point of the block with the same settings, shape (n_blocks, n_points)."""

    @property
    def own(self) -> np.ndarray:
        """Places, block after block, of the points that no earlier point of their block equals: what is run."""
        return np.flatnonzero((self.first == np.arange(self.n_points)).ravel())

    def filled(self, y: np.ndarray) -> np.ndarray:
        """Return outcomes (n_blocks, n_points, …) with the value of the first equal point at each."""
        return y[np.arange(len(self.first))[:, None], self.first]


@dataclass(frozen=True, eq=False)
class Blocks(InBlocks):
    """A block design.

    Attributes
    ----------
    factors
        What varies, k factors.
    columns
        G names, each with the places of the factors that it moves.
    numbers, unit
        Every block's number, from 0, shape (n_blocks,); its rows a and b side by side, shape (n_blocks, 2k), as places
        in the unit interval.
    seed, replicates
        Seed of the study, which with block and replicate gives the seed of a run; runs of a point.
    """

    factors: tuple[Factor, ...]
    columns: dict[str, tuple[int, ...]]
    numbers: np.ndarray
    unit: np.ndarray
    seed: int
    replicates: int = 2

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def n_points(self) -> int:
        """Points of a block, 2G + 2."""
        return 2 * len(self.columns) + 2

    @property
    def n_runs(self) -> int:
        """Runs of the whole design, those that equal points share counted for each."""
        return len(self) * self.n_points * self.replicates

    @property
    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows a and b, shape (n_blocks, k) each."""
        k = len(self.factors)
        return self.unit[:, :k], self.unit[:, k:]

    @cached_property
    def takes(self) -> np.ndarray:
        """Whether a point takes a factor from row b, shape (n_points, k): A, AB_1 …, BA_1 …, B."""
        one = np.zeros((len(self.columns), len(self.factors)), bool)
        for column, members in enumerate(self.columns.values()):
            one[column, list(members)] = True
        none = np.zeros_like(one[:1])
        return np.concatenate([none, one, ~one, ~none])

    def points(self) -> np.ndarray:
        """Return every point as places in the unit interval, shape (n_blocks, n_points, k)."""
        a, b = self.rows
        return np.where(self.takes, b[:, None], a[:, None])

    def settings(self, block: int, point: int) -> tuple[Any, ...]:
        """Return the values of the factors at a point."""
        a, b = (rows[block] for rows in self.rows)
        unit = np.where(self.takes[point], b, a).tolist()
        return tuple(factor.at(u) for factor, u in zip(self.factors, unit, strict=True))

    def seeds(self) -> np.ndarray:
        """Return the seeds, shape (n_blocks, replicates): all points of a block run with the same."""
        return seeds(self.seed, self.numbers, self.replicates)

    @cached_property
    def first(self) -> np.ndarray:
        """The first point of the block with the same settings, shape (n_blocks, n_points): only those need be run.

        Where few levels are, a row b may have the level of row a. Equal points of one block have equal seeds, so they
        are the same runs; equal points of different blocks are not, as they have other seeds.
        """
        a, b = (levels(self.factors, rows) for rows in self.rows)
        took = np.packbits(self.takes & (a != b)[:, None], axis=-1)  # what a point really has of row b
        key = np.ascontiguousarray(took).view(f"S{took.shape[-1]}")[..., 0]
        return np.argmax(key[:, :, None] == key[:, None], axis=2)

    def head(self, blocks: int) -> Blocks:
        """Return the first blocks alone; of a power of two they are the smaller design."""
        return self.take(np.arange(blocks))

    def take(self, places: np.ndarray) -> Blocks:
        """Return some of the blocks; their seeds stay what they were."""
        return replace(self, numbers=self.numbers[places], unit=self.unit[places])


def design(
    factors: Sequence[Factor],
    blocks: int,
    seed: int,
    replicates: int = 2,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Blocks:
    """Return the first ``blocks`` blocks of a study: a power of two, of which the first half is the smaller design.

    Parameters
    ----------
    groups
        Names of columns, each with the factors that it moves together, those of the factors themselves if left out; all
        other factors are columns of their own.

    Raises
    ------
    ConfigError
        If nothing varies, a factor stands there twice or has one value only, a group has no such factor, blocks are no
        power of two, or there are fewer than two replicates.
    """
    from scipy.stats import qmc  # half a second that other commands do without

    check(factors)
    check_seed(seed)
    if blocks < 2 or blocks != int(blocks) or int(blocks) & (int(blocks) - 1):
        near = 2 ** int(np.log2(max(blocks, 2)))
        raise ConfigError(f"blocks = {blocks}: Sobol' points come in powers of two, such as {near} or {2 * near}")
    if replicates < 2:
        raise ConfigError(f"replicates = {replicates}: must be 2 or more; one run cannot tell luck from effect")
    if 2 * len(factors) > qmc.Sobol.MAXDIM:
        raise ConfigError(f"{len(factors)} factors; at most {qmc.Sobol.MAXDIM // 2}")
    unit = qmc.Sobol(2 * len(factors), seed=np.random.default_rng(seed)).random(int(blocks))
    columns = grouped([factor.name for factor in factors], groups_of(factors) if groups is None else groups)
    return Blocks(tuple(factors), columns, np.arange(int(blocks)), unit, seed, replicates)


def check(factors: Sequence[Factor]) -> None:
    """Refuse factors that are none, stand there twice, or cannot vary."""
    if not factors:
        raise ConfigError("nothing varies: a sensitivity analysis needs a factor")
    names = [factor.name for factor in factors]
    for factor in factors:
        if names.count(factor.name) > 1:
            raise ConfigError(f"factor {factor.name} stands there twice")
        low, high = factor.low, factor.high
        if len(factor.levels) == 1 or not (factor.levels or factor.quantile or low != high):
            raise ConfigError(f"factor {factor.name} has one value only; a factor varies")
        if not (factor.levels or factor.quantile or -np.inf < low < high < np.inf):
            raise ConfigError(f"factor {factor.name} = {low} to {high}: must be numbers, the lower one first")
        if factor.whole and not (float(low).is_integer() and float(high).is_integer()):
            raise ConfigError(f"factor {factor.name} = {low} to {high}: must be whole numbers")


def check_seed(seed: int) -> None:
    """Refuse a seed that is no whole number from 0."""
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ConfigError(f"seed = {seed}: must be a whole number from 0")


def grouped(names: Sequence[str], groups: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, ...]]:
    """Return the columns with the places of their factors, in the order of the first of each."""
    home: dict[str, str] = {}
    for group, members in groups.items():
        if group in names or not members:
            raise ConfigError(f"groups.{group} = {list(members)}: must be factors, under a name that no factor has")
        for name in members:
            if name not in names:
                raise ConfigError(f"groups.{group}: {name} is no factor{nearest(name, names)}")
            if name in home:
                raise ConfigError(f"groups.{group}: {name} is in {home[name]} too")
            home[name] = group
    found: dict[str, tuple[int, ...]] = {}
    for place, name in enumerate(names):
        column = home.get(name, name)
        found[column] = (*found.get(column, ()), place)
    return found


def levels(factors: Sequence[Factor], unit: np.ndarray) -> np.ndarray:
    """Return places in the unit interval, shape (…, k), as numbers that are equal where the values are."""
    n = np.array([factor.n_levels for factor in factors])
    return np.where(n > 0, np.minimum(np.floor(unit * n), n - 1), unit)


def seeds(study: int, numbers: np.ndarray, replicates: int) -> np.ndarray:
    """Return one of 2⁶³ seeds for every block and replicate, shape (n_blocks, replicates).

    A seed is a hash of the seed of the study, the number of the block and the replicate (from 1), so that it is the
    same however many blocks there are and whoever runs them.
    """
    turns = range(1, replicates + 1)
    keys = (f"{study}/{replicate}/block {number}" for number in numbers.tolist() for replicate in turns)
    hashed = (int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little") >> 1 for key in keys)
    return np.fromiter(hashed, np.int64, len(numbers) * replicates).reshape(len(numbers), replicates)
