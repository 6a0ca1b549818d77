"""Thirty thousand synthetic cities that search alone make a network like that of the world's sister cities.

`python -m tests.science.test_twin_worlds` makes the table of MODEL.md 5.6 anew.
"""

import re
from functools import cache

import pytest

from abm.runs import run
from experiments.analysis.networks import shape
from experiments.analysis.twins import twins
from experiments.analysis.worlds import signed
from experiments.report.odd import document, markdown

ARMS = {
    "own search": ("world-30000", {}),
    "and an association": ("twin-cities", {}),
    "no size effect": ("world-30000", {"city.size_effect": 0.0}),
    "no size barrier": ("world-30000", {"contact.size_barrier": 0.0}),
}
ROWS = {
    "n": ("cities with a tie", ",.0f"),
    "m": ("ties", ",.0f"),
    "transitivity": ("transitivity", ".3f"),
    "mean_local_clustering": ("mean local clustering", ".3f"),
    "degree_assortativity": ("degree assortativity", ".3f"),
    "degree_gini": ("Gini of degrees", ".3f"),
    "degree_q90": ("degree, 90 in 100", ".0f"),
    "degree_q99": ("degree, 99 in 100", ".0f"),
    "degree_max": ("largest degree", ".0f"),
    "share_of_degree_1": ("share with one tie", ".3f"),
    "largest_component_share": ("largest component", ".3f"),
    "mean_distance": ("mean distance in it", ".2f"),
    "international": ("between countries", ".3f"),
    "median_km": ("median length, km", ",.0f"),
    "ratio_below_250_km": ("over chance below 250 km", ".2f"),
    "ratio_250_to_1000_km": ("at 250 to 1,000 km", ".2f"),
    "ratio_8000_to_10000_km": ("at 8,000 to 10,000 km", ".2f"),
}
HEAD = ("", *ARMS, *twins())
WITHIN = {  # what a world of own search must keep; the networks themselves lie closer together
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
MARKS = (pytest.mark.slow, pytest.mark.compiled("30,000 cities for ten years"))


def thirty_thousand(test):
    """Mark a test as one that runs thirty thousand cities."""
    for mark in MARKS:
        test = mark(test)
    return test


@cache
def found(arm: str) -> dict[str, float]:
    """Return the shape of the network that an arm leaves."""
    name, override = ARMS[arm]
    return shape(signed(run(name, override=override)))


def cells(known: dict[str, float]) -> list[str]:
    """Return a column of the table."""
    return [format(known[name], how) if name in known else "–" for name, (_, how) in ROWS.items()]


def column(name: str) -> list[str]:
    """Return a column of the table as MODEL.md has it."""
    section = document().read_text(encoding="utf-8").partition("### 5.6 ")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line[:1] == "|"]
    return [line[lines[0].index(name)] for line in lines[2:]]


def test_the_table_has_all_networks_and_arms_row_by_row():
    assert column("") == [label for label, _ in ROWS.values()]
    for name, known in twins().items():
        assert column(name) == cells(known), name


@thirty_thousand
@pytest.mark.parametrize("arm", ARMS)
def test_the_table_says_what_a_run_leaves(arm):
    assert column(arm) == cells(found(arm)), "run python -m tests.science.test_twin_worlds"


@thirty_thousand
def test_own_search_makes_a_network_like_that_of_sister_cities():
    ours = found("own search")
    assert not {name: ours[name] for name, (low, high) in WITHIN.items() if not low <= ours[name] <= high}


@thirty_thousand
@pytest.mark.parametrize("off", ["no size effect", "no size barrier"])
def test_without_either_mechanism_of_size_cities_of_many_ties_do_not_find_each_other(off):
    assert found(off)["degree_assortativity"] < 0.10


@thirty_thousand
def test_an_association_has_triangles_and_little_else():
    alone, beside = found("own search"), found("and an association")
    assert beside["transitivity"] > 2 * alone["transitivity"]
    assert beside["degree_assortativity"] > alone["degree_assortativity"] + 0.03
    same = ("n", "degree_gini", "largest_component_share", "mean_distance", "international")
    assert {name: beside[name] for name in same} == pytest.approx({name: alone[name] for name in same}, rel=0.02)


def table() -> str:
    """Return the table of MODEL.md."""
    columns = [[label for label, _ in ROWS.values()], *[cells(found(arm)) for arm in ARMS]]
    columns += [cells(known) for known in twins().values()]
    return markdown(HEAD, zip(*columns, strict=True))


if __name__ == "__main__":
    before, heading, rest = document().read_text(encoding="utf-8").partition("### 5.6 ")
    document().write_text(
        before + heading + re.sub(r"(^\|.*\n)+", table() + "\n", rest, count=1, flags=re.M), encoding="utf-8"
    )
