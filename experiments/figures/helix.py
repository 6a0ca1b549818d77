"""The triple helix: with whom pilots begin, quarter by quarter, and one partnership with its organisations."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from abm.labels.fonts import literal
from experiments.figures.frame import head_and_foot, room
from experiments.figures.stages import years
from experiments.figures.style import ACTOR_COLOURS, INK, MUTED, blank, drawing
from experiments.figures.text import require, wrapped

KINDS = {
    "cities only": ACTOR_COLOURS["city"],
    "with a university": ACTOR_COLOURS["university"],
    "with a firm": ACTOR_COLOURS["firm"],
    "full helix": "#0072b2",
}
HATCHES = {"with a university": "//", "with a firm": ".."}
SHAPES = {"city": "o", "university": "^", "firm": "s"}
SIZES = {"city": 900, "university": 320, "firm": 260}
PAPER = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
FOOT = (
    "Left: pilots begun in each quarter by who was in them at their beginning, mean of the runs. Right: the "
    "partnership of one simulated history with the most links, the organisations of each city on its side. Profiles "
    "are synthetic."
)


def kind_of(actor: str) -> str:
    """Kind of an actor by its name: ``rome``, ``rome/university-1`` or ``rome/firm-2``."""
    _, _, rest = actor.partition("/")
    return rest.partition("-")[0] or "city"


def bars(ax: Axes, pilots: pd.DataFrame, begins: int) -> None:
    """Draw the pilots begun in each quarter, one kind on the other."""
    means = pilots.groupby(["month", "kind"])["value"].mean().unstack("kind").reindex(columns=list(KINDS)).fillna(0)
    floor = np.zeros(len(means))
    for kind, colour in KINDS.items():
        look: dict[str, Any] = {"color": colour, "hatch": HATCHES.get(kind, ""), "edgecolor": "white", "linewidth": 0.6}
        ax.bar(means.index, means[kind], 2.6, floor, align="edge", label=kind, **look)
        floor = floor + means[kind].to_numpy(float)
    years(ax, begins, int(means.index.max()) + 3)
    ax.set_ylabel("Pilots begun in a quarter")
    ax.legend(loc="upper left", fontsize=9, reverse=True)
    ax.grid(axis="y")


def places(actors: list[str], cities: tuple[str, str]) -> dict[str, tuple[float, float]]:
    """Places of the actors of a partnership: each city with its organisations around it, on its side."""
    found = {cities[0]: (-1.0, 0.0), cities[1]: (1.0, 0.0)}
    for city, side in zip(cities, (-1, 1), strict=True):
        mine = [actor for actor in actors if actor.partition("/")[0] == city and "/" in actor]
        for actor, angle in zip(mine, np.linspace(1, -1, len(mine)) if len(mine) > 1 else [0.6], strict=True):
            found[actor] = (side * (1 + 0.85 * float(np.cos(angle))), 1.35 * float(np.sin(angle)))
    return found


def network(ax: Axes, links: pd.DataFrame, cities: tuple[str, str], names: dict[str, str]) -> None:
    """Draw the links of a partnership, its cities and its organisations, each with its name."""
    actors = sorted({*links["a"], *links["b"], *cities}, key=lambda actor: (kind_of(actor), actor))
    at = places(actors, cities)
    for a, b in [cities, *links[["a", "b"]].itertuples(index=False, name=None)]:
        own = {a, b} == set(cities)
        ax.plot(*np.array([at[a], at[b]]).T, color=INK if own else MUTED, linewidth=2.4 if own else 1.2, zorder=1)
    for actor in actors:
        kind, (x, y) = kind_of(actor), at[actor]
        ax.scatter(x, y, s=SIZES[kind], marker=SHAPES[kind], color=ACTOR_COLOURS[kind], edgecolor="white", zorder=3)
        if kind == "city":
            word = literal(names.get(actor, actor), actor, 24)
            ax.text(x, y - 0.3, word, ha="center", va="top", fontweight="bold", bbox=PAPER, zorder=2)
        else:
            ax.text(x, y - 0.2, kind, ha="center", va="top", fontsize=9, bbox=PAPER, zorder=2)
    ax.set(xlim=(-2.4, 2.4), ylim=(-1.75, 1.55))
    ax.set_axis_off()


def most_linked(links: pd.DataFrame) -> int | None:
    """The partnership with the most links by its row, the first of equals; None where no link is of a partnership."""
    counts = links["partnership"].dropna().astype(int).value_counts(sort=False)
    return int(counts.index[int(counts.to_numpy().argmax())]) if len(counts) else None


def triple_helix(
    pilots: pd.DataFrame,
    links: pd.DataFrame,
    partnerships: pd.DataFrame,
    title: str = "",
    cities: pd.DataFrame | None = None,
    *,
    begins: int = 0,
) -> Figure:
    """With whom pilots begin over time, and one partnership of cities with its universities and firms.

    Parameters
    ----------
    pilots : DataFrame
        One row a quarter, kind and run: month (its first; 0 is January 2017), kind ("cities only", "with a
        university", "with a firm", "full helix"), value.
    links : DataFrame
        partnership (row of `partnerships`, or missing), a, b: the table ``Result.links``.
    partnerships : DataFrame
        city_a, city_b, theme: the table ``Result.partnerships``.
    title : str
        What was found; on the lines that follow, of which runs.
    cities : DataFrame, optional
        city_id, name: the table ``Result.cities``, to write names instead of ids.
    begins : int
        Month in which the programme begins: what lies before is not drawn.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(pilots, ["month", "kind", "value"], "triple_helix")
    require(partnerships, ["city_a", "city_b", "theme"], "triple_helix")
    row = most_linked(links)
    names = {} if cities is None else dict(zip(cities["city_id"], cities["name"], strict=True))
    with drawing():
        fig = blank(11, 3.7 + room(FOOT, 11))
        left, right = fig.subplots(1, 2, width_ratios=(1.15, 1))
        bars(left, pilots, begins)
        right.set_axis_off()
        if row is not None:
            said = partnerships.loc[row]
            pair = (str(said["city_a"]), str(said["city_b"]))
            network(right, links[links["partnership"] == row], pair, names)
            words = " and ".join(literal(names.get(city, city), city, 24) for city in pair)
            right.set_title(wrapped(f"{words}: {said['theme']}", 44), fontsize=10)
        head_and_foot(fig, title, FOOT)
    return fig
