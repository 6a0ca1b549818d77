"""Every name that a reader may be shown has a label in both languages, short enough for an axis and told apart."""

import re
from enum import IntEnum

import pytest

from abm.input.load import load, shipped
from abm.input.scenario import PARAMETERS
from abm.labels import label_of, measures, parameters
from abm.labels.declare import Label
from abm.labels.stages import STAGES
from abm.measures import MEASURES
from abm.parameters import spelled
from abm.state.words import THEMES, Stage

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_MOST, CHINESE_MOST = 32, 16  # characters


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_has_a_short_label_in_both_languages(name):
    english, chinese = measures.MEASURES[name]
    assert 3 < len(english) <= ENGLISH_MOST and english[0].isupper() and not CHINESE.search(english)
    assert len(chinese) <= CHINESE_MOST and CHINESE.search(chinese)


def test_no_label_is_of_nothing_and_no_two_are_alike():
    assert set(measures.MEASURES) == set(MEASURES)
    for language in Label._fields:
        words = [getattr(label, language) for label in measures.MEASURES.values()]
        assert not [word for word in words if words.count(word) > 1]


def test_every_unit_and_no_other_has_a_label():
    assert set(measures.UNITS) == {measure.unit for measure in MEASURES.values()}
    worded = {unit: label for unit, label in measures.UNITS.items() if re.search("[a-z]", unit)}
    assert all(CHINESE.search(label.chinese) and label.english == unit for unit, label in worded.items())


def test_every_word_that_a_parameter_is_set_to_has_a_label():
    words = {spelled(word) for d in PARAMETERS.values() if isinstance(d.default, IntEnum) for word in type(d.default)}
    assert words == set(parameters.SETTINGS) and len(words) == 5
    assert all(CHINESE.search(label.chinese) and label.english == w for w, label in parameters.SETTINGS.items())


def test_regions_of_the_shipped_scenarios_and_themes_have_labels():
    regions = {city.region for name in shipped() for city in load(name).cities}
    assert regions | set(THEMES) == set(measures.PARTS)
    assert all(label.english == part and CHINESE.search(label.chinese) for part, label in measures.PARTS.items())


def test_stages_come_in_order_with_the_measures_that_count_them():
    assert [rung.stage for rung in STAGES] == [stage for stage in Stage if stage > 0]
    assert all(rung.now in MEASURES and rung.ever == f"{rung.now}_ever" for rung in STAGES)
    assert all(rung.name == rung.label.english.lower() and CHINESE.search(rung.label.chinese) for rung in STAGES)


def test_labelled_parameters_exist():
    assert set(parameters.PARAMETERS) <= set(PARAMETERS)
    assert all(len(x) <= ENGLISH_MOST and CHINESE.search(y) for x, y in parameters.PARAMETERS.values())
    for language in Label._fields:
        assert len({getattr(label, language) for label in parameters.PARAMETERS.values()}) == len(parameters.PARAMETERS)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("pilots_ever", Label("Pilots ever", "累计试点")),
        ("pilots_ever@24", Label("Pilots ever, after 24 months", "累计试点（24个月后）")),
        ("gini_ties.Europe@24", Label("Gini of ties, Europe, after 24 months", "伙伴关系基尼系数（欧洲，24个月后）")),
        ("gini_ties.East", Label("Gini of ties, East", "伙伴关系基尼系数（East）")),
        ("adoption_by_theme.mobility", Label("Adoption, mobility", "分主题采纳率（交通出行）")),
        ("broker.capacity", parameters.PARAMETERS["broker.capacity"]),
        ("nothing", None),
    ],
)
def test_a_label_says_measure_part_and_month(name, label):
    assert label_of(name) == label
