"""Consent and events: single decisions against the binomial distribution (V4, V5)."""

import numpy as np
import pytest

from abm.draws import entity
from abm.rules import contact, event, membership, search
from abm.setup.room import fits
from abm.state import append
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.month import Encounter
from abm.state.words import EventType
from tests.helpers import NO_EFFECTS, assert_within, mean_error, share_error, tiny, world_at_start

SEED = np.uint64(1)


def logistic(u):
    return 1 / (1 + np.exp(-u))


@pytest.mark.parametrize(("baseline", "award"), [(-1.2, 0.0), (-0.4, 0.9), (1.5, 0.3)])
def test_v4_both_consent_as_often_as_two_independent_draws(tmp_path, baseline, award):
    n = 20_000
    override = {**NO_EFFECTS, "contact.baseline": baseline, "contact.award_bonus": award}
    w, p = world_at_start(tiny(tmp_path, 2, override=override))
    rows = allocate(Encounter, n)
    rows.key[:] = [entity("meeting", x) for x in range(n)]
    rows.j[:] = 1
    rows.theme[:] = 0
    rows.may_form[:] = rows.asked[:] = True
    w.cities.award_until[1] = 1  # the second city has an award: u_0 = baseline + bonus, u_1 = baseline
    w.count.encounters = n
    w = w._replace(encounters=rows)
    h = handle(w)
    contact.decide(h, p, SEED, 0)
    p_0, p_1 = logistic(baseline + award), logistic(baseline)
    assert_within(rows.consent_i.mean(), p_0, share_error(p_0, n))
    assert_within(rows.consent_j.mean(), p_1, share_error(p_1, n))
    assert_within((rows.consent_i & rows.consent_j).mean(), p_0 * p_1, share_error(p_0 * p_1, n))


def test_v5_meetings_of_sixty_cities_at_an_event(tmp_path):
    attendees, contacts, n_events = 60, 3.0, 2000
    w, p = world_at_start(tiny(tmp_path, attendees, override={"event.contacts_per_attendee": contacts}))
    w = w._replace(encounters=allocate(Encounter, attendees * attendees))
    h = handle(w)
    membership.enter(h, 0)
    meetings = np.empty(n_events)
    for x in range(n_events):
        w.count.events = w.count.encounters = 0
        append.event(h, SEED)
        w.events.key[0], w.events.type[0] = entity("event", x), EventType.CONFERENCE
        w.events.seats[0], w.events.appeal[0] = attendees, 1e6  # so attractive that everybody comes
        assert event.hold(h, p, SEED, 0, 0)
        assert w.events.n_cities[0] == attendees
        meetings[x] = w.count.encounters
    pairs, chance = attendees * (attendees - 1) / 2, contacts / (attendees - 1)
    spread = np.sqrt(pairs * chance * (1 - chance))
    assert (pairs * chance, spread) == pytest.approx((90, 9.24), abs=5e-3)
    assert_within(meetings.mean(), 90, mean_error(meetings))
    assert_within(meetings.std(), spread, spread / np.sqrt(2 * n_events))


def test_there_is_room_for_every_search_in_the_month_in_which_cities_enter(tmp_path):
    w, p = world_at_start(tiny(tmp_path, 150, override={"search.rate": 5.0}))
    w = w._replace(encounters=allocate(Encounter, 10_000))
    h = handle(w)
    fits(h, p, SEED, 0)
    membership.enter(h, 0)
    search.look(h, p, SEED, 0)
    assert 100 < w.count.encounters <= w.most.encounters
