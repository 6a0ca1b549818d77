"""Patterns that the programme shows and the default scenario must show: (a) plans and pilots, (b) heavy tails."""

import numpy as np
import pytest

import abm

pytestmark = pytest.mark.slow


def test_pattern_a_nearly_every_member_has_a_plan_and_about_a_third_of_plans_become_pilots():
    table = abm.run_many("iuc-asia", seeds=300, outcomes=["plan_coverage", "pilots_per_plan"], progress=False)
    assert table["plan_coverage"].mean() > 0.9
    assert 0.25 < table["pilots_per_plan"].mean() < 0.45


def test_pattern_b_ties_per_city_are_heavy_tailed():
    ratios = []
    for seed in range(1, 41):
        ties = abm.run("iuc-asia", seed=seed).partnerships
        counts = ties["city_a"].value_counts().add(ties["city_b"].value_counts(), fill_value=0)
        ratios.append(counts.max() / counts.median())
    assert np.mean(ratios) > 2.0  # a city of many ties has more than twice the median; an even spread would give 1
