"""What a run returns: tidy tables with names instead of numbers, a graph, a picture, and a digest."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import cached_property
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from abm.digest import digest, in_use, wide
from abm.input.scenario import Scenario
from abm.labels.practices import practice_name
from abm.outcomes import tidy_series
from abm.parameters import spelled
from abm.programmes import programme_table
from abm.setup.names import Names, names
from abm.setup.policies import acting
from abm.state.practices import ladder
from abm.state.words import THEMES, EventType, Kind, Ladder, LinkKind, Mode, Origin, Path, Stage
from abm.state.world import World

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Result:
    """One finished run.

    Attributes
    ----------
    scenario, seed, world
        What was run, and the raw tables at its end.
    """

    def __init__(self, scenario: Scenario, seed: int, world: World) -> None:
        self.scenario, self.seed = scenario, seed
        self.world: Any = world

    @cached_property
    def names(self) -> Names:
        """Names of cities, regions, countries and brokers in order of their rows."""
        return names(self.scenario)

    @cached_property
    def series(self) -> pd.DataFrame:
        """Every measure in every month; index month (0 is the first), one column a measure."""
        return tidy_series(self.world.series, self.names.blocs).set_index("month")

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row: every measure at the end of the run."""
        return self.series.tail(1).reset_index(drop=True)

    @cached_property
    def cities(self) -> pd.DataFrame:
        """One row a city: who it is, where it lies, and its synthetic profile."""
        who = pd.DataFrame(self.scenario.cities)[
            ["city_id", "name", "country", "region", "role", "entry_month", "latitude", "longitude", "population"]
        ]
        who["role"] = [spelled(city.role) for city in self.scenario.cities]
        who["cohort"] = _or_missing(np.asarray(self.world.cities.cohort))
        state = self._table("cities", ["engagement", "ambition", "capacity", "load", "n_partners"])
        return pd.concat([who, state], axis=1)

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """One row a university or firm."""
        t = np.asarray(self.world.organisations)
        return pd.DataFrame(
            {
                "organisation": self._organisation_names(np.arange(len(t))),
                "kind": _words(t["kind"], Kind),
                "city": self._city_names(t["city"]),
                "theme": _themes(t["theme"][:, 0]),
                "second_theme": _themes(t["theme"][:, 1]),
                "slots_taken": wide(t["slots_taken"]),
            }
        )

    @cached_property
    def partnerships(self) -> pd.DataFrame:
        """One row an episode of partnership, ended ones too (stage 0); a month counts from 0, or is missing: never.

        In order of beginning; in a world of more than 5,000 cities what has ended stands first, what lives by city.
        """
        t = in_use(self.world, "partnerships")
        table = pd.DataFrame(
            {
                "city_a": self._city_names(t["i"]),
                "city_b": self._city_names(t["j"]),
                "theme": _themes(t["theme"]),
                "stage": wide(t["stage"]),
                "stage_name": _words(t["stage"], Stage),
                "highest_stage": wide(t["ever"]),
                "highest_stage_name": _words(t["ever"], Stage),
                "origin": _words(t["origin"], Origin),
                "programme": self._programme_names(t["programme"]),
                "trust": t["trust"],
                "gap": t["gap"],
                "begun": wide(t["begun"]),
                "ended": _or_missing(t["ended"]),
            }
        )
        for stage in (Stage.MEMORANDUM, Stage.ACTION_PLAN, Stage.PILOT, Stage.SUSTAINED):
            table[f"{stage.name.lower()}_month"] = _or_missing(t["reached"][:, stage])
        for side, letter in enumerate("ab"):
            for kind in ("university", "firm"):
                table[f"{kind}_{letter}"] = self._organisation_names(t[kind][:, side])
        table["helix_at_pilot"] = np.where(t["helix_at_pilot"] < 0, np.nan, t["helix_at_pilot"])
        return table

    @cached_property
    def projects(self) -> pd.DataFrame:
        """One row a city in a project: the row of the partnership whose pilot founded it, and if it was invited."""
        t, guests = in_use(self.world, "partnerships"), in_use(self.world, "participants")
        founded = np.flatnonzero(t["reached"][:, Stage.PILOT] >= 0)
        project = np.concatenate([founded, founded, guests["partnership"]])
        table = pd.DataFrame(
            {
                "project": wide(project),
                "theme": _themes(t["theme"][project]),
                "month": wide(t["reached"][project, Stage.PILOT]),
                "city": self._city_names(np.concatenate([t["i"][founded], t["j"][founded], guests["city"]])),
                "invited": np.arange(len(project)) >= 2 * len(founded),
            }
        )
        return table.sort_values("project", kind="stable", ignore_index=True)

    @cached_property
    def practices(self) -> pd.DataFrame:
        """One row a step of an actor on the ladder of a practice: who learnt what, when, by which path, from whom.

        Words are categories, some bytes each: large worlds have millions of steps.
        """
        t, k = in_use(self.world, "lessons"), in_use(self.world, "practices")
        actors, ladder = [*self.names.cities, *self._organisations], _spelled(Ladder)
        return pd.DataFrame(
            {
                "actor": _category(t["actor"], actors),
                "practice": _category(t["practice"], self._practice_names(np.arange(len(k)))),
                "theme": _category(k["theme"][t["practice"]], THEMES),
                "month": wide(t["month"]),
                "before": _category(t["before"], ladder),
                "after": _category(t["after"], ladder),
                "path": _category(t["path"], _spelled(Path)),
                "source": _category(t["source"], actors),
            }
        )

    @cached_property
    def portfolio(self) -> pd.DataFrame:
        """One row a practice: theme, origin, quality, evidence, and how many cities and organisations have it now."""
        k, n = in_use(self.world, "practices"), len(self.names.cities)
        rung = ladder(self.world)
        return pd.DataFrame(
            {
                "practice": self._practice_names(np.arange(len(k))),
                "theme": _themes(k["theme"]),
                "origin": self._city_names(k["origin"]),
                "born": _or_missing(k["born"]),
                "quality": k["quality"],
                "evidence": k["evidence"],
                "n_aware": (rung[:n] >= Ladder.AWARE).sum(axis=0),
                "n_adopted": (rung[:n] == Ladder.ADOPTED).sum(axis=0),
                "n_mastered": (rung[n:] == Ladder.ADOPTED).sum(axis=0),
            }
        )

    @cached_property
    def links(self) -> pd.DataFrame:
        """One row a triple-helix link; ``partnership`` is missing for a link of the organisations' own."""
        t = in_use(self.world, "links")
        return pd.DataFrame(
            {
                "kind": _words(t["kind"], LinkKind),
                "a": self._actor_names(t["a"]),
                "b": self._actor_names(t["b"]),
                "theme": _themes(t["theme"]),
                "partnership": _or_missing(t["partnership"]),
                "begun": wide(t["begun"]),
                "ended": _or_missing(t["ended"]),
            }
        )

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event of this run, cancelled ones too."""
        t = in_use(self.world, "events")
        return pd.DataFrame(
            {
                "programme": self._programme_names(t["programme"]),
                "type": _words(t["type"], EventType),
                "mode": _words(t["mode"], Mode),
                "month": t["month"],
                "theme": _themes(t["theme"]),
                "venue": self._city_names(t["venue"]),
                "seats": t["seats"],
                "cities": t["n_cities"],
                "meetings": t["n_meetings"],
                "travel_km": t["travel"],
                "cost": t["cost"],
            }
        )

    @cached_property
    def brokers(self) -> pd.DataFrame:
        """One row a broker: what it did in the whole run."""
        done = ["n_sessions", "n_offered", "n_accepted"]
        table = self._table("brokers", ["programme", "capacity", "alignment_share", *done])
        table.insert(0, "broker", self.names.brokers)
        return table

    @cached_property
    def programmes(self) -> pd.DataFrame:
        """One row a programme: members and events so far, and its partnerships ever by the stage that they reached."""
        return programme_table(self.world, self.names, self.scenario.months)

    @cached_property
    def policies(self) -> pd.DataFrame:
        """One row a policy: when it acted, how strong it was, what it cost a month, whom it served."""
        table = self._table("policies", ["programme", "start", "end", "strength", "cost", "n_served"])
        table.insert(0, "kind", [policy.kind for _, _, policy in acting(self.scenario)])
        return table

    @property
    def digest(self) -> str:
        """Hash of the tables of the history: equal for equal histories, whoever ran them and whatever was measured."""
        return digest(self.world)

    def graph(self, stage: int = 1) -> nx.Graph:
        """Return cities as nodes and living partnerships of at least ``stage`` as edges.

        An edge has the highest stage of its partnerships and their ``themes``, joined by semicolons: numbers and texts,
        which every format of graphs can hold (GraphML, GEXF).
        """
        graph = nx.Graph()
        for row in self.cities.to_dict("records"):
            graph.add_node(row["city_id"], **{str(k): v for k, v in row.items() if k != "city_id"})
        for row in self.partnerships[self.partnerships["stage"] >= stage].to_dict("records"):
            a, b = row["city_a"], row["city_b"]
            edge: dict[str, Any] = graph.edges[a, b] if graph.has_edge(a, b) else {"themes": "", "stage": 0}
            themes = f"{edge['themes']}; {row['theme']}" if edge["themes"] else row["theme"]
            graph.add_edge(a, b, themes=themes, stage=max(edge["stage"], row["stage"]))
        return graph

    def plot(self, path: str | FilePath | None = None) -> Figure:
        """Return a figure of the stocks by stage over time; with ``path`` also save it."""
        from abm.plot import stages_over_time

        figure = stages_over_time(self.series, self.scenario.title, self.scenario.name)
        if path is not None:
            figure.savefig(path, dpi=150)
        return figure

    def _table(self, name: str, wanted: list[str]) -> pd.DataFrame:
        table = np.asarray(getattr(self.world, name))
        known: dict[str, Any] = {column: table[column] for column in wanted}
        if "programme" in known:
            known["programme"] = self._programme_names(table["programme"])
        return pd.DataFrame(known)

    def _city_names(self, rows: np.ndarray) -> list[str | None]:
        return [self.names.cities[i] if i >= 0 else None for i in rows]

    def _programme_names(self, rows: np.ndarray) -> list[str | None]:
        return [self.names.programmes[x] if x >= 0 else None for x in rows]

    def _practice_names(self, rows: np.ndarray) -> list[str]:
        k = self.world.practices
        return [practice_name(k.theme[row], k.ordinal[row]) for row in rows]

    @cached_property
    def _organisations(self) -> list[str]:
        found, said = organisation_names(self.world, self.names), self.scenario.organisations
        named = np.flatnonzero(np.isin(self.world.organisations.city, [o.city for o in said]))
        for row, o in zip(named, said, strict=True):
            found[row] = o.name or found[row]
        return found

    def _organisation_names(self, rows: np.ndarray) -> list[str | None]:
        return [self._organisations[o] if o >= 0 else None for o in rows]

    def _actor_names(self, rows: np.ndarray) -> list[str | None]:
        known = [*self.names.cities, *self._organisations]
        return [known[a] if a >= 0 else None for a in rows]


def organisation_names(w: Any, known: Names) -> list[str]:
    """Return a name for every organisation: home city, kind and ordinal, such as ``rome/university-2``."""
    found: list[str] = []
    seen: dict[tuple[int, int], int] = {}
    for home, kind in zip(w.organisations.city, w.organisations.kind, strict=True):
        seen[home, kind] = seen.get((home, kind), 0) + 1
        found.append(f"{known.cities[home]}/{Kind(kind).name.lower()}-{seen[home, kind]}")
    return found


def _category(codes: np.ndarray, words: Sequence[str]) -> pd.api.extensions.ExtensionArray:
    """Return words by their place among ``words``; −1 is missing."""
    return pd.Categorical.from_codes(codes, pd.Index(words))


def _spelled(kind: type[IntEnum]) -> list[str]:
    """Return the words of an enumeration that counts from 0, in order."""
    return [spelled(member).replace("-", " ") for member in sorted(kind)]


def _words(values: np.ndarray, kind: type[IntEnum]) -> list[str]:
    words = dict(zip(sorted(kind), _spelled(kind), strict=True))
    return [words[value] for value in values.tolist()]


def _or_missing(values: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Return months or rows with those that are not there (−1 in the tables) missing, so that they enter no mean."""
    return pd.arrays.IntegerArray(values.astype(np.int64), values < 0)


def _themes(values: np.ndarray) -> list[str | None]:
    return [THEMES[theme] if theme >= 0 else None for theme in values]
