"""Who writes what is read from the sources: the columns that a rule assigns, by whatever name it calls the table."""

import ast

import pytest

from experiments.report import house
from experiments.report.house import Place


def found(source: str) -> list[tuple[str, str]]:
    """Return what a rule writes."""
    (function,) = ast.parse(source).body
    return [tuple(place) for place in house.written(function)]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("w.cities[i].load = 0.0", ("City", "load")),
        ("w.cities.load[i] += 1.0", ("City", "load")),
        ("w.partnerships[r].reached[2] = t", ("Partnership", "reached")),
        ("rows, n = w.links, w.count.links; rows[x].ended = t", ("Link", "ended")),
        ("row = w.partnerships[w.live[x]]; row.trust *= 0.5", ("Partnership", "trust")),
        ("members[m].paired = True", ("Member", "paired")),
        ("city.skill[theme], x = 0.5, 1", ("City", "skill")),
        ("if x > 1:\n        event = w.events[e]\n        event.cost += 1.0", ("Event", "cost")),
    ],
)
def test_a_column_is_found_by_any_name_of_its_table(line, place):
    source = f"def step(w: State, members: Rows[Member], city: City, t: int) -> None:\n    {line}\n"
    assert found(source) == [place]


@pytest.mark.parametrize(
    "line", ["load = w.cities[i].load", "w.work[3] = 1", "x.load = 1", "n = 3; n.load = 1", "w.cities[i] = blank"]
)
def test_what_is_only_read_or_no_column_is_not_found(line):
    assert found(f"def step(w: State, x: float, t: int) -> None:\n    {line}\n") == []


def test_interactions_are_counted_by_five_rules():
    assert house.writers()[Place("Partnership", "met")] == ["broker", "contact", "cooperation", "event", "policies"]


def test_every_room_says_what_it_is_for():
    assert [name for name, sentence in house.rooms() if len(sentence) < 20] == []
