"""Parameters: what is accepted as what, how a refusal reads, which layer wins, how a record is laid out."""

from enum import IntEnum
from typing import Annotated, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.input.load import load
from abm.input.scenario import PARAMETERS
from abm.parameters import (
    ConfigError,
    Declaration,
    Par,
    Uniform,
    checked,
    coerce,
    constant,
    declarations,
    entry,
    legal_text,
    lever,
    nearest,
    par,
    shown,
    spelled,
)
from abm.rules import SECTIONS
from abm.setup.records import as_records, parameter_layout, section_dtype


class Colour(IntEnum):
    DARK_RED = 0
    GREEN = 3


class Params:
    share = par(0.5, "a share", "1", (0, 1), (0.2, 0.8))
    count = lever(4, "a count", "things", (1, 20), source="counted")
    offset = par(0.0, "anything")
    is_on = constant(True, "a switch")
    colour = par(Colour.GREEN, "a category")
    label = par("", "a text")


class Entry(NamedTuple):
    name: Annotated[str, Par("name")]
    size: Annotated[float | None, Par("size", "m", (0, 10))] = None
    colour: Annotated[Colour, Par("colour")] = Colour.GREEN


KNOWN: dict[str, Declaration] = {d.name: d for d in declarations("thing", Params)}


def test_declarations_say_name_type_default_and_what_is_known():
    share, count, is_on = (KNOWN[f"thing.{name}"] for name in ("share", "count", "is_on"))
    known = Par("a share", "1", (0, 1), Uniform(0.2, 0.8), "assumed", "uncertainty")
    assert share == Declaration("thing.share", float, 0.5, known)
    assert count == Declaration("thing.count", int, 4, Par("a count", "things", (1, 20), None, "counted", "lever"))
    assert (is_on.kind, is_on.par.control) == (bool, "constant")
    assert [d.kind for d in declarations("entry", Entry)] == [str, float, Colour]  # `float | None` is a float


def test_a_whole_default_beside_a_range_of_fractions_is_a_slip():
    with pytest.raises(TypeError, match=r"write 1\.0"):
        par(1, "share", "1", (0, 1), (0.5, 1))
    assert par(1, "count", "1", (0, 10)).kind is int


@pytest.mark.parametrize(
    ("name", "value", "coerced"),
    [
        ("share", 1, 1.0),
        ("share", "0.25", 0.25),
        ("share", " 1e-3 ", 0.001),
        ("share", np.float32(0.5), 0.5),
        ("count", "12", 12),
        ("count", 12.0, 12),
        ("count", np.int16(3), 3),
        ("offset", -7, -7.0),
        ("is_on", "false", False),
        ("is_on", "True", True),
        ("is_on", False, False),
        ("colour", "dark-red", Colour.DARK_RED),
        ("colour", "DARK_RED", Colour.DARK_RED),
        ("colour", "Dark red", Colour.DARK_RED),
        ("colour", Colour.GREEN, Colour.GREEN),
        ("label", "3", "3"),
    ],
)
def test_values_are_taken_as_the_declared_type(name, value, coerced):
    """Text, as ``--set`` and the cells of a CSV file bring it, reads like TOML."""
    found = coerce(KNOWN[f"thing.{name}"], value)
    assert found == coerced and type(found) is type(coerced)


REFUSALS = [
    ("share", 1.5, "thing.share = 1.5: must be a number from 0 to 1"),
    ("share", "much", "thing.share = 'much': must be a number from 0 to 1"),
    ("share", True, "thing.share = True: must be a number from 0 to 1"),
    ("share", None, "thing.share = None: must be a number from 0 to 1"),
    ("share", float("nan"), "thing.share = nan: must be a number from 0 to 1"),
    ("share", "", "thing.share = '': must be a number from 0 to 1"),
    ("share", [0.5], "thing.share = [0.5]: must be a number from 0 to 1"),
    ("count", 2.5, "thing.count = 2.5: must be a whole number from 1 to 20"),
    ("count", "2.5", "thing.count = '2.5': must be a whole number from 1 to 20"),
    ("count", 0, "thing.count = 0: must be a whole number from 1 to 20"),
    ("count", float("inf"), "thing.count = inf: must be a whole number from 1 to 20"),
    ("count", 10**400, f"thing.count = {str(10**400)[:57]}…: must be a whole number from 1 to 20"),
    ("offset", float("nan"), "thing.offset = nan: must be a number"),
    ("is_on", 1, "thing.is_on = 1: must be true or false"),
    ("is_on", "yes", "thing.is_on = 'yes': must be true or false"),
    ("colour", "greene", "thing.colour = 'greene': must be one of dark-red, green; did you mean green?"),
    ("colour", 3, "thing.colour = 3: must be one of dark-red, green"),
    ("label", 3, "thing.label = 3: must be text"),
]


@pytest.mark.parametrize(("name", "value", "message"), REFUSALS)
def test_a_refusal_names_key_value_and_what_is_legal(name, value, message):
    with pytest.raises(ConfigError) as refusal:
        coerce(KNOWN[f"thing.{name}"], value)
    assert str(refusal.value) == message
    assert refusal.value.__cause__ is None and refusal.value.__suppress_context__  # no trace of where it was found


@pytest.mark.parametrize("value", [np.eye(3), "two\nlines", {"a": "\n" * 99}, object()])
@pytest.mark.parametrize("name", [d.name for d in KNOWN.values() if d.kind is not str])
def test_a_refusal_is_one_short_line_whatever_the_value(name, value):
    with pytest.raises(ConfigError) as refusal:
        coerce(KNOWN[name], value)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 140


@given(st.floats(0, 1))
def test_a_number_survives_being_written_and_read(x):
    assert coerce(KNOWN["thing.share"], repr(x)) == x == coerce(KNOWN["thing.share"], x)


@given(st.floats(allow_nan=True) | st.integers() | st.text() | st.booleans() | st.none())
def test_whatever_comes_is_legal_or_refused(value):
    for declaration in KNOWN.values():
        try:
            coerced = coerce(declaration, value)
        except ConfigError:
            continue
        low, high = declaration.par.legal
        assert type(coerced) is declaration.kind
        assert declaration.kind is str or low <= coerced <= high


def test_legal_values_in_words():
    assert legal_text(Declaration("x", float, 0.0, Par("", legal=(0, float("inf"))))) == "a number of at least 0"
    assert legal_text(Declaration("x", int, 0, Par("", legal=(-3, 20_000)))) == "a whole number from -3 to 20000"
    assert spelled(Colour.DARK_RED) == "dark-red"


def test_the_nearest_name_is_offered_only_if_it_is_near():
    assert nearest("brooker.capacity", PARAMETERS) == "; did you mean broker.capacity?"
    assert nearest("xyzzy", PARAMETERS) == ""


def test_given_values_are_coerced_by_their_declarations():
    assert checked(KNOWN, {"thing.count": "3", "thing.colour": "dark-red"}) == {
        "thing.count": 3,
        "thing.colour": Colour.DARK_RED,
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"thing.shore": 1}, "unknown parameter thing.shore = 1; did you mean thing.share?"),
        ({"thing.share": 7}, "thing.share = 7: must be a number from 0 to 1"),
        ({3: 1}, "unknown parameter 3 = 1"),
    ],
)
def test_what_cannot_be_used_is_refused(given, message):
    with pytest.raises(ConfigError) as refusal:
        checked(KNOWN, {"thing.share": 0.1} | given)
    assert str(refusal.value) == message


def test_an_entry_is_checked_like_a_section():
    assert entry(Entry, "things", {"name": "a", "size": 3}) == Entry("a", 3.0, Colour.GREEN)
    for given_entry, message in (
        ({"size": 3}, "things needs name (text)"),
        ({"name": "a", "sice": 3}, "unknown key things.sice = 3; did you mean size?"),
        ({"name": "a", "size": 11}, "things.size = 11: must be a number from 0 to 10"),
        ("a", "things must be a table of keys, not 'a'"),
    ):
        with pytest.raises(ConfigError) as refusal:
            entry(Entry, "things", given_entry)
        assert str(refusal.value) == message


def test_a_record_holds_every_value_under_its_name():
    values = {d.name: d.default for d in declarations("thing", NumbersOnly)} | {"thing.share": 0.3}
    row = as_records(parameter_layout({"thing": NumbersOnly}), [values])
    assert row.shape == (1,)
    assert row["thing"][0].item() == (0.3, 4, True, int(Colour.GREEN))
    layout = section_dtype(NumbersOnly)
    assert layout.names == ("share", "count", "is_on", "colour")
    assert [layout[name].str for name in layout.names] == ["<f8", "<i8", "|b1", "<i8"]
    assert row.dtype.isalignedstruct and row.dtype["thing"] == section_dtype(NumbersOnly)


class NumbersOnly:
    share = par(0.5, "a share")
    count = par(4, "a count")
    is_on = par(True, "a switch")
    colour = par(Colour.GREEN, "a category")


def test_a_record_of_the_model_reads_back_what_a_scenario_says():
    values = load("iuc-asia", {"broker.strategy": "equity", "world.cross_bloc_only": "false"}).values
    row = as_records(parameter_layout(SECTIONS), [values])[0]
    assert row.dtype.names == tuple(SECTIONS)
    for name, value in values.items():
        section, _, field = name.partition(".")
        assert row[section][field] == value


@pytest.mark.parametrize("declaration", PARAMETERS.values(), ids=list(PARAMETERS))
def test_declarations_of_the_model_are_sound(declaration):
    """The default is legal, the prior lies in the legal range around the default, and a user can read what it is."""
    known, default = declaration.par, declaration.default
    assert coerce(declaration, default) == default and type(default) is declaration.kind
    assert known.sentence and known.unit and known.source and known.control in ("lever", "uncertainty", "constant")
    assert not known.sentence.endswith(".")
    if known.prior is not None:
        assert known.legal[0] <= known.prior.low < known.prior.high <= known.legal[1]
        assert known.prior.low <= default <= known.prior.high
        assert declaration.kind in (float, int)


def test_short_values_are_shown_whole():
    assert shown("a") == "'a'" and len(shown("a" * 100)) == 58
