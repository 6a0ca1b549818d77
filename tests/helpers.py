"""Tiny scenarios, worlds at their beginning and a yardstick in standard errors, shared by the tests."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from abm.input.load import load
from abm.input.scenario import Scenario
from abm.schedule import begin
from abm.setup.build import build, parameters
from abm.state import practices
from abm.state.handle import handle
from abm.state.words import Ladder
from abm.state.world import World

TWO_BLOCS = ("East", "West")

# Nobody meets: no own search, no programme pairing; a tiny scenario has neither events nor brokers of its own.
NOBODY_MEETS = {"search.rate": 0.0, "pairing.partners": 0}

# Consent depends on its baseline alone, the ladder on its basic rates alone.
NO_EFFECTS = {
    **{
        f"contact.{effect}": 0.0
        for effect in (
            "complementarity",
            "learning",
            "bloc_barrier",
            "size_barrier",
            "common_partners",
            "popularity",
            "memory",
            "brokered_bonus",
            "award_bonus",
            "organisation_bonus",
        )
    },
    **{
        f"ladder.{effect}": 0.0
        for effect in ("trust_effect", "gap_effect", "helix_effect", "funding_effect", "engagement_effect")
    },
}

# Every city agrees (but for a chance of 2e-9), has room for everybody, and is as engaged as any other.
EVERYBODY_AGREES = {"contact.baseline": 20.0, "city.capacity": 10_000.0, "city.engagement_spread": 0.0}

NOTHING_ENDS = {f"ladder.{stage}_exit": 0.0 for stage in ("contact", "memorandum", "plan", "pilot", "sustained")}


def towns(regions: int | Sequence[str], **columns: Any) -> list[dict[str, Any]]:
    """Return rows of a city file: ``n`` cities of two blocs in turn, or one city for each region named.

    ``columns`` are added to every row, such as ``entry_month=12``.
    """
    blocs = [TWO_BLOCS[i % 2] for i in range(regions)] if isinstance(regions, int) else regions
    return [
        {
            "city_id": f"town-{i:03}",
            "name": f"Town {i}",
            "country": bloc,
            "region": bloc,
            "latitude": 20.0 + 40.0 * (i * 0.618 % 1.0),
            "longitude": 100.0 * (i * 0.414 % 1.0),
            "population": 1_000_000,
            **columns,
        }
        for i, bloc in enumerate(blocs)
    ]


def write_cities(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write a city file; a row without a value for a column leaves the cell empty."""
    header = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_scenario(folder: Path, rows: Sequence[Mapping[str, Any]], toml: str = "brokers = []") -> Path:
    """Write ``tiny.toml``, with its city file beside it, and return its path."""
    write_cities(folder / "tiny.csv", rows)
    path = folder / "tiny.toml"
    path.write_text(f'cities = "tiny.csv"\n{toml}\n', encoding="utf-8")
    return path


def tiny(
    folder: Path,
    rows: Sequence[Mapping[str, Any]] | int = 8,
    toml: str = "brokers = []",
    override: Mapping[str, Any] | None = None,
    months: int = 12,
) -> Scenario:
    """Return a small scenario of ``rows`` (or of so many towns), with nothing in it but what ``toml`` adds."""
    return load(write_scenario(folder, towns(rows) if isinstance(rows, int) else rows, toml), override, months)


def world_at_start(scenario: Scenario, seed: int = 1) -> tuple[World, Any]:
    """Return the tables of a world as a run begins, and the row of parameters that kernels take."""
    w, p = build(scenario), parameters(scenario)[0]
    begin(handle(w), p, np.uint64(seed))
    return w, p


def in_errors(found: float, expected: float, error: float) -> float:
    """Return how many standard errors ``found`` lies from ``expected``."""
    return (found - expected) / error


def assert_within(found: float, expected: float, error: float, limit: float = 4.0) -> None:
    """Assert that ``found`` lies within ``limit`` standard errors of what theory expects."""
    distance = in_errors(found, expected, error)
    assert abs(distance) <= limit, f"found {found:.6g}, expected {expected:.6g}: {distance:+.2f} standard errors"


def share_error(share: float, n: float) -> float:
    """Return the standard error of a share among ``n`` independent trials."""
    return float(np.sqrt(share * (1.0 - share) / n))


def mean_error(sample: Sequence[float] | np.ndarray) -> float:
    """Return the standard error of the mean of a sample, as the sample itself shows it."""
    return float(np.std(sample, ddof=1) / np.sqrt(len(sample)))


def stand_on(w: World, actors: Iterable[int], rung: int) -> None:
    """Let actors stand on a rung of the ladder of every practice."""
    for actor in actors:
        for k in range(int(w.count.practices)):
            stand(w, actor, k, rung)


def stand(w: World, actor: int, k: int, rung: int) -> None:
    """Let an actor stand on a rung of the ladder of a practice, and have adopted or master it on the highest."""
    kernels, theme, o = handle(w), w.practices.theme[k], actor - len(w.cities)
    before = practices.rung_of(kernels, actor, k)
    practices.move(kernels, actor, k, before, int(rung))
    more = int(rung == Ladder.ADOPTED) - int(before == Ladder.ADOPTED)
    if o < 0:
        w.cities.adopted[actor, theme] += more
    else:
        w.organisations.mastered[o, 0 if w.organisations.theme[o, 0] == theme else 1] += more
