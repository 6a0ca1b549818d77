"""What keeps a link of organisations alive and what ends it (E12b)."""

import pytest

from abm.rules import own_links
from abm.state import links
from abm.state.handle import handle
from abm.state.words import NONE, LinkKind, Stage
from tests.abm.rules.small import linked_until, partner, world


@pytest.fixture
def linked(tmp_path):
    """Return a world of a university a city, and a function that links the first two."""
    w, _ = world(tmp_path, universities=1)

    def made(r=NONE, met=0, ended=NONE, listed=True):
        linked_until(w, LinkKind.UNIVERSITY_UNIVERSITY, 4, 5, ended, r, met)
        if listed:
            links.list_links(handle(w))

    return w, made


@pytest.mark.parametrize("listed", [True, False], ids=["of an earlier month", "of this month"])
def test_a_living_own_link_is_found_from_either_end(linked, listed):
    w, made = linked
    made(listed=listed)
    assert [own_links.living_link(handle(w), a, b) for a, b in ((4, 5), (5, 4), (4, 6), (6, 7))] == [0, 0, NONE, NONE]


@pytest.mark.parametrize("columns", [{"r": 0}, {"ended": 3}], ids=["of a partnership", "over"])
def test_links_of_partnerships_and_ended_ones_are_no_living_own_links(linked, columns):
    w, made = linked
    partner(w, 0, 1)
    made(**columns)
    assert own_links.living_link(handle(w), 4, 5) == NONE


@pytest.mark.parametrize(("t", "ended"), [(26, NONE), (27, 27), (40, 40)])
def test_an_own_link_ends_two_years_after_the_last_meeting(linked, t, ended):
    w, made = linked
    made(met=3)
    own_links.end(handle(w), t)
    assert w.links.ended[0] == ended


@pytest.mark.parametrize(("stage", "over", "ended"), [(Stage.CONTACT, NONE, NONE), (Stage.DISSOLVED, 5, 99)])
def test_a_link_of_a_partnership_lives_as_long_as_that_whoever_meets(linked, stage, over, ended):
    w, made = linked
    made(partner(w, 0, 1, stage=stage, ended=over))
    own_links.end(handle(w), 99)
    assert w.links.ended[0] == ended


def test_what_has_ended_does_not_end_again(linked):
    w, made = linked
    made(met=0)
    for month in (60, 61):
        own_links.end(handle(w), month)
        assert w.links.ended[0] == 60


def test_living_links_stand_in_order_of_birth(linked):
    w, made = linked
    for met in (0, 50, 0, 40):
        made(met=met)
    own_links.end(handle(w), 60)
    assert w.living_links[: int(w.count.living_links)].tolist() == [1, 3]
