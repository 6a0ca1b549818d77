"""The broker alone: how fast it introduces everybody, and what its sample of candidates covers (V6, V7)."""

import numpy as np
import pytest

import abm
from abm.rules import broker, membership
from abm.state.handle import handle
from tests.helpers import (
    EVERYBODY_AGREES,
    NO_EFFECTS,
    NOBODY_MEETS,
    NOTHING_ENDS,
    assert_within,
    mean_error,
    tiny,
    towns,
    world_at_start,
)

PAIRS = 234  # 13 cities of one bloc times 18 of the other
IUC_BLOCS = towns(["Europe"] * 13 + ["China"] * 18)
ONE_BROKER = '[[brokers]]\nname = "alone"'


@pytest.mark.parametrize("capacity", [4, 11])
def test_v6_broker_alone_introduces_its_capacity_a_month_until_all_pairs_are_partners(tmp_path, capacity):
    override = {
        **NO_EFFECTS,
        **NOBODY_MEETS,
        **EVERYBODY_AGREES,
        **NOTHING_ENDS,
        "world.n_themes": 1,
        "broker.capacity": capacity,
        "broker.alignment_share": 0.0,
    }
    result = abm.run(tiny(tmp_path, IUC_BLOCS, ONE_BROKER, override, months=60))
    expected = np.minimum(capacity * np.arange(1, 61), PAIRS)
    assert result.series["contacts_ever"].to_list() == expected.tolist()
    assert set(result.partnerships["origin"]) == {"broker"}


def test_v7_candidates_are_drawn_with_replacement(tmp_path):
    sample, n_months = 96, 2000
    override = {"world.n_themes": 1, "broker.sample": sample}
    w, p = world_at_start(tiny(tmp_path, IUC_BLOCS, ONE_BROKER, override))
    h = handle(w)
    membership.enter(h, 0)
    distinct = np.empty(n_months)
    for t in range(n_months):
        w.count.candidates = 0
        broker.look_at_sample(h, p, np.uint64(1), t, 0)
        assert w.count.candidates == sample
        distinct[t] = len(set(zip(w.candidates.i[:sample], w.candidates.j[:sample], strict=True)))
    missed, both_missed = (1 - 1 / PAIRS) ** sample, (1 - 2 / PAIRS) ** sample
    mean = PAIRS * (1 - missed)
    spread = np.sqrt(PAIRS * missed + PAIRS * (PAIRS - 1) * both_missed - (PAIRS * missed) ** 2)
    assert (mean, spread) == pytest.approx((78.88, 3.16), abs=5e-3)
    assert_within(distinct.mean(), mean, mean_error(distinct))
    assert_within(distinct.std(), spread, spread / np.sqrt(2 * n_months))
