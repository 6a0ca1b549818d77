"""Figures of sensitivity say what their tables say, of what moves, of what does not, and of what has no value."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from experiments import figures as drawn
from experiments import sensitivity as sa
from experiments.figures.indices import ROWS
from experiments.figures.panels import COLOURS, UNCLEAR, looks, outcomes
from experiments.figures.shares import stacked
from experiments.figures.style import ACCENT, FAINT
from experiments.figures.text import percent

MONTHS = (12, 24)
HOSTILE = ["<b>$x$", "=1+1_{", "重庆 %s"]
NOTE = "trial: 128 blocks × 8 points × 2 seeds = 2,048 runs; none left out. Intervals: 95%.\n3 parameters: a, b, c."

pytestmark = pytest.mark.filterwarnings("error")


def words(fig):
    """Return what is written in a figure, its lines joined."""
    return [" ".join(text.get_text().split()) for text in fig.findobj(Text) if text.get_text().strip()]


def panel(fig, heading):
    """Return the panel under a heading."""
    (ax,) = [ax for ax in fig.axes if any(heading in ax.get_title(loc=place) for place in ("left", "right"))]
    return ax


@pytest.fixture(scope="module")
def founds():
    """Give analyses of 128 and 256 blocks: pilots at two months (the first nothing but luck), contacts, a share."""
    factors = [
        sa.Factor("broker.capacity", low=0.0, high=16.0),
        sa.Factor("broker.strategy", ("random", "bridging", "equity")),
        sa.Factor("idle", low=0.0, high=1.0),
    ]
    design = sa.design(factors, 256, seed=1)
    x = design.points()[..., None, :]
    luck = np.random.default_rng(1).normal(size=(256, design.n_points, 2))
    kind = np.floor(3 * x[..., 1])
    pilots = 10 * x[..., 0] + kind + luck
    contacts = 20 * (x[..., 0] - 0.5) * (kind - 1) + 4 * kind + luck
    share = np.where(np.arange(256)[:, None, None] == 5, np.nan, pilots)
    y = np.stack([luck, pilots, contacts, share], axis=-1)
    names, months = ["pilots_ever", "pilots_ever", "contacts_ever", "full_helix_share"], [12, 24, 24, 24]
    return [sa.indices(y[:n], design.head(n), names, months, np.zeros(y[:n].shape[:3], bool)) for n in (128, 256)]


@pytest.fixture(scope="module")
def found(founds):
    """Give the analysis of all blocks."""
    return founds[-1]


@pytest.fixture(scope="module")
def effects():
    """Give a screening: one parameter that acts alike, one this way and that way, a group, one that does nothing."""
    rows = [
        ("alike", 4.0, 4.0, True),
        ("turning", 0.5, 3.0, True),
        ("group", np.nan, 2.0, True),
        ("idle", 0.1, 0.1, False),
    ]
    table = pd.DataFrame(rows, columns=["factor", "mu", "size", "moves"])
    return table.assign(outcome="pilots_ever", month=24, noise=0.3, says="")


def every(founds, effects, **how):
    """Return all figures by name."""
    found = founds[-1]
    return {
        "why": drawn.why_runs_differ(found.shares, found.luck, "Why", **how),
        "indices": drawn.indices_with_intervals(found.table, found.luck, "Indices", **how),
        "curves": drawn.direction_curves(found.curves, found.luck, "Curves", **how),
        "map": drawn.index_heatmap(found.table, found.luck, "Map", **how),
        "time": drawn.indices_over_time(found.table, found.luck, "Time", **how),
        "pairs": drawn.pair_matrices(found.pairs, "Pairs", **how),
        "convergence": drawn.convergence(sa.convergence(founds), 0.05, "Convergence", **how),
        "screening": drawn.screening_effects(effects, "Screening", **how),
    }


@pytest.fixture(scope="module")
def figures(founds, effects):
    """Give all figures by name."""
    return every(founds, effects, note=NOTE)


def test_every_figure_is_the_same_bytes_twice_and_carries_its_note(figures, founds, effects, tmp_path):
    again = every(founds, effects, note=NOTE)
    for name, fig in figures.items():
        said = " ".join(words(fig))
        assert "none left out. Intervals: 95%. 3 parameters: a, b, c." in said, name
        one, two = (drawn.save(f, tmp_path / f"{name}-{k}.png").read_bytes() for k, f in enumerate((fig, again[name])))
        assert one == two, name


def test_names_are_drawn_literally(founds, effects, tmp_path):
    names = dict(zip(["broker.capacity", "pilots_ever", "alike"], HOSTILE, strict=True))
    for name, fig in every(founds, effects, labels=names).items():
        named = [text for text in fig.findobj(Text) if any(hostile[:4] in text.get_text() for hostile in HOSTILE)]
        assert named and not any(text.get_parse_math() for text in named), name
        drawn.save(fig, tmp_path / f"{name}.png")


def test_nothing_leaves_a_figure(figures):
    for name, fig in figures.items():
        fig.canvas.draw()
        shown, (width, height) = fig.get_tightbbox(), fig.get_size_inches()
        assert min(shown.x0, shown.y0) >= 0 and shown.x1 <= width and shown.y1 <= height, name


def test_bars_are_as_wide_as_the_shares(found):
    fig = drawn.why_runs_differ(found.shares, found.luck)
    bars = {container.get_label(): container for container in fig.axes[0].containers}
    assert list(bars) == ["Broker (units a month)", "Strategy of the broker", "idle", "Only together", "Luck"]
    row = outcomes(found.luck).index(("contacts_ever", 24))
    shares = found.shares[found.shares["outcome"] == "contacts_ever"].set_index("part")["share"]
    for label, part in (("Strategy of the broker", "broker.strategy"), ("Only together", "together"), ("Luck", "luck")):
        assert bars[label][row].get_width() == pytest.approx(abs(shares[part])), label
    assert {bar.get_hatch() for bar in bars["Only together"]} == {"////"}


def test_a_part_below_0_is_drawn_left_of_0_and_the_others_reach_beyond_1():
    lefts = stacked(np.array([[0.5, -0.02, 0.52], [0.3, 0.3, 0.4]]))
    assert lefts[0].tolist() == pytest.approx([0.0, -0.02, 0.5]) and lefts[1].tolist() == pytest.approx([0.0, 0.3, 0.6])
    rows = [("a", 0.5), ("b", -0.05), ("together", 0.03), ("luck", 0.52)]
    shares = pd.DataFrame(rows, columns=["part", "share"]).assign(outcome="y", month=pd.NA)
    fig = drawn.why_runs_differ(shares, pd.DataFrame({"outcome": ["y"], "month": [pd.NA], "says": [""]}))
    low, high = fig.axes[0].get_xlim()
    assert low == pytest.approx(-0.05) and high == pytest.approx(1.05)
    assert "−5 %" in words(fig) and any("drawn left of 0 and not cut off" in said for said in words(fig))


def test_bars_tell_the_largest_parameters_apart_and_add_up_the_others():
    n = len(COLOURS) + 4
    rows = [(f"p{k:02}", (n - k) / 200) for k in range(n)] + [("together", 0.1), ("luck", 0.51)]
    shares = pd.DataFrame(rows, columns=["part", "share"]).assign(outcome="y", month=1)
    fig = drawn.why_runs_differ(shares, pd.DataFrame({"outcome": ["y"], "month": [1], "says": [""]}))
    bars = {container.get_label(): container[0].get_width() for container in fig.axes[0].containers}
    assert list(bars) == [f"p{k:02}" for k in range(len(COLOURS) - 1)] + ["5 other parameters", "Only together", "Luck"]
    assert bars["5 other parameters"] == pytest.approx(sum(range(1, 6)) / 200)


def test_where_nothing_moves_it_is_luck_alone_that_says_so(found):
    said = words(drawn.why_runs_differ(found.shares, found.luck))
    assert any(text == sa.NOTHING for text in said)
    assert any(text.startswith("undefined in 16 of 4,096 runs") for text in said)
    for fig in (
        drawn.indices_with_intervals(found.table, found.luck),
        drawn.direction_curves(found.curves, found.luck),
    ):
        assert words(fig).count(sa.NOTHING) == 1


def test_dots_stand_at_the_indices_and_are_grey_where_the_interval_contains_0(found):
    ax = panel(drawn.indices_with_intervals(found.table, found.luck), "Pilots ever, month 24")
    rows = found.table[(found.table["outcome"] == "pilots_ever") & (found.table["month"] == 24)]
    rows = rows.sort_values("ST", ascending=False)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["Broker (units a month)", "Strategy of the broker", "idle"]
    _, alone, total_lines, total = ax.collections
    assert total.get_offsets()[:, 0].tolist() == pytest.approx(rows["ST"].tolist())
    assert alone.get_offsets()[:, 0].tolist() == pytest.approx(rows["S1"].tolist())
    ends = [way.vertices[:, 0].tolist() for way in total_lines.get_paths()]
    assert ends == [pytest.approx(pair) for pair in rows[["ST_low", "ST_high"]].to_numpy().tolist()]
    assert [to_hex(colour) for colour in total.get_facecolor()] == [ACCENT, ACCENT, UNCLEAR]
    assert {to_hex(colour) for colour in alone.get_facecolor()} == {"#ffffff"}
    luck = found.luck[(found.luck["outcome"] == "pilots_ever") & (found.luck["month"] == 24)].iloc[0]
    assert f"luck {percent(luck['share'])}" in ax.get_title(loc="right")
    assert any(list(line.get_xdata()) == [0, 0] for line in ax.lines)


def test_a_panel_has_so_many_parameters_as_can_be_read():
    many = pd.DataFrame({"factor": [f"p{k}" for k in range(90)], "outcome": "y", "month": 1})
    many["S1"] = many["ST"] = np.arange(90) / 4000
    for index in ("S1", "ST"):
        many[f"{index}_low"], many[f"{index}_high"] = many[index] - 0.01, many[index] + 0.01
    luck = pd.DataFrame({"outcome": ["y"], "month": [1], "share": 0.5, "share_low": 0.4, "share_high": 0.6, "says": ""})
    ax = panel(drawn.indices_with_intervals(many, luck), "month 1")
    assert [label.get_text() for label in ax.get_yticklabels()] == [f"p{k}" for k in range(89, 89 - ROWS, -1)]


def test_curves_are_those_of_the_table_and_categories_are_points(found):
    fig = drawn.direction_curves(found.curves, found.luck)
    shown = {ax.get_title(loc="left"): ax for ax in fig.axes[3:6]}  # the second outcome of four
    table = found.curves[(found.curves["outcome"] == "pilots_ever") & (found.curves["month"] == 24)]
    capacity = table[table["factor"] == "broker.capacity"]
    assert shown["Broker (units a month)"].lines[-1].get_ydata().tolist() == pytest.approx(capacity["mean"].tolist())
    ax = shown["Strategy of the broker"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["random", "bridging", "equity"]
    points = ax.collections[-1].get_offsets()[:, 1]
    assert points.tolist() == pytest.approx(table[table["factor"] == "broker.strategy"]["mean"].tolist())


def test_the_heat_map_numbers_what_is_distinguishable_and_greys_what_is_not_shared(found):
    fig = drawn.index_heatmap(found.table, found.luck)
    clear = found.table[found.table["distinguishable"]]
    cells = [text.get_text() for text in fig.axes[0].texts if text.get_text()]
    assert sorted(cells) == sorted(f"{share:.2f}" for share in clear["ST"])
    grey = [patch for patch in fig.axes[0].patches if to_hex(patch.get_facecolor()) == FAINT]
    assert sorted(patch.get_x() for patch in grey) == [0, 3], "pilots at month 12, and the share"


def test_maps_say_nothing_of_names_that_no_font_draws(found, recwarn):
    named = {name: f"\U00020000 {name}" for name in found.table["factor"].unique()}
    pairs = found.pairs.assign(factor=found.pairs["factor"].map(named), other=found.pairs["other"].map(named))
    drawn.index_heatmap(found.table.assign(factor=found.table["factor"].map(named)), found.luck)
    drawn.pair_matrices(pairs.assign(distinguishable=True))
    assert not [str(said.message) for said in recwarn.list]


def test_time_has_the_largest_parameters_luck_and_a_grey_month(found):
    fig = drawn.indices_over_time(found.table, found.luck)
    (ax,) = fig.axes
    assert ax.get_title(loc="left") == "Pilots ever" and [int(tick) for tick in ax.get_xticks()] == list(MONTHS)
    luck = found.luck[found.luck["outcome"] == "pilots_ever"]["share"].tolist()
    assert any(line.get_ydata().tolist() == pytest.approx(luck) for line in ax.lines)
    (grey,) = ax.patches
    assert grey.get_x() < 12 < grey.get_x() + grey.get_width() < 24
    assert {"Luck", "Broker (units a month)", "idle"} <= set(words(fig))


def test_time_needs_several_months(found):
    late = found.luck[found.luck["month"] == 24]
    assert drawn.several_months(late) == [] and drawn.several_months(found.luck) == ["pilots_ever"]
    with pytest.raises(ValueError, match="no outcome has several months"):
        drawn.indices_over_time(found.table, late)


def test_pairs_are_numbered_where_they_stand_out_and_others_are_named(found):
    fig = drawn.pair_matrices(found.pairs)
    marked = found.pairs[found.pairs["distinguishable"]]
    assert [(row.factor, row.other) for row in marked.itertuples()] == [("broker.capacity", "broker.strategy")]
    assert [text.get_text() for text in fig.axes[0].texts if text.get_text()] == [f"{marked['S2'].iloc[0]:.2f}"]
    assert "No pair stands out of Pilots ever, month 12; Pilots ever, month 24" in " ".join(words(fig))
    none = drawn.pair_matrices(found.pairs.assign(distinguishable=False))
    assert "no pair stands out" in words(none)


def test_convergence_shows_every_doubling_and_the_width_that_is_wanted(founds):
    table = sa.convergence(founds)
    ax = panel(drawn.convergence(table, 0.07), "Pilots ever, month 24")
    rows = table[(table["outcome"] == "pilots_ever") & (table["month"] == 24)]
    first = rows[rows["factor"] == "broker.capacity"]
    assert any(line.get_ydata().tolist() == pytest.approx(first["ST"].tolist()) for line in ax.lines)
    assert ax.get_xticks().tolist() == [2048, 4096]
    assert {round(patch.get_height(), 9) for patch in ax.patches} == {0.14}
    alone = drawn.convergence(sa.convergence(founds[:1]), 0.05)
    (first, *_), *_ = (part.get_paths() for part in panel(alone, "Pilots ever, month 24").collections[1::2])
    assert panel(alone, "Pilots ever, month 24").get_xticks().tolist() == [2048]
    ends = table[(table["runs"] == 2048) & (table["month"] == 24) & (table["factor"] == "broker.capacity")].iloc[0]
    assert first.vertices[:, 1].tolist() == pytest.approx([ends["ST_low"], ends["ST_high"]]), (
        "one doubling has intervals"
    )


def test_screening_puts_size_against_mean_effect_and_names_what_moves(effects):
    fig = drawn.screening_effects(effects)
    (ax,) = fig.axes
    points, groups = ax.collections
    assert points.get_offsets().tolist() == [[4.0, 4.0], [3.0, 0.5], [0.1, 0.1]]
    assert groups.get_offsets().tolist() == [[2.0, 0.0]], "a group has no direction"
    assert [to_hex(face) for face in points.get_facecolor()] == [ACCENT, ACCENT, "#ffffff"]
    (band,) = ax.patches
    assert (band.get_x(), band.get_width()) == (0, pytest.approx(0.3))
    assert {"alike", "turning", "group"} <= set(words(fig)) and "idle" not in words(fig)


def test_a_screening_where_nothing_moves_says_so(effects):
    still = effects.assign(mu=0.0, size=0.0, noise=0.0, moves=False, says=sa.NO_EFFECT)
    assert sa.NO_EFFECT in words(drawn.screening_effects(still))


def test_outcomes_keep_their_order_and_their_months_rise():
    table = pd.DataFrame({"outcome": ["b", "a", "b", "a"], "month": [48, 12, 24, pd.NA]})
    assert outcomes(table) == [("b", 24), ("b", 48), ("a", 0), ("a", 12)]


def test_parameters_beyond_the_last_colour_have_another_marker():
    found = looks([f"p{k}" for k in range(3 * len(COLOURS))])
    assert len(set(found.values())) == 3 * len(COLOURS)


@pytest.mark.parametrize("column", ["ST", "outcome", "distinguishable"])
def test_a_missing_column_is_named(found, column):
    with pytest.raises(ValueError, match=column):
        drawn.index_heatmap(found.table.drop(columns=column), found.luck)
