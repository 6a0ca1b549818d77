"""Who gets to plans, pilots and projects, how soon, and how evenly (measures 8–11, 14, 18–20)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import networkx as nx

from abm.state.words import N_THEMES, Stage
from benchmarks.plain_mesa.ties import Partnership

if TYPE_CHECKING:
    from benchmarks.plain_mesa.actors import City
    from benchmarks.plain_mesa.model import PlainModel

HORIZONS = (12, 24, 36)  # months


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def pilots_ever(model: PlainModel) -> list[Partnership]:
    return [tie for tie in model.partnerships if tie.ever >= Stage.PILOT]


def coverage(model: PlainModel) -> dict[str, float]:
    members, pilots = model.members(), pilots_ever(model)
    highest: dict[City, int] = {}
    for tie in model.partnerships:
        for city in (tie.i, tie.j):
            highest[city] = max(highest.get(city, 0), tie.ever)
    planned = [city for city in members if highest.get(city, 0) >= Stage.ACTION_PLAN]
    in_pilot = Counter(city.row.region for city in members if highest.get(city, 0) >= Stage.PILOT)
    in_bloc = Counter(city.row.region for city in members)
    return {
        "plan_coverage": ratio(len(planned), len(members)),
        "cities_with_plan": len(planned),
        **{f"pilot_coverage.{bloc}": ratio(in_pilot[bloc], in_bloc[bloc]) for bloc in model.regions},
        **{f"cities_in_pilot.{bloc}": in_pilot[bloc] for bloc in model.regions},
        "pilot_pairs_ever": len({frozenset((tie.i, tie.j)) for tie in pilots}),
        "full_helix_share": ratio(sum(tie.helix_at_pilot == 1.0 for tie in pilots), len(pilots)),
    }


def pilot_incidence(model: PlainModel) -> dict[str, float]:
    """Return the cumulative incidence of a pilot (Aalen and Johansen): dissolution competes, the living are censored.

    NaN where no partnership was watched for so long. A pilot of the month of the contact stood when the run began:
    nobody waited for it.
    """
    piloted, dissolved, waiting = Counter[int](), Counter[int](), Counter[int]()
    for tie in model.partnerships:
        if tie.piloted == tie.begun:
            continue
        if tie.piloted is not None:
            piloted[tie.piloted - tie.begun + 1] += 1
        elif tie.ended is not None:
            dissolved[tie.ended - tie.begun + 1] += 1
        else:
            waiting[model.month - tie.begun + 1] += 1
    n, staying, incidence, found = sum((piloted + dissolved + waiting).values()), 1.0, 0.0, {}
    for months in range(1, max(HORIZONS) + 1):
        n_ended = piloted[months] + dissolved[months]
        if n:
            incidence += staying * piloted[months] / n
            staying *= (n - n_ended) / n
        elif staying > 0.0:
            incidence = math.nan
        n -= n_ended + waiting[months]
        found[months] = incidence
    return {f"pilot_incidence_{months}": found[months] for months in HORIZONS}


def projects(model: PlainModel) -> dict[str, float]:
    """Count clusters of pilots theme by theme; the plain program refuses the policies that make thematic clusters."""
    pilots, themes = pilots_ever(model), Counter(tie.theme for tie in model.living)
    cities = {city for tie in pilots for city in (tie.i, tie.j, *tie.guests)}
    in_project = Counter(city.row.region for city in cities)
    shares = [n / len(model.living) for n in themes.values()]
    return {
        "cluster_plans": 0,
        "clusters": n_clusters([tie for tie in pilots if tie.stage >= Stage.PILOT]),
        "clusters_ever": n_clusters(pilots),
        "cities_a_project": 2.0 + ratio(sum(len(tie.guests) for tie in pilots), len(pilots)),
        **{f"cities_in_project.{bloc}": in_project[bloc] for bloc in model.regions},
        "theme_balance": -sum(share * math.log(share) for share in shares) / math.log(N_THEMES) if shares else math.nan,
    }


def n_clusters(ties: list[Partnership]) -> int:
    """Count the components of the graph whose nodes are cities in a theme."""
    graph = nx.Graph(((tie.i, tie.theme), (tie.j, tie.theme)) for tie in ties)
    return nx.number_connected_components(graph)


def equity(model: PlainModel) -> dict[str, float]:
    members, pilots = model.members(), pilots_ever(model)
    ties = {city: model.ties.degree(city) for city in members}
    takes_part = {(city, tie.theme) for tie in pilots for city in (tie.i, tie.j)}
    n_projects = Counter(city for city, _ in takes_part)
    middle = math.exp(-0.5 * model.p["city.engagement_spread"] ** 2)  # the median of engagement
    peripheral = sum(min(tie.i.engagement, tie.j.engagement) < middle for tie in pilots)
    blocs = {bloc: [city for city in members if city.row.region == bloc] for bloc in model.regions}
    busiest = sorted(ties.values(), reverse=True)[: math.ceil(len(members) / 10)]
    return {
        **{f"gini_ties.{bloc}": gini([ties[city] for city in cities]) for bloc, cities in blocs.items()},
        **{f"gini_projects.{bloc}": gini([n_projects[city] for city in cities]) for bloc, cities in blocs.items()},
        "periphery_share": ratio(peripheral, len(pilots)),
        "isolates": ratio(sum(n == 0 for n in ties.values()), len(members)),
        "top_decile_share": ratio(sum(busiest), sum(ties.values())),
    }


def gini(values: Sequence[int]) -> float:
    n, total = len(values), sum(values)
    ranked = sum(rank * value for rank, value in enumerate(sorted(values), start=1))
    return 2 * ranked / (n * total) - (n + 1) / n if total else math.nan
