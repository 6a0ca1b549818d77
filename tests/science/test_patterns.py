"""Patterns that the programme shows and the default scenario must show: (a) plans and pilots, (b) unequal cities."""

import numpy as np
import pytest

import abm
from abm.state.words import Stage
from experiments.intervals import paired

pytestmark = [pytest.mark.slow, pytest.mark.compiled("hundreds of runs")]


def test_pattern_a_nearly_every_member_has_a_plan_and_about_a_third_of_plans_become_pilots():
    table = abm.run_many("iuc-asia", seeds=300, outcomes=["plan_coverage", "pilots_per_plan"], progress=False)
    assert table["plan_coverage"].mean() > 0.9
    assert 0.25 < table["pilots_per_plan"].mean() < 0.45


def gini(counts):
    """Return the Gini coefficient of counts."""
    ranked, n = np.sort(counts), len(counts)
    return 2 * (np.arange(1, n + 1) * ranked).sum() / (n * ranked.sum()) - (n + 1) / n


def spreads(seed, spread):
    """Return, over cities, the Gini of ties and of pilots, and busiest to median of ties; ``spread`` is σ_ψ."""
    result = abm.run("iuc-asia", seed=seed, override={"city.engagement_spread": spread})
    rows, cities = result.partnerships, result.cities["city_id"]
    ties, pilots = (
        chosen[["city_a", "city_b"]].stack().value_counts().reindex(cities, fill_value=0).to_numpy()
        for chosen in (rows, rows[rows["highest_stage"] >= Stage.PILOT])
    )
    return gini(ties), gini(pilots), ties.max() / np.median(ties)


def test_pattern_b_engagement_makes_ties_uneven_and_pilots_very_uneven():
    """Against the same world in which all cities are equally engaged, which is not even either."""
    drawn, equal = (np.array([spreads(seed, spread) for seed in range(1, 41)]) for spread in (1.2, 0.0))
    ties, pilots, busiest = (paired(drawn[:, x], equal[:, x])[3] for x in range(3))  # low ends of the intervals
    assert ties > 0.03, "Gini of ties"
    assert pilots > 0.08, "Gini of pilots"
    assert busiest > 0.8, "busiest city to the median"
    assert drawn[:, 1].mean() > 0.6 > 0.4 > drawn[:, 0].mean(), "pilots are heavy-tailed, ties are not"
