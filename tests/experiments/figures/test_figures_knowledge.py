"""Figures of adoption, of one practice's tree, of the triple helix and of brokerage draw what the tables say."""

import numpy as np
import pandas as pd
import pytest

from experiments.figures.adoption import adoption_with_and_without
from experiments.figures.brokerage import association, brokerage_against_outcomes, by_partners
from experiments.figures.helix import KINDS, kind_of, most_linked, triple_helix
from experiments.figures.interaction import factor_lines
from experiments.figures.tree import PATHS, diffusion_tree, spread

CITIES = pd.DataFrame({"city_id": ["rome", "wuhan", "nice"], "name": ["Rome", "Wuhan $x", "Nice"]})
STEPS = pd.DataFrame({
    "actor": ["wuhan", "nice", "nice"], "practice": "mobility 1", "month": [3, 5, 9],
    "after": ["aware", "aware", "adopted"], "path": ["partner", "organisation", "decision"],
    "source": ["rome", "wuhan/firm-1", None]})  # fmt: skip


def texts(fig):
    return [text.get_text() for text in fig.findobj(lambda artist: hasattr(artist, "get_text"))]


def test_a_tree_puts_every_city_under_the_one_it_heard_from():
    tree = spread(STEPS, "mobility 1", CITIES)
    assert tree["city"].tolist() == ["rome", "wuhan", "nice"], "rome had it; an organisation stands at its city"
    assert tree["source"].tolist()[1:] == ["rome", "wuhan"] and tree["path"].tolist()[1:] == ["partner", "organisation"]
    assert tree["heard"].tolist()[1:] == [3, 5] and np.isnan(tree["heard"][0]) and tree["adopted"][2] == 9


def test_a_tree_has_time_along_the_axis_and_leaves_out_paths_that_nobody_took():
    fig = diffusion_tree(CITIES, STEPS, "mobility 1", months=48)
    (axes,) = fig.axes
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Rome", "Wuhan $x", "Nice"]
    assert axes.get_xlim() == (0, 47)
    said = texts(fig)
    assert {"heard from a partner: 1", "heard from an organisation: 1", "adopted since the start: 1"} <= set(said)
    assert not any("evidence" in word or "chance" in word for word in said)
    upright = [part for part in axes.collections if hasattr(part, "get_segments") and len(part.get_segments()) == 1]
    ends = {tuple(map(tuple, part.get_segments()[0])) for part in upright}
    assert {((3, 0), (3, 1)), ((5, 1), (5, 2))} <= ends, "from the row of the source to the row of the city"


def test_a_city_that_invented_a_practice_begins_when_it_did():
    steps = STEPS.assign(actor=["wuhan", "nice", "rome"], month=[3, 5, 2], path=["partner", "partner", "invention"])
    tree = spread(steps.assign(source=["rome", "rome", None]), "mobility 1", CITIES)
    assert tree["city"][0] == "rome" and tree["adopted"][0] == 2


def test_adoption_is_compared_run_by_run():
    arms = {"with": 2, "without": 1}
    rows = [(month, arm, run, month * by + run) for month in (0, 1) for arm, by in arms.items() for run in range(3)]
    table = pd.DataFrame(rows, columns=["month", "arm", "run", "value"])
    themes = pd.DataFrame({"theme": ["a", "b"], "difference": [0.1, 0.5], "low": [-0.1, 0.4], "high": [0.3, 0.6]})
    fig = adoption_with_and_without(table, themes)
    axes = {ax.get_label(): ax for ax in fig.axes}
    assert axes["gap"].lines[0].get_ydata().tolist() == [0.0, 1.0], "what the runs have in common is taken out"
    assert {"with\n3", "without\n2", "+0.50  (0.40 to 0.60)"} <= set(texts(fig))
    grey = {text.get_text(): text.get_color() for text in axes["themes"].texts}
    assert grey["A"] != grey["B"], "a theme whose interval holds zero is grey"
    with pytest.raises(ValueError, match="two arms"):
        adoption_with_and_without(table[table["arm"] == "with"], themes)


def test_the_helix_shows_kinds_of_pilots_and_the_partnership_with_most_links():
    rows = [("rome", "wuhan/university-1", 1), ("rome", "rome/firm-2", 1), ("nice", "x/firm-1", 0)]
    links = pd.DataFrame(rows, columns=["a", "b", "partnership"])
    ties = pd.DataFrame({"city_a": ["nice", "rome"], "city_b": ["x", "wuhan"], "theme": "mobility"})
    pilots = pd.DataFrame([(m, kind, 1.0 + m) for m in (0, 3) for kind in KINDS], columns=["month", "kind", "value"])
    fig = triple_helix(pilots, links, ties, cities=CITIES)
    assert most_linked(links) == 1 and most_linked(links.assign(partnership=pd.NA)) is None
    assert "Rome and Wuhan $x: mobility" in texts(fig) and {"university", "firm"} <= set(texts(fig))
    tops = [bar.get_y() + bar.get_height() for bar in fig.axes[0].patches]
    assert max(tops) == 16, "four kinds on each other"
    assert [kind_of(name) for name in ("rome", "rome/firm-2", "a/university-1")] == ["city", "firm", "university"]


def holes():
    """Return ten runs of cities with 1, 2 and 4 partners who begin as many pilots, and one city more."""
    rows = [(seed, 1 / d, d) for seed in range(10) for d in (1, 2, 4)]
    return pd.DataFrame([*rows, (0, np.nan, 3), (0, 1 / 7, 9)], columns=["seed", "constraint", "pilots"])


def test_brokerage_is_by_number_of_partners_rising_to_the_right():
    found = by_partners(holes(), "pilots")
    assert found["partners"].tolist() == [1, 2, 4], "seven partners are too few cities to speak of"
    assert found["mean"].tolist() == [1, 2, 4] and found["n"].tolist() == [10, 10, 10]
    axes = brokerage_against_outcomes(holes()).axes[0]
    assert axes.get_xscale() == "linear" and axes.get_xlim()[0] < axes.get_xlim()[1]
    assert axes.containers[0].lines[0].get_xydata().tolist() == [[1, 1], [2, 2], [4, 4]]


def test_cities_of_one_run_are_no_independent_rows():
    apart = pd.DataFrame({"seed": range(20), "constraint": 0.5, "pilots": [1, 3] * 10})
    alike = apart.assign(seed=[0, 1] * 10)
    found = [by_partners(rows, "pilots").iloc[0] for rows in (apart, alike)]
    width = [row["high"] - row["low"] for row in found]
    assert width[1] > 3 * width[0]


def test_the_association_is_one_of_runs():
    mean, low, high = association(holes(), "pilots")
    assert mean == pytest.approx(1) and low == high == pytest.approx(1)


def test_factor_lines_join_the_means_of_a_level_and_ring_one():
    rows = [(c, s, "pilots", c + s, c + s - 1, c + s + 1) for c in (0.0, 4.0) for s in (0.0, 0.5, 2.0)]
    table = pd.DataFrame(rows, columns=["capacity", "scale", "outcome", "mean", "low", "high"])
    fig = factor_lines(table, "capacity", "scale", ["pilots"], marked=(4.0, 0.5), mark="as it was")
    (axes,) = fig.axes
    first, second = (bars.lines[0].get_xydata().tolist() for bars in axes.containers)
    assert first == [[0, 0], [0.5, 0.5], [2, 2]] and second == [[0, 4], [0.5, 4.5], [2, 6]]
    ring = axes.collections[-1]
    assert ring.get_offsets().tolist() == [[0.5, 4.5]] and any("Ring: as it was." in said for said in texts(fig))
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0", "0.5", "2"] and axes.get_ylim()[0] == 0
    with pytest.raises(ValueError, match="plans"):
        factor_lines(table, "capacity", "scale", ["plans"])


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="constraint"):
        brokerage_against_outcomes(CITIES)


def test_every_path_of_the_model_has_a_colour():
    from abm.state.words import Path

    roads = {path.name.lower() for path in Path} - {"home", "decision", "invention"}
    assert roads <= set(PATHS)
