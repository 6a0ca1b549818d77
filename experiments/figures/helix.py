"""The triple helix as a network, and brokerage positions against what became of them."""

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from scipy import stats

from experiments.figures.frame import head_and_foot
from experiments.figures.style import ACTOR_COLOURS, INK, MUTED, blank, drawing, region_look
from experiments.figures.text import literal, require

SHAPES = {"city": "o", "university": "^", "firm": "s"}
SIZES = {"city": 95, "university": 42, "firm": 32}


def kind_of(actor: str) -> str:
    """Kind of an actor by its name: ``rome``, ``rome/university-1`` or ``rome/firm-2``."""
    _, _, rest = actor.partition("/")
    return rest.partition("-")[0] or "city"


def triple_helix(links: pd.DataFrame, partnerships: pd.DataFrame, title: str = "") -> Figure:
    """Living links of cities, universities and firms as one network, the three kinds told apart.

    Parameters
    ----------
    links : DataFrame
        kind, a, b, ended: the table ``Result.links``.
    partnerships : DataFrame
        city_a, city_b, stage: the table ``Result.partnerships``; memoranda and more are drawn.
    title : str
        Heading of the figure.

    Returns
    -------
    Figure
        Nodes by a spring layout with a fixed seed; cities are named.
    """
    require(links, ["kind", "a", "b", "ended"], "triple_helix")
    require(partnerships, ["city_a", "city_b", "stage"], "triple_helix")
    graph = nx.Graph()
    graph.add_edges_from(links.loc[links["ended"] < 0, ["a", "b"]].itertuples(index=False, name=None))
    firm_ties = partnerships[partnerships["stage"] >= 2]
    pairs = set(firm_ties[["city_a", "city_b"]].itertuples(index=False, name=None))
    graph.add_edges_from(pairs)
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
        for node in graph:
            if kind_of(node) == "city":
                ax.annotate(
                    literal(node, limit=22),
                    place[node],
                    xytext=(0, 7),
                    textcoords="offset points",
                    ha="center",
                    fontsize=8,
                    color=INK,
                    zorder=4,
                    path_effects=[withStroke(linewidth=2.5, foreground="white")],
                )
        ax.axis("off")
        ax.legend(loc="lower left", ncols=3)
        head_and_foot(
            fig,
            title,
            "Living links; dark lines are partnerships of cities from the memorandum on. Profiles are synthetic.",
        )
    return fig


def brokerage_against_outcomes(table: pd.DataFrame, *, outcome: str = "pilots", title: str = "") -> Figure:
    """Structural holes against what a city got: one point a city, Burt's constraint against an outcome.

    Parameters
    ----------
    table : DataFrame
        city_id, region, constraint (Burt 1992; low where a city bridges structural holes), and the outcome.
    outcome : str
        Column on the upright axis.
    title : str
        Heading of the figure.

    Returns
    -------
    Figure
        A scatter with the rank correlation.
    """
    require(table, ["city_id", "region", "constraint", outcome], "brokerage_against_outcomes")
    known = table.dropna(subset=["constraint", outcome])
    with drawing():
        fig = blank(8.6, 5.6)
        ax = fig.subplots()
        for region, (colour, marker) in region_look(known["region"]).items():
            part = known[known["region"] == region]
            ax.scatter(
                part["constraint"],
                part[outcome],
                color=colour,
                marker=marker,
                s=46,
                alpha=0.75,
                edgecolors="white",
                label=literal(region),
            )
        ax.set_xlabel("Burt's constraint (left: many structural holes; right: few)")
        ax.set_ylabel(literal(outcome.replace("_", " ").capitalize()))
        ax.grid()
        ax.legend()
        if len(known) > 2 and known["constraint"].nunique() > 1 and known[outcome].nunique() > 1:
            rho = stats.spearmanr(known["constraint"], known[outcome]).statistic
            ax.text(
                0.98,
                0.97,
                f"rank correlation {rho:.2f}".replace("-", "−"),
                transform=ax.transAxes,
                ha="right",
                va="top",
                color=MUTED,
            )
        head_and_foot(
            fig,
            title,
            "One point a city and run. Association, not effect: active cities are in the middle and have more pilots.",
        )
    return fig
