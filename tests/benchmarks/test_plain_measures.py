"""The plain program in the state of the engine's tables measures what the engine measures."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import abm
from abm import engine
from abm.outcomes import tidy_series
from abm.setup.names import names
from abm.state.practices import ladder
from abm.state.words import Ladder, Origin, Path, Stage
from benchmarks.plain_mesa import PlainModel
from benchmarks.plain_mesa.events import Event
from benchmarks.plain_mesa.measures import measures
from benchmarks.plain_mesa.ties import Partnership, Practice
from tests.abm.measures.measured import Tie, measured, partnered
from tests.helpers import tiny, towns, world_at_start


def with_practices(model, w):
    """Give the plain program the practices of the tables, and to each actor those that it knows."""
    cities, organisations = list(model.cities), list(model.organisations)
    rows = w.practices[: int(w.count.practices)]
    model.practices = [Practice(int(k.theme), cities[k.origin], k.quality, k.evidence) for k in rows]
    for i, city in enumerate(cities):
        known = [(k, Ladder(ladder(w)[i, x])) for x, k in enumerate(model.practices) if ladder(w)[i, x]]
        city.ladder = dict(known)
        city.adopted = [k for k, rung in known if rung == Ladder.ADOPTED]
        city.n_adopted = w.cities.adopted[i].tolist()
    for o, organisation in enumerate(organisations, start=len(cities)):
        masters = ladder(w)[o, : len(rows)] == Ladder.ADOPTED
        organisation.mastered = {k: None for k, has in zip(model.practices, masters, strict=True) if has}
    new = [x for x in w.lessons[: int(w.count.lessons)] if x.after == Ladder.ADOPTED and x.path == Path.DECISION]
    entry = dict(zip(w.members.city.tolist(), w.members.entry.tolist(), strict=True))
    new = [x for x in new if x.actor < len(cities) and entry[int(x.actor)] <= x.month]
    model.adoptions = [(cities[x.actor], model.practices[x.practice]) for x in new]


def with_partnerships(model, w):
    """Give the plain program the partnerships of the tables."""
    cities = list(model.cities)
    for row in w.partnerships[: int(w.count.partnerships)]:
        i, j, reached = cities[row.i], cities[row.j], row.reached[Stage.PILOT]
        tie = Partnership(i, j, int(row.theme), Origin(row.origin), row.trust, row.gap, int(row.begun))
        tie.stage, tie.ever = Stage(row.stage), Stage(row.ever)
        tie.ended = None if row.ended < 0 else int(row.ended)
        tie.piloted, tie.helix_at_pilot = None if reached < 0 else int(reached), row.helix_at_pilot
        model.partnerships.append(tie)
        if tie.stage > Stage.DISSOLVED:
            model.living.append(tie)
            model.ties.add_edge(i, j, len(model.living), partnership=tie)


def in_state_of(plan, w, month):
    """Return the plain program in the state of the engine's tables at the end of a month."""
    model = PlainModel(plan, seed=1)
    model.month = month
    for city, row in zip(model.cities, w.cities, strict=True):
        city.standing, city.engagement = int(row.standing), row.engagement
        city.need, city.first_need = row.need.tolist(), row.first_need.tolist()
    for broker, row in zip(model.brokers, w.brokers, strict=True):
        broker.units = int(row.n_sessions + row.n_offered)
    events = w.events[: int(w.count.events)]
    model.events = [Event(row.type, row.mode, cost=row.cost, travel=row.travel) for row in events]
    with_practices(model, w)
    with_partnerships(model, w)
    return model


def assert_measures_as_engine(plan, w, month):
    """Compare every measure of the month that the plain program has, by name."""
    engines = tidy_series(w.series, names(plan).regions).drop(columns="month").iloc[month]
    ours = pd.Series(measures(in_state_of(plan, w, month)), dtype=float)
    pd.testing.assert_series_equal(
        ours, engines[ours.index], check_names=False, rtol=1e-9, atol=1e-12, check_exact=False
    )


@pytest.mark.parametrize("months", [1, 3, 6, 30, 48])
def test_measures_of_a_run(months):
    plan = abm.load("iuc-asia", months=months)
    _, w = engine.simulate(plan, [months])
    assert_measures_as_engine(plan, w, months - 1)


def random_ties(n, share, rng):
    """Return partnerships of every stage and kind on a random graph with closed triangles."""
    graph = nx.powerlaw_cluster_graph(n, 3, share, seed=int(rng.integers(1000)))
    found = []
    for i, j in graph.edges:
        ever = int(rng.integers(1, 6))
        stage, begun = int(rng.choice([0, ever])), int(rng.integers(0, 20))
        last = begun + int(rng.integers(0, 20))
        found.append(
            Tie(
                i,
                j,
                stage,
                theme=int(rng.integers(7)),
                ever=ever,
                begun=begun,
                ended=-1 if stage else last,
                pilot=last if ever >= Stage.PILOT else -1,
                helix=float(rng.choice([0.0, 0.5, 1.0])),
                origin=int(rng.integers(4)),
                trust=rng.random(),
                gap=rng.random(),
            )
        )
    return found


@pytest.mark.parametrize(("blocs", "share"), [("A", 0.9), ("AB", 0.3), ("AB", 0.9), ("ABC", 0.5), ("ABCD", 0.9)])
def test_measures_of_networks_with_triangles_of_one_to_four_blocs(tmp_path, blocs, share):
    rng, n, month = np.random.default_rng(len(blocs)), 26, 39
    plan = tiny(tmp_path, towns([blocs[i % len(blocs)] for i in range(n)]), months=month + 1)
    w, p = world_at_start(plan)
    w.cities.standing[:-3] = 2
    w.cities.standing[-3:] = (0, 1, 1)
    ties = [tie for tie in random_ties(n, share, rng) if n - 3 not in (tie.i, tie.j)]
    measured(w, p, ties, month)
    assert w.series.mean_local_clustering[month] > 0 and w.series.pilot_incidence_24[month] > 0
    assert_measures_as_engine(plan, partnered(w, ties), month)


def test_measures_of_an_empty_world_are_as_undefined(tmp_path):
    plan = tiny(tmp_path, 6)
    w, p = world_at_start(plan)
    w.cities.standing[:] = 0
    measured(w, p, [], 0)
    assert_measures_as_engine(plan, w, 0)


def test_what_a_plain_run_records_an_engine_run_records_too():
    plan = abm.load("iuc-asia", months=2)
    assert set(measures(PlainModel(plan, seed=1))) <= set(abm.run(plan).series.columns)
