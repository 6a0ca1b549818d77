"""What makes a run one and the same, and the bytes in which it is kept: nothing is taken for what it is not."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.state.words import Stage, Strategy
from experiments.design import points
from experiments.design.points import CODE, HEADER, Row, canonical, fingerprint, opened, sealed, seed_of

POINT = "00112233445566ff"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (4, 4.0),
        (True, 1),
        ("1", 1),
        (0.1, 0.1 + 2**-56),
        ([1, 2], [2, 1]),
        ([[1], 2], [1, [2]]),
        ({"a": 1}, {"a": None}),
        (Strategy.EQUITY, int(Strategy.EQUITY)),
        (float("nan"), 0.0),
    ],
    ids=str,
)
def test_what_differs_in_type_order_or_bits_has_another_fingerprint(one, other):
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.0, -0.0),
        ((1, 2), [1, 2]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Stage.ACTION_PLAN, "action-plan"),
        (
            Row(POINT, 1, 2, None),
            {"point": POINT, "replicate": 1, "seed": 2, "outcomes": None, "error": "", "code": ""},
        ),
    ],
    ids=["zeros", "sequences", "order of keys", "category and word", "named and keyed"],
)
def test_what_acts_alike_has_the_same_fingerprint(one, other):
    assert fingerprint(one) == fingerprint(other)


@given(st.floats(allow_nan=False))
def test_a_number_keeps_all_its_bits(x):
    assert float.fromhex(canonical(x)) == x


def test_a_fingerprint_is_sixteen_digits_that_never_change():
    assert fingerprint([1, 2.5, "x", None, True]) == "ee44994ef4c8f766"


@pytest.mark.parametrize(
    "other", [(2, 1, None), (1, 2, None), (1, 1, POINT), (1, 1, "00" * 8), (11, 1, None), (1, 11, None)], ids=str
)
def test_a_seed_follows_from_study_replicate_and_point(other):
    assert seed_of(*other) != seed_of(1, 1) and seed_of(*other) == seed_of(*other)
    assert 0 <= seed_of(*other) < 2**63


def test_seeds_do_not_collide():
    seeds = {seed_of(study, replicate) for study in range(20) for replicate in range(1, 201)}
    assert len(seeds) == 20 * 200


def row(n=3, code="abcdef0123456789"):
    """Return a finished run."""
    return Row(POINT, 7, 2**62, np.array([1.5, np.nan, -0.0])[:n], "", code)


@pytest.mark.parametrize("n", [0, 1, 3])
@pytest.mark.parametrize("code", ["", "abc", "abcdef0123456789"])
def test_a_sealed_run_is_opened_as_it_was(n, code):
    found = opened(b"before" + sealed(row(n, code)) + b"behind", at=6)
    assert found._replace(outcomes=None) == row(n, code)._replace(outcomes=None)
    assert found.outcomes.tobytes() == row(n).outcomes.tobytes()


@pytest.mark.parametrize("at", range(HEADER.size + 24 + CODE.size))
def test_one_wrong_byte_anywhere_is_seen(at):
    data = bytearray(sealed(row()))
    data[at] ^= 0x40
    assert opened(bytes(data)) is None


@pytest.mark.parametrize("cut", [0, 1, HEADER.size - 1, HEADER.size, HEADER.size + 23, -9, -1])
def test_half_a_run_is_no_run(cut):
    assert opened(sealed(row())[:cut]) is None


def test_a_run_that_claims_more_outcomes_than_there_are_bytes_is_none():
    data = bytearray(sealed(row()))
    struct.pack_into("<I", data, HEADER.size - 4, 2**31)
    assert opened(bytes(data)) is None


def test_the_columns_of_sealed_runs_are_their_bytes():
    table = np.frombuffer(sealed(row()) + sealed(row(code="other")), points.layout(3))
    assert table["replicate"].tolist() == [7, 7] and table["seed"].tolist() == [2**62] * 2
    assert table["outcomes"][0, 0] == 1.5 and table["point"].tolist() == [bytes.fromhex(POINT)] * 2
    assert points.layout(3).itemsize == len(sealed(row()))


def test_what_a_run_says_does_not_hang_on_the_code_that_made_it():
    assert points.told(sealed(row(code="a"))) == points.told(sealed(row(code="b"))) != points.told(sealed(row(2)))


@pytest.mark.parametrize("other", [("a", "b", "c"), ("ab", "c"), ("a", "c", "b"), ("a", "b")], ids=str)
def test_a_mark_keeps_values_apart(other):
    assert points.mark(*other) == points.mark(*other) != points.mark("a", "bc")
