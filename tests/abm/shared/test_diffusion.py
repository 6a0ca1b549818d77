"""How practices pass from one actor to another: each at its own hazard, whatever becomes of the others."""

import math

import numpy as np
import pytest

from abm import draws
from abm.machine.bits import bit
from abm.shared import diffusion
from abm.state.handle import handle
from abm.state.words import NONE, Ladder, Path
from tests.abm.rules.small import LUCKS, TEST, world
from tests.helpers import assert_within, share_error, stand, stand_on


def words(*numbers):
    """Return a set of numbers as the bits of seven words, each with the first 64 of a theme."""
    found = np.zeros(14, np.uint64)
    for x in numbers:
        found[x // 64] |= bit(x)
    return found


@pytest.mark.parametrize(("theme", "n"), [(0, 2), (1, 1), (2, 0)])
def test_news_of_a_theme_are_missing_here_and_known_there(theme, n):
    missing, known = words(1, 2, 3, 70, 64 * 7 + 5), words(2, 4, 70, 64 * 7 + 5)
    assert diffusion.n_news(missing, known, theme) == n


@pytest.mark.parametrize(
    ("theme", "elsewhere", "weight"), [(0, 0.25, 2.25), (1, 0.25, 1.5), (NONE, 1.0, 3.0), (0, 0.0, 2.0)]
)
def test_what_can_be_learnt_counts_one_in_the_theme_and_less_elsewhere(theme, elsewhere, weight):
    missing, known = words(1, 2, 3, 70, 64 * 7 + 5), words(2, 4, 70, 64 * 7 + 5)
    assert diffusion.weight(missing, known, theme, elsewhere) == weight


def test_a_quick_no_is_one_where_the_first_wait_is_longer_than_a_month():
    for own in LUCKS:
        if not diffusion.may_happen(own, 0.3):
            assert draws.exponential(own) / 0.3 > 1.0


@pytest.fixture
def teaching(tmp_path):
    """Return a world of three practices in each of two themes; city 1 has adopted them all, city 0 knows nothing."""
    w, _ = world(tmp_path, "EW", {"practice.per_theme": 3})
    stand_on(w, [0], Ladder.UNAWARE)
    stand_on(w, [1], Ladder.ADOPTED)
    w.count.lessons = 0
    return w


def passed(w, luck, hazard, theme=NONE, elsewhere=1.0):
    """Let city 0 learn from city 1, and return the practices in their order."""
    w.count.lessons = 0
    stand_on(w, [0], Ladder.UNAWARE)
    missing, known = w.rungs[Ladder.UNAWARE, 0], w.rungs[Ladder.ADOPTED, 1]
    diffusion.pass_on(
        handle(w), TEST, 4, 0, missing, known, hazard, theme, elsewhere, luck, Ladder.AWARE, Path.PARTNER, 1
    )
    return w.lessons.practice[: int(w.count.lessons)].tolist()


def test_at_a_great_hazard_everything_is_passed_on_once(teaching):
    for luck in LUCKS[:10]:
        assert sorted(passed(teaching, luck, 1e9)) == [0, 1, 2, 3, 4, 5]
    row = teaching.lessons[0]
    assert (row.actor, row.month, row.before, row.after) == (0, 4, Ladder.UNAWARE, Ladder.AWARE)
    assert (row.path, row.source) == (Path.PARTNER, 1)


def test_only_the_theme_is_passed_on_where_others_count_nothing(teaching):
    assert {k for luck in LUCKS[:10] for k in passed(teaching, luck, 1e9, 1, 0.0)} == {3, 4, 5}


def test_nothing_is_passed_on_that_is_not_missing(teaching):
    w = teaching
    stand(w, 1, 2, Ladder.TRIAL)
    assert {k for luck in LUCKS[:10] for k in passed(w, luck, 1e9)} == {0, 1, 3, 4, 5}


def test_each_practice_is_passed_on_at_its_own_hazard_whatever_becomes_of_the_others(teaching):
    runs = [passed(teaching, luck, 0.4, 0, 0.5) for luck in LUCKS]
    for k, hazard in ((0, 0.4), (2, 0.4), (4, 0.2)):
        dose = 1.0 - math.exp(-hazard)
        assert_within(np.mean([k in run for run in runs]), dose, share_error(dose, len(runs)))
    both = (1.0 - math.exp(-0.4)) ** 2
    assert_within(np.mean([{0, 1} <= set(run) for run in runs]), both, share_error(both, len(runs)))


def test_which_practice_is_passed_on_is_a_race_of_its_key(teaching):
    w = teaching
    missing, known = w.rungs[Ladder.UNAWARE, 0], w.rungs[Ladder.ADOPTED, 1]
    chosen = set()
    for luck in LUCKS[:40]:
        waits = [
            draws.exponential(np.uint64(draws.at(luck, w.practices.key[k], draws.NOBODY, 0))) / (1.0 if k < 3 else 0.25)
            for k in range(6)
        ]
        chosen.add(diffusion.choose(handle(w), missing, known, 0, 0.25, luck))
        assert waits.index(min(waits)) in chosen
        assert diffusion.choose(handle(w), missing, known, 0, 0.25, luck) == waits.index(min(waits))
    assert len(chosen) > 3
