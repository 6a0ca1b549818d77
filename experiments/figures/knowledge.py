"""How practices spread: adoption by theme over time, and the tree by which one practice went from city to city."""

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from abm.labels.fonts import literal
from experiments.figures.earth import fitting
from experiments.figures.frame import head_and_foot
from experiments.figures.mapping import ground, names, points
from experiments.figures.stages import FOOT, START_YEAR
from experiments.figures.style import ACCENT, INK, MUTED, blank, drawing
from experiments.figures.text import require, wrapped
from experiments.figures.worldmap import CAVEAT

PATH_COLOURS = {
    "partner": "#7b2382",
    "event": "#d55e00",
    "organisation": "#0072b2",
    "evidence": "#008561",
    "chance": "#999999",
}
MAP = (0.015, 0.12, 0.97, 0.76)


def adoption_by_theme(table: pd.DataFrame, *, title: str = "") -> Figure:
    """Share of a theme's practices that a member city has adopted, by month: mean and where 80 % of the runs lie.

    Parameters
    ----------
    table : DataFrame
        One row a month, theme and run: month (0 is January 2017), theme, value.
    title : str
        Heading of the figure.

    Returns
    -------
    Figure
        A panel a theme on one scale.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(table, ["month", "theme", "value"], "adoption_by_theme")
    themes = list(dict.fromkeys(table["theme"]))
    with drawing():
        fig = blank(11, 5.8)
        across = -(-len(themes) // 2)
        panels = fig.subplots(2, across, sharex=True, sharey=True, squeeze=False).ravel()
        for k, (ax, theme) in enumerate(zip(panels, themes, strict=False)):
            part = table[table["theme"] == theme]
            band: dict[str, Any] = {"errorbar": ("pi", 80), "err_kws": {"linewidth": 0}}
            sns.lineplot(part, x="month", y="value", color=ACCENT, linewidth=2, **band, ax=ax)
            last = part.loc[part["month"] == part["month"].max(), ["month", "value"]].mean()
            ax.annotate(
                f"{last['value']:.1%}", last, xytext=(4, 0), textcoords="offset points", va="center", fontsize=9
            )
            ax.set_title(wrapped(str(theme).capitalize(), 24), fontsize=10)
            ax.set(xlabel="", ylabel="")
            ax.grid(axis="y")
            ax.tick_params(labelbottom=k + across >= len(themes))
        for ax in panels[len(themes) :]:
            ax.set_visible(False)
        years = np.arange(0, table["month"].max() + 1, 24)
        panels[0].set_xticks(years, [str(START_YEAR + int(month) // 12) for month in years])
        panels[0].set_ylim(bottom=0)
        panels[0].yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
        fig.supylabel("Practices adopted by a member", fontsize=10)
        head_and_foot(fig, title, FOOT)
    return fig


def diffusion_tree(cities: pd.DataFrame, steps: pd.DataFrame, practice: str, title: str = "") -> Figure:
    """The tree by which awareness of one practice spread between cities, on the map, and who adopted it.

    Parameters
    ----------
    cities : DataFrame
        city_id, name, region, role, longitude, latitude.
    steps : DataFrame
        actor, practice, month, after, path, source: the table ``Result.practices``. A source that is an organisation
        (``city/kind-n``) stands at its home city.
    practice : str
        Name of the practice.
    title : str
        Heading of the figure.

    Returns
    -------
    Figure
        Arrows from whom a city heard, coloured by path; cities that adopted since the start are filled.
    """
    require(cities, ["city_id", "name", "region", "role", "longitude", "latitude"], "diffusion_tree")
    require(steps, ["actor", "practice", "month", "after", "path", "source"], "diffusion_tree")
    mine = steps[(steps["practice"] == practice) & steps["actor"].isin(set(cities["city_id"]))]
    spots = cities.set_index("city_id")[["longitude", "latitude"]].astype(float)
    heard = mine[mine["after"] == "aware"].drop_duplicates("actor")
    adopters = set(mine.loc[mine["after"] == "adopted", "actor"])
    with drawing():
        fig = blank(13, 7.6, by_hand=True)
        ax = fig.add_axes(MAP)
        ground(ax, fitting([spots.to_numpy()], MAP[2] * 13 / (MAP[3] * 7.6), margin=0.08))
        for actor, path, source in zip(heard["actor"], heard["path"], heard["source"], strict=True):
            if isinstance(source, str):
                _arrow(ax, spots.loc[source.split("/")[0]], spots.loc[actor], PATH_COLOURS[path])
        shown = cities.assign(role=["member" if city in adopters else "other" for city in cities["city_id"]])
        points(ax, shown, 55)
        told = cities[cities["city_id"].isin(adopters | set(heard["actor"]))].reset_index(drop=True)
        names(ax, told, [], fontsize=8.5)
        fig.text(
            0.015,
            0.945,
            wrapped(title or f"How “{practice}” spread", 100),
            fontsize=15,
            fontweight="bold",
            va="center",
            color=INK,
        )
        counts = heard["path"].value_counts()
        for x, (path, colour) in enumerate(PATH_COLOURS.items()):
            fig.text(
                0.015 + 0.135 * x,
                0.085,
                f"— {path}: {counts.get(path, 0)}",
                color=colour,
                fontsize=10.5,
                fontweight="bold",
            )
        fig.text(0.70, 0.085, f"filled: adopted since the start ({len(adopters)})", color=INK, fontsize=10.5)
        fig.text(0.015, 0.03, literal(CAVEAT, limit=200), fontsize=10, fontstyle="italic", color=MUTED)
    return fig


def _arrow(ax: Axes, start: Any, end: Any, colour: str) -> None:
    if tuple(start) == tuple(end):
        return
    ax.add_patch(
        FancyArrowPatch(
            tuple(start),
            tuple(end),
            connectionstyle="arc3,rad=0.12",
            arrowstyle="-|>",
            mutation_scale=11,
            color=colour,
            linewidth=1.4,
            alpha=0.85,
            shrinkA=4,
            shrinkB=5,
            zorder=3,
        )
    )
