"""The ladder of practices is kept twice; both ways say the same."""

import numpy as np
import pytest

import abm
from abm.state.practices import ladder
from abm.state.words import Ladder


@pytest.mark.parametrize(
    "override",
    [{}, {"practice.per_theme": 63, "learning.invention_rate": 0.2}],
    ids=["as shipped", "more practices of a theme than a word has bits"],
)
def test_ladder_and_rungs_agree_after_a_run(override):
    w = abm.run("iuc-asia", seed=6, override=override).world
    n = int(w.count.practices)
    place = w.practices.place[:n].astype(np.uint64)
    assert len(np.unique(place)) == n and (w.of_place[place.astype(int)] == np.arange(n)).all()
    for rung in Ladder:
        words = w.rungs[rung][:, (place // np.uint64(64)).astype(int)]
        stands = (words >> (place % np.uint64(64))) & np.uint64(1)
        np.testing.assert_array_equal(stands.astype(bool), ladder(w)[:, :n] == rung, err_msg=rung.name)
    assert sum(int(word).bit_count() for word in w.rungs.ravel()) == n * len(ladder(w))  # and no other bit is set


def test_columns_of_adopted_and_mastered_count_the_ladder():
    w = abm.run("iuc-asia", seed=6).world
    n_cities, theme = len(w.cities), w.practices.theme[: int(w.count.practices)]
    has = ladder(w)[:, : len(theme)] == Ladder.ADOPTED
    for x in range(w.cities.adopted.shape[1]):
        assert (w.cities.adopted[:, x] == has[:n_cities, theme == x].sum(axis=1)).all()
    assert (w.organisations.mastered.sum(axis=1) == has[n_cities:].sum(axis=1)).all()
