"""A comparison says what was hit and what was missed, and refuses worlds that the record is not about."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from abm.parameters import ConfigError
from calibration import check as checking
from calibration.targets import TARGETS, Target
from tests.helpers import tiny


def target(name, value, bound="equal", tolerance=0.0, outcome="pilots"):
    return Target(name, "fit", value, tolerance, "1", outcome, "file.csv", "A number.", bound)


def judged(value, bound="equal", tolerance=0.0, values=(9.0, 10.0, 11.0)):
    table = checking.judge(pd.DataFrame({"x": values}), [target("x", value, bound, tolerance)])
    return table.iloc[0]


def test_z_is_the_distance_in_standard_deviations_of_chance_and_record_together():
    row = judged(13.0, tolerance=math.sqrt(3.0))
    assert (row["mean"], row["sd"], row["runs"]) == (10.0, 1.0, 3)
    assert row["z"] == pytest.approx(3.0 / 2.0)


def test_intervals_are_quantiles_over_runs():
    row = judged(500.0, values=np.arange(1001.0))
    assert [row[name] for name in ("low_95", "low_80", "high_80", "high_95")] == pytest.approx([25, 100, 900, 975])


@pytest.mark.parametrize(
    ("value", "bound", "expected"),
    [
        (10.0, "equal", "hit"),
        (11.9, "equal", "hit"),
        (12.1, "equal", "MISS"),
        (7.9, "equal", "MISS"),
        (7.9, "at least", "hit"),
        (12.1, "at least", "MISS"),  # a lower bound forbids a model far below it
        (12.1, "at most", "hit"),
        (7.9, "at most", "MISS"),  # an upper bound one far above it
    ],
)
def test_a_miss_is_a_miss(value, bound, expected):
    assert judged(value, bound)["verdict"] == expected


def test_what_never_varies_is_hit_exactly_or_missed():
    assert judged(10.0, values=(10.0, 10.0))["verdict"] == "hit"
    assert judged(11.0, values=(10.0, 10.0))["verdict"] == "MISS"


def test_runs_without_a_value_are_left_out_and_counted():
    row = judged(10.0, values=(9.0, 11.0, math.nan))
    assert (row["mean"], row["runs"]) == (10.0, 2)


def test_a_target_of_which_no_run_has_a_value_is_not_comparable():
    row = checking.judge(pd.DataFrame(), [target("x", 1.0)]).iloc[0]
    assert row["verdict"] == "not comparable" and math.isnan(row["z"])


def test_misses_are_printed(capsys):
    table = checking.judge(
        pd.DataFrame({"near": [1.0, 2.0, 3.0], "far": [1.0, 2.0, 3.0]}), [target("near", 2.0), target("far", 20.0)]
    )
    checking.show(table, "A comparison")
    said = capsys.readouterr().out
    assert "MISS" in said and "1 of 2 met, missed: far" in said


def test_a_world_of_other_blocs_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="has no cities of China and Europe"):
        checking.compare(tiny(tmp_path), 2)


def test_the_shipped_programme_is_compared_to_the_end_of_the_record(capsys):
    table = checking.check(seeds=3, as_json=True)
    assert json.loads(capsys.readouterr().out)[0]["target"] == TARGETS[0].name
    assert list(table["target"]) == [t.name for t in TARGETS]
    assert (table["verdict"] != "not comparable").all() and (table["runs"] > 0).all()


def test_the_same_seeds_give_the_same_table():
    pd.testing.assert_frame_equal(checking.compare(seeds=[4, 9]), checking.compare(seeds=[4, 9]))
