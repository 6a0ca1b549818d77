"""The ladder, trust and the expectation gap of 20,000 partnerships against closed forms (V1, V2, V3)."""

import numpy as np
import pytest

from abm.draws import entity
from abm.rules import cooperation, ladder
from abm.state.handle import handle
from abm.state.memory import grown
from abm.state.words import NONE, Stage
from tests.helpers import NO_EFFECTS, assert_within, mean_error, share_error, tiny, world_at_start

pytestmark = pytest.mark.compiled("20,000 partnerships")
SEED = np.uint64(1)
N = 20_000
CLIMB = (0.12, 0.12, 0.02, 0.03, 0.0)  # μ of stages 1–5
LEAVE = (0.04, 0.01, 0.01, 0.01, 0.002)  # δ


def with_partnerships(w, stage):
    """Return the world with N living partnerships of its first two cities, all at one stage."""
    rows = grown(w.partnerships, N)
    rows.key[:] = [entity("partnership", x) for x in range(N)]
    rows.j[:] = 1
    rows.stage[:] = rows.ever[:] = stage
    rows.ended[:] = NONE
    rows.university[:] = rows.firm[:] = NONE
    w.count.partnerships = w.count.live = N
    return w._replace(partnerships=rows, live=np.arange(N, dtype=np.int32))


@pytest.fixture
def ladder_of_20000(tmp_path):
    """Return partnerships that have just become contacts, and a function that lets months pass on the ladder."""
    w, p = world_at_start(tiny(tmp_path, override=NO_EFFECTS))
    w = with_partnerships(w, Stage.CONTACT)
    h = handle(w)

    def pass_months(first, end):
        for t in range(first, end):
            ladder.climb(h, p, SEED, t)

    return w.partnerships, pass_months


def expected_shares(months):
    """Return the distribution over stages 1–5 and dissolved after so many months: a power of the Markov matrix."""
    matrix = np.zeros((6, 6))
    matrix[5, 5] = 1.0
    for s, (up, down) in enumerate(zip(CLIMB, LEAVE, strict=True)):
        stay = np.exp(-(up + down))
        matrix[s, s] = stay
        matrix[s, min(s + 1, 4)] += (1.0 - stay) * up / (up + down)
        matrix[s, 5] += (1.0 - stay) * down / (up + down)
    return np.linalg.matrix_power(matrix, months)[0]


STATED = {  # V1 of the model's description
    24: (0.0215, 0.0968, 0.4134, 0.0882, 0.0209, 0.3591),
    48: (0.0005, 0.0064, 0.2623, 0.1388, 0.1048, 0.4873),
}


@pytest.mark.parametrize("months", STATED)
def test_v1_ladder_follows_the_matrix_power(ladder_of_20000, months):
    partnerships, pass_months = ladder_of_20000
    pass_months(0, months)
    expected = expected_shares(months)
    assert expected == pytest.approx(STATED[months], abs=6e-5)
    for share, stage in zip(expected, (1, 2, 3, 4, 5, 0), strict=True):
        assert_within(np.mean(partnerships.stage == stage), share, share_error(share, N))


def test_v1_shares_that_ever_reach_a_stage(ladder_of_20000):
    partnerships, pass_months = ladder_of_20000
    pass_months(0, 900)  # nobody is left below stage 5: e^(−0.03 · 900) of those with a plan
    for stage, share in zip((2, 3, 4, 5), (0.750, 0.692, 0.462, 0.346), strict=True):
        exact = np.prod([CLIMB[s] / (CLIMB[s] + LEAVE[s]) for s in range(stage - 1)])
        assert exact == pytest.approx(share, abs=5e-4)
        assert_within(np.mean(partnerships.ever >= stage), exact, share_error(exact, N))


def cooperate(folder, months, gap, trust, **cooperation_parameters):
    """Yield (months past, partnerships, all with a plan) as they work together, month by month."""
    override = {f"cooperation.{name}": value for name, value in cooperation_parameters.items()}
    w, p = world_at_start(tiny(folder, override=override))
    w = with_partnerships(w, Stage.ACTION_PLAN)
    w.partnerships.gap[:] = gap
    w.partnerships.trust[:] = trust
    h = handle(w)
    for t in range(months):
        cooperation.interact(h, p, SEED, t)
        yield t + 1, w.partnerships


def test_v2_stationary_trust(tmp_path):
    active, gain, loss, gap = 0.3, 0.2, 0.1, 0.25
    *_, (_, partnerships) = cooperate(tmp_path, 150, gap, 0.5, plan_activity=active, natural_closing=0.0)
    expected = active * gain * (1 - gap) / (active * gain * (1 - gap) + (1 - active) * loss)
    assert expected == pytest.approx(0.3913, abs=5e-5)
    assert_within(partnerships.trust.mean(), expected, mean_error(partnerships.trust))


def test_v2_trust_of_partners_who_always_work_together(tmp_path):
    first, gain, gap = np.linspace(0.2, 0.8, N), 0.2, 0.25
    for t, partnerships in cooperate(tmp_path, 48, gap, first, plan_activity=1.0, natural_closing=0.0):
        expected = 1 - (1 - first) * (1 - gain * (1 - gap)) ** t
        np.testing.assert_allclose(partnerships.trust, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("active", [0.1, 0.5])
def test_v3_mean_gap_closes_geometrically(tmp_path, active):
    first, closing = 0.6, 0.02
    for t, partnerships in cooperate(tmp_path, 48, first, 0.5, plan_activity=active):
        if t in (12, 48):
            expected = first * (1 - active * closing) ** t
            assert_within(partnerships.gap.mean(), expected, mean_error(partnerships.gap))
