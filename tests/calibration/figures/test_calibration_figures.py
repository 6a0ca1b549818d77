"""Figures of a calibration draw what its tables say, and their titles say what is drawn."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text
from scipy.stats import kstest, kstwo

from calibration import figures as drawn
from calibration.diagnostics import KS, Ranks, coverage
from calibration.figures.proof import difference
from calibration.figures.words import RIGHT, WRONG, named
from calibration.inference.evidence import tarp
from experiments.figures import save

NOTE = "trial: 4,000 runs of the prior; seed 1; regression. Conditioned on the record, not calibrated."
NAMES = ("city.capacity", "pairing.partners", "list.joining")

pytestmark = pytest.mark.filterwarnings("error")


def words(fig):
    """Return what is written in a figure, its lines joined."""
    return [" ".join(text.get_text().split()) for text in fig.findobj(Text) if text.get_text().strip()]


def heading(fig):
    return " ".join(fig.texts[0].get_text().split())


@pytest.fixture(scope="module")
def summary():
    """Give three unknowns: one that keeps its prior, a whole number that is learnt, one that leans on its end."""
    rows = [
        (NAMES[0], 6.0, 20.0, 0.03, 0.1, 0.11, "prior"),
        (NAMES[1], 1.0, 4.0, 0.40, np.nan, np.nan, "learnt"),
        (NAMES[2], 0.0, 1.0, 0.80, 0.0, 0.55, "leans on its end"),
    ]
    return pd.DataFrame(rows, columns=["unknown", "low", "high", "learnt", "low_tenth", "high_tenth", "verdict"])


@pytest.fixture(scope="module")
def draws():
    rng = np.random.default_rng(1)
    columns = (rng.uniform(6, 20, 400), rng.choice([1, 2, 2, 2], 400), rng.beta(9, 1, 400))
    return pd.DataFrame(dict(zip(NAMES, columns, strict=True)))


@pytest.fixture(scope="module")
def ties():
    return pd.DataFrame([(NAMES[2], NAMES[0], -0.44)], columns=["one", "other", "correlation"])


@pytest.fixture(scope="module")
def proof():
    """Give tables of a proof in which the ranks of one of three unknowns are too small."""
    rng = np.random.default_rng(2)
    below = rng.random((1000, 3)) ** [1, 1, 1.3]
    found = Ranks(below, rng.random(1000))
    wrong = pd.DataFrame(
        [("posterior", 0.88, 0.91, False), ("too narrow", 0.7, 0.8, True)],
        columns=["posterior", "low_90", "high_90", "red"],
    )
    return pd.DataFrame(below, columns=list(NAMES)), coverage(found, NAMES), tarp(found), wrong


@pytest.fixture(scope="module")
def predicted():
    """Give one statistic that fits, one held out that is far off, one that is a point, one that no run has."""
    rows = [
        ("pilot cases", "fit", 15.0, 15.0, 6.0, 8.0, 24.0, 26.0),
        ("busiest European city", "hold-out", 0.67, 0.3, 0.17, 0.19, 0.31, 0.5),
        ("largest case", "hold-out", 2.0, 2.0, 2.0, 2.0, 2.0, 2.0),
        ("first implemented case", "hold-out", 21.0, *[np.nan] * 5),
    ]
    columns = ["statistic", "role", "observed", "mean", "low_95", "low_90", "high_90", "high_95"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="module")
def headline():
    """Give one effect under three beliefs, of which the posterior has half of the prior's range."""
    rows = [
        ("defaults", 12.0, 12.0, 12.0, 6.0, 19.0, 0.0),
        ("prior", 15.0, 5.0, 25.0, 3.0, 30.0, 0.6),
        ("posterior", 11.0, 6.0, 16.0, 4.0, 22.0, 0.3),
    ]
    columns = ["belief", "mean", "low_90", "high_90", "one_05", "one_95", "by_parameters"]
    table = pd.DataFrame(rows, columns=columns).assign(lever="broker", outcome="pilots_ever")
    return table.assign(by_luck=1 - table["by_parameters"])


@pytest.fixture(scope="module")
def every(summary, draws, ties, proof, predicted, headline):
    """Give a function that draws all figures."""
    return lambda: {
        "boxes": drawn.prior_and_posterior(summary, draws, note=NOTE),
        "ties": drawn.tied_unknowns(draws, ties, summary, note=NOTE),
        "proof": drawn.proof_of_posterior(*proof, note=NOTE),
        "predicted": drawn.predictive_intervals(predicted, note=NOTE),
        "headline": drawn.headline_under_beliefs(headline, note=NOTE),
    }


def test_every_figure_is_the_same_bytes_twice(every, tmp_path):
    again = every()
    for name, fig in every().items():
        one, two = (save(f, tmp_path / f"{name}-{k}.png").read_bytes() for k, f in enumerate((fig, again[name])))
        assert one == two, name


def test_every_figure_carries_its_note_and_stays_on_the_page(every):
    for name, fig in every().items():
        assert NOTE in " ".join(words(fig)), name
        fig.canvas.draw()
        shown, (width, height) = fig.get_tightbbox(), fig.get_size_inches()
        assert min(shown.x0, shown.y0) >= 0 and shown.x1 <= width and shown.y1 <= height, name


def test_boxes_say_what_is_learnt_and_what_leans(summary, draws):
    fig = drawn.prior_and_posterior(summary, draws)
    assert heading(fig) == (
        "The record tells something of 1 of 2 unknowns of the model and 1 of 1 unknowns of the list; "
        "list.joining leans on the end of the box"
    )
    assert {"prior: 3 %; ends 10 % and 11 %", "learnt: 40 %", "leans on its end: 80 %; ends 0 % and 55 %"} <= set(
        words(fig)
    )


def test_bars_are_the_density_of_the_draws_beside_that_of_the_prior(summary, draws):
    whole = drawn.prior_and_posterior(summary, draws).axes[1]
    shares = draws[NAMES[1]].value_counts(normalize=True).reindex([1, 2, 3, 4], fill_value=0)
    assert [bar.get_height() for bar in whole.containers[0]] == pytest.approx(shares.tolist())
    assert whole.lines[0].get_ydata().tolist() == [0.25, 0.25]


def test_a_pair_is_drawn_over_both_boxes_and_none_is_said(summary, draws, ties):
    fig = drawn.tied_unknowns(draws, ties, summary)
    assert heading(fig).endswith("list.joining and city.capacity (−0.44)")
    assert (fig.axes[0].get_xlim(), fig.axes[0].get_ylim()) == ((0, 1), (6, 20))
    none = drawn.tied_unknowns(draws, ties.head(0), summary)
    assert heading(none) == "No two unknowns are tied" and "All correlations are below .2 in size." in words(none)


def test_ranks_leave_the_band_where_the_test_of_the_gate_says_so(proof):
    ranks, table = proof[:2]
    fig = drawn.proof_of_posterior(*proof)
    assert heading(fig) == "1,000 tests find 1 of 3 unknowns off: list.joining"
    band = kstwo.ppf(1 - KS / 3, 1000)
    curves = fig.axes[0].lines[1:]
    assert [np.abs(line.get_ydata()).max() > band for line in curves] == [False, False, True]
    assert [to_hex(line.get_color()) for line in curves] == [RIGHT, RIGHT, WRONG]
    assert table["wrong"].ne("").tolist() == [False, False, True]
    for name in ranks:
        assert np.abs(difference(ranks[name])[1]).max() == pytest.approx(kstest(ranks[name], "uniform").statistic)


def test_coverage_is_drawn_as_it_is_off(proof):
    panel = drawn.proof_of_posterior(*proof).axes[1]
    heights = [points.get_offsets()[:, 1].tolist() for points in panel.collections[4:]]
    assert heights[2] == pytest.approx((proof[1]["90%"] - 0.9).tolist())


def test_fewer_tests_than_decide_are_said(proof):
    ranks, table, curve, wrong = proof
    assert heading(drawn.proof_of_posterior(ranks.head(50), table, curve, wrong)).endswith("list.joining; 1,000 decide")


def test_the_record_is_red_where_it_is_missed_and_missed_ones_are_named(predicted):
    fig = drawn.predictive_intervals(predicted)
    assert heading(fig) == (
        "1 of 1 statistics in the fit and 1 of 3 hold-outs are where they are predicted; "
        "missed: busiest European city and first implemented case"
    )
    fit, held_out = (ax for ax in fig.axes if ax.get_title(loc="left"))
    assert [label.get_text() for label in held_out.get_yticklabels()][:2] == predicted["statistic"].tolist()[1::2]
    record = held_out.collections[-1]
    assert [to_hex(colour) for colour in record.get_facecolors()] == [WRONG, WRONG, RIGHT]
    assert fit.collections[-1].get_offsets()[0, 0] == pytest.approx(-1 / 8)
    assert {"15 (8 to 24)", "0.67 (0.19 to 0.31)", "21.00 (in no run)", "→"} <= set(words(fig))


def test_effects_are_drawn_with_their_shares_and_the_title_counts(headline):
    fig = drawn.headline_under_beliefs(headline)
    assert heading(fig) == (
        "Every effect is above 0 under every belief; of the prior's range of answers the posterior leaves: "
        "pilots ever 50 %"
    )
    effects, shares = fig.axes
    assert effects.collections[-1].get_offsets()[:, 0].tolist() == [12, 15, 11]
    assert [bar.get_width() for bar in shares.containers[0]] == [0, 0.6, 0.3]
    less = headline.assign(low_90=headline["low_90"].where(headline["belief"] != "posterior", -1))
    assert heading(drawn.headline_under_beliefs(less)).startswith("Not every effect is above 0")


def test_a_table_without_a_column_is_refused(summary, draws, headline):
    with pytest.raises(ValueError, match=r"prior_and_posterior: column\(s\) list.joining missing"):
        drawn.prior_and_posterior(summary, draws[list(NAMES[:2])])
    with pytest.raises(ValueError, match=r"headline_under_beliefs: column\(s\) one_05 missing"):
        drawn.headline_under_beliefs(headline.drop(columns="one_05"))


def test_many_names_are_cut_and_counted():
    assert named(["a"]) == "a" and named(["a", "b", "c"]) == "a, b and c"
    assert named(list("abcdefg"), 4) == "a, b, c, d and 3 more"
