"""What a meeting is about (E5)."""

import pytest

from abm import draws
from abm.rules import theme
from abm.state.handle import handle
from abm.state.words import NONE
from tests.abm.rules.small import SEED, luck, meeting, world


@pytest.fixture
def talking(tmp_path):
    """Return a world in which cities 0 and 1 have weights 0.3 and 0.1 in the two themes."""
    w, p = world(tmp_path)
    w.cities.need[:] = w.cities.skill[:] = 0.0
    w.cities.need[0, 0], w.cities.skill[1, 0] = 0.4, 0.7  # 0.28 + 0.02
    w.cities.need[1, 1], w.cities.skill[0, 1] = 0.4, 0.2  # 0.08 + 0.02
    return w, p


def test_the_theme_is_drawn_by_what_each_has_that_the_other_needs(talking):
    w, p = talking
    found = []
    for t in range(80):
        x = meeting(w, 0, 1, theme=NONE)
        own = luck(theme.THEME, t, w.encounters.key[x], w.cities.key[0])
        found.append(theme.decide_row(handle(w), p, SEED, t, x))
        assert found[-1] == (0 if draws.uniform(own) < 0.75 else 1)
    assert set(found) == {0, 1}


def test_the_draw_is_that_of_the_initiator(talking):
    w, p = talking
    w.cities.need[:] = w.cities.skill[:] = 0.5
    by_0, by_1 = meeting(w, 0, 1, theme=NONE), meeting(w, 1, 0, theme=NONE)
    w.encounters.key[by_1] = w.encounters.key[by_0]
    themes = [[theme.decide_row(handle(w), p, SEED, t, x) for t in range(40)] for x in (by_0, by_1)]
    assert themes[0] != themes[1]


@pytest.mark.parametrize(
    ("given", "may_form", "chosen"), [(1, True, False), (NONE, True, True), (NONE, False, False)], ids=str
)
def test_only_a_meeting_without_a_theme_that_may_become_a_contact_gets_one(talking, given, may_form, chosen):
    w, p = talking
    x = meeting(w, 0, 1, theme=given, may_form=may_form)
    theme.decide(handle(w), p, SEED, 0)
    assert w.encounters.theme[x] == (theme.decide_row(handle(w), p, SEED, 0, x) if chosen else given)
