import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.effects import differences, left_out, main_effects, means, with_replicates
from experiments.intervals import PAIRED, paired, replicates_needed, t_interval


def table(**arms: list[float]) -> pd.DataFrame:
    """One outcome of some arms, seeds 1, 2, … in each."""
    return pd.DataFrame(
        [(arm, seed, value) for arm, values in arms.items() for seed, value in enumerate(values, 1)],
        columns=["arm", "seed", "pilots"],
    )


def test_pairs_at_draws_of_a_posterior_are_of_one_draw_and_seed():
    rows = [
        ("with" if more else "without", draw, seed, 10.0 * draw + seed + more * (draw + seed % 2))
        for draw in (1, 2, 3)
        for seed in (draw, draw + 3)
        for more in (0, 1)
    ]
    runs = pd.DataFrame(rows, columns=["arm", "draw", "seed", "pilots"])
    found = differences(runs, ["arm"], {"arm": "without"}).iloc[0]
    apart = [draw + seed % 2 for draw in (1, 2, 3) for seed in (draw, draw + 3)]
    assert found["pairs"] == 6 and found["difference"] == pytest.approx(np.mean(apart))
    assert list(found[["difference", "low", "high"]]) == pytest.approx(t_interval(np.array([1.5, 2.5, 3.5])))
    assert found["deviation"] == pytest.approx(np.std(apart, ddof=1)) and found["draws"] == 3
    assert with_replicates(found.to_frame().T).columns.tolist() == found.index.tolist()
    both = main_effects(runs, {"arm": ["without", "with"]}, ["pilots"]).iloc[0]
    assert both["difference"] == found["difference"] and both["by_parameters"] == found["by_parameters"]


def test_a_mean_and_its_interval_by_hand():
    mean, low, high = t_interval(np.array([1.0, 2.0, 3.0]))
    assert mean == 2
    assert high - mean == pytest.approx(4.302653 / math.sqrt(3)) and mean - low == pytest.approx(high - mean)


def test_one_run_has_no_interval_and_none_has_no_mean():
    assert t_interval(np.array([5.0]))[0] == 5 and np.isnan(t_interval(np.array([5.0]))[1:]).all()
    assert np.isnan(t_interval(np.array([]))).all()
    assert t_interval(np.array([4.0, 4.0])) == (4, 4, 4)


def test_means_count_what_is_missing():
    row = means(table(a=[1, math.nan, 3]), ["arm"]).iloc[0]
    assert (row["runs"], row["missing"], row["mean"]) == (2, 1, 2)


def test_a_paired_difference_by_hand():
    found = differences(table(none=[1, 2, 3, 4], broker=[2, 2, 5, 7]), ["arm"], {"arm": "none"})
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["arm"], row["pairs"], row["dropped"], row["difference"]) == ("broker", 4, 0, 1.5)
    assert row["p_greater"] == (3 + 0.5) / 4
    assert row["deviation"] == pytest.approx(np.std([1, 0, 2, 3], ddof=1))
    assert row["variance_reduction"] == pytest.approx(1 - np.var([1, 0, 2, 3], ddof=1) / (5 / 3 + 6))
    expected = stats.ttest_rel([2, 2, 5, 7], [1, 2, 3, 4]).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_pairs_are_joined_by_seed_and_never_by_position():
    rows = table(none=[1, 2, 3], broker=[11, 12, 13])
    shuffled = rows.sample(frac=1, random_state=3)
    assert differences(shuffled, ["arm"], {"arm": "none"})["deviation"].tolist() == [0]


def test_a_missing_value_drops_its_pair_and_is_counted_and_said():
    rows = table(none=[1, math.nan, 3, 4], broker=[2, 2, math.nan, 7])
    row = differences(rows, ["arm"], {"arm": "none"}).iloc[0]
    assert (row["pairs"], row["dropped"], row["difference"]) == (2, 2, 2)
    assert (
        left_out(differences(rows, ["arm"], {"arm": "none"})) == "Pairs without two values were left out: pilots (2)."
    )
    assert left_out(means(rows, ["arm"])) == "Runs without a value were left out: pilots (2)."
    assert left_out(means(table(a=[1, 2]), ["arm"])) == ""


def test_a_seed_that_one_arm_lacks_is_a_dropped_pair():
    rows = table(none=[1, 2, 3], broker=[2, 3])
    assert differences(rows, ["arm"], {"arm": "none"})[["pairs", "dropped"]].to_numpy().tolist() == [[2, 1]]


def test_a_baseline_in_one_factor_leaves_the_others_as_they_are():
    rows = pd.DataFrame(
        [(c, s, seed, 10 * c + 100 * s * c + seed) for c in (0, 1) for s in (0, 2) for seed in (1, 2)],
        columns=["capacity", "scale", "seed", "pilots"],
    )
    found = differences(rows, ["capacity", "scale"], {"capacity": 0}).set_index(["capacity", "scale"])
    assert found["difference"].to_dict() == {(1, 0): 10, (1, 2): 210}
    both = differences(rows, ["capacity", "scale"], {"capacity": 0, "scale": 0})
    assert both["difference"].tolist() == [0, 10, 210]


def test_common_luck_is_worth_what_it_saves():
    luck = np.random.default_rng(1).normal(size=4000)
    own = np.random.default_rng(2).normal(size=(2, 4000))
    at = PAIRED.index("variance_reduction")
    assert paired(luck + 1, luck)[at] == pytest.approx(1)
    assert paired(own[0], own[1])[at] == pytest.approx(0, abs=0.05)
    assert paired(luck + own[0], luck + own[1])[at] == pytest.approx(0.5, abs=0.05)
    assert paired(luck, -luck)[at] == pytest.approx(-1)
    assert math.isnan(paired(np.ones(3), np.ones(3))[at])


@pytest.mark.parametrize(("n", "level"), [(5, 0.95), (30, 0.95), (30, 0.8)])
def test_intervals_cover_the_truth_as_often_as_they_say(n, level):
    rng = np.random.default_rng(n)
    hits = 0
    for _ in range(3000):
        luck = rng.normal(size=n)
        _, _, _, low, high, *_ = paired(luck + rng.normal(0.7, 0.5, n), luck + rng.normal(0, 0.5, n), level)
        hits += low <= 0.7 <= high
    error = math.sqrt(level * (1 - level) / 3000)
    assert abs(hits / 3000 - level) < 4 * error


@pytest.mark.parametrize("half", [0.1, 0.5, 1, 3, 50])
def test_replicates_needed_are_the_least_that_do(half):
    def width(n):
        return stats.t.ppf(0.975, n - 1) * 2.5 / math.sqrt(n)

    n = replicates_needed(2.5, half)
    assert width(n) <= half
    assert n == 2 or width(n - 1) > half


def test_replicates_needed_refuses_what_has_no_answer():
    for deviation, half in ((math.nan, 1), (1, 0), (-1, 1)):
        with pytest.raises(ValueError, match="no number of runs"):
            replicates_needed(deviation, half)
    assert replicates_needed(0, 1) == 2


def test_a_table_that_cannot_be_paired_is_refused():
    rows = table(none=[1, 2], broker=[2, 3])
    with pytest.raises(ValueError, match="stands there twice"):
        differences(pd.concat([rows, rows]), ["arm"], {"arm": "none"})
    with pytest.raises(ValueError, match="no runs of the baseline"):
        differences(rows, ["arm"], {"arm": "nothing"})
    with pytest.raises(ValueError, match="must name some of"):
        differences(rows, ["arm"], {"capacity": 0})
    with pytest.raises(ValueError, match="missing; the table has"):
        means(rows, ["arm"], ["pilot"])
    with pytest.raises(ValueError, match="is missing in some row"):
        means(rows.assign(seed=[1, 2, 1, math.nan]), ["arm"])


def test_the_pairs_that_a_precision_would_take():
    found = differences(table(a=[1, 2, 4, 9], b=[0, 0, 0, 0], c=[5, 5, 5, 5]), ["arm"], {"arm": "b"})
    needed = with_replicates(found).set_index("arm")["pairs_needed"]
    row = found.set_index("arm").loc["a"]
    assert needed["a"] == replicates_needed(row["deviation"], 0.1 * row["difference"])
    assert needed.isna()["c"], "a difference that never varies needs no number"


def test_the_main_effects_of_a_fraction_are_those_that_were_planted():
    """Half of 2³, c = ab: y = 1 + 2a − b + luck; a run that is missing takes its seed out of all effects."""
    rows = [
        {
            "a": a,
            "b": b,
            "c": "yes" if a * b > 0 else "no",
            "seed": seed,
            "y": 1 + 2 * a - b + 100 * seed + 0.01 * a * seed,
        }
        for a in (-1, 1)
        for b in (-1, 1)
        for seed in (1, 2, 3)
    ]
    runs = pd.DataFrame(rows)
    levels = {"a": (-1, 1), "b": (-1, 1), "c": ("no", "yes")}
    found = main_effects(runs, levels, ["y"]).set_index("factor")
    assert found["difference"].to_dict() == pytest.approx({"a": 4.04, "b": -2, "c": 0})
    assert (found.loc["c", "first"], found.loc["c", "second"]) == ("no", "yes") and set(found["pairs"]) == {3}
    runs.loc[(runs["seed"] == 2) & (runs["a"] == 1) & (runs["b"] == 1), "y"] = math.nan
    found = main_effects(runs, levels, ["y"])
    assert set(found["pairs"]) == {2} and set(found["dropped"]) == {1}
    assert found["difference"].tolist() == pytest.approx([4.04, -2, 0])
