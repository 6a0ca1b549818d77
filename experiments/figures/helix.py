"""The triple helix as a network, and brokerage positions against what became of them."""

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from scipy import stats

from abm.labels.fonts import literal
from experiments.figures.frame import head_and_foot
from experiments.figures.mapping import names
from experiments.figures.style import ACTOR_COLOURS, INK, blank, drawing, region_look
from experiments.figures.text import require

SHAPES = {"city": "o", "university": "^", "firm": "s"}
SIZES = {"city": 95, "university": 42, "firm": 32}
CONSTRAINTS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0)
MANY, FEWEST = 50, 10  # rows for which means are drawn, rows of one mean
N_VALUES, N_PARTS = 15, 8  # most values of constraint with a mean of their own, else parts of the axis
FOOT = (
    "Area: number of cities and runs. Where no two cities of a bloc are tied, constraint is 1 over the number of "
    "partners. Association, not effect: active cities have more partners and begin more pilots."
)


def kind_of(actor: str) -> str:
    """Kind of an actor by its name: ``rome``, ``rome/university-1`` or ``rome/firm-2``."""
    _, _, rest = actor.partition("/")
    return rest.partition("-")[0] or "city"


def points(graph: nx.Graph, place: dict[str, np.ndarray], cities: pd.DataFrame | None) -> pd.DataFrame:
    """Cities of a network as points that :func:`experiments.figures.mapping.names` can name."""
    said = {} if cities is None else dict(zip(cities["city_id"], cities["name"], strict=True))
    rows = [(node, said.get(node, node), *place[node]) for node in graph if kind_of(node) == "city"]
    return pd.DataFrame(rows, columns=["city_id", "name", "longitude", "latitude"])


def triple_helix(
    links: pd.DataFrame, partnerships: pd.DataFrame, title: str = "", cities: pd.DataFrame | None = None
) -> Figure:
    """Living links of cities, universities and firms as one network, the three kinds told apart.

    Parameters
    ----------
    links : DataFrame
        kind, a, b, ended: the table ``Result.links``.
    partnerships : DataFrame
        city_a, city_b, stage: the table ``Result.partnerships``; memoranda and more are drawn.
    title : str
        Heading of the figure.
    cities : DataFrame, optional
        city_id, name: the table ``Result.cities``, to write names instead of ids.

    Returns
    -------
    Figure
        Nodes by a spring layout with a fixed seed; cities are named.
    """
    require(links, ["kind", "a", "b", "ended"], "triple_helix")
    require(partnerships, ["city_a", "city_b", "stage"], "triple_helix")
    graph = nx.Graph()
    graph.add_edges_from(links.loc[links["ended"].isna(), ["a", "b"]].itertuples(index=False, name=None))
    firm_ties = partnerships[partnerships["stage"] >= 2]
    pairs = set(firm_ties[["city_a", "city_b"]].itertuples(index=False, name=None))
    graph.add_edges_from(sorted(pairs))  # in an order that does not change with the process
    place = nx.spring_layout(graph, seed=1, k=1.6 / np.sqrt(max(1, len(graph))), iterations=120)
    with drawing():
        fig = blank(11, 8.6)
        ax = fig.subplots()
        for a, b in graph.edges:
            between_cities = (a, b) in pairs or (b, a) in pairs
            ax.plot(
                *np.array([place[a], place[b]]).T,
                color=INK if between_cities else "#b9bfc6",
                linewidth=1.3 if between_cities else 0.7,
                alpha=0.55,
                zorder=1,
            )
        for kind, shape in SHAPES.items():
            mine = np.array([place[node] for node in graph if kind_of(node) == kind]).reshape(-1, 2)
            ax.scatter(
                mine[:, 0],
                mine[:, 1],
                s=SIZES[kind],
                marker=shape,
                color=ACTOR_COLOURS[kind],
                edgecolors="white",
                linewidths=0.8,
                zorder=3,
                label=f"{kind} ({len(mine)})",
            )
        ax.axis("off")
        ax.legend(loc="lower left", ncols=3)
        head_and_foot(
            fig,
            title,
            "Living links; dark lines are partnerships of cities from the memorandum on. Profiles are synthetic.",
        )
        fig.canvas.draw()  # settles where the points are, for the names
        names(ax, points(graph, place, cities), [], fontsize=8.5)
    return fig


def brokerage_against_outcomes(table: pd.DataFrame, *, outcome: str = "pilots", title: str = "") -> Figure:
    """Structural holes against what a city got: one point a city, Burt's constraint against an outcome.

    Parameters
    ----------
    table : DataFrame
        city_id, region, constraint (Burt 1992; low where a city bridges structural holes), and the outcome; a row a
        city, or a row a city and run.
    outcome : str
        Column on the upright axis.
    title : str
        Heading of the figure.

    Returns
    -------
    Figure
        Points whose area is the number of rows there, regions side by side; with many rows the mean outcome
        along the axis; the rank correlation.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(table, ["city_id", "region", "constraint", outcome], "brokerage_against_outcomes")
    known = table.dropna(subset=["constraint", outcome])
    known = known[known["constraint"] > 0]
    with drawing():
        fig = blank(8.6, 5.6)
        ax = fig.subplots()
        _bubbles(ax, known, outcome)
        if len(known) >= MANY:
            _means(ax, known, outcome)
        ax.set_xscale("log")
        ax.set_xticks(CONSTRAINTS, [f"{x:g}" for x in CONSTRAINTS])
        ax.set_xticks([], minor=True)
        if len(known):
            ax.set_xlim(known["constraint"].min() / 1.15, max(1.0, known["constraint"].max()) * 1.15)
        ax.yaxis.set_major_locator(MaxNLocator(integer=bool((known[outcome] % 1 == 0).all())))
        ax.set_xlabel("Burt's constraint (left: many structural holes; right: few)")
        ax.set_ylabel(literal(outcome.replace("_", " ").capitalize()))
        ax.grid()
        said = _correlation(known, outcome)
        ax.legend(loc="upper right", title=said, title_fontsize=10, frameon=True, framealpha=1.0, edgecolor="white")
        head_and_foot(fig, title, FOOT)
    return fig


def _bubbles(ax: Axes, known: pd.DataFrame, outcome: str) -> None:
    """Draw a point wherever there are rows, its area their number, the regions next to each other."""
    counts = known.groupby(["region", known["constraint"].round(3), outcome]).size().rename("n").reset_index()
    look = region_look(sorted(known["region"].unique()))
    for k, (region, (colour, marker)) in enumerate(look.items()):
        part = counts[counts["region"] == region]
        ax.scatter(
            part["constraint"] * 1.07 ** (k - (len(look) - 1) / 2),
            part[outcome],
            s=22 + 170 * part["n"] / max(20, counts["n"].max()),
            color=colour,
            marker=marker,
            alpha=0.6,
            linewidth=0,
        )
        ax.scatter([], [], s=46, color=colour, marker=marker, label=literal(region, f"region {k + 1}"))


def _means(ax: Axes, known: pd.DataFrame, outcome: str) -> None:
    """Draw the mean outcome, with its 95 % interval, at every constraint, or in equal parts of the axis if too many."""
    values = known["constraint"].round(3)
    parts = known.groupby(values if values.nunique() <= N_VALUES else pd.cut(np.log(values), N_PARTS), observed=True)
    found = parts.agg(x=("constraint", "mean"), y=(outcome, "mean"), n=(outcome, "size"), sd=(outcome, "std"))
    found = found[found["n"] >= FEWEST]
    half = stats.t.ppf(0.975, found["n"] - 1) * found["sd"] / np.sqrt(found["n"])
    ax.errorbar(found["x"], found["y"], half, color=INK, marker="D", markersize=5, capsize=3, label="mean, 95 %")


def _correlation(known: pd.DataFrame, outcome: str) -> str:
    """Return the rank correlation in words, or nothing where there is none."""
    if len(known) < 3 or known["constraint"].nunique() < 2 or known[outcome].nunique() < 2:
        return ""
    rho = stats.spearmanr(known["constraint"], known[outcome]).statistic
    return f"rank correlation {rho:.2f}".replace("-", "−")
