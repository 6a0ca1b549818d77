"""Tables and rows are copied, also to another process, as what they are."""

import copy
import pickle

import numpy as np
import pytest

from abm.machine.records import by_name
from abm.state.entities import Partnership
from abm.state.memory import allocate

COPIES = pytest.mark.parametrize("copied", [copy.deepcopy, copy.copy, lambda x: pickle.loads(pickle.dumps(x))])


@COPIES
def test_the_copy_of_a_table_is_a_table_in_memory_of_its_own(copied):
    table = allocate(Partnership, 3)
    table.trust[1] = 0.5
    other = copied(table)
    other.trust[1], other[2].gap = 0.25, 0.75
    assert (type(other), other.dtype, other.shape) == (type(table), table.dtype, table.shape)
    assert (table.trust[1], table.gap[2], other.trust[1], other.gap[2]) == (0.5, 0.0, 0.25, 0.75)
    assert table.dtype.isalignedstruct and other.flags.aligned


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_the_copy_of_a_row_can_be_written(copied):
    row = by_name(np.zeros(2, [("a", "i8"), ("section", [("b", "f8")])]), "Thing")[1]
    row.a, row.section.b = 1, 2.0
    other = copied(row)
    other.a += 4
    other.section.b += 4
    assert (other.a, other.section.b, row.a, row.section.b) == (5, 6.0, 1, 2.0)
