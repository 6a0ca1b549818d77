"""Figures of adoption, of one practice's tree, of the triple helix and of brokerage draw what the tables say."""

import pandas as pd
import pytest

from experiments.figures.helix import brokerage_against_outcomes, kind_of, triple_helix
from experiments.figures.knowledge import adoption_by_theme, diffusion_tree

CITIES = pd.DataFrame({
    "city_id": ["rome", "wuhan", "nice"], "name": ["Rome", "Wuhan $x", "Nice"], "region": ["Europe", "China", "Europe"],
    "role": "member", "longitude": [12.5, 114.3, 7.3], "latitude": [41.9, 30.6, 43.7]})  # fmt: skip
STEPS = pd.DataFrame({
    "actor": ["wuhan", "nice", "nice"], "practice": "mobility 1", "month": [3, 5, 9],
    "after": ["aware", "aware", "adopted"], "path": ["partner", "organisation", "decision"],
    "source": ["rome", "wuhan/firm-1", None]})  # fmt: skip


def texts(fig):
    return [text.get_text() for text in fig.findobj(lambda artist: hasattr(artist, "get_text"))]


def test_a_tree_has_an_arrow_for_each_city_told_and_counts_the_paths():
    fig = diffusion_tree(CITIES, STEPS, "mobility 1")
    assert "— partner: 1" in texts(fig) and "— organisation: 1" in texts(fig)
    assert any("adopted since the start (1)" in text for text in texts(fig))
    assert any("Wuhan $x" in text for text in texts(fig))


def test_adoption_has_a_panel_a_theme():
    table = pd.DataFrame(
        {"month": [0, 1] * 4, "theme": ["a"] * 4 + ["b"] * 4, "value": [0.1] * 4 + [0.0, 0.1, 0.2, 0.3]}
    )
    fig = adoption_by_theme(table)
    assert {"A", "B", "10.0%", "20.0%"} <= set(texts(fig)), "themes, and the mean of the runs in the last month"
    assert fig.axes[1].lines[0].get_ydata().tolist() == pytest.approx([0.1, 0.2])


def test_the_three_kinds_of_actor_are_told_apart():
    links = pd.DataFrame({"kind": ["city university"], "a": ["rome"], "b": ["wuhan/university-1"], "ended": [pd.NA]})
    ties = pd.DataFrame({"city_a": ["rome"], "city_b": ["wuhan"], "stage": [3]})
    cities = pd.DataFrame({"city_id": ["rome", "wuhan"], "name": ["Roma $x", "Wuhan"]})
    assert {"city (2)", "university (1)", "firm (0)", "rome"} <= set(texts(triple_helix(links, ties)))
    assert any("Roma $x" in text for text in texts(triple_helix(links, ties, cities=cities)))
    assert [kind_of(name) for name in ("rome", "rome/firm-2", "a/university-1")] == ["city", "firm", "university"]


def test_brokerage_says_the_rank_correlation():
    table = pd.DataFrame(
        {"city_id": list("abc"), "region": "Europe", "constraint": [0.1, 0.5, 1.0], "pilots": [3, 2, 1]}
    )
    assert any("−1.00" in text for text in texts(brokerage_against_outcomes(table)))


def test_brokerage_of_many_runs_has_a_mean_at_every_constraint():
    rows = [("a", "Europe", 1 / d, n) for d in (1, 2, 4) for n in range(d, d + 20)]
    table = pd.DataFrame(rows, columns=["city_id", "region", "constraint", "pilots"])
    fig = brokerage_against_outcomes(table)
    (bars,) = fig.axes[0].containers
    assert bars.lines[0].get_xydata().tolist() == [[0.25, 13.5], [0.5, 11.5], [1.0, 10.5]]
    few = brokerage_against_outcomes(table.iloc[::2].iloc[:20])
    assert not few.axes[0].containers, "few points speak for themselves"


def test_the_area_of_a_point_is_the_number_of_rows_there():
    table = pd.DataFrame({"city_id": "a", "region": "Europe", "constraint": [0.5] * 30 + [1.0], "pilots": 2})
    sizes = brokerage_against_outcomes(table).axes[0].collections[0].get_sizes()
    assert len(sizes) == 2 and max(sizes) > 5 * min(sizes)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="constraint"):
        brokerage_against_outcomes(CITIES)
