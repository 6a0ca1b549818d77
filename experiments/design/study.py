"""A study: scenarios, what varies, by which design, how often, what is recorded. Points and runs follow from it."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from enum import IntEnum
from typing import Annotated, Any, NamedTuple, overload

from abm.input.scenario import Scenario
from abm.parameters import ConfigError, Par, spelled
from experiments.design import designs
from experiments.design.points import fingerprint, point_id, seed_of, world_id

SCENARIO = "scenario"  # the factor that exchanges the whole scenario
LARGEST_POINTS, LARGEST_RUNS = 1_000_000, 100_000_000
LARGEST_DESIGN = 10_000_000  # settings of all points: what a sampled design keeps in memory


class Kind(IntEnum):
    """Designs that a study can name."""

    FACTORIAL = 0
    FRACTIONAL = 1
    LATIN_HYPERCUBE = 2
    SOBOL = 3
    CSV = 4


UNEQUAL = (Kind.FACTORIAL, Kind.FRACTIONAL)  # designs whose rows all differ


class Design(NamedTuple):
    """``[design]`` of a study."""

    kind: Annotated[Kind, Par("kind of design")] = Kind.FACTORIAL
    points: Annotated[int, Par("points of a sampled design", "points", (1, LARGEST_POINTS))] = 64
    block: Annotated[int, Par("points of one Latin hypercube", "points", (0, LARGEST_POINTS))] = 0
    levels: Annotated[int, Par("levels of a range in a factorial", "levels", (2, 1000))] = 3
    fraction: Annotated[int, Par("p of the fraction 2^(k−p)", "1", (1, 16))] = 1
    file: Annotated[str, Par("CSV file of points, a column a factor")] = ""


class Precision(NamedTuple):
    """``[precision]`` of a study: replicates are added to a point until an interval is narrow enough."""

    outcome: Annotated[str, Par("outcome whose mean is to be known")]
    half_width: Annotated[float, Par("half width of its interval", "1", (1e-12, 1e12))]
    most: Annotated[int, Par("replicates at a point, at most", "runs", (2, LARGEST_RUNS))]
    level: Annotated[float, Par("confidence level", "1", (0.5, 0.9999))] = 0.95


class Point(NamedTuple):
    """One combination of settings, in order of the factors; its place in the design."""

    id: str
    settings: tuple[Any, ...]
    place: int


class Study(NamedTuple):
    """A checked study.

    ``scenarios`` are resolved, by name, with months and ``[fixed]`` in them; ``listed`` are the rows of a CSV design;
    ``agents`` is the source of decisions in Python, empty for the compiled engine.
    """

    name: str
    title: str
    hypothesis: str
    scenarios: dict[str, Scenario]
    factors: tuple[designs.Factor, ...]
    design: Design
    listed: tuple[tuple[Any, ...], ...]
    replicates: int
    precision: Precision | None
    outcomes: tuple[str, ...]
    months: int
    seed: int
    common_random_numbers: bool
    baseline: dict[str, Any]
    agents: str

    @property
    def most_replicates(self) -> int:
        """Replicates of a point, at most."""
        return max(self.replicates, self.precision.most) if self.precision else self.replicates

    def n_rows(self) -> int:
        """Return the number of rows of the design, counted without making it."""
        d = self.design
        if d.kind == Kind.CSV:
            return len(self.listed)
        if d.kind == Kind.FRACTIONAL:
            return int(2 ** max(0, len(self.factors) - d.fraction))
        if d.kind != Kind.FACTORIAL:
            return d.points
        n = 1
        for factor in self.factors:
            n *= len(factor.levels) or d.levels
        return n

    def checked_size(self) -> Study:
        """Return the study, or refuse one of more points or runs than can be meant."""
        n = self.n_rows()
        if n > LARGEST_POINTS:
            raise ConfigError(f"design: {n:,} points; at most {LARGEST_POINTS:,}")
        if n * len(self.factors) > LARGEST_DESIGN:
            size = f"{n:,} points × {len(self.factors)} factors"
            raise ConfigError(f"design: {size}; at most {LARGEST_DESIGN:,} settings in all")
        if n * self.most_replicates > LARGEST_RUNS:
            total = f"{n:,} points × {self.most_replicates:,} replicates = {n * self.most_replicates:,} runs"
            raise ConfigError(f"replicates = {self.most_replicates}: {total}; at most {LARGEST_RUNS:,} in one study")
        return self

    def rows(self) -> Sequence[tuple[Any, ...]]:
        """Return the rows of the design, a value a factor; where levels are few, some may be equal."""
        d, f = self.design, self.factors
        if d.kind == Kind.CSV:
            return self.listed
        if not f:
            return [()]
        if d.kind == Kind.FACTORIAL:
            return designs.factorial(f, d.levels)
        if d.kind == Kind.FRACTIONAL:
            return designs.fraction(f, d.fraction)
        if d.kind == Kind.SOBOL:
            return designs.sobol(f, d.points, self.seed)
        return designs.latin_hypercube(f, d.points, d.block or d.points, self.seed)

    def points(self) -> Points:
        """Return the points in the order of the design; rows of equal settings are one point."""
        return Points(self)

    def scenario_at(self, settings: tuple[Any, ...]) -> Scenario:
        """Return the resolved scenario of some settings."""
        changes = self.named(settings)
        base = changes.pop(SCENARIO, None) or next(iter(self.scenarios))
        return self.scenarios[base].with_changes(changes)

    def named(self, settings: tuple[Any, ...]) -> dict[str, Any]:
        """Return settings by the names of their factors."""
        return {factor.name: value for factor, value in zip(self.factors, settings, strict=True)}

    def shown(self, settings: tuple[Any, ...]) -> dict[str, Any]:
        """Return settings as people and tables read them: categories as words."""
        return {key: spelled(v) if isinstance(v, IntEnum) else v for key, v in self.named(settings).items()}

    def identity(self) -> dict[str, str]:
        """Return what makes this study the one it is, however far it is extended: the same name, the same words."""
        design = self.design._asdict() | {"points": 0, "file": ""}
        design["block"] = (self.design.block or self.design.points) * (self.design.kind == Kind.LATIN_HYPERCUBE)
        said: dict[str, Any] = {
            "seed": self.seed,
            "common_random_numbers": self.common_random_numbers,
            "months": self.months,
            "outcomes": self.outcomes,
            "agents": self.agents and fingerprint(self.agents),
            "design": {key: spelled(v) if isinstance(v, IntEnum) else v for key, v in design.items()},
            "points of the file": self.listed and fingerprint(self.listed),
        }
        said |= {f"scenario {name}": world_id(scenario, ()) for name, scenario in self.scenarios.items()}
        for f in self.factors if self.design.kind != Kind.CSV else ():
            said[f.name] = [spelled(v) if isinstance(v, IntEnum) else v for v in f.levels] or [f.low, "to", f.high]
        return {key: json.dumps(value) for key, value in said.items()}

    def order(self, n: int) -> list[int]:
        """Return the places of points in the order in which they run: shuffled, so that none is favoured."""
        return random.Random(self.seed).sample(range(n), n)

    def seed_at(self, point: str, replicate: int) -> int:
        """Return the seed of a run."""
        return seed_of(self.seed, replicate, None if self.common_random_numbers else point)

    def extended(self, replicates: int | None = None, points: int | None = None) -> Study:
        """Return the study with more replicates or points; what it had before stays part of it."""
        design = self.design
        if points and points > design.points and design.kind in (Kind.LATIN_HYPERCUBE, Kind.SOBOL):
            design = design._replace(points=points, block=design.block or design.points)
        larger = max(self.replicates, replicates or 0)
        precision = self.precision
        if precision and larger > self.replicates:
            precision, larger = precision._replace(most=max(precision.most, larger)), self.replicates
        return self._replace(design=design, replicates=larger, precision=precision).checked_size()


class Points(Sequence[Point]):
    """The points of a study, each made when it is asked for: a design of a million begins at once."""

    def __init__(self, study: Study) -> None:
        self.study, self.rows = study, study.rows()
        few = all(factor.levels or factor.whole for factor in study.factors)  # else no two rows are equal
        if few and study.design.kind not in UNEQUAL:
            self.rows = list(dict.fromkeys(self.rows))
        self.worlds = {name: world_id(s, study.outcomes, study.agents) for name, s in study.scenarios.items()}

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, x: int) -> Point: ...
    @overload
    def __getitem__(self, x: slice) -> list[Point]: ...
    def __getitem__(self, x: int | slice) -> Point | list[Point]:
        if isinstance(x, slice):
            return [self[at] for at in range(*x.indices(len(self)))]
        settings = self.rows[x]
        named = self.study.named(settings)
        world = self.worlds[named.get(SCENARIO) or next(iter(self.worlds))]
        return Point(point_id(world, named), settings, x)
