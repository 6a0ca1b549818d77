"""Knowledge (measures 15–17) by hand: three cities, a firm in each, two themes of two practices."""

import math

import pytest

from abm import measures
from abm.rules import membership
from abm.state.handle import handle
from abm.state.words import Ladder, Path, Standing
from tests.helpers import stand, stand_on, tiny, towns, world_at_start

EAST, WEST, OTHER_WEST = range(3)
MOBILE, SMART = 2, 0  # a practice of the second theme, one of the first
FIRM_OF_EAST = 3  # an actor


@pytest.fixture
def three(tmp_path):
    """One eastern and two western cities that know nothing yet; the practices of the first theme are eastern."""
    rows = towns(("East", "West", "West"), universities=0, firms=1)
    w, p = world_at_start(tiny(tmp_path, rows, override={"world.n_themes": 2, "practice.per_theme": 2}))
    membership.enter(handle(w), 0)
    stand_on(w, range(6), Ladder.UNAWARE)
    w.cities.adopted[:] = 0
    assert w.practices.theme[:4].tolist() == [0, 0, 1, 1]
    w.practices.origin[:4] = (EAST, EAST, WEST, WEST)
    return w, p


def adopt(w, city, practice):
    stand(w, city, practice, int(Ladder.ADOPTED))


def learn(w, *steps):
    """Write this month's steps: actor, practice, rung, path."""
    first = int(w.count.lessons)
    for x, (actor, practice, after, path) in enumerate(steps, start=first):
        row = w.lessons[x]
        row.actor, row.practice, row.after, row.path = actor, practice, after, path
    w.count.first_lesson, w.count.lessons = first, first + len(steps)


def recorded(w, p, t=0):
    measures.record(handle(w), p, t)
    return w.series[t]


def test_awareness_counts_every_rung_above_the_ground(three):
    w, p = three
    assert recorded(w, p)["awareness"] == 0.0
    stand(w, EAST, 0, int(Ladder.AWARE))
    stand(w, EAST, 1, int(Ladder.TRIAL))
    stand(w, EAST, 2, int(Ladder.ADOPTED))
    stand(w, WEST, 2, int(Ladder.AWARE))
    stand(w, FIRM_OF_EAST, 3, int(Ladder.ADOPTED))  # no city
    assert recorded(w, p)["awareness"] == 4 / 12
    stand(w, EAST, 1, int(Ladder.UNAWARE))
    assert recorded(w, p)["awareness"] == 3 / 12


def test_adoption_and_adoption_by_theme(three):
    w, p = three
    for city, practice in ((EAST, 0), (EAST, 1), (WEST, 0), (WEST, 3)):
        adopt(w, city, practice)
    stand(w, OTHER_WEST, 2, int(Ladder.TRIAL))  # tried is not adopted
    row = recorded(w, p)
    assert row["adoption"] == 4 / 12
    assert row["adoption_by_theme"][:2].tolist() == [3 / 6, 1 / 6]


def test_mastery_is_the_mean_over_organisations(three):
    w, p = three
    for firm, practice in ((3, 0), (3, 1), (3, 2), (5, 3)):
        stand(w, firm, practice, int(Ladder.ADOPTED))
    assert recorded(w, p)["mastery"] == 4 / 3
    w.cities.weight[OTHER_WEST] = 0.0
    assert recorded(w, p)["mastery"] == 3 / 2


def test_adoptions_add_up_from_month_to_month_and_by_where_the_practice_is_from(three):
    w, p = three
    learn(
        w,
        (EAST, SMART, Ladder.ADOPTED, Path.DECISION),
        (EAST, MOBILE, Ladder.ADOPTED, Path.DECISION),  # from the West
        (WEST, SMART, Ladder.AWARE, Path.PARTNER),  # heard of
        (OTHER_WEST, SMART, Ladder.AWARE, Path.DECISION),  # given up
        (FIRM_OF_EAST, MOBILE, Ladder.ADOPTED, Path.HOME),  # an organisation
    )
    row = recorded(w, p, 0)
    assert (row["adoptions_ever"], row["cross_region_adoptions"], row["cross_region_share"]) == (2, 1, 1 / 2)
    learn(w, (WEST, SMART, Ladder.ADOPTED, Path.DECISION))
    row = recorded(w, p, 1)
    assert (row["adoptions_ever"], row["cross_region_adoptions"], row["cross_region_share"]) == (3, 2, 2 / 3)
    learn(w, (OTHER_WEST, MOBILE, Ladder.ADOPTED, Path.DECISION))  # from the same region, though not the same city
    learn(w)
    row = recorded(w, p, 2)
    assert (row["adoptions_ever"], row["cross_region_adoptions"]) == (3, 2), "only the lessons of the month count"


def test_what_a_city_adopts_before_it_enters_or_after_it_left_is_no_adoption_in_a_programme(three):
    w, p = three
    w.cities.standing[OTHER_WEST] = Standing.OUTSIDE
    learn(w, (WEST, SMART, Ladder.ADOPTED, Path.DECISION), (OTHER_WEST, SMART, Ladder.ADOPTED, Path.DECISION))
    row = recorded(w, p, 0)
    assert (row["adoptions_ever"], row["cross_region_adoptions"], row["cross_region_share"]) == (1, 1, 1)
    w.cities.standing[:] = Standing.OUTSIDE, Standing.ASSOCIATE, Standing.MEMBER
    learn(w, *((city, SMART, Ladder.ADOPTED, Path.DECISION) for city in (EAST, WEST, OTHER_WEST)))
    row = recorded(w, p, 1)
    assert (row["adoptions_ever"], row["cross_region_adoptions"], row["cross_region_share"]) == (3, 3, 1)


def test_nothing_adopted_has_no_share_from_another_region(three):
    row = recorded(*three)
    assert row["adoptions_ever"] == 0.0 and math.isnan(row["cross_region_share"])


def test_need_met_is_the_share_of_the_first_need_that_is_gone(three):
    w, p = three
    w.cities.first_need[:], w.cities.need[:] = 0.5, 0.5
    assert recorded(w, p)["need_met"] == 0.0
    w.cities.need[EAST, 0], w.cities.need[WEST, 1] = 0.2, 0.0
    w.cities.need[EAST, 2] = 0.0  # a theme that this world has not
    assert recorded(w, p)["need_met"] == pytest.approx(0.8 / 3.0)


def test_who_is_in_no_programme_is_not_counted(three):
    w, p = three
    w.cities.first_need[:], w.cities.need[:] = 0.5, 0.5
    adopt(w, EAST, 0)
    adopt(w, OTHER_WEST, 0)
    w.cities.need[OTHER_WEST] = 0.0
    w.cities.standing[OTHER_WEST] = 0
    row = recorded(w, p)
    assert (row["awareness"], row["adoption"], row["need_met"]) == (1 / 8, 1 / 8, 0.0)
    assert row["adoption_by_theme"][:2].tolist() == [1 / 4, 0.0]
    w.cities.standing[:] = 0
    row = recorded(w, p)
    assert all(math.isnan(row[name]) for name in ("awareness", "adoption", "need_met"))
    assert all(math.isnan(share) for share in row["adoption_by_theme"])
