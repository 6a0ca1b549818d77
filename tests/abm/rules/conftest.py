"""Worlds that the tests of several rules begin with."""

import pytest

from tests.abm.rules.small import world

ONE = '[[brokers]]\nname = "b"'


@pytest.fixture
def working(tmp_path):
    """Return a world of one broker and five cities with room for everybody, and the parameters."""
    w, p = world(tmp_path, "EWEWE", toml=ONE)
    w.cities.capacity[:] = 100
    w.brokers.noise[:] = 0.0
    return w, p
