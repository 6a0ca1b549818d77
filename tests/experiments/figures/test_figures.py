import csv
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from abm.labels.fonts import drawable, literal
from abm.labels.stages import STAGES
from experiments.figures import (
    factorial_heatmaps,
    paired_differences,
    partnership_map,
    save,
    stocks_over_time,
)
from experiments.figures.earth import Window, fitting, great_circle, land
from experiments.figures.ends import spread_apart
from experiments.figures.style import FAINT, drawing
from experiments.figures.text import decimals, number, wrapped
from experiments.figures.ties import highest_stages
from experiments.figures.worldmap import CAVEAT

HOSTILE = ['<script>alert("x")</script>', "$\\frac{1}{2}$", "$a_", "=1+1", "O'Brien \\ & Söhne", "%s {0} ^_"]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text().strip()]


def png(figure: Figure, folder: Path) -> np.ndarray:
    return imread(save(figure, folder / "figure.png"))


@pytest.fixture(scope="module")
def cities() -> pd.DataFrame:
    path = files("abm") / "data" / "iuc_cities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        table = pd.DataFrame(list(csv.DictReader(file)))
    return table.astype({"longitude": float, "latitude": float})


@pytest.fixture(scope="module")
def partnerships(cities: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    europe = cities.loc[cities["region"] == "Europe", "city_id"].to_numpy()
    china = cities.loc[cities["region"] == "China", "city_id"].to_numpy()
    pairs = {"city_a": rng.choice(europe, 60), "city_b": rng.choice(china, 60)}
    return pd.DataFrame({**pairs, "theme": rng.integers(0, 7, 60), "stage": rng.integers(0, 6, 60)})


@pytest.fixture(scope="module")
def world(cities: pd.DataFrame, partnerships: pd.DataFrame) -> Figure:
    return partnership_map(cities, partnerships, "After 48 months")


@pytest.fixture
def factorial() -> pd.DataFrame:
    rows = [
        (
            capacity,
            events,
            outcome,
            31.2 + capacity + events,
            30.4 + capacity + events,
            32.0 + capacity + events,
        )
        for outcome in ("pilots", "contacts")
        for capacity in (0, 4)
        for events in (0.5, 1.0, 2.0)
    ]
    return pd.DataFrame(rows, columns=["capacity", "events", "outcome", "mean", "low", "high"])


@pytest.fixture
def stocks() -> pd.DataFrame:
    rows = [
        (month, rung.name, month * (k + 1) / 10 * run)
        for month in range(49)
        for k, rung in enumerate(STAGES)
        for run in np.linspace(0.5, 1.5, 11)
    ]
    return pd.DataFrame(rows, columns=["month", "stage", "value"])


@pytest.fixture
def differences() -> pd.DataFrame:
    rows = [
        ("broker against none", "pilots", 3.1, 1.2, 5.0),
        ("broker against none", "gini", -0.02, -0.05, 0.01),
        ("events doubled", "pilots", -0.4, -2.0, 1.2),
    ]
    return pd.DataFrame(rows, columns=["contrast", "outcome", "difference", "low", "high"])


def test_heat_map_prints_mean_and_half_width_in_every_cell(factorial, tmp_path):
    figure = factorial_heatmaps(factorial, "capacity", "events", ["pilots"], {"pilots": "Pilots so far"})
    said = words(figure)
    assert {"31.7", "32.2", "33.2", "35.7", "36.2", "37.2"} <= set(said)
    assert said.count("±0.8") == 6
    assert "Pilots so far" in said
    assert png(figure, tmp_path).std() > 0.01


def test_heat_map_axes_carry_factors_and_levels(factorial):
    labels = {"capacity": "Broker capacity", "events": "Event calendar"}
    figure = factorial_heatmaps(factorial, "capacity", "events", ["contacts", "pilots"], labels)
    left, right = figure.axes
    assert left.get_ylabel() == "Broker capacity"
    assert left.get_xlabel() == right.get_xlabel() == "Event calendar"
    assert [tick.get_text() for tick in left.get_xticklabels()] == ["0.5", "1", "2"]
    assert left.get_ylim()[0] < left.get_ylim()[1], "a numeric factor rises upwards"


def test_heat_map_leaves_a_hole_where_no_run_ended(factorial, tmp_path):
    factorial.loc[0, ["mean", "low", "high"]] = np.nan
    figure = factorial_heatmaps(factorial, "capacity", "events", ["pilots"])
    png(figure, tmp_path)
    assert words(figure).count("–") == 1
    grey, *others = figure.axes[0].collections[0].get_facecolor()
    assert to_hex(grey) == FAINT and FAINT not in map(to_hex, others)


def test_heat_map_keeps_levels_of_equal_words_apart(factorial):
    factorial["capacity"] = factorial["capacity"].map({0: "none", 4: "some"})
    figure = factorial_heatmaps(factorial, "capacity", "events", ["pilots"], {"none": "Broker", "some": "Broker"})
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == ["Broker", "Broker"]
    assert figure.axes[0].get_ylim()[0] > figure.axes[0].get_ylim()[1], "words are read downwards"


def test_heat_map_frames_the_cell_that_it_is_told(factorial):
    marked = {"marked": (4, 0.5), "mark": "the programme as it was"}
    figure = factorial_heatmaps(factorial, "capacity", "events", ["contacts", "pilots"], **marked)
    for axes in figure.axes:
        (framed,) = axes.patches
        assert framed.get_bbox().bounds == (0, 1, 1, 1), "events 0.5 is the first column, capacity 4 the second row"
    assert "Framed: the programme as it was." in " ".join(" ".join(words(figure)).split())


def test_heat_map_compares_the_levels_of_a_third_factor_on_one_scale(factorial):
    both = pd.concat([factorial.assign(share=0.0), factorial.assign(share=1.0, mean=factorial["mean"] + 10)])
    figure = factorial_heatmaps(both, "capacity", "events", ["pilots"], facet="share")
    scales = {ax.collections[0].get_clim() for ax in figure.axes}
    assert scales == {(31.7, 47.2)}
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["Pilots\nshare: 0", "Pilots\nshare: 1"]


def test_heat_map_refuses_what_it_cannot_draw(factorial):
    with pytest.raises(ValueError, match="capcity"):
        factorial_heatmaps(factorial, "capcity", "events", ["pilots"])
    with pytest.raises(ValueError, match="plans"):
        factorial_heatmaps(factorial, "capacity", "events", ["plans"])
    with pytest.raises(ValueError, match="two rows for the cell"):
        factorial_heatmaps(pd.concat([factorial, factorial]), "capacity", "events", ["pilots"])


def test_stocks_have_a_panel_a_stage_and_begin_with_the_programme(stocks, tmp_path):
    figure = stocks_over_time(stocks, [(38, 48, "Travel $hock$")], title="Stocks", begins=2)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [rung.label.english for rung in STAGES]
    assert {"5", "10", "14", "19", "24", "Programme begins: Mar 2017"} <= set(words(figure))
    ticks = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert ticks == ["2018", "2019", "2020", "2021"] and figure.axes[0].get_xticks()[0] == 12
    assert all(axes.get_xlim() == (2, 48) for axes in figure.axes)
    assert figure.axes[0].get_ylabel() and words(figure).count("Travel $hock$") == 5
    png(figure, tmp_path)


def test_stocks_draw_the_mean_run_and_where_80_percent_of_the_runs_lie(stocks):
    for k, (rung, axes) in enumerate(zip(STAGES, stocks_over_time(stocks).axes, strict=True)):
        (line,) = [line for line in axes.lines if to_hex(line.get_color()) == rung.colour]
        (band,) = axes.collections
        assert len(axes.lines) == 5 and to_hex(band.get_facecolor()[0]) == rung.colour, "the others are grey"
        assert line.get_ydata()[-1] == pytest.approx(4.8 * (k + 1))
        edge = band.get_paths()[0].vertices
        last = edge[edge[:, 0] == 48, 1] / (k + 1)
        assert (last.min(), last.max()) == pytest.approx((0.6 * 4.8, 1.4 * 4.8))


def test_stocks_refuse_an_unknown_stage(stocks):
    with pytest.raises(ValueError, match="piloot"):
        stocks_over_time(stocks.replace("pilot", "piloot"))


def test_labels_are_spread_apart_and_keep_their_order():
    placed = spread_apart(np.array([5.0, 5.0, 0.0, 9.9]), 1.0, 0.0, 10.0)
    assert placed.tolist() == [4.5, 5.5, 0.0, 9.9]
    crowded = spread_apart(np.array([9.8, 9.9, 10.0]), 1.0, 0.0, 10.0)
    assert crowded.tolist() == [8.0, 9.0, 10.0]


def test_forest_plot_prints_differences_beside_a_zero_line(differences, tmp_path):
    figure = paired_differences(differences, "Levers", labels={"gini": "Gini coefficient"})
    said = words(figure)
    assert "+3.1  (1.2 to 5.0)" in said and "−0.4  (−2.0 to 1.2)" in said
    assert {"Levers", "Pilots", "Gini coefficient", "broker against none"} <= set(said)
    assert said.count("← less · more than the baseline →") == 1
    for axes in figure.axes:
        assert any(list(line.get_xdata()) == [0, 0] for line in axes.lines)
    png(figure, tmp_path)


def test_forest_plot_fills_only_what_excludes_zero(differences):
    pilots = paired_differences(differences).axes[0]
    intervals, points = pilots.collections
    assert [way.vertices.tolist() for way in intervals.get_paths()] == [[[1.2, 0], [5, 0]], [[-2, 1], [1.2, 1]]]
    filled, hollow = map(to_hex, points.get_facecolor())
    assert filled == to_hex(points.get_edgecolor()[0]) and hollow == "#ffffff"


def test_forest_plot_names_the_baseline_over_each_group(differences):
    grouped = differences.assign(group=["against none", "against none", "against the calendar as it was"])
    pilots = paired_differences(grouped).axes[0]
    lines = {
        tick.get_text(): round(float(y)) for tick, y in zip(pilots.get_yticklabels(), pilots.get_yticks(), strict=True)
    }
    assert lines == {
        "against none": 0,
        "broker against none": 1,
        "against the calendar as it was": 2,
        "events doubled": 3,
    }
    assert pilots.collections[1].get_offsets()[:, 1].tolist() == [1, 3]


def test_forest_plot_explains_a_hollow_point_only_where_there_is_one(differences):
    said = "Hollow: the interval contains zero."
    assert any(said in word for word in words(paired_differences(differences)))
    assert not any(said in word for word in words(paired_differences(differences[:1])))


def test_forest_plot_refuses_a_contrast_twice(differences):
    with pytest.raises(ValueError, match="stands twice"):
        paired_differences(pd.concat([differences, differences]))


def test_map_says_that_profiles_are_synthetic_and_counts_the_stages(world, partnerships, tmp_path):
    said = words(world)
    assert any(CAVEAT in word for word in said) and "After 48 months" in said
    counts = highest_stages(partnerships)["stage"].value_counts()
    assert {f"{rung.stage:d} {rung.label.english}: {counts.get(rung.stage, 0)}" for rung in STAGES} <= set(said)
    assert {"Europe: 13 members", "China: 18 members", "China: 1 associate"} <= set(said)
    assert png(world, tmp_path).shape[:2] == (1500, 1950)


def test_every_city_is_named_and_no_two_names_overlap(world, cities):
    world.canvas.draw()
    insets = [text for ax in world.axes[1:3] for text in ax.texts if text.get_text() in set(cities["name"])]
    shown = [text.get_window_extent() for text in insets]
    assert len(shown) == 32
    overlaps = [(a, b) for k, a in enumerate(shown) for b in shown[:k] if a.overlaps(b)]
    assert not overlaps
    page = world.bbox
    assert all(page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 for box in shown)


@pytest.mark.filterwarnings("error")
def test_hostile_names_are_drawn_literally(cities, partnerships, tmp_path):
    strange = cities.copy()
    strange.loc[: len(HOSTILE) - 1, "name"] = HOSTILE
    figure = partnership_map(strange, partnerships, "$x$ <b>")
    assert set(HOSTILE) | {"$x$ <b>"} <= set(words(figure))
    assert not any(text.get_parse_math() for text in figure.findobj(Text))
    png(figure, tmp_path)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Málaga", "Málaga"),
        ("\U00013000", "chongqing"),
        ("\ud800", "chongqing"),
        ("", "chongqing"),
        ("a\nb\x00c ", "a b c"),
        ("重庆", "重庆" if ord("重") in drawable() and ord("庆") in drawable() else "chongqing"),
    ],
)
def test_a_name_that_cannot_be_drawn_becomes_its_identifier(name, shown):
    assert literal(name, "chongqing") == shown


def test_a_name_is_cut_and_its_missing_glyphs_marked():
    assert literal("\U00013000b", "\U00013001") == "?"
    assert literal("x" * 90, limit=30) == "x" * 29 + "…"


@pytest.mark.filterwarnings("error")
def test_map_draws_names_in_any_script_without_a_warning(cities, tmp_path):
    strange = cities.assign(name=["重庆", "\U00013000\U00013001", "Бургас", "نانجينغ"] * 8)
    png(partnership_map(strange, pd.DataFrame(), "重庆 \U00013000"), tmp_path)


def test_what_cannot_be_drawn_is_told_apart_by_number(cities, differences, factorial, monkeypatch):
    monkeypatch.setattr("abm.labels.fonts.drawable", lambda: frozenset(range(0x20, 0x180)) | set(map(ord, "–−±…×“”•")))
    said = words(partnership_map(cities.replace({"region": {"Europe": "欧洲", "China": "中国"}}), pd.DataFrame()))
    assert {"region 1: 13 members", "region 2: 18 members"} <= set(said)
    assert {"region 1", "region 2"} <= set(said) and not any("?" in word for word in said)  # B-E
    said = words(paired_differences(differences.replace({"broker against none": "重庆", "events doubled": "上海"})))
    assert {"contrast 1", "contrast 2"} <= set(said)
    said = words(paired_differences(differences.replace({"outcome": {"pilots": "gini_ties.东亚"}})))
    assert "outcome 1" in said or "outcome 2" in said
    said = words(
        factorial_heatmaps(factorial.replace({"capacity": {0: "重庆", 4: "上海"}}), "capacity", "events", ["pilots"])
    )
    assert {"level 1", "level 2"} <= set(said)


def test_map_draws_a_pair_once_at_its_highest_stage_and_no_dissolved_one():
    table = pd.DataFrame({"city_a": ["b", "a", "a"], "city_b": ["a", "b", "c"], "theme": [0, 1, 0], "stage": [2, 4, 0]})
    assert highest_stages(table).to_numpy().tolist() == [["a", "b", 4]]


def test_the_matrix_has_a_cell_a_pair_with_the_number_of_its_stage(cities):
    pairs = pd.DataFrame(
        {"city_a": ["rome", "wuhan", "rome"], "city_b": ["wuhan", "nice", "haikou"], "stage": [5, 1, 3]}
    )
    matrix = partnership_map(cities, pairs).axes[3]
    columns, rows = ([tick.get_text() for tick in axis.get_ticklabels()] for axis in (matrix.xaxis, matrix.yaxis))
    places = [(text.get_position(), text.get_text()) for text in matrix.texts]
    cells = {(columns[round(x)], rows[round(y)], stage) for (x, y), stage in places}
    assert cells == {("Rome", "Wuhan", "5"), ("Nice", "Wuhan", "1"), ("Rome", "Haikou", "3")}
    assert columns[0] == "Rome" and rows[0] == "Wuhan", "the best connected are first"
    assert (len(columns), len(rows)) == (13, 19)


def test_map_stands_without_partnerships_and_with_one_region(cities, partnerships, tmp_path):
    figure = partnership_map(cities[cities["region"] == "Europe"], partnerships[:0])
    assert "4 Pilot: 0" in words(figure)
    dissolved = partnership_map(cities, partnerships.assign(stage=0))
    assert "4 Pilot: 0" in words(dissolved)


def test_map_refuses_unknown_cities_and_stages(cities, partnerships):
    with pytest.raises(ValueError, match="atlantis"):
        partnership_map(cities, partnerships.assign(city_a="atlantis"))
    with pytest.raises(ValueError, match="stage"):
        partnership_map(cities, partnerships.assign(stage=6))
    with pytest.raises(ValueError, match="one row"):
        partnership_map(pd.concat([cities, cities]), partnerships)


def test_great_circle_is_shortest_and_cut_at_the_date_line():
    (way,) = great_circle((0.0, 50.0), (120.0, 50.0))
    assert way[0] == pytest.approx([0, 50]) and way[-1] == pytest.approx([120, 50])
    assert way[:, 1].max() == pytest.approx(np.degrees(np.arctan(np.tan(np.radians(50)) / np.cos(np.radians(60)))))
    east, west = great_circle((170.0, -37.0), (-122.0, 37.0))
    assert east[:, 0].max() <= 180 and west[:, 0].min() >= -180
    assert len(great_circle((5.0, 5.0), (5.0, 5.0))) == 1


def test_window_holds_the_places_in_the_shape_of_the_panel():
    window = fitting([np.array([[0.0, 40.0], [30.0, 55.0]])], 1.2)
    assert window.west < 0 and window.east > 30 and window.south < 40 and window.north > 55
    middle = np.cos(np.radians(47.5))
    assert (window.east - window.west) * middle / (window.north - window.south) == pytest.approx(1.2)
    assert isinstance(window, Window)


def test_land_is_rings_within_the_globe():
    for ring in land():
        assert (ring[0] == ring[-1]).all() and len(ring) >= 4
        assert np.abs(ring[:, 0]).max() <= 180 and np.abs(ring[:, 1]).max() <= 90


@pytest.mark.parametrize(
    ("half", "places"), [(0.8, 1), (1.4, 1), (4, 0), (25, 0), (0.014, 3), (1e-9, 3), (0, 1), (np.nan, 1)]
)
def test_numbers_are_as_precise_as_their_interval(half, places):
    assert decimals(half) == places


def test_chinese_titles_break_as_early_as_they_are_wide(monkeypatch):
    monkeypatch.setattr("abm.labels.fonts.drawable", lambda: frozenset(map(ord, "伙伴关系 IUC")))
    assert wrapped("伙伴关系伙伴 IUC", 8) == "伙伴关系\n伙伴 IUC"


def test_numbers_have_true_signs():
    assert number(-1234.5, 1) == "−1,234.5"
    assert number(-0.0001, 2) == "0.00"
    assert number(0.5, 1, signed=True) == "+0.5"
    assert number(np.nan, 1) == "–"


def test_save_is_atomic_and_repeatable(differences, tmp_path):
    target = tmp_path / "new folder" / "figure.png"
    first = save(paired_differences(differences), target).read_bytes()
    assert save(paired_differences(differences), target).read_bytes() == first

    class Broken(Figure):
        def savefig(self, file, **_):
            file.write(b"half a picture")
            raise RuntimeError("no room")

    with pytest.raises(RuntimeError):
        save(Broken(), target)
    assert target.read_bytes() == first, "the older file stays whole"
    assert [path.name for path in target.parent.iterdir()] == ["figure.png"]


def test_the_users_own_settings_neither_matter_nor_change(differences, tmp_path):
    import matplotlib

    plain = save(paired_differences(differences), tmp_path / "a.png").read_bytes()
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True, "text.parse_math": True}):
        with drawing():
            pass
        assert matplotlib.rcParams["font.size"] == 30
        assert save(paired_differences(differences), tmp_path / "b.png").read_bytes() == plain


def test_figures_stay_off_pyplot(differences):
    import sys

    paired_differences(differences)
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()
