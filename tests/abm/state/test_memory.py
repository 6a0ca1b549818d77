"""How a declaration becomes a table: layout, starts, lists, room for more."""

from typing import Annotated

import numpy as np
import pytest

from abm.state.memory import Col, Floats, Int32, Ints, Ints8, Record, Sized, allocate, columns, grown, layout


class Thing(Record):
    """A row of every kind of column."""

    key: Annotated[np.uint64, Col("a key")]
    n: Annotated[int, Col("a count", "things", start=-1)]
    share: Annotated[float, Col("a share", start=0.5)]
    there: Annotated[bool, Col("a switch", start=1)]
    months: Annotated[Ints, Col("some months", "month", 3, start=-1)]
    grid: Annotated[Floats, Col("numbers in two dimensions", "1", (2, 2))]
    row: Annotated[Int32, Col("a row", start=-1)]
    words: Annotated[Ints8, Col("some words", "1", 2)]


def test_each_kind_of_column_has_its_type_and_shape():
    kind = layout(Thing)
    assert {name: (kind[name].base.str, kind[name].shape) for name in kind.names} == {
        "key": ("<u8", ()),
        "n": ("<i8", ()),
        "share": ("<f8", ()),
        "there": ("|b1", ()),
        "months": ("<i8", (3,)),
        "grid": ("<f8", (2, 2)),
        "row": ("<i4", ()),
        "words": ("|i1", (2,)),
    }
    assert kind.isalignedstruct and kind.itemsize % 8 == 0
    assert kind.itemsize == 8 * (1 + 1 + 1 + 3 + 4) + 8, "columns stand where nothing is left free between them"


def test_columns_tell_sentence_unit_and_start():
    found = columns(Thing)
    assert list(found) == ["key", "n", "share", "there", "months", "grid", "row", "words"]
    assert found["n"] == Col("a count", "things", 0, -1, False) and found["months"].length == 3


@pytest.mark.parametrize("n", [0, 1, 5])
def test_every_row_begins_with_every_column_at_its_start(n):
    table = allocate(Thing, n)
    assert len(table) == n
    for name, column in columns(Thing).items():
        assert (table[name] == column.start).all(), name


def test_a_column_of_a_row_is_a_number_and_of_a_table_the_same_memory():
    table = allocate(Thing, 2)
    table.share[1] = 0.25
    table[0].n = 7
    assert (table[1].share, table["share"][1], table.n[0]) == (0.25, 0.25, 7)
    assert table.share.base is not None and type(table.share) is np.ndarray


@pytest.mark.parametrize("name", ["shares", "months_", "Key"])
def test_a_column_that_is_not_declared_cannot_be_read_or_written(name):
    table = allocate(Thing, 1)
    with pytest.raises(AttributeError):
        getattr(table, name)
    with pytest.raises(AttributeError):
        setattr(table[0], name, 1)


def test_a_table_with_more_room_keeps_its_rows_and_its_class():
    table = allocate(Thing, 2)
    table.n[:] = 3, 4
    larger = grown(table, 5)
    assert larger.n.tolist() == [3, 4, 0, 0, 0] and type(larger) is type(table)
    larger.n[0] = 9
    assert table.n[0] == 3


def test_a_list_of_numbers_grows_in_its_first_dimension_alone():
    larger = grown(np.ones((1, 3), np.int8), 2)
    assert larger.tolist() == [[1, 1, 1], [0, 0, 0]] and larger.dtype == np.int8


@pytest.mark.parametrize(
    ("sized", "shape", "kind"),
    [
        (Sized(len), (0,), np.dtype(np.int32)),
        (Sized(len, np.uint64), (0,), np.dtype(np.uint64)),
        (Sized(len, width=(2,)), (0, 2), np.dtype(np.int32)),
    ],
)
def test_a_list_begins_without_an_entry(sized, shape, kind):
    assert (sized.empty().shape, sized.empty().dtype) == (shape, kind)


def test_a_list_of_rows_begins_as_a_table_without_a_row():
    assert type(Sized(len, Thing).empty()).__name__ == "Thing" and len(Sized(len, Thing).empty()) == 0
