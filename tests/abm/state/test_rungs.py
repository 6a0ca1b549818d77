"""The ladder of practices step by step: where a practice has its bit, and who stands where."""

import numpy as np
import pytest

from abm.state import lessons, practices
from abm.state.handle import handle
from abm.state.practices import ladder
from abm.state.words import N_THEMES, NONE, Ladder, Path
from tests.abm.rules.small import SEED, TEST, world
from tests.helpers import stand, stand_on


@pytest.mark.parametrize(
    ("theme", "ordinal", "place"), [(0, 0, 0), (0, 63, 63), (1, 0, 64), (6, 63, 447), (0, 64, 448), (2, 70, 64 * 9 + 6)]
)
def test_the_first_64_practices_of_a_theme_share_a_word_and_the_next_ones_another(theme, ordinal, place):
    assert practices.place_of(theme, ordinal) == place


def test_no_two_practices_share_a_place():
    places = [practices.place_of(theme, ordinal) for theme in range(N_THEMES) for ordinal in range(200)]
    assert len(set(places)) == len(places)


@pytest.fixture
def known(tmp_path):
    """Return a world of one practice in each of two themes that nobody knows, and its parameters."""
    w, p = world(tmp_path)
    stand_on(w, range(4), Ladder.UNAWARE)
    w.count.lessons = 0
    return w, p


def stands(w, actor, k):
    """Return the rungs on which an actor stands by the bits."""
    word, at = divmod(int(w.practices.place[k]), 64)
    return [rung for rung in Ladder if int(w.rungs[rung, actor, word]) >> at & 1]


@pytest.mark.parametrize("rung", Ladder)
def test_who_stands_on_a_rung_stands_on_no_other(known, rung):
    w, _ = known
    for before in Ladder:
        stand(w, 2, 1, before)
        stand(w, 2, 1, rung)
        assert stands(w, 2, 1) == [rung] and ladder(w)[2, 1] == rung
    assert stands(w, 2, 0) == stands(w, 1, 1) == [Ladder.UNAWARE]


def test_what_is_heard_this_month_is_news_once_and_moves_nobody_yet(known):
    w, _ = known
    assert practices.take_note(handle(w), 1, 0) and not practices.take_note(handle(w), 1, 0)
    assert stands(w, 1, 0) == [] and ladder(w)[1, 0] == Ladder.UNAWARE
    assert practices.take_note(handle(w), 1, 1) and practices.take_note(handle(w), 2, 0)


def test_a_first_step_is_written_once_a_month(known):
    w, _ = known
    for _ in range(2):
        lessons.learn(handle(w), TEST, 1, 0, 6, Ladder.AWARE, Path.EVENT, 3)
    row = w.lessons[0]
    assert w.count.lessons == 1
    assert (row.actor, row.practice, row.month, row.before, row.after, row.path, row.source) == (
        (1, 0, 6) + (Ladder.UNAWARE, Ladder.AWARE, Path.EVENT, 3)
    )


def test_who_knows_a_practice_learns_nothing_of_it(known):
    w, _ = known
    stand(w, 1, 0, Ladder.AWARE)
    lessons.learn(handle(w), TEST, 1, 0, 6, Ladder.AWARE, Path.EVENT, 3)
    assert w.count.lessons == 0


def test_a_new_practice_is_the_next_of_its_theme_and_unknown_to_all(known):
    w, p = known
    k = practices.add(handle(w), p, SEED, TEST, 1, 3)
    practices.forget(handle(w), k)
    row = w.practices[k]
    assert (k, row.theme, row.ordinal, row.place, row.origin, row.inventor, row.born) == (2, 1, 1, 65, 3, NONE, NONE)
    assert w.n_of_theme[:2].tolist() == [1, 2] and w.of_place[65] == 2
    assert 0.0 < row.quality < 1.0 and row.evidence == p.practice.initial_evidence
    assert all(stands(w, actor, k) == [Ladder.UNAWARE] for actor in range(4))


def test_the_key_of_a_practice_is_that_of_theme_and_ordinal_whatever_the_seed(known):
    w, p = known
    keys = [int(w.practices.key[practices.add(handle(w), p, np.uint64(seed), TEST, 1, 0)]) for seed in (1, 2)]
    w.count.practices, w.n_of_theme[1] = 2, 1
    assert int(w.practices.key[practices.add(handle(w), p, np.uint64(3), TEST, 1, 2)]) == keys[0] != keys[1]


def test_a_clear_ladder_has_everybody_on_its_ground(known):
    w, _ = known
    stand_on(w, range(4), Ladder.ADOPTED)
    practices.clear(handle(w))
    assert not ladder(w).any() and not w.rungs[Ladder.AWARE :].any()
    assert all(stands(w, actor, k) == [Ladder.UNAWARE] for actor in range(4) for k in range(2))
    assert sum(int(word).bit_count() for word in w.rungs[Ladder.UNAWARE].ravel()) == 8
