"""Network measures against networkx, closed forms (V14, V15), and the two ways of computing them against each other."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from abm.measures import bitsets, graph, lists
from abm.measures.census import CityTally
from abm.measures.triads import Triads
from abm.state.entities import Partnership
from abm.state.memory import allocate
from abm.state.words import MAX_REGIONS
from tests.abm.measures.measured import Tie, measured, world

ROLES = ("coordinator", "itinerant", "representative", "liaison")
BLOCS = ("A", "B", "C", "D")


def some_graph(n, n_ties, rng):
    """Return a random graph with hubs and cities without ties."""
    weight = rng.pareto(1.5, n) * (rng.random(n) < 0.8)
    g = nx.Graph()
    g.add_nodes_from(range(n))
    for _ in range(n_ties):
        a, b = rng.choice(n, 2, replace=False, p=weight / weight.sum())
        g.add_edge(int(a), int(b))
    return g


def ties_of(g, rng):
    """Return partnerships that make the graph: some pairs in two themes, contacts and ended ones beside them."""
    ties = [Tie(a, b, int(rng.integers(2, 6)), int(theme)) for a, b in g.edges for theme in range(rng.integers(1, 3))]
    others = list(nx.non_edges(g))
    ties += [
        Tie(*others[x], stage, ended=3 if stage == 0 else -1)
        for x in rng.integers(0, len(others), 10)
        for stage in (0, 1)
    ]
    return [ties[x] for x in rng.permutation(len(ties))]


def roles_by_bloc(g, region):
    """Return Gould and Fernandez's counts by role and bloc, pair by pair."""
    counts = np.zeros((4, MAX_REGIONS))
    for b in g:
        for a, c in combinations(g[b], 2):
            if not g.has_edge(a, c):
                if region[a] == region[c]:
                    role = 0 if region[a] == region[b] else 1
                else:
                    role = 2 if region[b] in (region[a], region[c]) else 3
                counts[role, region[b]] += 1
    return counts


def assert_as_networkx(row, g, region):
    """Compare a row of the series with what networkx says of the graph."""
    n = len(g)
    expected = {
        "density": nx.density(g),
        "transitivity": nx.transitivity(g),
        "mean_local_clustering": nx.average_clustering(g),
        "degree_assortativity": nx.degree_assortativity_coefficient(g),
        "largest_component_share": max(map(len, nx.connected_components(g))) / n,
        "mean_constraint": np.mean([c for i, c in nx.constraint(g).items() if g.degree[i]]),
    }
    if n < graph.MONTHLY_BELOW:
        expected["efficiency"] = nx.global_efficiency(g)
    if max(region) == 1:
        across = nx.Graph((a, b) for a, b in g.edges if region[a] != region[b])
        expected["robins_alexander"] = nx.algorithms.bipartite.robins_alexander_clustering(across)
        if not expected["robins_alexander"]:  # there networkx says 0 also where there is no path of three ties
            del expected["robins_alexander"]
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, abs=1e-12), name
    in_bloc = np.bincount(region, minlength=MAX_REGIONS)
    for role, counts in zip(ROLES, roles_by_bloc(g, region), strict=True):
        found = row[f"brokerage_{role}"]
        assert found[in_bloc > 0] == pytest.approx((counts / np.maximum(in_bloc, 1))[in_bloc > 0]), role
        assert np.isnan(found[in_bloc == 0]).all()


@pytest.mark.parametrize(("n", "n_blocs"), [(12, 1), (30, 2), (30, 3), (64, 2), (65, 2), (90, 4), (210, 2)])
def test_measures_of_random_graphs(tmp_path, n, n_blocs):
    rng = np.random.default_rng(n)
    region = np.arange(n) % n_blocs
    w, p = world(tmp_path, [BLOCS[bloc] for bloc in region])
    for n_ties in (n // 3, n, 3 * n):
        g = some_graph(n, n_ties, rng)
        assert_as_networkx(measured(w, p, ties_of(g, rng)), g, region)


def test_ties_across_blocs_only(tmp_path):
    region = np.repeat([0, 1], (13, 18))
    rng = np.random.default_rng(8)
    w, p = world(tmp_path, [BLOCS[bloc] for bloc in region])
    for chance in (0.05, 0.2, 0.6):
        g = nx.bipartite.random_graph(13, 18, chance, seed=int(rng.integers(1000)))
        assert_as_networkx(measured(w, p, ties_of(nx.Graph(g), rng)), nx.Graph(g), region)


def test_v14_constraint_of_star_clique_and_complete_bipartite_graph(tmp_path):
    n = 9
    w, p = world(tmp_path, ["A"] * (n + 1))
    star = measured(w, p, [(0, i) for i in range(1, n + 1)])
    assert star["mean_constraint"] == pytest.approx((1 / n + n) / (n + 1))  # 1/n in the middle, 1 at the ends
    clique = measured(w, p, combinations(range(n + 1), 2))
    d = n  # every neighbour: direct 1/d, through d − 1 others 1/d² each
    assert clique["mean_constraint"] == pytest.approx(d * (1 / d + (d - 1) / d**2) ** 2)
    w, p = world(tmp_path, ["A"] * 13 + ["B"] * 18)
    complete = measured(w, p, [(i, 13 + j) for i in range(13) for j in range(18)])
    assert complete["mean_constraint"] == pytest.approx((13 * (1 / 18) + 18 * (1 / 13)) / 31)


def test_v15_brokers_of_a_complete_bipartite_graph_are_itinerant(tmp_path):
    w, p = world(tmp_path, ["China"] * 18 + ["Europe"] * 13)
    row = measured(w, p, [(i, 18 + j) for i in range(18) for j in range(13)])
    assert row["brokerage_itinerant"][:2].tolist() == [78.0, 153.0]  # 13·12/2 a Chinese, 18·17/2 a European city
    for role in ("coordinator", "representative", "liaison"):
        assert row[f"brokerage_{role}"][:2].tolist() == [0.0, 0.0]
    assert row["robins_alexander"] == pytest.approx(1.0) and row["efficiency"] > 0.5


@pytest.mark.parametrize("seed", range(5))
def test_bits_and_lists_agree(seed):
    n, rng = 50, np.random.default_rng(seed)
    g = some_graph(n, 120, rng)
    pairs = np.array(g.edges, np.int64)
    region = np.stack([rng.integers(0, 2, n)] * 2)[0, ::1].copy()
    column = np.rec.fromarrays([np.zeros(n), region], names="key,region").region  # strided, as in a table
    by_city = allocate(CityTally, n)
    graph.count_neighbours(pairs, column, by_city)
    degree, near, (first, lists_of) = by_city.degree, np.zeros(n, np.uint64), lists.adjacency(pairs, by_city.degree)
    assert degree.tolist() == [g.degree[i] for i in range(n)] and (by_city.by_bloc.sum(1) == degree).all()
    rows = allocate(Partnership, 2 * len(pairs))
    rows.i[:], rows.j[:] = np.sort(np.repeat(pairs, 2, axis=0), axis=1).T
    room = np.zeros((len(rows), 2), np.int64)
    assert bitsets.pair_up(rows, rng.permutation(len(rows)), near, room).shape == pairs.shape
    assert [int(bits).bit_count() for bits in near] == degree.tolist()
    triads = [Triads(np.zeros(n, np.int64), np.zeros((4, MAX_REGIONS), np.int64)) for _ in "ab"]
    by_bits = bitsets.close_all(near, pairs, degree, column, triads[0], 0.0)
    assert by_bits == pytest.approx(lists.close_all(first, lists_of, pairs, degree, column, triads[1], 0.0), abs=1e-12)
    for a, b in zip(*triads, strict=True):
        assert a.tolist() == b.tolist()
    assert triads[0].closed.tolist() == list(nx.triangles(g).values())
    horizon, wider = np.zeros(n, np.uint64), np.zeros(n, np.uint64)
    assert bitsets.n_squares(near, column, wider) == lists.n_squares(first, lists_of, column)
    by_lists = np.zeros(n, np.int64)
    assert bitsets.distances(near, pairs, by_city, horizon, wider) == lists.distances(
        first, lists_of, np.ones(n, bool), by_lists
    )
    assert by_city.at_distance.tolist() == by_lists.tolist()


def test_bits_are_counted():
    values = [0, 1, 2**63, 2**64 - 1, 0xF0F0F0F0F0F0F0F0, 12345678901234567890]
    assert [bitsets.n_bits(np.uint64(x)) for x in values] == [int(x).bit_count() for x in values]


def test_large_worlds_are_measured_once_a_year_from_64_cities(tmp_path):
    n, rng = 260, np.random.default_rng(3)
    w, p = world(tmp_path, ["A", "B"] * (n // 2), months=24)
    g = some_graph(n, 500, rng)
    ties = ties_of(g, rng)
    for t in (0, 10, 12):
        row = measured(w, p, ties, t)
        for name in ("density", "transitivity", "mean_constraint", "largest_component_share", "efficiency_64"):
            assert np.isnan(row[name]), name
        assert row["isolates"] < 1.0 and row["memoranda_ever"] > 0
    for t in (11, 23):
        row = measured(w, p, ties, t)
        sources = np.argsort(w.cities.key)[: graph.N_SOURCES]
        paths = [nx.single_source_shortest_path_length(g, int(s)) for s in sources]
        closeness = sum(1 / d for path in paths for d in path.values() if d) / (graph.N_SOURCES * (n - 1))
        assert row["efficiency_64"] == pytest.approx(closeness) and np.isnan(row["efficiency"])
        assert row["density"] == pytest.approx(nx.density(g))


def test_cities_that_take_no_part_are_no_cities_of_the_network(tmp_path):
    w, p = world(tmp_path, ["A", "B"] * 4)
    w.cities.standing[6:] = 0
    assert measured(w, p, [(0, 1), (2, 3)])["density"] == pytest.approx(2 / 15)
