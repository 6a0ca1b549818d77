"""The page without a server: a folder with a grid of finished answers, every setting paired with A by seed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from abm.input.load import DATA
from experiments.dashboard.answer import answer
from experiments.dashboard.asked import FIRST_SEED, Arm, Asked, Moment, arm
from experiments.dashboard.history import history
from experiments.dashboard.offered import SEEDS, Offer, menu
from experiments.dashboard.page import FILES, INDEX, POLICY, packed, read
from experiments.dashboard.runs import more
from experiments.files import whole_folder

GRID = "grid.js"
LEVELS = {
    "broker.capacity": (0, 4, 8, 12),
    "calendar.scale": (0, 0.5, 1, 1.5, 2),
    "broker.alignment_share": (0, 0.5, 1),
}
N = SEEDS[1]


def write(offered: Mapping[str, Offer], folder: Path) -> str:
    """Write the page of the first scenario offered into a folder, and return a sentence on it."""
    first = next(iter(offered.values()))
    made = grid({first.name: first}, levels_of(first))
    with whole_folder(folder) as room:
        (room / "vendor").mkdir()
        for name in FILES:
            (room / name).write_bytes(page() if name == INDEX else read(name))
        (room / GRID).write_bytes(b"window.grid = " + packed(made) + b";\n")
    return f"{len(made['answers'])} finished answers of {first.name}: open {folder / INDEX}"


def levels_of(offer: Offer) -> dict[str, list[float]]:
    """Return the levels of every lever of the grid, with the scenario's own value and twice its broker among them."""
    own = offer.scenario.values
    more = {"broker.capacity": (own["broker.capacity"], 2 * own["broker.capacity"] or 4.0)}
    return {name: sorted({*map(float, levels), *more.get(name, (own[name],))}) for name, levels in LEVELS.items()}


def grid(offered: Mapping[str, Offer], levels: Mapping[str, list[float]]) -> dict[str, Any]:
    """Return the grid: for every setting of B the answer to "and against A as it is?", and one history."""
    (offer,) = offered.values()
    base = Arm(offer.name)
    months = offer.scenario.months
    a = more(base.built(offered, months), None, N, lambda: False)
    made: dict[str, Any] = {"answers": {}, "histories": {}}
    for key, other in arms(offered, levels):
        asked = Asked(base, other, N, months)
        b = more(other.built(offered, months), None, N, lambda: False)
        made["answers"][key] = answer(asked, a, b, offered)
        made["histories"][key] = history(Moment(asked, FIRST_SEED), offered)
    land = json.loads((DATA / "land.json").read_text(encoding="utf-8"))
    return made | {"levels": levels, "scenario": offer.said, "menu": menu(offered), "land": land}


def arms(offered: Mapping[str, Offer], levels: Mapping[str, list[float]]) -> Iterator[tuple[str, Arm]]:
    """Yield every setting of the grid, with the key by which the page finds it."""
    for setting in product(*levels.values()):
        values = dict(zip(levels, setting, strict=True))
        yield " ".join(f"{x:g}" for x in setting), arm({"set": values}, "b", offered)


def page() -> bytes:
    """Return the page as it opens from a file: its policy stands in it, and the grid comes before its script."""
    text = read(INDEX).decode("utf-8")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(POLICY)}">'
    text = text.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{policy}')
    return text.replace('<script src="app.js"', f'<script src="{GRID}" defer></script>\n<script src="app.js"').encode()
