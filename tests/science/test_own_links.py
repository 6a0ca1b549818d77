"""Organisations that meet at an event link on their own, by two-sided consent (E12b)."""

import numpy as np
import pytest

from abm.draws import entity
from abm.rules import own_links
from abm.setup.room import with_lists
from abm.state.entities import Link
from abm.state.handle import handle
from abm.state.links import list_links
from abm.state.memory import allocate
from abm.state.month import Encounter
from abm.state.programmes import Event
from abm.state.words import NONE, EventType, LinkKind
from tests.helpers import assert_within, share_error, tiny, towns, world_at_start

SEED, RATE = np.uint64(1), 0.2
A, B = 0, 1  # the only universities of two cities


def met_once(tmp_path, regions, curated=True, known=(), **override):
    """Return a world in which the universities of the first two cities are brought to an event and meet there.

    ``known`` are universities that were linked with the other's city before.
    """
    override = {"helix.university_rate": RATE, "world.n_themes": 1, "practice.per_theme": 1, **override}
    w, p = world_at_start(tiny(tmp_path, towns(regions, universities=1, firms=0), override=override))
    events, met, links = allocate(Event, 1), allocate(Encounter, 1), allocate(Link, 8)
    events.type[0], events.theme[0], events.curated[0] = EventType.WORKSHOP, 0, True
    met.j[0], met.curated[0], met.may_form[0] = 1, curated, regions[0] != regions[1]
    w = with_lists(w._replace(events=events, encounters=met, links=links))
    w.organisations.mastered[:] = 0
    w.count.encounters, w.count.links = 1, len(known)
    for x, o in enumerate(known):
        links.kind[x], links.a[x], links.b[x] = LinkKind.CITY_UNIVERSITY, 1 - o, len(w.cities) + o
        links.partnership[x] = links.ended[x] = 0  # of a partnership that is over
    list_links(handle(w))
    return w, p


def share_of_links(w, p, n=4000):
    """Return in which share of n events like this one the two link."""
    linked, before = 0, int(w.count.links)
    for x in range(n):
        w.events.key[0], w.events.month[0], w.count.links = entity("event", x), x, before
        own_links.meet(handle(w), p, SEED, x, 0, 0)
        linked += int(w.count.links) - before
    return linked / n


@pytest.mark.parametrize("regions", ["EW", "EE"], ids=["of two blocs", "of one bloc"])
def test_two_of_different_cities_link_if_both_want_to(tmp_path, regions):
    w, p = met_once(tmp_path, [*regions, "E", "W"])
    expected = RATE**2  # masters of nothing with no slot taken are neutral
    assert_within(share_of_links(w, p), expected, share_error(expected, 4000))


@pytest.mark.parametrize("known", [(A,), (A, B)], ids=["one", "both"])
def test_who_was_linked_with_the_other_city_before_is_keener(tmp_path, known):
    beta = 1.5
    w, p = met_once(tmp_path, list("EWEW"), known=known, **{"helix.familiarity": beta})
    keener = RATE * 2 / (1 + np.exp(-beta))
    expected = RATE ** (2 - len(known)) * keener ** len(known)
    assert_within(share_of_links(w, p), expected, share_error(expected, 4000))


def test_who_met_online_or_at_an_open_event_does_not_link(tmp_path):
    w, p = met_once(tmp_path, list("EWEW"), curated=False, **{"helix.university_rate": 1.0})
    assert share_of_links(w, p, 10) == 0.0


def test_own_links_are_of_the_organisations_alone(tmp_path):
    w, p = met_once(tmp_path, list("EWEW"), **{"helix.university_rate": 1.0})
    assert share_of_links(w, p, 1) == 1.0
    row = w.links[0]
    assert (row.kind, row.partnership) == (LinkKind.UNIVERSITY_UNIVERSITY, NONE)
