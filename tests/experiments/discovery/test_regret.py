"""Regret and good enough, of runs whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from experiments import discovery
from experiments.discovery import regret as room

WISH = discovery.Wish("pilots", more=True, enough=5)
NAMES = ["a", "b", "c"]


def runs(means, spread=0.0, replicates=6, seed=1):
    """Return outcomes (programmes, worlds, replicates, 1) of means (programmes, worlds), with luck of their own."""
    means = np.asarray(means, float)
    luck = np.random.default_rng(seed).normal(0, spread, (*means.shape, replicates))
    return (means[..., None] + luck)[..., None]


def answer(y, wish=WISH, names=NAMES, **how):
    """Return the rows of one wish by programme."""
    return discovery.robust(y, names, [wish], resamples=how.pop("resamples", 60), **how).set_index("programme")


def test_regret_is_what_is_missing_to_the_best_programme_of_the_same_world():
    table = answer(runs([[9, 1, 4, 4], [6, 6, 4, 1], [0, 0, 0, 10]]))
    assert table["mean"].tolist() == [4.5, 4.25, 2.5]
    assert table["regret"].tolist() == pytest.approx([(0 + 5 + 0 + 6) / 4, (3 + 0 + 0 + 9) / 4, (9 + 6 + 4 + 0) / 4])
    assert table["best"].tolist() == pytest.approx([0.375, 0.375, 0.25]), "a tie is shared"
    assert table["enough"].tolist() == [0.25, 0.5, 0.25]


def test_nobody_is_best_where_all_are_alike():
    table = answer(runs([[5, 0, 0, 0], [2, 0, 0, 0], [1, 0, 0, 0]]))
    assert table["best"].tolist() == [0.25, 0, 0] and table["regret"].tolist() == [0, 0.75, 1]


def test_less_may_be_better():
    table = answer(runs([[9, 1], [6, 6], [0, 0]]), discovery.Wish("gap", more=False, enough=5))
    assert table["mean"].tolist() == [5, 6, 0] and table["mean_low"].le(table["mean_high"]).all()
    assert table["regret"].tolist() == [5, 6, 0] and table["enough"].tolist() == [0.5, 0, 1]


def test_luck_makes_no_regret_where_all_programmes_are_equal():
    table = answer(runs(np.zeros((3, 400)), spread=3.0))
    assert (table["regret_low"] < 0).all() and (table["regret_high"] > 0).all()
    y = runs(np.zeros((3, 400)), spread=3.0)[..., 0].mean(axis=2)
    assert (y.max(axis=0) - y).mean() > 0.5, "the largest mean by itself would be taken for better"


def test_intervals_cover_the_regret_that_is_true():
    means = np.stack([np.zeros(300), np.linspace(-3, 3, 300)])
    truth = np.maximum(means.max(axis=0) - means, 0).mean(axis=1)
    inside = []
    for seed in range(40):
        table = answer(
            runs(means[:, np.random.default_rng(seed).integers(300, size=150)], 0.5, seed=seed), names=["a", "b"]
        )
        inside.append((table["regret_low"] <= truth) & (truth <= table["regret_high"]))
    assert np.mean(inside, axis=0).min() >= 0.85


def test_resamples_keep_worlds_whole():
    y = np.arange(2 * 5 * 6).reshape(2, 5, 6).astype(float)
    drawn = room.Arms(y, y).resampled(np.random.default_rng(1)).y
    assert (drawn[1] - drawn[0] == 30).all(), "a programme has another's world or seed"
    assert (drawn[0] % 6 == range(6)).all(), "replicates of a world are drawn again"
    assert len({*(drawn[0, :, 0] // 6)}) < 5, "nothing was drawn with replacement"


def test_rivals_are_the_two_that_are_most_often_the_best():
    table = discovery.robust(runs([[9, 9, 9, 4], [6, 6, 4, 9], [0, 0, 0, 0]]), NAMES, [WISH], resamples=2)
    assert discovery.rivals(table, "pilots") == ("a", "b")
    y = runs([[9, 4], [6, 9]])[..., 0]
    assert discovery.ahead(y, WISH).mean(axis=1).tolist() == [0, 1]
    assert discovery.ahead(y, WISH._replace(more=False)).mean(axis=1).tolist() == [1, 0]


def test_rivals_that_are_the_best_equally_often_are_told_by_their_regret():
    table = pd.DataFrame({"wish": "w", "programme": ["far", "near", "best"], "best": [0, 0, 1], "regret": [9, 1, 0]})
    assert discovery.rivals(table, "w") == ("best", "near")


def test_missing_runs_and_too_few_of_anything_are_refused():
    y = runs(np.zeros((3, 4)))
    y[1, 2, 0] = np.nan
    with pytest.raises(discovery.Untellable, match="1 of 4 worlds have a run that is missing"):
        answer(y)
    for few in (runs(np.zeros((3, 1))), runs(np.zeros((3, 4)), replicates=1)):
        with pytest.raises(discovery.Untellable, match="two programmes, worlds and replicates at least"):
            answer(few)
