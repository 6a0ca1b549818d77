"""Each way of hearing of a practice alone: who hears, of what, at which dose, and from whom (E14)."""

import math

import numpy as np
import pytest

from abm.rules import awareness
from abm.shared.organisations import link
from abm.state.handle import handle
from abm.state.practices import ladder
from abm.state.words import NONE, EventType, Ladder, LinkKind, Origin, Path, Stage, Standing
from tests.abm.rules.small import SEED, TEST, linked_until, meeting, partner, world
from tests.helpers import assert_within, share_error, stand, stand_on

DEAF = {f"awareness.{way}": 0.0 for way in ("chance", "partner", "event", "evidence", "organisation")}
LOUD = 1e6  # a hazard that no luck of these tests withstands


def quiet(tmp_path, loud, **columns):
    """Return a world in which nobody knows anything and only some ways of hearing exist, at a certain hazard."""
    w, p = world(tmp_path, changes=DEAF, **columns)
    for way in loud:
        p.awareness[way] = LOUD
    w.practices.theme[:2] = 0, 1
    stand_on(w, range(len(ladder(w))), Ladder.UNAWARE)
    w.cities.adopted[:] = 0
    w.count.lessons = w.count.first_lesson = 0
    return w, p


def adopts(w, i, k):
    """Let a city adopt a practice."""
    stand(w, i, k, Ladder.ADOPTED)
    w.cities.adopted[i, w.practices.theme[k]] += 1


def heard(w, p, t=0):
    """Let everybody hear, and return who heard of what, by which path and from whom."""
    awareness.hear(handle(w), p, SEED, t)
    rows = w.lessons[: int(w.count.lessons)]
    assert set(rows.after) <= {Ladder.AWARE}
    return {(int(r.actor), int(r.practice)): (Path(int(r.path)), int(r.source)) for r in rows}


def test_by_chance_every_city_hears_with_nobodys_help_also_outside_the_programme(tmp_path):
    w, p = quiet(tmp_path, [])
    p.awareness.chance = 50.0
    w.cities.standing[:] = Standing.OUTSIDE
    w.cities.weight[3] = 0.0
    found = heard(w, p)
    assert set(found) == {(i, k) for i in range(3) for k in range(2)}
    assert set(found.values()) == {(Path.CHANCE, NONE)}


def test_a_city_hears_from_its_partner_what_that_has_adopted(tmp_path):
    w, p = quiet(tmp_path, ["partner"])
    partner(w, 0, 1, theme=0)
    adopts(w, 1, 0)
    adopts(w, 3, 1)
    assert heard(w, p) == {(0, 0): (Path.PARTNER, 1)}


@pytest.mark.parametrize(("theme", "hears"), [(0, True), (1, False)])
def test_a_partnership_in_another_theme_counts_only_by_its_factor(tmp_path, theme, hears):
    w, p = quiet(tmp_path, ["partner"])
    p.awareness.other_theme = 0.0
    partner(w, 0, 1, theme=theme)
    adopts(w, 1, 0)
    assert bool(heard(w, p)) == hears


def test_where_other_themes_count_nothing_a_partner_tells_all_of_its_own_and_nothing_else(tmp_path):
    w, p = quiet(tmp_path, ["partner"])
    p.awareness.other_theme = 0.0
    partner(w, 0, 1, theme=1)
    adopts(w, 1, 0)
    adopts(w, 1, 1)
    assert heard(w, p) == {(0, 1): (Path.PARTNER, 1)}


@pytest.mark.parametrize(
    ("column", "value"), [("standing", Standing.OUTSIDE), ("weight", 0.0)], ids=["outside", "weightless"]
)
def test_who_takes_no_part_hears_from_nobody(tmp_path, column, value):
    w, p = quiet(tmp_path, ["partner", "event", "organisation"], universities=1)
    w.cities[column][0] = value
    adopts(w, 1, 0)
    stand_on(w, [len(w.cities) + 1], Ladder.ADOPTED)
    partner(w, 0, 1)
    w.events.theme[0] = NONE
    meeting(w, 0, 1, origin=Origin.EVENT, source=0)
    link(handle(w), TEST, LinkKind.CITY_UNIVERSITY, 0, len(w.cities) + 1, 0, NONE, 0)
    assert not [actor for actor, _ in heard(w, p) if actor == 0]


@pytest.mark.parametrize(
    ("stage", "example", "theme", "dose"),
    [
        (Stage.SUSTAINED, 1.0, 0, 0.05),
        (Stage.CONTACT, 1.0, 0, 0.01),
        (Stage.CONTACT, 3.0, 0, 0.03),
        (Stage.SUSTAINED, 1.0, 1, 0.0125),
    ],
)
def test_the_dose_from_a_partner_is_its_stage_its_example_and_the_theme(
    tmp_path, monkeypatch, stage, example, theme, dose
):
    w, p = quiet(tmp_path, [])
    p.awareness.partner = 0.05
    w.cities.example[1] = example
    partner(w, 0, 1, theme=theme, stage=stage)
    adopts(w, 1, 0)
    n = sum(bool(heard_alone(w, p, t)) for t in range(600))
    expected = 1.0 - math.exp(-dose)
    assert_within(n / 600, expected, share_error(expected, 600))


def heard_alone(w, p, t):
    """Return how many steps the partners of one month lead to, and forget them."""
    w.count.lessons = 0
    awareness.hear_from_partners(handle(w), p, SEED, t)
    if w.count.lessons:
        stand_on(w, [0], Ladder.UNAWARE)
    return int(w.count.lessons)


@pytest.mark.parametrize(("theme", "practices"), [(NONE, {0, 1}), (0, {0}), (1, {1})])
def test_at_an_event_cities_hear_from_each_other_in_its_theme(tmp_path, theme, practices):
    w, p = quiet(tmp_path, ["event"])
    w.events.theme[0], w.events.type[0] = theme, EventType.CONFERENCE
    meeting(w, 0, 1, origin=Origin.EVENT, source=0)
    adopts(w, 0, 0)
    adopts(w, 1, 1)
    expected = {(1, 0): (Path.EVENT, 0), (0, 1): (Path.EVENT, 1)}
    assert heard(w, p) == {step: how for step, how in expected.items() if step[1] in practices}


@pytest.mark.parametrize("origin", [Origin.SEARCH, Origin.BROKER, Origin.PROGRAMME])
def test_a_meeting_elsewhere_tells_nobody_anything(tmp_path, origin):
    w, p = quiet(tmp_path, ["event"])
    meeting(w, 0, 1, origin=origin)
    adopts(w, 1, 0)
    assert heard(w, p) == {}


def test_what_two_tell_a_city_is_put_down_to_the_first(tmp_path):
    w, p = quiet(tmp_path, ["event"])
    w.events.theme[0] = NONE
    for other in (3, 1):
        adopts(w, other, 0)
        meeting(w, 0, other, origin=Origin.EVENT, source=0)
    assert heard(w, p) == {(0, 0): (Path.EVENT, 3)}


def test_to_meet_two_adopters_is_the_dose_of_one(tmp_path):
    w, p = quiet(tmp_path, [])
    p.awareness.event, n, months = 0.7, 0, 400
    w.events.theme[0] = NONE
    for other in (1, 3):
        adopts(w, other, 0)
        meeting(w, 0, other, origin=Origin.EVENT, source=0)
    for t in range(months):
        w.count.lessons = 0
        awareness.hear_at_events(handle(w), p, SEED, t)
        n += int(w.count.lessons)
        stand(w, 0, 0, Ladder.UNAWARE)
    expected = 1.0 - math.exp(-0.7)
    assert_within(n / months, expected, share_error(expected, months))


@pytest.mark.parametrize(
    ("kind", "ended", "hears"),
    [
        (LinkKind.CITY_UNIVERSITY, NONE, True),
        (LinkKind.CITY_FIRM, NONE, True),
        (LinkKind.CITY_FIRM, 2, False),
    ],
    ids=["university", "firm", "over"],
)
def test_a_city_hears_from_organisations_over_living_links(tmp_path, kind, ended, hears):
    w, p = quiet(tmp_path, ["organisation"], universities=1)
    actor = len(w.cities) + 2
    linked_until(w, kind, 0, actor, ended)
    stand_on(w, [actor], Ladder.ADOPTED)
    assert heard(w, p) == ({(0, k): (Path.ORGANISATION, actor) for k in range(2)} if hears else {})


def test_a_link_between_organisations_tells_no_city(tmp_path):
    w, p = quiet(tmp_path, ["organisation"], universities=1)
    link(handle(w), TEST, LinkKind.UNIVERSITY_UNIVERSITY, len(w.cities), len(w.cities) + 1, 0, NONE, 0)
    stand_on(w, [len(w.cities) + 1], Ladder.ADOPTED)
    assert heard(w, p) == {}


def test_an_evidence_base_tells_of_what_is_documented_where_there_is_one(tmp_path):
    w, p = quiet(tmp_path, ["evidence"])
    w.cities.evidence_base[[0, 3]] = True
    w.cities.weight[3] = 0.0
    w.practices.evidence[:2] = 0.0, 0.5
    assert heard(w, p) == {(0, 1): (Path.EVIDENCE, NONE)}


def test_a_network_tells_of_what_its_peers_have_adopted(tmp_path):
    w, p = quiet(tmp_path, [])
    w = w._replace(peers=np.array([[0.0, 0.5]]))
    w.cities.network[[0, 2]], w.cities.imitation[[0, 2]] = 0, (LOUD, 0.0)
    assert heard(w, p) == {(0, 1): (Path.NETWORK, NONE)}


def test_a_network_is_no_evidence_base(tmp_path):
    w, p = quiet(tmp_path, ["evidence"])
    w = w._replace(peers=np.zeros((1, 2)))
    w.cities.network[0], w.cities.imitation[0] = 0, 1.0
    w.practices.evidence[:2] = 1.0
    assert heard(w, p) == {}
