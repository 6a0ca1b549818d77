"""The tree by which one practice went from city to city: when each heard of it, from whom, and who adopted it."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from abm.labels.fonts import literal
from experiments.figures.frame import head_and_foot, room
from experiments.figures.stages import years
from experiments.figures.style import FAINT, INK, blank, drawing
from experiments.figures.text import require

PATHS = {
    "partner": "#651a70",
    "event": "#d55e00",
    "organisation": "#0072b2",
    "evidence": "#008561",
    "network": "#8a6d00",
    "chance": "#6b7280",
}
WORDS = {
    "partner": "from a partner",
    "event": "at an event",
    "organisation": "from an organisation",
    "evidence": "from the evidence base",
    "network": "in a network of cities",
    "chance": "by chance",
}
FOOT = (
    "From left to right: when a city heard of the practice (open), and adopted it (filled). Upright lines: from which "
    "city, or one of its organisations. Lines from the left edge: cities that had it, or whose organisations did."
)
SYNTHETIC = "Profiles are synthetic: one simulated history, not the record of named cities."


def spread(steps: pd.DataFrame, practice: str, cities: pd.DataFrame) -> pd.DataFrame:
    """Cities that heard of a practice, in the order of the tree: every city above those that heard it from it.

    Returns
    -------
    DataFrame
        One row a city: city, heard (month; NaN: it had it at the start), path, source (a city), adopted (month).
    """
    mine = steps[(steps["practice"] == practice) & steps["actor"].isin(set(cities["city_id"]))].sort_values("month")
    mine = mine.astype({"actor": object, "path": object, "source": object})
    heard = mine[mine["after"] == "aware"].drop_duplicates("actor").set_index("actor")
    adopted = mine[mine["after"] == "adopted"].drop_duplicates("actor").set_index("actor")["month"]
    source = heard["source"].map(lambda name: name.partition("/")[0] if isinstance(name, str) else None)
    roots = [city for city in dict.fromkeys(source.dropna()) if city not in heard.index]
    late = [city for city in adopted.index if city not in heard.index and city not in roots]
    order: list[str] = []
    waiting = [*roots, *late, *heard.index[source.isna()]]
    while waiting:
        city = waiting.pop(0)
        if city not in order:
            order.append(city)
            waiting = [*heard.index[source == city], *waiting]
    rows = [
        (city, *heard.loc[city, ["month", "path"]], source[city]) if city in heard.index else (city, None, None, None)
        for city in order
    ]
    table = pd.DataFrame(rows, columns=["city", "heard", "path", "source"])
    return table.assign(heard=table["heard"].astype(float), adopted=table["city"].map(adopted).astype(float))


def branches(ax: Axes, tree: pd.DataFrame, first: float, last: float) -> None:
    """Draw a line a city from when it heard, an upright one from its source, and marks of hearing and adoption."""
    row = {city: k for k, city in enumerate(tree["city"])}
    for city, heard, path, source, adopted in tree.itertuples(index=False, name=None):
        y, begun = row[city], next((month for month in (heard, adopted) if month == month), first)
        colour = PATHS.get(path or "", INK)
        ax.hlines(y, begun, last, color=FAINT, linewidth=1.2, zorder=1)
        if source in row:
            ax.vlines(heard, row[source], y, color=colour, linewidth=1.5, zorder=2)
        if heard == heard:
            ax.scatter(heard, y, s=34, facecolor="white", edgecolor=colour, linewidth=1.6, zorder=3)
        if adopted == adopted:
            ax.hlines(y, begun, adopted, color=INK, linewidth=1.2, zorder=1)
            ax.scatter(adopted, y, s=48, color=INK, zorder=4)


def diffusion_tree(
    cities: pd.DataFrame, steps: pd.DataFrame, practice: str, title: str = "", *, months: int | None = None
) -> Figure:
    """The tree by which awareness of one practice spread between cities: time along the axis, a row a city.

    Parameters
    ----------
    cities : DataFrame
        city_id, name.
    steps : DataFrame
        actor, practice, month, after, path, source: the table ``Result.practices``. A source that is an organisation
        (``city/kind-n``) stands at its home city.
    practice : str
        Name of the practice.
    title : str
        What was found; on the lines that follow, of which run.
    months : int, optional
        How long the history was; to its last step if left out.

    Returns
    -------
    Figure
        Upright lines from whom a city heard, coloured by path; adoptions since the start are filled points.
    """
    require(cities, ["city_id", "name"], "diffusion_tree")
    require(steps, ["actor", "practice", "month", "after", "path", "source"], "diffusion_tree")
    tree, said = spread(steps, practice, cities), dict(zip(cities["city_id"], cities["name"], strict=True))
    last = int(steps["month"].max() if months is None else months - 1)
    counts = tree["path"].value_counts()
    with drawing():
        fig = blank(11, 0.9 + 0.27 * max(4, len(tree)) + room(f"{FOOT}\n{SYNTHETIC}", 11))
        ax = fig.subplots()
        branches(ax, tree, 0, last)
        ax.set_yticks(range(len(tree)), [literal(said[city], city, 30) for city in tree["city"]])
        ax.set_ylim(max(4, len(tree)) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        years(ax, 0, last)
        ax.grid(axis="x")
        look: dict[str, Any] = {"linewidth": 2, "marker": "o", "markerfacecolor": "white", "markeredgewidth": 1.6}
        handles = [
            Line2D([], [], color=PATHS[str(path)], label=f"heard {WORDS[str(path)]}: {n}", **look)
            for path, n in counts.items()
        ]
        n = int(tree["adopted"].notna().sum())
        handles.append(Line2D([], [], color=INK, marker="o", linewidth=1.2, label=f"adopted since the start: {n}"))
        ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, fontsize=9)
        head_and_foot(fig, title, f"{FOOT}\n{SYNTHETIC}")
    return fig
