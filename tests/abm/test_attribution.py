"""Twin runs: what is owed to a part is what the twin without it lacks, and nothing else is."""

import pytest

import abm
from abm.attribution import attribute, lacking


def test_what_the_broker_began_is_owed_to_it_and_what_came_before_is_not():
    found = attribute("iuc-asia", 3, without="broker", months=24)
    keys = ["city_a", "city_b", "theme"]
    twin = set(found.twin.partnerships[keys].itertuples(index=False, name=None))
    assert not twin & set(found.partnerships[keys].itertuples(index=False, name=None))
    assert "broker" not in set(found.twin.partnerships["origin"])
    assert (found.partnerships["origin"] == "broker").mean() > 0.5
    row = found.summary.loc["partnerships"]
    assert row["dependence"] == pytest.approx(row["only_with"] / row["with"]) and 0 < row["dependence"] < 1


def test_without_a_part_that_does_nothing_nothing_is_owed():
    found = attribute("no-broker", 3, without="broker", months=12)
    assert found.summary["only_with"].tolist() == [0, 0, 0]


def test_a_kind_of_event_can_be_left_out():
    assert "mission" not in set(attribute("iuc-asia", 1, without="mission", months=12).twin.events["type"])


def test_an_unknown_part_is_refused_with_the_nearest_name():
    with pytest.raises(abm.ConfigError, match="did you mean broker"):
        lacking(abm.load("iuc-asia"), "brokr")


def test_what_never_was_is_owed_to_nobody():
    found = abm.attribute("iuc-asia", seed=1, months=2)
    assert list(found.pilots.columns) == list(found.base.partnerships.columns) and found.pilots.empty
