"""Thirty thousand synthetic cities that search alone make a network like that of the world's sister cities."""

import pytest

from abm.runs import run
from abm.state.words import Stage
from experiments.commands.world import shape_of

pytestmark = [pytest.mark.slow, pytest.mark.compiled("30,000 cities for ten years")]

WITHIN = {  # between the networks of twins.csv, or beside them by what is known to be missed
    "m": (15_000, 25_000),
    "degree_gini": (0.45, 0.58),
    "degree_q99": (15, 32),
    "degree_max": (50, 150),
    "degree_assortativity": (0.20, 0.45),
    "transitivity": (0.03, 0.09),
    "mean_local_clustering": (0.025, 0.075),
    "largest_component_share": (0.60, 0.85),
    "international": (0.93, 0.99),
    "ratio_below_250_km": (3, 10),
    "ratio_8000_to_10000_km": (0, 0.9),
}


def signed(override: dict[str, float]) -> dict[str, float]:
    """Return the shape of the network of pairs that ever signed a memorandum."""
    result = run("world-30000", override=override)
    found = result.partnerships[result.partnerships["highest_stage"] >= Stage.MEMORANDUM]
    network = shape_of(result.scenario, set(zip(found["city_a"], found["city_b"], strict=True)))
    assert network is not None
    return network["shape"]


def test_own_search_makes_a_network_like_that_of_sister_cities():
    found = signed({})
    assert not {name: found[name] for name, (low, high) in WITHIN.items() if not low <= found[name] <= high}


@pytest.mark.parametrize("off", ["city.size_effect", "contact.size_barrier"])
def test_without_either_mechanism_of_size_cities_of_many_ties_do_not_find_each_other(off):
    assert signed({off: 0.0})["degree_assortativity"] < 0.10
