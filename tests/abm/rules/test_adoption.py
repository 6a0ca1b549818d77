"""How trials end, and what an adoption brings to needs, evidence, partners and organisations (E18, E19)."""

import math

import pytest

from abm.draws import uniform
from abm.rules import adoption
from abm.state import lessons
from abm.state.handle import handle
from abm.state.practices import ladder
from abm.state.words import NONE, Ladder, Path, Stage
from tests.abm.rules.small import SEED, TEST, luck, next_luck, partner, settings, world
from tests.helpers import stand_on


@pytest.mark.parametrize(
    ("helix", "worth", "up", "down"),
    [(0.0, 0.0, 0.06, 0.04), (1.0, 0.0, 0.06 * math.exp(0.8), 0.04), (0.5, 0.25, 0.06 * math.exp(0.4), 0.03)],
)
def test_a_helix_speeds_adoption_and_worth_keeps_from_giving_up(helix, worth, up, down):
    assert adoption.rates(settings(), helix, worth) == pytest.approx((up, down))


@pytest.mark.parametrize(
    ("columns", "best"),
    [
        ({"stage": Stage.MEMORANDUM, "university": (0, NONE), "firm": (0, NONE)}, 0.0),
        ({"stage": Stage.ACTION_PLAN}, 0.0),
        ({"stage": Stage.ACTION_PLAN, "university": (0, NONE)}, 0.5),
        ({"stage": Stage.PILOT, "university": (0, NONE), "firm": (NONE, 0)}, 1.0),
        ({"stage": Stage.PILOT, "theme": 1, "firm": (0, 0)}, 0.0),
    ],
    ids=["no plan", "no helix", "half", "whole", "another theme"],
)
def test_the_best_helix_of_a_city_is_among_its_plans_in_the_theme(tmp_path, columns, best):
    w, _ = world(tmp_path)
    partner(w, 0, 1, stage=Stage.ACTION_PLAN)
    partner(w, 0, 3, **columns)
    adoption.note_helices(handle(w))
    assert [adoption.best_helix(handle(w), i, 0) for i in (0, 3, 2)] == [best, best, 0.0]


@pytest.fixture
def trying(tmp_path):
    """Return a world in which city 0 tries practice 0, and its theme; nobody has adopted anything."""
    w, p = world(tmp_path, universities=1)
    stand_on(w, range(len(ladder(w))), Ladder.UNAWARE)
    w.cities.adopted[:] = w.organisations.mastered[:] = 0
    w.count.lessons = w.count.first_lesson = 0
    stand_on(w, [0], Ladder.TRIAL)
    return w, p, int(w.practices.theme[0])


@pytest.mark.parametrize(("rate", "abandon", "after"), [(9.0, 0.0, Ladder.ADOPTED), (0.0, 9.0, Ladder.AWARE)])
def test_a_trial_ends_in_adoption_or_leads_back_to_awareness(trying, rate, abandon, after):
    w, p, _ = trying
    p.adoption.rate, p.adoption.abandon_rate = rate, abandon
    w.practices.quality[:] = 0.0
    adoption.conclude(handle(w), p, SEED, 5)
    rows = w.lessons[: int(w.count.lessons)]
    assert rows.actor.tolist() == [0, 0] and set(rows.practice) == {0, 1}
    assert set(rows.after) == {after} and set(rows.before) == {Ladder.TRIAL}
    assert set(rows.path) == {Path.DECISION} and set(rows.source) == {NONE}


def test_a_perfect_practice_that_fits_is_never_given_up(trying):
    w, p, _ = trying
    p.adoption.rate, p.adoption.abandon_rate = 0.0, 9.0
    w.practices.quality[:], w.practices.origin[:] = 1.0, 0
    adoption.conclude(handle(w), p, SEED, 5)
    assert w.count.lessons == 0


def test_one_draw_says_whether_a_trial_ends_and_another_how(trying):
    w, p, _ = trying
    p.adoption.rate, p.adoption.abandon_rate = 0.4, 0.4
    w.practices.quality[:] = 0.0
    seen = set()
    for t in range(40):
        w.count.lessons = 0
        adoption.conclude(handle(w), p, SEED, t)
        found = {int(row.practice): int(row.after) for row in w.lessons[: int(w.count.lessons)]}
        for k in range(2):
            own = luck(adoption.END, t, w.cities.key[0], w.practices.key[k])
            ends, adopts = uniform(own) < 1.0 - math.exp(-0.8), uniform(next_luck(own, 1)) < 0.5
            assert found.get(k) == ((Ladder.ADOPTED if adopts else Ladder.AWARE) if ends else None)
            seen.add(found.get(k))
    assert seen == {None, Ladder.AWARE, Ladder.ADOPTED}


def settled(w, p, actor, k, after):
    """Let an actor take one step and settle it."""
    w.count.first_lesson = w.count.lessons
    lessons.write(handle(w), TEST, actor, k, 0, int(ladder(w)[actor, k]), after, Path.DECISION, NONE)
    adoption.settle(handle(w), p, 0)


def test_an_adoption_meets_a_tenth_of_need_by_worth_and_counts_in_its_theme(trying):
    w, p, theme = trying
    w.practices.quality[0], w.practices.origin[0] = 0.5, 0
    w.cities.need[:] = 0.7
    settled(w, p, 0, 0, Ladder.ADOPTED)
    assert w.cities.need[0, theme] == pytest.approx(0.65) and w.cities.need[0, 1 - theme] == 0.7
    assert w.cities.adopted[0, theme] == 1 == w.cities.adopted.sum()
    assert ladder(w)[0, 0] == Ladder.ADOPTED


def test_no_need_falls_below_nothing(trying):
    w, p, theme = trying
    w.practices.quality[0], w.practices.origin[0], w.cities.need[0] = 1.0, 0, 0.05
    settled(w, p, 0, 0, Ladder.ADOPTED)
    assert w.cities.need[0, theme] == 0.0


@pytest.mark.parametrize(("documenting", "evidence"), [(1.0, 1 - 0.8 * 0.955), (2.0, 1 - 0.8 * 0.91), (9.0, 0.32)])
def test_an_adoption_is_documented_as_often_as_its_city_documents_and_always_at_most(trying, documenting, evidence):
    w, p, theme = trying
    w.cities.documenting[0, theme] = documenting
    settled(w, p, 0, 0, Ladder.ADOPTED)
    assert w.practices.evidence[0] == pytest.approx(evidence) and w.practices.evidence[1] == 0.2


@pytest.mark.parametrize("after", [Ladder.AWARE, Ladder.TRIAL])
def test_a_step_short_of_adoption_only_moves(trying, after):
    w, p, _ = trying
    needs = w.cities.need.copy()
    settled(w, p, 0, 0, after)
    assert ladder(w)[0, 0] == after and (w.cities.need == needs).all() and w.practices.evidence[0] == 0.2


@pytest.mark.parametrize("second", [False, True])
def test_an_organisation_masters_in_the_theme_of_the_practice_and_relieves_no_need(trying, second):
    w, p, theme = trying
    w.organisations.theme[2] = (1 - theme, theme) if second else (theme, 1 - theme)
    needs = w.cities.need.copy()
    settled(w, p, len(w.cities) + 2, 0, Ladder.ADOPTED)
    assert w.organisations.mastered[2].tolist() == ([0, 1] if second else [1, 0])
    assert (w.cities.need == needs).all() and w.cities.adopted.sum() == 0


def test_an_adoption_is_a_success_with_partners_in_the_theme_that_had_adopted_before(trying):
    w, p, theme = trying
    stand_on(w, [1], Ladder.ADOPTED)
    of_it, other_theme = partner(w, 0, 1, theme=theme), partner(w, 0, 1, theme=1 - theme)
    of_one_that_has_not = partner(w, 0, 3, theme=theme)
    settled(w, p, 0, 0, Ladder.ADOPTED)
    assert w.partnerships.successes[[of_it, other_theme, of_one_that_has_not]].tolist() == [1, 0, 0]


def test_two_that_adopt_in_one_month_owe_each_other_nothing(trying):
    w, p, theme = trying
    stand_on(w, [1], Ladder.TRIAL)
    r = partner(w, 0, 1, theme=theme)
    for i in (0, 1):
        lessons.write(handle(w), TEST, i, 0, 0, int(ladder(w)[i, 0]), Ladder.ADOPTED, Path.DECISION, NONE)
    adoption.settle(handle(w), p, 0)
    assert w.partnerships.successes[r] == 0 and w.cities.adopted[:2].sum(axis=1).tolist() == [1, 1]
