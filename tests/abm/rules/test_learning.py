"""How organisations learn at home and over links, and who invents (E19)."""

import pytest

from abm.draws import exponential
from abm.rules import learning
from abm.shared.organisations import link
from abm.state.handle import handle
from abm.state.neighbours import both
from abm.state.practices import ladder
from abm.state.words import NONE, Kind, Ladder, LinkKind, Path
from tests.abm.rules.small import SEED, TEST, linked_until, luck, partner, world
from tests.helpers import stand, stand_on

LOUD = 1e6


@pytest.fixture
def ignorant(tmp_path):
    """Return a world of one university a city, all of theme 0 and 1, in which nobody knows anything or learns."""
    w, p = world(tmp_path, changes={"learning.home": 0.0, "learning.link": 0.0}, universities=1)
    w.practices.theme[:2] = 0, 1
    w.organisations.theme[:] = 0, 1
    w.organisations.mastered[:] = 0
    stand_on(w, range(len(ladder(w))), Ladder.UNAWARE)
    w.count.lessons = w.count.first_lesson = 0
    return w, p


def learnt(w, p, t=0):
    """Let organisations learn, and return who mastered what, by which path and from whom."""
    learning.master(handle(w), p, SEED, t)
    rows = w.lessons[: int(w.count.lessons)]
    assert set(rows.after) <= {Ladder.ADOPTED}
    return {(int(r.actor), int(r.practice)): (Path(int(r.path)), int(r.source)) for r in rows}


def test_an_organisation_masters_what_its_home_city_has_adopted(ignorant):
    w, p = ignorant
    p.learning.home = LOUD
    stand(w, 2, 1, Ladder.ADOPTED)
    stand(w, 3, 0, Ladder.TRIAL)
    assert learnt(w, p) == {(4 + 2, 1): (Path.HOME, 2)}


def test_an_organisation_learns_in_its_two_themes_alone(ignorant):
    w, p = ignorant
    p.learning.home = LOUD
    stand_on(w, range(4), Ladder.ADOPTED)
    w.organisations.theme[:] = [(0, 0), (1, 1), (0, 1), (1, 0)]
    assert set(learnt(w, p)) == {(4, 0), (5, 1), (6, 0), (6, 1), (7, 0), (7, 1)}


@pytest.mark.parametrize(("themes", "n"), [((0, 1), 2), ((1, 0), 2), ((0, 0), 1), ((1, 1), 1)])
def test_what_there_is_to_learn_is_counted_once_a_theme(ignorant, themes, n):
    w, _ = ignorant
    w.organisations.theme[0] = themes
    stand_on(w, [0], Ladder.ADOPTED)
    assert learning.n_to_learn(handle(w), 0, 0) == n
    stand(w, 4, 0, Ladder.ADOPTED)
    assert learning.n_to_learn(handle(w), 0, 0) == n - (0 in themes)


@pytest.mark.parametrize(
    ("kind", "ended", "learns"),
    [
        (LinkKind.UNIVERSITY_UNIVERSITY, NONE, True),
        (LinkKind.UNIVERSITY_FIRM, NONE, True),
        (LinkKind.FIRM_FIRM, NONE, True),
        (LinkKind.UNIVERSITY_UNIVERSITY, 1, False),
    ],
)
def test_linked_organisations_teach_each_other_while_the_link_lives(ignorant, kind, ended, learns):
    w, p = ignorant
    p.learning.link = LOUD
    linked_until(w, kind, 4, 6, ended)
    stand(w, 4, 0, Ladder.ADOPTED)
    stand(w, 6, 1, Ladder.ADOPTED)
    both_ways = {(6, 0): (Path.ORGANISATION, 4), (4, 1): (Path.ORGANISATION, 6)}
    assert learnt(w, p) == (both_ways if learns else {})


@pytest.mark.parametrize("kind", [LinkKind.CITY_UNIVERSITY, LinkKind.CITY_FIRM])
def test_a_city_of_another_country_teaches_no_organisation(ignorant, kind):
    w, p = ignorant
    p.learning.link = LOUD
    link(handle(w), TEST, kind, 1, 4, 0, NONE, 0)
    stand_on(w, [1], Ladder.ADOPTED)
    assert learnt(w, p) == {}


def test_links_of_two_partnerships_have_luck_of_their_own(ignorant):
    w, _ = ignorant
    rows = [partner(w, 0, 1, theme=theme) for theme in (0, 1)]
    for r in (*rows, NONE):
        link(handle(w), TEST, LinkKind.UNIVERSITY_UNIVERSITY, 4, 5, 0, r, 0)
    keys = [int(learning.link_key(handle(w), x, 5)) for x in range(3)]
    own = w.organisations.key[1]
    assert keys == [*(int(both(own, w.partnerships.key[r])) for r in rows), int(own)]


def test_the_inventor_is_who_wins_a_race_by_one_and_what_it_masters(ignorant):
    w, _ = ignorant
    w.organisations.mastered[:] = [(0, 0), (5, 0), (0, 9), (2, 0)]
    for n in range(20):
        waits = []
        for o in range(4):
            own = luck(learning.INVENT, 3, w.organisations.key[o], counter=64 + n)
            waits.append(exponential(own) / (1.0 + w.organisations.mastered[o, 0]))
        assert learning.inventor(handle(w), SEED, 3, 0, n) == waits.index(min(waits))


@pytest.mark.parametrize(
    ("change", "chosen"),
    [
        (lambda w: w.organisations.theme.fill(1), NONE),
        (lambda w: w.organisations.kind.fill(Kind.FIRM), NONE),
        (lambda w: w.cities.weight.__setitem__([0, 1, 2], 0.0), 3),
    ],
    ids=["nobody of the theme", "firms alone", "one city that takes part"],
)
def test_only_universities_of_the_theme_in_cities_that_take_part_invent(ignorant, change, chosen):
    w, _ = ignorant
    change(w)
    assert {learning.inventor(handle(w), SEED, t, 0, 0) for t in range(10)} == {chosen}


def test_an_invention_is_mastered_by_its_inventor_and_known_to_its_home_city_alone(ignorant):
    w, p = ignorant
    p.learning.invention_rate = 0.5
    t = next(t for t in range(99) if [learning.n_inventions(p, SEED, t, theme) for theme in range(2)] == [0, 1])
    learning.invent(handle(w), p, SEED, t)
    assert w.count.practices == 3
    new, home = w.practices[2], int(w.practices.origin[2])
    assert (new.theme, new.ordinal, new.born, new.inventor, new.evidence) == (1, 1, t, home, 0.2)
    steps = [(int(r.actor), int(r.practice), int(r.after), int(r.path), int(r.source)) for r in w.lessons[:2]]
    assert steps == [
        (4 + home, 2, Ladder.ADOPTED, Path.INVENTION, NONE),
        (home, 2, Ladder.AWARE, Path.ORGANISATION, 4 + home),
    ]
    assert (ladder(w)[:, 2] == Ladder.UNAWARE).all()  # they take their steps when the month is settled


def test_the_most_that_a_month_brings_is_what_its_draws_say(ignorant):
    w, p = ignorant
    p.learning.invention_rate = 3.0
    for t in range(5):
        due = [learning.n_inventions(p, SEED, t, theme) for theme in range(2)]
        assert learning.most_practices(handle(w), p, SEED, t) == sum(due)
