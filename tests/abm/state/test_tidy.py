"""What lives changes rows in a large world: nothing else is other than it was. Here it is made to in a small one."""

import numpy as np
import pytest

from abm.input.load import load
from abm.measures import MEASURES
from abm.schedule import begin, month
from abm.setup.build import build, parameters
from abm.setup.room import fits, grow, with_lists
from abm.state import tidy
from abm.state.handle import handle
from tests.abm.state import test_neighbours as lists

SEED = np.uint64(3)
ENDS = {"ladder.contact_exit": 0.3, "ladder.memorandum_exit": 0.2, "project.invited": 1.0}
NAMED_ONCE = {
    "awareness.partner": 0.0,
    "awareness.organisation": 0.0,
    "learning.link": 0.0,
}  # by the first to tell
SUMS = ("mean_trust", "mean_gap")  # their last digits depend on the order of adding


def simulated(scenario, every):
    """Run a scenario whose tables are put in order once in ``every`` months."""
    w, p = with_lists(build(scenario)), parameters(scenario)[0]
    begin(handle(w), p, SEED)
    for t in range(scenario.months):
        while not fits(handle(w), p, SEED, t):
            w = grow(w)
        if every and t % every == 0:
            tidy.put_in_order(handle(w))
        month(handle(w), p, SEED, t)
        w.count.months = t + 1
    if every:
        tidy.put_in_order(handle(w))
    return w


@pytest.fixture(scope="module")
def worlds():
    """Return the same world with no row moved and with rows moved every third month."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tidy, "LARGE", 0)
        scenario = load("iuc-asia", {**ENDS, **NAMED_ONCE})
        return simulated(scenario, 0), simulated(scenario, 3)


def used(w, table):
    return np.asarray(getattr(w, table))[: int(getattr(w.count, table))]


def in_order(table, *columns):
    """Return a table in order of columns that together name a row."""
    return table[np.lexsort([table[c] for c in columns])]


def test_what_has_ended_stands_first_and_what_lives_by_city(worlds):
    for table, first in (("partnerships", "i"), ("links", "a")):
        rows, past = used(worlds[1], table), int(worlds[1].count[f"past_{table}"])
        assert 0 < past < len(rows)
        assert (rows["ended"][:past] >= 0).all() and (rows["ended"][past:] < 0).all()
        assert (np.diff(rows[first][past:]) >= 0).all()
        live = worlds[1].live if table == "partnerships" else worlds[1].living_links
        assert live[: len(rows) - past].tolist() == list(range(past, len(rows)))


@pytest.mark.parametrize(
    ("table", "keys"),
    [("partnerships", ("key", "begun")), ("links", ("begun", "theme", "b", "a")), ("lessons", ())],
)
def test_the_history_is_the_same_but_for_the_rows(worlds, table, keys):
    one, other = (in_order(used(w, table), *keys) if keys else used(w, table) for w in worlds)
    assert len(one) > 50
    for column in set(one.dtype.names) - {"partnership"}:
        np.testing.assert_array_equal(one[column], other[column], err_msg=column)


def test_measures_are_the_same(worlds):
    for name in MEASURES:
        one, other = (w.series[name] for w in worlds)
        (np.testing.assert_allclose if name in SUMS else np.testing.assert_array_equal)(one, other, err_msg=name)


@pytest.mark.parametrize("table", ["links", "participants"])
def test_links_and_guests_are_those_of_the_same_partnership(worlds, table):
    said = []
    for w in worlds:
        rows, keys = used(w, table), w.partnerships.key
        of = rows["partnership"]
        who = [rows[c].tolist() for c in ("a", "b") if c in rows.dtype.names] or [rows["city"].tolist()]
        said.append(sorted(zip(*who, np.where(of >= 0, keys[of], 0).tolist(), strict=True)))
    assert said[0] == said[1] and len(said[0]) > 3


def test_pilots_are_the_same(worlds):
    pilots = [w.partnerships.key[w.piloted[: int(w.tally.piloted)]].tolist() for w in worlds]
    assert sorted(pilots[0]) == sorted(pilots[1]) != []


def test_lists_of_neighbours_and_links_are_right_and_leave_no_gap(worlds):
    world = worlds[1]
    lists.test_each_city_lists_its_partners_in_order_with_what_lives(world)
    lists.test_each_actor_lists_its_links_those_that_live_first(world)
    for blocks, used_rows, first in (
        (world.neighbours_of, world.count.neighbours, 1),
        (world.links_of, world.count.entries, 0),
    ):
        rooms = [2 ** max(1, int(size - 1).bit_length()) if size else 0 for size in blocks.size]
        assert blocks.first.tolist() == [first + sum(rooms[:x]) for x in range(len(rooms))]
        assert int(used_rows) == first + sum(rooms)


def test_a_small_world_keeps_its_rows():
    scenario = load("iuc-asia", months=2)
    w = build(scenario)
    assert len(w.moved_to) == 0
    tidy.tidy(handle(w), 0)
