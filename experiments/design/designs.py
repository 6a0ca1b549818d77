"""Designs: which settings of the factors a study runs. A design is rows, a value a factor, made as they are asked for.

Full factorial; the fraction 2^(k−p) of greatest resolution; Latin hypercube, extended by further hypercubes; scrambled
Sobol' points (Owen), of which the first half is the smaller design; independent draws; the rows of a CSV file. A
sampled design takes a list as categories of equal weight and a range as its uniform prior. Blocks of points that share
their seeds are for the indices and the screening of :mod:`experiments.sensitivity`, and for programmes that are held
side by side in many worlds (:mod:`experiments.design.crossed`).

A new design is an entry of :data:`DESIGNS`: the keys of ``[design]`` that it takes, how many rows it has and which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np

from abm.parameters import ConfigError, Par
from experiments.design.crossed import Crossed
from experiments.design.fractions import generators
from experiments.factor import SCENARIO, Factor

if TYPE_CHECKING:
    from experiments.sensitivity.blocks import Blocks
    from experiments.sensitivity.screening import Trajectories

LARGEST_POINTS = 1_000_000
LARGEST_RUNS = 100_000_000
MOST_HYPERCUBES = 10_000  # each made on its own
MOST_BLOCKS = 2**16


class Rows(Sequence[tuple[Any, ...]]):
    """The rows of a design: ``row(x)`` is number x of ``n``."""

    def __init__(self, n: int, row: Callable[[int], tuple[Any, ...]]) -> None:
        self.n, self.row = n, row

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, x: Any) -> Any:
        if isinstance(x, slice):
            return [self.row(at) for at in range(*x.indices(self.n))]
        return self.row(range(self.n)[x])

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return map(self.row, range(self.n))


class Factorial(NamedTuple):
    """Every combination of the levels."""

    levels: Annotated[int, Par("levels of a range", "levels", (2, 1000))] = 3


class Fractional(NamedTuple):
    """A fraction of the combinations of two levels."""

    fraction: Annotated[int, Par("p of the fraction 2^(k−p)", "1", (1, 16))] = 1


class LatinHypercube(NamedTuple):
    """Points of which each stratum of each factor has one."""

    points: Annotated[int, Par("points", "points", (1, LARGEST_POINTS))] = 64
    block: Annotated[int, Par("points of one hypercube; 0: all of them", "points", (0, LARGEST_POINTS))] = 0


class Sobol(NamedTuple):
    """Points of a scrambled Sobol' sequence."""

    points: Annotated[int, Par("points, a power of two", "points", (1, LARGEST_POINTS))] = 64


class Independent(NamedTuple):
    """Points that are drawn one by one, each without regard to the others."""

    points: Annotated[int, Par("points", "points", (1, LARGEST_POINTS))] = 64


class Sensitivity(NamedTuple):
    """Blocks of points for sensitivity indices, and when there are enough of them."""

    blocks: Annotated[int, Par("blocks at first, a power of two", "blocks", (2, MOST_BLOCKS))] = 128
    half_width: Annotated[float, Par("half width that every index shall have", "1", (1e-3, 1.0))] = 0.05
    most_runs: Annotated[int, Par("runs, at most", "runs", (1, LARGEST_RUNS))] = 150_000


class Morris(NamedTuple):
    """Morris trajectories, to find what moves an outcome at all."""

    trajectories: Annotated[int, Par("trajectories", "trajectories", (2, MOST_BLOCKS))] = 160


class Worlds(NamedTuple):
    """Every scenario in every world; worlds are points of Latin hypercubes."""

    points: Annotated[int, Par("worlds", "worlds", (1, LARGEST_POINTS))] = 1000
    block: Annotated[int, Par("worlds of one hypercube; 0: all of them", "worlds", (0, LARGEST_POINTS))] = 0


class Csv(NamedTuple):
    """The points of a file beside the study."""

    file: Annotated[str, Par("CSV file of points, a column a factor")]


def n_factorial(factors: Sequence[Factor], options: Factorial) -> int:
    """Return the number of combinations."""
    return math.prod(len(factor.levels) or options.levels for factor in factors)


def factorial(factors: Sequence[Factor], options: Factorial, seed: int = 0) -> Rows:
    """Return every combination of the levels, the last factor fastest."""
    spreads = [factor.spread(options.levels) for factor in factors]

    def row(x: int) -> tuple[Any, ...]:
        """Return a combination by its number: the digits of the levels."""
        values = []
        for spread in reversed(spreads):
            x, digit = divmod(x, len(spread))
            values.append(spread[digit])
        return tuple(reversed(values))

    return Rows(math.prod(map(len, spreads)), row)


def n_fractional(factors: Sequence[Factor], options: Fractional) -> int:
    """Return 2^(k−p)."""
    return int(2 ** max(0, len(factors) - options.fraction))


def fractional(factors: Sequence[Factor], options: Fractional, seed: int = 0) -> Rows:
    """Return the 2^(k−p) points of two-level factors whose words of confounding are as long as can be."""
    k, p = len(factors), options.fraction
    n = k - p
    pairs = [factor.spread(2) for factor in factors]
    for factor, pair in zip(factors, pairs, strict=True):
        if len(pair) != 2:
            raise ConfigError(f"design.kind = 'fractional': {factor.name} has {len(pair)} levels; it takes two")
    if not 1 <= p <= k - 2:
        raise ConfigError(f"design.fraction = {p}: must be a whole number from 1 to {max(1, k - 2)} for {k} factors")
    if 2**n <= k:
        raise ConfigError(f"design.fraction = {p}: {2**n} points cannot tell {k} factors apart")
    words = generators(k, p)

    def row(x: int) -> tuple[Any, ...]:
        """Return a point by its number: the base factors are its bits, the others follow from them."""
        base = [x >> (n - 1 - at) & 1 for at in range(n)]
        added = [(sum(base[at] for at in word) + len(word) + 1) % 2 for word in words]  # sign: product of ±1
        return tuple(pair[bit] for pair, bit in zip(pairs, (*base, *added), strict=True))

    return Rows(2**n, row)


def n_points(factors: Sequence[Factor], options: LatinHypercube | Sobol | Independent) -> int:
    """Return the points that a sampled design asks for."""
    return options.points


def latin_hypercube(factors: Sequence[Factor], options: LatinHypercube | Worlds, seed: int) -> Rows:
    """Return hypercubes of ``block`` points each, one under the other."""
    n, block = options.points, options.block or options.points
    if n % block:
        raise ConfigError(f"design.points = {n}: a Latin hypercube of {block} points grows by {block} at a time")
    if n // block > MOST_HYPERCUBES:
        raise ConfigError(f"design.block = {block}: {n // block:,} hypercubes; at most {MOST_HYPERCUBES:,}")
    return sampled(factors, np.concatenate([hypercube(len(factors), block, [seed, b]) for b in range(n // block)]))


def hypercube(k: int, n: int, seed: Sequence[int]) -> np.ndarray:
    """Return one Latin hypercube, shape (n, k)."""
    rng = np.random.default_rng(seed).spawn(1)[0]  # as SciPy has it: stored designs stay what they are
    inside = rng.uniform(size=(n, k))  # of its stratum
    strata = np.tile(np.arange(1, n + 1), (k, 1))
    for order in strata:
        rng.shuffle(order)
    return (strata.T - inside) / n


def more_hypercubes(options: Any, points: int) -> Any:
    """Return the options of a design of more points, in hypercubes of the size that it had."""
    return options._replace(points=points, block=options.block or options.points)


def sobol(factors: Sequence[Factor], options: Sobol, seed: int) -> Rows:
    """Return the first points, a power of two, of a scrambled Sobol' sequence."""
    from scipy.stats import qmc  # half a second that other designs do without

    n = options.points
    if n & (n - 1):
        near = 2 ** int(math.log2(n))
        raise ConfigError(f"design.points = {n}: Sobol' points come in powers of two, such as {near} or {2 * near}")
    if len(factors) > qmc.Sobol.MAXDIM:
        raise ConfigError(f"design.kind = 'sobol': {len(factors)} factors; at most {qmc.Sobol.MAXDIM}")
    return sampled(factors, qmc.Sobol(len(factors), seed=np.random.default_rng(seed)).random(n))


def independent(factors: Sequence[Factor], options: Independent, seed: int) -> Rows:
    """Return points whose numbers are all drawn on their own."""
    from experiments.design.independent import places  # compiled, which other designs do without

    return sampled(factors, places(seed, [factor.name for factor in factors], options.points))


def more_points(options: Sobol | Independent, points: int) -> Sobol | Independent:
    """Return the options of a design of more points."""
    return options._replace(points=points)


def sampled(factors: Sequence[Factor], unit: np.ndarray) -> Rows:
    """Return points of the unit cube, shape (n, k), as settings."""
    return Rows(len(unit), lambda x: tuple(factor.at(u) for factor, u in zip(factors, unit[x].tolist(), strict=True)))


def columns(factors: Sequence[Factor]) -> int:
    """Return the number of what moves on its own: groups, and factors of none."""
    return len({factor.column for factor in factors})


def n_in_blocks(factors: Sequence[Factor], options: Sensitivity) -> int:
    """Return blocks × (2G + 2): equal points of a block are counted for each."""
    return options.blocks * (2 * columns(factors) + 2)


def in_blocks(factors: Sequence[Factor], options: Sensitivity, seed: int, replicates: int) -> Blocks:
    """Return the block design of sensitivity indices."""
    from experiments.sensitivity.blocks import design

    return design(factors, options.blocks, seed, replicates)


def more_blocks(options: Sensitivity, blocks: int) -> Sensitivity:
    """Return the options of a design of more blocks; of none, what all have in common, whatever they stop at."""
    return options._replace(blocks=blocks) if blocks else Sensitivity(blocks=0)


def n_in_trajectories(factors: Sequence[Factor], options: Morris) -> int:
    """Return trajectories × (G + 1)."""
    return options.trajectories * (columns(factors) + 1)


def in_trajectories(factors: Sequence[Factor], options: Morris, seed: int, replicates: int) -> Trajectories:
    """Return Morris trajectories."""
    from experiments.sensitivity.screening import trajectories

    return trajectories(factors, options.trajectories, seed, replicates)


def n_in_worlds(factors: Sequence[Factor], options: Worlds) -> int:
    """Return worlds × scenarios."""
    return options.points * math.prod(len(factor.levels) for factor in factors if factor.name == SCENARIO)


def in_worlds(factors: Sequence[Factor], options: Worlds, seed: int, replicates: int) -> Crossed:
    """Return every scenario in every world."""
    place = [factor.name for factor in factors].index(SCENARIO) if any(f.name == SCENARIO for f in factors) else 0
    programmes = next((factor.levels for factor in factors if factor.name == SCENARIO), ())
    varied = [factor for factor in factors if factor.name != SCENARIO]
    return Crossed(latin_hypercube(varied, options, seed), programmes, place)


class DesignKind(NamedTuple):
    """A kind of design.

    ``options`` declares the keys of ``[design]``; ``n_rows`` counts the rows without making them; ``rows`` makes them
    from factors, options and the seed of the study, or is None where a file has them. ``grown`` gives the options of a
    design of more points, the first of which are those that it had; without it a design cannot grow. What grows is
    counted by the option ``counted``. In a ``distinct`` design no two rows are equal. A design whose points lie in
    ``blocks``, each with seeds of its own, makes them instead of rows; some have factors move ``grouped``.
    """

    options: type[Any]
    n_rows: Callable[[Sequence[Factor], Any], int] | None = None
    rows: Callable[[Sequence[Factor], Any, int], Rows] | None = None
    grown: Callable[[Any, int], Any] | None = None
    distinct: bool = False
    counted: str = "points"
    blocks: Callable[[Sequence[Factor], Any, int, int], Blocks | Trajectories | Crossed] | None = None
    grouped: bool = False
    replicates: int = 20


DESIGNS: dict[str, DesignKind] = {
    "factorial": DesignKind(Factorial, n_factorial, factorial, distinct=True),
    "fractional": DesignKind(Fractional, n_fractional, fractional, distinct=True),
    "latin-hypercube": DesignKind(LatinHypercube, n_points, latin_hypercube, more_hypercubes),
    "sobol": DesignKind(Sobol, n_points, sobol, more_points),
    "independent": DesignKind(Independent, n_points, independent, more_points),
    "sensitivity": DesignKind(
        Sensitivity, n_in_blocks, grown=more_blocks, counted="blocks", blocks=in_blocks, grouped=True, replicates=2
    ),
    "morris": DesignKind(
        Morris, n_in_trajectories, counted="trajectories", blocks=in_trajectories, grouped=True, replicates=2
    ),
    "worlds": DesignKind(Worlds, n_in_worlds, grown=more_hypercubes, blocks=in_worlds, replicates=8),
    "csv": DesignKind(Csv),
}
