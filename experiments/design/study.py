"""A study: scenarios, what varies, by which design, how often, what is recorded. Points and runs follow from it."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, NamedTuple, overload

from abm.input.scenario import Scenario
from abm.parameters import ConfigError, Par, entry
from experiments.design.conditions import Condition
from experiments.design.designs import DESIGNS, LARGEST_POINTS, LARGEST_RUNS, DesignKind, Rows
from experiments.design.kept import keeper
from experiments.design.points import block_of, fingerprint, point_id, seed_of, world_id
from experiments.design.posterior import POSTERIOR, Posterior
from experiments.factor import SCENARIO as SCENARIO
from experiments.factor import Factor, worded

LARGEST_DESIGN = 10_000_000  # settings of all points: what a sampled design keeps in memory


class Design(NamedTuple):
    """``[design]`` of a study: a name of :data:`experiments.design.designs.DESIGNS`, and what is said for it."""

    kind: str
    options: Any


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

    ``scenarios`` are resolved, by name, with months and what is ``fixed`` in them; ``listed`` are the rows of a CSV
    design; ``agents`` is the source of decisions in Python, empty for the compiled engine; ``success`` is what makes a
    run one, all conditions together. Of a ``posterior`` every point runs at each draw, ``replicates`` in all: the draws
    in turn, again and again, each run with luck of its own.
    """

    name: str
    title: str
    hypothesis: str
    scenarios: dict[str, Scenario]
    factors: tuple[Factor, ...]
    design: Design
    listed: tuple[tuple[Any, ...], ...]
    replicates: int
    precision: Precision | None
    outcomes: tuple[str, ...]
    months: int
    seed: int
    common_random_numbers: bool
    counted_seeds: bool
    baseline: dict[str, Any]
    fixed: tuple[str, ...]
    agents: str
    posterior: Posterior | None = None
    success: tuple[Condition, ...] = ()

    @property
    def kind(self) -> DesignKind:
        """What is known of its kind of design."""
        return DESIGNS[self.design.kind]

    @property
    def keeps(self) -> bool:
        """Whether it keeps what runs left, of whatever length, instead of outcomes."""
        return keeper(self.outcomes) is not None

    @property
    def size(self) -> int:
        """What `extend` adds to: its points, or blocks of points."""
        return int(getattr(self.design.options, self.kind.counted, self.n_rows()))

    @property
    def most_replicates(self) -> int:
        """Replicates of a point, at most."""
        return max(self.replicates, self.precision.most) if self.precision else self.replicates

    @property
    def n_draws(self) -> int:
        """Draws at which every point runs; 1 without a posterior, and where a factor says which."""
        return len(self.posterior.rows) if self.posterior and not self.kind.blocks else 1

    @property
    def asked_replicates(self) -> int:
        """Replicates of a point, at most, as files and `extend` say them: at each draw."""
        return self.most_replicates // self.n_draws

    def aimed(self, **options: float | None) -> Study:
        """Return the study with other options of its design, those that are not None."""
        kind, before = self.design
        said = before._asdict() | {key: x for key, x in options.items() if x is not None}
        return self._replace(design=Design(kind, entry(self.kind.options, "design", said))).checked_size()

    def n_rows(self) -> int:
        """Return the number of rows of the design, counted without making it."""
        count = self.kind.n_rows
        return count(self.factors, self.design.options) if count else len(self.listed)

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
        if blocks := self.blocks():
            places, n = blocks.own, blocks.n_points
            return Rows(len(places), lambda x: blocks.settings(*divmod(int(places[x]), n)))
        if not self.factors:
            return [()]
        make = self.kind.rows
        return make(self.factors, self.design.options, self.seed) if make else self.listed

    def blocks(self) -> Any:
        """Return the blocks in which the points lie, or None: of each, points with settings of their own are run."""
        return blocks_of(self.design, self.factors, self.seed, self.replicates) if self.kind.blocks else None

    def points(self) -> Points:
        """Return the points in the order of the design; rows of equal settings are one point."""
        return Points(self)

    def draw_of(self, replicate: int) -> int:
        """Return the draw of a replicate: replicates take them in turn, so that more of them change none."""
        return 1 + (replicate - 1) % self.n_draws

    def scenario_at(self, settings: tuple[Any, ...], replicate: int = 1) -> Scenario:
        """Return the resolved scenario of some settings, with the draw of a replicate where there is a posterior."""
        changes = self.named(settings)
        base = changes.pop(SCENARIO, None) or next(iter(self.scenarios))
        if self.posterior:
            changes = self.posterior.draw(changes.pop(POSTERIOR, None) or self.draw_of(replicate)) | changes
        return self.scenarios[base].with_changes(changes)

    def named(self, settings: tuple[Any, ...]) -> dict[str, Any]:
        """Return settings by the names of their factors."""
        return {factor.name: value for factor, value in zip(self.factors, settings, strict=True)}

    def shown(self, settings: tuple[Any, ...]) -> dict[str, Any]:
        """Return settings as people and tables read them: categories as words."""
        return {key: worded(v) for key, v in self.named(settings).items()}

    def noted(self, settings: tuple[Any, ...]) -> dict[str, Any]:
        """Return settings as the ledger notes them, for tables; of runs that are kept none is made, and none noted."""
        return {} if self.keeps else self.shown(settings)

    def identity(self) -> dict[str, str]:
        """Return what makes this study the one it is, however far it is extended: the same name, the same words."""
        kind, options = self.design
        options = self.kind.grown(options, 0) if self.kind.grown else options
        said: dict[str, Any] = {
            "seed": self.seed,
            "common_random_numbers": self.common_random_numbers,
            "counted_seeds": self.counted_seeds,
            "months": self.months,
            "outcomes": self.outcomes,
            "agents": self.agents and fingerprint(self.agents),
            "design": [kind, fingerprint(self.listed) if self.listed else options._asdict()],
        }
        said |= {f"scenario {name}": world_id(scenario, ()) for name, scenario in self.scenarios.items()}
        for f in self.factors:
            said[f.name] = [worded(v) for v in f.levels] or [
                float(f.low),
                "to",
                float(f.high),
            ]
        said["order of factors"] = [f.name for f in self.factors]
        said |= {f"group of {f.name}": f.group for f in self.factors if f.group}
        if self.posterior:
            said["draws of the posterior"] = self.posterior.digest
        if self.kind.blocks:
            said["replicates"] = self.replicates
        return {key: json.dumps(value) for key, value in said.items()}

    def order(self, n: int) -> list[int]:
        """Return the places of points in the order in which they run: shuffled, so that none is favoured."""
        return random.Random(self.seed).sample(range(n), n)

    def seed_at(self, point: str, replicate: int) -> int:
        """Return the seed of a run: shared by all points, by those of a block, or its point's own."""
        if self.kind.blocks:
            return seed_of(self.seed, replicate, f"block {block_of(point)}")
        if self.counted_seeds:
            return replicate
        return seed_of(self.seed, replicate, None if self.common_random_numbers else point)

    def extended(self, replicates: int | None = None, points: int | None = None) -> Study:
        """Return the study with more replicates or points; what it had before stays part of it."""
        design, grown = self.design, self.kind.grown
        if points and grown and points > self.size:
            design = design._replace(options=grown(design.options, points))
        larger = self.replicates if self.kind.blocks else max(self.replicates, (replicates or 0) * self.n_draws)
        precision = self.precision
        if precision and larger > self.replicates:
            precision, larger = precision._replace(most=max(precision.most, larger)), self.replicates
        return self._replace(design=design, replicates=larger, precision=precision).checked_size()


@lru_cache(maxsize=4)
def blocks_of(design: Design, factors: tuple[Factor, ...], seed: int, replicates: int) -> Any:
    """Return the blocks of a design, made once: trajectories take seconds."""
    make = DESIGNS[design.kind].blocks
    return make(factors, design.options, seed, replicates) if make else None


class Points(Sequence[Point]):
    """The points of a study, each made when it is asked for: a design of a million begins at once."""

    def __init__(self, study: Study) -> None:
        self.study, self.rows, blocks = study, study.rows(), study.blocks()
        self.block = blocks.own // blocks.n_points if blocks else None
        few = all(factor.levels or factor.whole for factor in study.factors)  # else no two rows are equal
        if few and not study.kind.distinct and not blocks:
            self.rows = list(dict.fromkeys(self.rows))
        self.worlds = {name: world_id(s, study.outcomes, study.agents) for name, s in study.scenarios.items()}
        if study.posterior:
            self.worlds = {name: fingerprint([w, study.posterior.digest]) for name, w in self.worlds.items()}

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
        block = None if self.block is None else int(self.block[x])
        return Point(point_id(world, named, block), settings, x)
