"""Practices, skills and portfolios at the start (E1, E2)."""

import math

import pytest

from abm import draws
from abm.rules import practice
from abm.state import lessons
from abm.state.handle import handle
from abm.state.practices import ladder
from abm.state.words import NONE, Ladder, Path
from tests.abm.rules.small import SEED, TEST, luck, next_luck, settings, world


@pytest.mark.parametrize(
    ("adopted", "scale", "skill"), [(0, 2.0, 0.0), (2, 2.0, 1 - 1 / math.e), (4, 2.0, 1 - math.exp(-2))]
)
def test_skill_approaches_one_with_what_is_adopted(adopted, scale, skill):
    assert practice.skill(adopted, scale) == pytest.approx(skill)


@pytest.mark.parametrize(
    ("adopted", "portfolio"), [((0, 0), (0.5, 0.5)), ((1, 0), (0.75, 0.25)), ((3, 1), (3.5 / 5, 1.5 / 5))]
)
def test_a_portfolio_divides_one_among_the_themes_in_use_with_half_a_practice_to_begin_with(
    tmp_path, adopted, portfolio
):
    w, p = world(tmp_path)
    w.cities.portfolio[0], w.cities.adopted[0, :2] = 0.0, adopted
    practice.learn_portfolio(w.cities[0], p)
    assert w.cities.portfolio[0, :2] == pytest.approx(portfolio) and not w.cities.portfolio[0, 2:].any()


def test_a_practice_comes_from_the_winner_of_a_race_by_weight(tmp_path):
    w, _ = world(tmp_path)
    w.cities.weight[:] = 1.0, 0.0, 3.0, 0.5
    winners = set()
    for ordinal in range(40):
        waits = {
            i: draws.exponential(luck(practice.ORIGIN, 1, w.cities.key[i], counter=ordinal)) / w.cities.weight[i]
            for i in (0, 2, 3)
        }
        expected = min(waits, key=waits.get)
        assert practice.origin_of(w.cities, SEED, 1, ordinal) == expected
        winners.add(expected)
    assert winners == {0, 2, 3}


@pytest.mark.parametrize(("share", "n"), [(0.0, 1), (1.0, 4)])
def test_the_origin_has_a_practice_and_of_the_others_a_share(tmp_path, share, n):
    w, _ = world(tmp_path, changes={"practice.initial_share": share, "practice.per_theme": 2})
    has = ladder(w)[:4, :4] == Ladder.ADOPTED
    assert has.sum(axis=0).tolist() == [n] * 4
    assert all(has[w.practices.origin[k], k] for k in range(4))
    assert (w.cities.adopted.sum(axis=1) == has.sum(axis=1)).all()


def test_each_city_draws_for_each_practice(tmp_path):
    w, _ = world(tmp_path, changes={"practice.initial_share": 0.4, "practice.per_theme": 4})
    for k in range(8):
        for i in range(4):
            own = luck(practice.ADOPTED, 0, w.practices.key[k], w.cities.key[i])
            assert (ladder(w)[i, k] == Ladder.ADOPTED) == (i == w.practices.origin[k] or draws.uniform(own) < 0.4)


def test_skill_and_portfolio_follow_from_what_a_city_has_at_the_start(tmp_path):
    w, _ = world(tmp_path, changes={"practice.initial_share": 0.5, "practice.per_theme": 4})
    for row in w.cities:
        assert row.skill[:2] == pytest.approx([1 - math.exp(-n / 2) for n in row.adopted[:2]])
        assert row.portfolio[:2] == pytest.approx([(n + 0.5) / (row.adopted.sum() + 1) for n in row.adopted[:2]])
        assert not row.skill[2:].any()


def test_an_organisation_works_in_two_different_themes_by_its_own_draws(tmp_path):
    w, _ = world(tmp_path, changes={"world.n_themes": 3}, universities=3, firms=3)
    for row in w.organisations:
        own = luck(practice.THEMES_OF, 0, row.key)
        main = draws.whole(own, 3)
        assert row.theme.tolist() == [main, (main + 1 + draws.whole(next_luck(own, 1), 2)) % 3]
        assert row.theme[0] != row.theme[1]


def test_in_a_world_of_one_theme_an_organisation_has_it_once_and_masters_nothing_twice(tmp_path):
    w, _ = world(
        tmp_path, changes={"world.n_themes": 1, "practice.per_theme": 6, "practice.initial_share": 1.0}, universities=2
    )
    assert not w.organisations.theme.any()
    masters = ladder(w)[4:] == Ladder.ADOPTED
    assert (w.organisations.mastered[:, 0] == masters.sum(axis=1)).all() and not w.organisations.mastered[:, 1].any()


def test_an_organisation_masters_by_a_coin_what_its_home_city_has_of_its_themes(tmp_path):
    w, _ = world(
        tmp_path, changes={"world.n_themes": 3, "practice.per_theme": 4, "practice.initial_share": 0.6}, universities=2
    )
    for o, row in enumerate(w.organisations):
        for k in range(12):
            at_home = ladder(w)[row.city, k] == Ladder.ADOPTED and w.practices.theme[k] in row.theme
            heads = draws.uniform(luck(practice.MASTERED, 0, w.practices.key[k], row.key)) < 0.5
            assert (ladder(w)[4 + o, k] == Ladder.ADOPTED) == (at_home and heads)
        by_theme = [
            sum(w.practices.theme[k] == th and ladder(w)[4 + o, k] == Ladder.ADOPTED for k in range(12))
            for th in row.theme
        ]
        assert row.mastered.tolist() == by_theme


def test_practices_are_those_of_their_theme_one_by_one_with_quality_of_their_own(tmp_path):
    w, _ = world(tmp_path, changes={"practice.per_theme": 3, "practice.initial_evidence": 0.35})
    rows = w.practices[:6]
    assert (rows.theme.tolist(), rows.ordinal.tolist()) == ([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2])
    assert set(rows.evidence) == {0.35} and set(rows.born) == {NONE} and set(rows.inventor) == {NONE}
    assert len(set(rows.quality)) == 6 and w.n_of_theme.tolist() == [3, 3, 0, 0, 0, 0, 0]


def test_only_a_city_that_adopted_this_month_learns(tmp_path):
    w, _ = world(tmp_path)
    p = settings({"practice.skill_scale": 1.0, "world.n_themes": 2})
    w.cities.skill[:], w.cities.adopted[:, :2] = 0.0, 3
    w.count.lessons = w.count.first_lesson = 0
    for actor, after in ((0, Ladder.ADOPTED), (1, Ladder.AWARE), (2, Ladder.ADOPTED)):
        lessons.write(handle(w), TEST, actor, 0, 0, int(ladder(w)[actor, 0]), after, Path.DECISION, NONE)
        w.count.first_lesson = 1 if actor == 0 else w.count.first_lesson  # the first was last month's
    practice.learn(handle(w), p)
    theme = w.practices.theme[0]
    assert w.cities.skill[:3, theme] == pytest.approx([0.0, 0.0, 1 - math.exp(-3)]) and not w.cities.skill[2, 1 - theme]
