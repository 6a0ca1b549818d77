"""Figures of discovery and of a robust choice say what their tables say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from experiments import figures as drawn

HOSTILE = "<b>$x$ 重庆 %s"
NOTE = "trial: 300 worlds × 2 seeds"

pytestmark = pytest.mark.filterwarnings("error")


def words(fig):
    """Return what is written in a figure, its lines joined."""
    return [" ".join(text.get_text().split()) for text in fig.findobj(Text) if text.get_text().strip()]


@pytest.fixture
def tradeoff():
    """Give three boxes, the second of which is taken."""
    rows = [
        (s, w, d, c, s == 1) for s, d, c in ((0, 0.2, 1.0), (1, 0.6, 0.5), (2, 0.8, 0.2)) for w in ("found", "judged")
    ]
    return pd.DataFrame(rows, columns=["step", "worlds", "density", "coverage", "taken"])


@pytest.fixture
def boxes():
    """Give what is told of one box."""
    return pd.DataFrame({"density": [0.6], "density_low": [0.5], "density_high": [0.7], "coverage": [0.5]})


@pytest.fixture
def limits():
    """Give the sides of two boxes: numbers, whole numbers, a category, and one that is not told."""
    rows = [
        (1, "broker.capacity", "at least", "", 8.0, 6.9, 8.3, 1.0, True, 0.0, 16.0),
        (1, "broker.capacity", "at most", "", 12.0, 11.0, 13.0, 0.9, True, 0.0, 16.0),
        (1, "pairing.partners", "at least", "", 3.0, 2.0, 3.0, 0.9, True, 0.0, 4.0),
        (1, "broker.strategy", "not", "random", 1.0, 1.0, 1.0, 0.95, True, np.nan, np.nan),
        (2, HOSTILE, "at most", "", 0.0021, 0.002, 0.0024, 0.5, False, 0.0, 0.01),
    ]
    columns = ["box", "factor", "side", "word", "limit", "low", "high", "recurrence", "told", "bottom", "top"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def regret():
    """Give regret of two programmes for two wishes."""
    rows = [
        (wish, programme, *(x + end for x in (k, 2 * k, 0.3) for end in (0, -0.1, 0.1)))
        for wish in ("pilots_ever", "adoptions_ever")
        for k, programme in enumerate(("as it was", HOSTILE))
    ]
    names = [f"{name}{end}" for name in ("regret", "worst", "enough") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["wish", "programme", *names])


@pytest.fixture
def figures(tradeoff, boxes, limits, regret):
    """Give all figures by name."""
    wishes = {"pilots_ever": "at least 25", "adoptions_ever": "at least 100"}
    return {
        "tradeoff": drawn.tradeoff_curve(tradeoff, boxes, 0.2, "Title", note=NOTE),
        "limits": drawn.box_limits(limits, "Title", note=NOTE),
        "regret": drawn.regret_by_wish(regret, wishes, "Title", note=NOTE),
    }


def test_every_figure_carries_its_title_and_note_and_nothing_leaves_it(figures, tmp_path):
    for name, fig in figures.items():
        drawn.save(fig, tmp_path / f"{name}.png")
        said = words(fig)
        assert "Title" in said and any(NOTE in line for line in said), name
        shown, (width, height) = fig.get_tightbbox(), fig.get_size_inches()
        assert min(shown.x0, shown.y0) >= 0 and shown.x1 <= width and shown.y1 <= height, name


def test_the_curve_is_drawn_where_boxes_were_found_and_judged_and_rings_the_one_that_is_told(figures):
    (ax,) = figures["tradeoff"].axes
    lines = [line.get_xydata().tolist() for line in ax.lines if len(line.get_xydata()) == 3]
    assert lines == [[[1.0, 0.2], [0.5, 0.6], [0.2, 0.8]]] * 2
    assert ax.collections[-1].get_offsets().tolist() == [[0.5, 0.6]]
    assert {"where boxes were found", "in worlds not seen"} <= set(words(figures["tradeoff"]))


def test_a_curve_without_a_box_that_is_told_has_no_ring(tradeoff, boxes):
    ax = drawn.tradeoff_curve(tradeoff, boxes.head(0), 0.2).axes[0]
    assert not len(ax.collections[-1].get_offsets())


def test_limits_are_bars_along_their_ranges_with_their_numbers(figures):
    first, second = figures["limits"].axes
    widths = {round(bar.get_width(), 3) for bar in first.patches if bar.get_width() < 1}
    assert {round(12 / 16 - 8 / 16, 3), round(1 - 3 / 4, 3)} <= widths
    said = " ".join(words(figures["limits"]))
    assert "at least 8.0 (6.9 to 8.3), in 100 % at most 12 (11 to 13), in 90 %" in said
    assert "at least 3 (2 to 3), in 90 %" in said and "not random (95 %)" in said
    assert "at most 0.0021 (0.0020 to 0.0024), in 50 %" in said
    assert [bar.get_alpha() for bar in second.patches][-1] < 1, "a side that is not told looks like one that is"


def test_regret_stands_where_the_table_has_it(figures):
    above = figures["regret"].axes[0]
    assert above.collections[1].get_offsets()[:, 0].tolist() == [0, 1]
    assert above.collections[3].get_offsets()[:, 0].tolist() == [0, 2]
    assert "Worlds in which at least 25 is likely" in words(figures["regret"])


@pytest.mark.parametrize("column", ["coverage", "recurrence", "worst_low"])
def test_a_missing_column_is_named(tradeoff, boxes, limits, regret, column):
    with pytest.raises(ValueError, match=column):
        drawn.tradeoff_curve(tradeoff.drop(columns=column, errors="ignore"), boxes, 0.2)
        drawn.box_limits(limits.drop(columns=column, errors="ignore"))
        drawn.regret_by_wish(regret.drop(columns=column, errors="ignore"), {"pilots_ever": ""})
