"""Every figure can be read: contrast, nothing cut off, no word on another."""

import csv
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from abm.labels.stages import STAGES
from experiments.figures import factorial_heatmaps, paired_differences, partnership_map, save, signed, stocks_over_time
from experiments.figures.adoption import adoption_with_and_without
from experiments.figures.brokerage import brokerage_against_outcomes
from experiments.figures.helix import KINDS, triple_helix
from experiments.figures.interaction import factor_lines
from experiments.figures.style import ACTOR_COLOURS, contrast, ink_on
from experiments.figures.tree import PATHS, diffusion_tree
from tests.experiments.figures.paper import cut_off, drawn, faint, overlapping, threads_through_words

TITLE = "Pilots ever: 24 more (20 to 28) with a broker of 8; 9 more (6 to 13) with events × 2\n12 runs of 48 months"
RNG = np.random.default_rng(1)


def cities() -> pd.DataFrame:
    """Return the cities of the programme."""
    with (files("abm") / "data" / "iuc_cities.csv").open(encoding="utf-8", newline="") as file:
        return pd.DataFrame(list(csv.DictReader(file))).astype({"longitude": float, "latitude": float})


def cells() -> pd.DataFrame:
    """Return means of a factorial experiment from 10 to 200."""
    rows = [
        (capacity, scale, outcome, mean, mean - 4, mean + 4)
        for outcome in ("contacts_ever", "pilots_ever", "adoptions_ever")
        for capacity in (0.0, 2.0, 4.0, 8.0)
        for scale in (0.0, 0.5, 1.0, 2.0)
        for mean in [10 + 12 * capacity + 47 * scale]
    ]
    return pd.DataFrame(rows, columns=["broker.capacity", "calendar.scale", "outcome", "mean", "low", "high"])


def differences() -> pd.DataFrame:
    """Return differences of two groups, clear ones and one of chance, on both sides of zero."""
    rows = [
        (group, contrast, outcome, d, d - 4, d + 4)
        for group in ("Events × 1, a broker of 8 units against none", "Broker of 4, against no events")
        for contrast, d in (("Introductions only", -56.4), ("Half and half", 1.0), ("Alignment only", 130.0))
        for outcome in ("contacts_ever", "pilots_ever", "gini_ties.Europe")
    ]
    return pd.DataFrame(rows, columns=["group", "contrast", "outcome", "difference", "low", "high"])


def months(**columns) -> pd.DataFrame:
    """Return twelve runs of 48 months for every row of some columns, rising to other ends."""
    named = pd.DataFrame(columns).to_dict("records")
    rows = [
        {"month": month, "run": run, "value": month * (k + 1) * (1 + 0.03 * run)} | name
        for k, name in enumerate(named)
        for month in range(48)
        for run in range(12)
    ]
    return pd.DataFrame(rows)


def the_map():
    """Return the map of sixty partnerships at all stages."""
    who = cities()
    europe, china = (who.loc[who["region"] == region, "city_id"].to_numpy() for region in ("Europe", "China"))
    pairs = {"city_a": RNG.choice(europe, 60), "city_b": RNG.choice(china, 60), "stage": RNG.integers(1, 6, 60)}
    return partnership_map(who, pd.DataFrame(pairs), TITLE)


def the_tree():
    """Return the tree of a practice that went from one city to thirty."""
    who = cities()
    names = who["city_id"].tolist()
    rows = [(city, "mobility 1", k + 2, "aware", list(PATHS)[k % 3], names[k // 3]) for k, city in enumerate(names[1:])]
    rows += [(city, "mobility 1", 40 + k, "adopted", "decision", None) for k, city in enumerate(names[1:6])]
    steps = pd.DataFrame(rows, columns=["actor", "practice", "month", "after", "path", "source"])
    return diffusion_tree(who, steps, "mobility 1", TITLE, months=48)


def the_helix():
    """Return the helix of a partnership with two universities and two firms a side."""
    who = ("greater_manchester", "chongqing")
    organisations = [f"{city}/{kind}-{n}" for city in who for kind in ("university", "firm") for n in (1, 2)]
    links = pd.DataFrame({"a": who[0], "b": organisations, "partnership": 0})
    partnerships = pd.DataFrame({"city_a": who[:1], "city_b": who[1:], "theme": "culture, education & tourism"})
    pilots = months(kind=list(KINDS)).query("month % 3 == 0")
    return triple_helix(pilots, links, partnerships, TITLE, cities(), begins=2)


def brokerage():
    """Return brokerage of ten runs of cities with one to six partners."""
    rows = [(seed, 1 / d, d + seed % 3) for seed in range(10) for d in (1, 2, 3, 4, 5, 6) for _ in range(2)]
    table = pd.DataFrame(rows, columns=["seed", "constraint", "pilots"])
    return brokerage_against_outcomes(table, title=TITLE)


def adoption():
    """Return adoption with and without events, and all themes by their longest names."""
    names = ["smart & digital", "mobility", "culture, education & tourism", "business & manufacturing"]
    themes = pd.DataFrame(
        {"theme": names, "difference": [0.9, 0.7, 0.5, 0.1], "low": [0.7, 0.4, 0.3, -0.1], "high": 1.2}
    )
    return adoption_with_and_without(months(arm=["without", "with events"]), themes, title=TITLE, begins=2)


AT = {"marked": (4.0, 1.0), "mark": "the programme as it was", "title": TITLE}
BY = ("broker.capacity", "calendar.scale", ["contacts_ever", "pilots_ever", "adoptions_ever"])
DRAW = {
    "factorial": lambda: factorial_heatmaps(cells(), *BY, **AT),
    "interaction": lambda: factor_lines(cells(), *BY, **AT),
    "differences": lambda: paired_differences(differences(), TITLE),
    "stocks": lambda: stocks_over_time(
        months(stage=[rung.name for rung in STAGES]), [(37, 47, "no travel")], title=TITLE, begins=2
    ),
    "map": the_map,
    "tree": the_tree,
    "helix": the_helix,
    "adoption": adoption,
    "brokerage": brokerage,
}


@pytest.fixture(scope="module")
def figures():
    """Give every figure by name, with its source at the foot."""
    return {name: signed(draw(), "brokerage-events · e792ebc9874ee49b") for name, draw in DRAW.items()}


@pytest.mark.parametrize("name", DRAW)
def test_every_word_stands_out_from_its_ground(figures, name):
    assert faint(figures[name]) == []


@pytest.mark.parametrize("name", DRAW)
def test_no_word_is_cut_off_by_the_page(figures, name):
    assert cut_off(figures[name]) == []


@pytest.mark.parametrize("name", DRAW)
def test_no_word_stands_on_another(figures, name):
    assert overlapping(figures[name]) == []


def test_no_thread_from_a_name_to_its_line_runs_through_another_name(figures):
    assert threads_through_words(figures["interaction"]) == []


@pytest.mark.parametrize("name", DRAW)
def test_the_finding_is_on_top_the_runs_under_it_and_the_source_at_the_foot_on_the_right(figures, name):
    words = {word.says: word.box for word in drawn(figures[name])}
    finding = next(box for says, box in words.items() if says.startswith("Pilots ever: 24 more"))
    runs, source = words["12 runs of 48 months"], words["brokerage-events · e792ebc9874ee49b"]
    others = [box for says, box in words.items() if box not in (finding, runs, source)]
    assert finding.y0 >= runs.y1 and all(box.y1 <= finding.y0 for box in others)
    assert all(source.y1 <= box.y0 for box in [finding, runs, *others])
    assert source.x1 == max(box.x1 for box in [source, runs, finding])


def test_faint_cut_and_overlapping_words_are_found(figures):
    fig = DRAW["brokerage"]()
    fig.text(0.5, 0.5, "pale", color="#999999")
    fig.text(0.5, 0.5, "over", color="black")
    fig.text(0.99, 0.7, "too far to the right", color="black")
    assert [says for says, _ in faint(fig)] == ["pale"]
    thread = {"xytext": (0.6, 0.9), "textcoords": "axes fraction", "arrowprops": {"arrowstyle": "-"}}
    fig.axes[0].annotate("thread", (0.1, 0.1), xycoords="axes fraction", **thread)
    fig.axes[0].text(0.35, 0.5, "in its way", va="center", ha="center", transform=fig.axes[0].transAxes)
    assert ("thread", "in its way") in threads_through_words(fig)
    assert ("over", "pale") in overlapping(fig) and cut_off(fig) == ["too far to the right"]


def test_contrast_is_that_of_the_web_guidelines():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.005)
    assert ink_on("#2d1160") == "white" and ink_on("#b8860b") != "white"
    marks = [rung.colour for rung in STAGES] + [*ACTOR_COLOURS.values(), *PATHS.values(), *KINDS.values()]
    assert min(contrast(colour, "white") for colour in marks) >= 3, "lines and marks"


def test_stages_are_told_apart_in_grey():
    ratios = [contrast(rung.colour, "white") for rung in STAGES]
    assert all(later > 1.3 * earlier for earlier, later in pairwise(ratios))


def test_the_map_is_small_and_its_lines_are_pilots_and_more(figures, tmp_path):
    assert save(figures["map"], tmp_path / "map.png").stat().st_size < 400_000
    world = figures["map"].axes[0]
    lines = [len(part.get_segments()) for part in world.collections if isinstance(part, LineCollection)]
    assert lines[:3] == [0, 0, 0] and min(lines[3:5]) > 0
    insets = figures["map"].axes[1:3]
    assert not any(part.get_segments() for ax in insets for part in ax.collections if isinstance(part, LineCollection))
