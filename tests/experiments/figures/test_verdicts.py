"""Headings of sensitivity say what the tables say, as sure as their intervals."""

import numpy as np
import pandas as pd
import pytest

from experiments.figures import verdicts


def table(rows, *names):
    """Rows of factor and estimate with interval for every name, of pilots at month 48."""
    columns = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    found = pd.DataFrame(rows, columns=["factor", *columns])
    return found.assign(outcome="pilots_ever", month=48)


LUCK = pd.DataFrame(
    {"outcome": ["contacts_ever", "pilots_ever", "pilots_ever"], "month": [96, 24, 48], "share": [0.5, 0.24, 0.11],
     "share_low": [0.4, 0.21, 0.1], "share_high": [0.6, 0.27, 0.12], "says": ""})  # fmt: skip
INDICES = table([("capacity", 0.3, 0.25, 0.35), ("idle", 0.0, -0.1, 0.1), ("trust", 0.1, 0.05, 0.15)], "ST")


def plain(sentence):
    return sentence.replace("\N{THIN SPACE}", " ")


def test_luck_is_told_with_what_is_largest_alone():
    alone = table([("capacity", 0.2, 0.15, 0.25), ("trust", 0.1, 0.05, 0.12)], "S1")
    said = "Pilots ever, month 48: 11 % (10 % to 12 %) of what runs differ by is luck"
    assert plain(verdicts.of_luck(LUCK, alone)) == f"{said}; of the rest most alone is capacity, 0.20 (0.15 to 0.25)"
    none = table([("idle", 0.1, -0.1, 0.3)], "S1")
    assert verdicts.of_luck(LUCK, none).endswith("; what one parameter does alone cannot be told from chance")


def test_luck_whose_interval_holds_zero_is_not_told():
    unclear = LUCK.assign(share_low=-0.02)
    alone = INDICES.rename(columns=lambda name: name.replace("ST", "S1"))
    assert "no luck can be told (−2 % to 12 %)" in plain(verdicts.of_luck(unclear, alone))
    silent = LUCK.assign(says="no parameter moves this")
    assert verdicts.of_luck(silent, INDICES) == "Pilots ever, month 48: no parameter moves this"


def test_parameters_that_overlap_the_first_stand_beside_it():
    assert verdicts.of_indices(INDICES) == "Pilots ever, month 48: most depends on capacity, 0.30 (0.25 to 0.35)"
    near = INDICES.assign(ST_high=[0.35, 0.1, 0.26])
    assert "most depends on capacity and trust, 0.30" in verdicts.of_indices(near)
    unclear = INDICES.assign(ST_low=-0.1)
    assert verdicts.of_indices(unclear).endswith("what parameters do cannot be told from chance")


def test_parameters_that_clearly_move_an_outcome_are_counted():
    assert verdicts.of_map(INDICES.assign(distinguishable=INDICES["ST_low"] > 0)).endswith("2 of 3 clearly move it")


@pytest.mark.parametrize(
    ("low", "said"),
    [
        (59.0, "24.0 (22.0 to 26.0) to 60.0 (59.0 to 62.0)"),
        (20.0, "a change cannot be told from chance"),
        (np.nan, "nothing leads"),
    ],
)
def test_a_curve_is_told_from_its_lowest_to_its_highest_point(low, said):
    rows = [("capacity", 24.0, 22.0, 26.0), ("capacity", 60.0, low, 62.0), ("idle", 40.0, 39.0, 41.0)]
    curves = pd.DataFrame(rows, columns=["factor", "mean", "low", "high"]).assign(outcome="pilots_ever", month=48)
    curves["mean"] = curves["mean"] if low == low else np.nan
    assert said in verdicts.of_curves(curves)


def test_luck_changes_over_time_only_where_intervals_part():
    assert "luck falls from month 24 to 48, 24 % (21 % to 27 %) and 11 %" in plain(verdicts.of_months(LUCK))
    rising = LUCK.assign(share=[0.5, 0.01, 0.11], share_low=[0.4, 0.0, 0.1], share_high=[0.6, 0.02, 0.12])
    assert "luck rises" in verdicts.of_months(rising)
    assert "luck does not clearly change" in verdicts.of_months(LUCK.assign(share_low=0.1))


def test_pairs_are_told_only_where_one_stands_out():
    rows = table([("a", 0.04, 0.02, 0.06), ("a", 0.09, 0.05, 0.13)], "S2").assign(other=["b", "c"])
    said = verdicts.of_pairs(rows.assign(distinguishable=True))
    assert said == "2 pairs act together; most do a and c, 0.09 (0.05 to 0.13) of Pilots ever, month 48"
    assert verdicts.of_pairs(rows.assign(distinguishable=False)).endswith("cannot be told from chance")


def test_a_screening_counts_what_moves_an_outcome():
    rows = table([("a", 1.0, 0.0, 0.0), ("b", 3.0, 0.0, 0.0), ("c", 0.1, 0.0, 0.0)], "size")
    rows["moves"] = [True, True, False]
    assert verdicts.of_screening(rows) == "Pilots ever, month 48: 2 of 3 parameters move it beyond luck, most b"
    assert verdicts.of_screening(rows.assign(moves=False)).endswith("0 of 3 parameters move it beyond luck")
