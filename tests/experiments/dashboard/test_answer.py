"""The answer to a request: its numbers are those of paired runs, its words follow from them, in both languages."""

import re
from pathlib import Path

import numpy as np
import pytest

from abm.input.load import shipped
from experiments.dashboard import answer as room
from experiments.dashboard import page, words
from experiments.dashboard.answer import answer, found, told
from experiments.dashboard.asked import asked
from experiments.dashboard.offered import OUTCOMES, menu
from experiments.dashboard.runs import Abandoned, Runs, more
from experiments.figures.text import percent
from experiments.intervals import paired, t_interval

STOPPED = re.compile(r"\b(causes?|caused|will|proves?|proven|optimal|optimum)\b|导致|证明|最优|必将", re.IGNORECASE)
N, MONTHS = 24, 12


def made(offered, seed, shift=0.0):
    """Return runs that nobody ran, of the size of IUC Asia."""
    rng = np.random.default_rng(seed)
    n = len(offered["iuc-asia"].scenario.cities)
    series = rng.normal(20, 3, (N, len(OUTCOMES), MONTHS)).cumsum(axis=2) + shift
    return Runs(series, rng.integers(0, 6, (N, n, n)).astype(np.int8))


@pytest.fixture
def two(offered):
    """Give the runs of two arms that share most of their luck."""
    a = made(offered, 1)
    return a, Runs(a.series + np.random.default_rng(2).normal(2, 1, a.series.shape), made(offered, 3).highest)


def test_differences_and_intervals_are_those_of_pairs(offered, request_of, two):
    said = answer(request_of(set={"broker.capacity": 8}), *two, offered)
    for x, name in enumerate(OUTCOMES):
        a, b = (of.series[:, x, -1] for of in two)
        _, _, mean, low, high, _, p, _ = paired(b, a)
        _, low_pale, high_pale = t_interval(b - a, 0.8)
        assert said["outcomes"][name]["difference"] == pytest.approx([mean, low, high, low_pale, high_pale], rel=1e-4)
        assert said["outcomes"][name]["more"] == pytest.approx(p, abs=1e-4)


def test_bands_by_month_end_where_the_difference_does(offered, request_of, two):
    one = answer(request_of(set={"broker.capacity": 8}), *two, offered)["outcomes"]["pilots_ever"]
    band = one["bands"]["difference"]
    ends = [band[name][-1] for name in ("mean", "low", "high", "low_pale", "high_pale")]
    assert ends == pytest.approx(one["difference"], rel=1e-4) and len(band["mean"]) == MONTHS


def test_the_same_arm_twice_is_exactly_nothing(offered, request_of, two):
    a, _ = two
    said = answer(request_of(), a, a, offered)
    assert said["same"] and {tuple(one["difference"]) for one in said["outcomes"].values()} == {(0.0,) * 5}
    assert said["outcomes"]["pilots_ever"]["said"]["verdict"] == words.both("same")


@pytest.mark.parametrize(
    ("shift", "tone", "english", "chinese"),
    [
        (3.0, "more", "B brings 3.0 more pilot projects than A", "B的试点项目比A多3.0"),
        (-3.0, "fewer", "B brings 3.0 fewer pilot projects than A", "B的试点项目比A少3.0"),
        (0.0, "unclear", "In pilot projects, B and A cannot be told apart from chance", "无法与偶然区分"),
    ],
)
def test_the_verdict_follows_from_the_interval(shift, tone, english, chinese):
    a = np.zeros((N, 1))
    b = shift + np.tile([-0.5, 0.5], N // 2)[:, None] * (1 if shift else 4)
    said = found("pilots_ever", a, b, False)["said"]
    assert said["tone"] == tone and said["verdict"]["en"] == english and chinese in said["verdict"]["zh"]


def test_an_outcome_that_is_the_same_in_every_pair_is_said_to_be_the_same():
    said = found("event_cost", np.full((N, 1), 7.0), np.full((N, 1), 7.0), False)["said"]
    assert said["tone"] == "same" and said["verdict"]["en"] == "A and B have the same cost of events"
    assert said["sure"]["en"] == f"exactly 0 in each of {N} pairs of runs"


def test_luck_that_is_not_shared_is_no_less_than_none():
    rng = np.random.default_rng(5)
    b = rng.normal(size=(N, 1))
    assert found("pilots_ever", -b, b, False)["said"]["shared"] == percent(0)


def test_months_have_dates_only_where_both_begin_together_and_stops_are_of_either(offered, two):
    said = asked({"a": {"scenario": "iuc-asia"}, "b": {"scenario": "world-300"}, "months": 48}, offered)
    alike = answer(said, *two, offered)
    assert alike["start"] == "2017-01" and alike["stops"] == [[37, 48]]
    scenario = offered["world-300"].scenario._replace(start="2018-01")
    later = offered | {"world-300": offered["world-300"]._replace(scenario=scenario)}
    assert answer(said, *two, later)["start"] is None


def test_a_difference_that_many_pairs_deny_is_said_to_be_one_on_average():
    b = np.array([[1.0]] * 60 + [[-0.5]] * 40)
    assert found("pilots_ever", np.zeros((100, 1)), b, False)["said"]["average"] == words.both("on_average")


def test_cells_are_told_from_chance_only_where_chance_would_not_make_them():
    rng = np.random.default_rng(4)
    gained, lost = rng.binomial(20, 0.5, (13, 18)), np.zeros((13, 18), int)
    assert not told(gained, 20 - gained).any()
    gained[0, 0] = 40
    assert told(gained, np.where(gained == 40, lost, 20 - np.minimum(gained, 20)))[0, 0]


def test_pairs_are_counts_of_runs_by_stage(offered, request_of, two):
    a, b = two
    pairs = answer(request_of(set={"broker.capacity": 8}), a, b, offered)["pairs"]
    cities = offered["iuc-asia"].scenario.cities
    rows = [i for i, c in enumerate(cities) if c.name == pairs["rows"][0]["name"]]
    columns = [j for j, c in enumerate(cities) if c.name == pairs["columns"][1]["name"]]
    wanted = int((a.highest[:, rows[0], columns[0]] >= 4).sum())
    assert pairs["stages"]["pilot"]["a"][0][1] == wanted


def test_no_matrix_of_other_cities(offered, two):
    arms = [offered["iuc-asia"].scenario, offered["iurc"].scenario]
    assert room.pairs(arms, *two) is None


@pytest.mark.compiled("forty runs")
def test_runs_go_on_where_they_were_and_stop_between_chunks(offered):
    scenario = offered["iuc-asia"].scenario.with_changes(months=6)
    whole = more(scenario, None, 40, lambda: False)
    grown = more(scenario, more(scenario, None, 24, lambda: False), 40, lambda: False)
    assert np.array_equal(whole.series, grown.series, equal_nan=True) and np.array_equal(whole.highest, grown.highest)
    asked = iter([False, True])
    with pytest.raises(Abandoned):
        more(scenario, None, 40, lambda: next(asked))


def test_both_languages_say_the_same_numbers_and_have_the_same_gaps():
    for key, said in words.own().items():
        for one in said.values() if isinstance(said, dict) and "en" not in said else [said]:
            if isinstance(one, dict):
                gaps = [sorted(set(re.findall(r"\{(\w+)\}", one[language]))) for language in ("en", "zh")]
                assert gaps[0] == gaps[1], key
                assert not STOPPED.search(one["en"] + one["zh"]), key


def sources(*endings):
    """Return the text of the dashboard's own files."""
    room = Path(page.__file__).parent
    files = [path for path in sorted(room.rglob("*")) if path.suffix in endings and path.parent.name != "vendor"]
    return "".join(path.read_text(encoding="utf-8") for path in files)


def test_every_word_of_the_page_is_there(offered):
    text = sources(".js", ".html")
    asked_for = set(re.findall(r'say\("(\w+)"', text)) | set(re.findall(r'data-word="(\w+)"', text))
    assert len(asked_for) > 40 and not asked_for - set(menu(offered)["words"])


def test_no_word_is_left_that_nobody_says():
    own, text = {key for key, said in words.own().items() if "en" in said}, sources(".py", ".js", ".html")
    formed = ("more_", "fewer_", *re.findall(r'[`"](\w+_)\$?\{', text))
    assert not {key for key in own if f'"{key}"' not in text and not key.startswith(formed)}


def test_every_kind_and_outcome_has_its_words(offered):
    for name in OUTCOMES:
        assert set(words.noun(name)) == {"en", "zh"}
    assert set(words.own()["scenarios"]) == set(shipped())
    known = menu(offered)
    kinds = {kind for one in known["scenarios"] for kind in (*one["events"], *one["policies"])} | {
        one["name"] for one in known["policies"]
    }
    assert not {f"kind_{kind}" for kind in kinds} - set(known["words"])
