"""A row that finds no room is refused by name, and what stands behind the table stays as it was."""

import numpy as np
import pytest

from abm.draws import entity, process
from abm.setup import room
from abm.state import append
from abm.state.handle import handle
from abm.state.memory import layout
from abm.state.words import NONE
from abm.state.world import Growing
from tests.helpers import tiny, world_at_start

WHY = process("mine.reason")
MEETING = (np.uint64(7), 0, 1, NONE, 0, NONE)


def cut_short(w, table, n):
    """Return the world with ``n`` rows in a table, and all the memory that the table was cut from."""
    whole = getattr(w, table)[:0].copy()
    whole.resize(n + 4, refcheck=False)
    if table in w.limit.dtype.names:
        w.limit[table] = n - 1
    return w._replace(**{table: whole[:n]}), whole


@pytest.mark.parametrize("table", list(Growing), ids=lambda table: table.name.lower())
def test_a_row_too_many_is_noted_and_written_into_the_table_all_the_same(tmp_path, table):
    name = table.name.lower()
    w, _ = world_at_start(tiny(tmp_path))
    w, whole = cut_short(w, name, 3)
    w.count[name] = 0
    live = int(w.count.live)
    add = getattr(append, name.removesuffix("s"))
    rows = [add(handle(w), WHY, *(MEETING if table == Growing.ENCOUNTERS else ())) for _ in range(5)]
    assert rows == [0, 1, 2, 2, 2] and w.count[name] == 2
    assert whole[3:].tobytes() == bytes(4 * whole.itemsize)
    assert w.count.live - live == (2 if table == Growing.PARTNERSHIPS else 0)
    assert (w.count.full, w.count.full_by) == (table, WHY)
    with pytest.raises(room.TooManyRows, match=rf"month 5: mine.reason .* {name} .*/mine.py .* in most_{name}\("):
        room.check(w, 5)


def test_a_row_that_nobody_announced_is_refused_however_long_the_table_is(tmp_path):
    w, p = world_at_start(tiny(tmp_path))
    while not room.fits(handle(w), p, np.uint64(1), 0):
        w = room.grow(w)
    announced = int(w.most.encounters)
    assert announced + 1 < len(w.encounters) - 1
    for _ in range(announced):
        append.encounter(handle(w), WHY, *MEETING)
    room.check(w, 0)
    append.encounter(handle(w), WHY, *MEETING)
    with pytest.raises(room.TooManyRows, match=r"mine\.reason had more encounters to append than"):
        room.check(w, 0)


def test_the_first_table_that_was_full_is_the_one_that_is_named(tmp_path):
    w, _ = world_at_start(tiny(tmp_path))
    w = cut_short(cut_short(w, "events", 1)[0], "links", 1)[0]
    append.event(handle(w), WHY)
    append.link(handle(w), np.uint64(1))
    assert (w.count.full, w.count.full_by) == (Growing.EVENTS, WHY)


def test_nothing_is_wrong_where_every_row_found_room(tmp_path):
    w, _ = world_at_start(tiny(tmp_path))
    append.event(handle(w), WHY)
    room.check(w, 0)


def test_a_new_row_has_every_column_at_its_start(tmp_path):
    w, _ = world_at_start(tiny(tmp_path))
    w.partnerships.view(np.ndarray).fill(np.ones(1, layout(append.Partnership))[0])
    new = w.partnerships[append.partnership(handle(w), entity("anything"))]
    assert (new.ended, new.met, new.trust, new.helix_at_pilot) == (NONE, 0.0, 0.0, -1.0)
    assert set(new.reached) | set(new.university) | set(new.firm) == {NONE}
