"""Draws of a posterior, at each of which a study or a comparison runs, instead of at one value of every parameter.

The folder of a posterior has ``posterior.csv``, draws of equal weight, a row a draw and a column an unknown in its own
unit, and ``posterior.json`` with the verdict on it, ``gate``. Unknowns of what was observed, ``list.…``, are no
parameters of the model and are left aside.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from abm.input.files import LARGEST_TABLE, LARGEST_TOML, checked_size, door, is_file
from abm.input.scenario import PARAMETERS, Scenario
from abm.input.tables import read_table
from abm.parameters import ConfigError, Par, coerce, nearest, shown
from experiments.design.points import fingerprint
from experiments.factor import worded

CSV, JSON = "posterior.csv", "posterior.json"
DRAWN = "draws"  # in `digests` of the JSON: the SHA-256 of the CSV
OBSERVED = "list."  # begins the names of unknowns of the list
POSTERIOR = "posterior"  # the factor that exchanges all its parameters together, where points lie in blocks
DRAWS, MOST_DRAWS = 300, 100_000


class Asked(NamedTuple):
    """``[posterior]`` of a study."""

    folder: Annotated[str, Par("folder with posterior.csv and posterior.json, beside the study or among the outputs")]
    draws: Annotated[int | None, Par("draws at which every point is run", "draws", (1, MOST_DRAWS))] = None


class Posterior(NamedTuple):
    """Draws that are run.

    Attributes
    ----------
    name, gate
        Whose draws they are, and the verdict on them.
    names, rows
        Parameters of the model, and their values, a row a draw.
    left, taken
        Parameters of the posterior that the study sets itself; those that it would vary, and the posterior does.
    at
        What the scenario that the posterior is of has of its parameters; of others, their declared default.
    """

    name: str
    gate: str
    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    left: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    at: tuple[tuple[str, Any], ...] = ()

    @property
    def digest(self) -> str:
        """What tells these draws from others."""
        return fingerprint([self.names, self.rows])

    def draw(self, number: int) -> dict[str, Any]:
        """Return the parameters of a draw, counted from 1."""
        return dict(zip(self.names, self.rows[number - 1], strict=True))

    def without(self, names: Collection[str]) -> Posterior:
        """Return the posterior of the other parameters, or refuse to leave none."""
        kept = [x for x, name in enumerate(self.names) if name not in names]
        left = tuple(name for name in self.names if name in names)
        if not kept:
            raise ConfigError(f"posterior {shown(self.name)}: the study sets all its parameters: {', '.join(left)}")
        rows = tuple(tuple(row[x] for x in kept) for row in self.rows)
        return self._replace(names=tuple(self.names[x] for x in kept), rows=rows, left=(*self.left, *left))

    def beside(self, scenarios: Collection[Scenario], said: Collection[str]) -> Posterior:
        """Return the posterior of the parameters that nobody sets: not by name, nor by scenarios that differ in it.

        A scenario that has another value than the one that the posterior is of sets it too.
        """
        at = {name: PARAMETERS[name].default for name in self.names} | dict(self.at)
        differ = {name for name in self.names if any(scenario.values[name] != at[name] for scenario in scenarios)}
        return self.without({*said, *differ})

    def table(self) -> dict[str, list[Any]]:
        """Return the draws as :func:`abm.run_many` takes them, a column a parameter."""
        return {name: [row[x] for row in self.rows] for x, name in enumerate(self.names)}

    def sentences(self) -> list[str]:
        """Return what is said beside results: the verdict, and what the study has otherwise."""
        n = len(self.rows)
        said = [f"Posterior of {self.name}, {n:,} draw{'s' * (n > 1)}: {self.gate}."]
        said += [f"As the study says, not as the posterior: {', '.join(self.left)}."] if self.left else []
        return said + ([f"Together as the posterior says, not alone: {', '.join(self.taken)}."] if self.taken else [])

    def told(self) -> dict[str, Any]:
        """Return what is said beside results, for a program."""
        aside = {"left": list(self.left), "taken": list(self.taken)} | ({"at": dict(self.at)} if self.at else {})
        return {"name": self.name, "gate": self.gate, "draws": len(self.rows), "digest": self.digest} | aside

    def write(self, to_csv: Path, to_json: Path) -> None:
        """Write the draws and what is said of them: read again, they are the same to the bit."""
        with to_csv.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([self.names, *(map(worded, row) for row in self.rows)])
        said = self.told() | {"digests": {DRAWN: sha256(to_csv)}}
        to_json.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_draws(draws: Path, said: Mapping[str, Any]) -> None:
    """Refuse draws that are not those of which something is said, where that says which they were."""
    known = said.get("digests")
    told = known.get(DRAWN) if isinstance(known, Mapping) else None
    if told is not None and told != (found := sha256(draws)):
        raise ConfigError(
            f"{draws.name}: is not what {JSON} speaks of: the SHA-256 of its bytes is {found[:16]}…, not {shown(told)}"
        )


def in_reach(file: Path, name: str, outputs: Path) -> Path:
    """Return the folder that a study file names: beside it or below, else among the outputs."""
    rooms = [room for room in (file.parent, outputs) if is_file(room / name / CSV)] or [file.parent]
    return door(rooms[0], f"{name}/{CSV}", "posterior.folder", LARGEST_TABLE).parent


def named(name: str | None, n: int | None, outputs: Path) -> Posterior | None:
    """Return the draws that a user names, a folder among the outputs or a path to one; none if none is named."""
    if name is None:
        if n is not None:
            raise ConfigError(f"--draws {n}: has no meaning without --posterior")
        return None
    for folder in (outputs / name, Path(name)):
        if is_file(folder / CSV):
            return read(folder, n)
    known = sorted(path.parent.name for path in outputs.glob(f"*/{CSV}"))
    raise ConfigError(f"--posterior {shown(name)}: no folder of that name in {outputs} has {CSV}{nearest(name, known)}")


def read(folder: Path, n: int | None = None) -> Posterior:
    """Return draws of a posterior: ``n`` of them, evenly from first to last, 300 or all if left out.

    Raises
    ------
    ConfigError
        One line with file, line, name, value and legal range.
    """
    header, lines = read_table(checked_size(folder / CSV, LARGEST_TABLE))
    kept = [x for x, name in enumerate(header) if not name.startswith(OBSERVED)]
    if odd := next((header[x] for x in kept if header[x] not in PARAMETERS), None):
        raise ConfigError(f"{CSV}: unknown parameter {shown(odd)}{nearest(odd, PARAMETERS)}")
    if not kept:
        raise ConfigError(f"{CSV}: no column is a parameter of the model")
    there = len(lines)
    if not there or (n or 1) > there:
        raise ConfigError(f"draws = {n or DRAWS}: {CSV} has {there:,}")
    wanted = n or min(DRAWS, there)
    numbers = [list(lines)[(2 * k + 1) * there // (2 * wanted)] for k in range(wanted)]
    names = tuple(header[x] for x in kept)
    rows = tuple(row_of(number, names, [lines[number][x] for x in kept]) for number in numbers)
    said = verdict(folder / JSON)
    check_draws(folder / CSV, said)
    left, taken = (tuple(said.get(key, ())) for key in ("left", "taken"))
    at = said.get("at", {})
    if not isinstance(at, dict):
        raise ConfigError(f"{JSON}: at = {shown(at)}: must be the values of its scenario, by parameter")
    return Posterior(
        str(said.get("name", folder.resolve().name)), said["gate"], names, rows, left, taken, tuple(at.items())
    )


def row_of(line: int, names: Sequence[str], cells: Sequence[str]) -> tuple[Any, ...]:
    """Return the values of a draw, or refuse one that is not legal."""
    try:
        return tuple(coerce(PARAMETERS[name], cell.strip()) for name, cell in zip(names, cells, strict=True))
    except ConfigError as error:
        raise ConfigError(f"{CSV}:{line}: {error}") from None


def verdict(path: Path) -> Mapping[str, Any]:
    """Return what is said of a posterior, or refuse draws of which nothing is."""
    try:
        said = json.loads(checked_size(path, LARGEST_TOML).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = "cannot be read" if is_file(path) else "is missing"
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{JSON}: {reason}; it says in `gate` whether the posterior is calibrated") from None
    if not isinstance(said, dict) or not isinstance(said.get("gate"), str):
        raise ConfigError(f"{JSON}: must say in `gate` whether the posterior is calibrated")
    return said
