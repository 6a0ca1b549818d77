"""Twenty numbers that move only with a [results change] entry in CHANGELOG.md.

When they must move: `python -m tests.abm.face.test_golden` writes them anew; say why in the changelog.
"""

import json
import math
from pathlib import Path

import pytest

import abm

GOLDEN = Path(__file__).with_name("golden.json")
OUTCOMES = ("contacts_ever", "memoranda_ever", "action_plans_ever", "pilots_ever", "sustained_ever", "dissolved_ever",
            "mean_trust", "mean_gap", "clusters_ever", "full_helix_share", "plan_coverage", "awareness", "adoption",
            "adoptions_ever", "mastery", "need_met", "density", "mean_constraint", "event_cost",
            "travel_km")  # fmt: skip


def numbers() -> dict[str, float]:
    """Return the outcomes of one seed of the default scenario."""
    outcomes = abm.run("iuc-asia", seed=2017).outcomes.iloc[0]
    return {name: float(outcomes[name]) for name in OUTCOMES}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_golden_number_stands(name):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert math.isclose(numbers_once()[name], golden[name], rel_tol=1e-9), "results moved: is it in the changelog?"


_SEEN: dict[str, float] = {}


def numbers_once() -> dict[str, float]:
    """Run once for all twenty."""
    if not _SEEN:
        _SEEN.update(numbers())
    return _SEEN


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(numbers(), indent=1) + "\n", encoding="utf-8")
