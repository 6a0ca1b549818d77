"""The decision to try a practice, factor by factor (E15–E17)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.draws import uniform
from abm.rules import adoption, trial
from abm.shared.organisations import link, list_by_theme
from abm.state import links
from abm.state.handle import handle
from abm.state.practices import ladder
from abm.state.words import NONE, Ladder, LinkKind, Path
from tests.abm.rules.small import LUCKS, SEED, TEST, luck, settings, world
from tests.helpers import stand, stand_on

share = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("need", "fit", "quality", "evidence", "twin", "kpi", "value"),
    [
        (0.9, 1.0, 0.9, 0.0, False, False, 0.6 - 0.3),  # what it is worth nobody knows: ⅔
        (0.9, 0.5, 0.9, 0.0, False, False, 0.3 - 0.3),
        (0.5, 1.0, 0.9, 1.0, False, False, 0.45 - 0.3 * math.sqrt(0.2)),
        (0.5, 1.0, 0.9, 0.5, False, False, 0.5 * (1 / 3 + 0.45) - 0.3 * math.sqrt(0.6)),
        (0.0, 1.0, 0.9, 0.0, True, False, -0.3 * math.sqrt(0.7)),
        (0.0, 1.0, 0.9, 0.0, False, True, -0.3 * math.sqrt(0.8)),
        (0.0, 1.0, 0.9, 0.0, True, True, -0.3 * math.sqrt(0.56)),
    ],
)
def test_value_is_need_times_fit_times_expected_quality_less_what_uncertainty_costs(
    need, fit, quality, evidence, twin, kpi, value
):
    assert trial.value(settings(), need, fit, quality, evidence, twin, kpi) == pytest.approx(value)


@given(share, share, share, share, st.floats(0.0, 3.0))
def test_no_evidence_twin_or_measurement_ever_makes_a_good_practice_look_worse(need, fit, quality, evidence, aversion):
    p = settings({"trial.risk_aversion": aversion})
    plain = trial.value(p, need, fit, quality, evidence, False, False)
    assert trial.value(p, need, fit, quality, evidence, True, True) >= plain
    if quality >= trial.PRIOR_QUALITY:
        assert trial.value(p, need, fit, quality, 1.0, False, False) >= plain - 1e-12


@pytest.mark.parametrize(
    ("capacity", "worth", "hazard"),
    [(1.0, 0.15, 0.03), (0.5, 0.15, 0.015), (1.0, 9.0, 0.06), (1.0, -9.0, 0.0), (1.0, 0.35, 0.06 / (1 + 9**-1))],
)
def test_the_hazard_is_half_its_height_at_the_threshold_and_rises_with_the_steepness(capacity, worth, hazard):
    p = settings({"trial.steepness": math.log(9.0) / 0.2})
    assert trial.hazard(p, capacity, worth) == pytest.approx(hazard, abs=1e-12)


@pytest.fixture
def housed(tmp_path):
    """Return a world of a university and a firm in each of four cities, none of which works in theme 0."""
    w, p = world(tmp_path, universities=1, firms=1)
    w.organisations.theme[:] = 1
    stand_on(w, range(4, 12), Ladder.UNAWARE)
    list_by_theme(handle(w))
    return w, p


UNIVERSITY, FIRM, ABROAD, FIRM_ABROAD = 0, 1, 2, 3


@pytest.mark.parametrize(
    ("work_in_it", "linked", "ended", "masters", "capacity"),
    [
        ([], [], NONE, [], 0.4),
        ([UNIVERSITY], [], NONE, [], 0.7),
        ([FIRM], [], NONE, [], 0.6),
        ([UNIVERSITY, FIRM], [], NONE, [], 0.9),
        ([UNIVERSITY, FIRM], [], NONE, [FIRM], 1.0),
        ([UNIVERSITY, FIRM], [], NONE, [UNIVERSITY, FIRM], 1.0),
        ([ABROAD], [], NONE, [ABROAD], 0.4),
        ([ABROAD], [ABROAD], NONE, [], 0.7),
        ([FIRM_ABROAD], [FIRM_ABROAD], NONE, [FIRM_ABROAD], 0.7),
        ([ABROAD], [ABROAD], 3, [ABROAD], 0.4),
        ([], [ABROAD], NONE, [ABROAD], 0.4),
    ],
    ids=[
        "alone",
        "a university",
        "a firm",
        "both",
        "one of them masters it",
        "both master it",
        "a stranger",
        "a linked university",
        "a linked firm that masters it",
        "a link that is over",
        "a linked university of another theme",
    ],
)
def test_capacity_counts_who_works_in_the_theme_at_home_or_over_a_link(
    housed, work_in_it, linked, ended, masters, capacity
):
    w, _ = housed
    w.organisations.theme[work_in_it, 0] = 0
    list_by_theme(handle(w))
    for o in linked:
        kind = LinkKind.CITY_FIRM if o == FIRM_ABROAD else LinkKind.CITY_UNIVERSITY
        link(handle(w), TEST, kind, 0, 4 + o, 0, NONE, 0)
        w.links.ended[0] = ended
    links.list_links(handle(w))
    stand_on(w, [4 + o for o in masters], Ladder.ADOPTED)
    k = w.practices.theme[:2].tolist().index(0)
    assert trial.absorptive_capacity(handle(w), 0, k) == pytest.approx(capacity)
    assert trial.absorptive_capacity(handle(w), 3, k) == pytest.approx(0.4)


def test_a_city_tries_what_it_is_aware_of_and_draws_for_at_its_hazard(housed):
    w, p = housed
    p.trial.rate = 3.0
    stand_on(w, range(4), Ladder.UNAWARE)
    stand_on(w, [0, 2], Ladder.AWARE)
    w.cities.trying[2, :] = 0.0
    tried = 0
    for t in range(30):
        trial.decide(handle(w), p, SEED, t)
        found = {(int(row.city), int(row.practice)) for row in w.trials[: int(w.count.trials)]}
        expected = set()
        for k in range(int(w.count.practices)):
            own = luck(trial.TRY, t, w.cities.key[0], w.practices.key[k])
            hazard = trial.hazard(p, 0.7 if w.practices.theme[k] == 1 else 0.4, trial.worth_row(handle(w), p, 0, k))
            hazard = hazard / 0.7 * 0.9 if w.practices.theme[k] == 1 else hazard  # a firm as well
            if uniform(own) < 1.0 - math.exp(-hazard):
                expected.add((0, k))
        assert found == expected
        tried += len(found)
    assert 0 < tried < 60


def test_a_living_lab_multiplies_the_hazard_of_its_theme(housed):
    w, p = housed
    k = w.practices.theme[:2].tolist().index(1)
    hazard = trial.hazard(p, 0.9, trial.worth_row(handle(w), p, 0, k))
    w.cities.trying[0, 1] = 7.0
    own = next(x for x in LUCKS if 1.0 - math.exp(-hazard) < uniform(x) < 1.0 - math.exp(-7.0 * hazard))
    assert trial.tries_given(handle(w), p, 0, k, own)
    w.cities.trying[0] = 1.0, 1.0, 7.0, 7.0, 7.0, 7.0, 7.0
    assert not trial.tries_given(handle(w), p, 0, k, own)


def test_the_worth_of_a_practice_is_read_from_its_city_and_its_origin(housed):
    w, p = housed
    w.practices.origin[0], w.practices.quality[0], w.practices.evidence[0] = 2, 0.9, 0.5
    w.cities.context_x[:], w.cities.context_y[:] = 0.0, 0.0
    w.cities.context_x[2] = 0.5
    w.cities.need[0], w.cities.twin[0] = 0.8, True
    fit = math.exp(-0.5)
    expected = trial.value(p, 0.8, fit, 0.9, 0.5, True, False)
    assert trial.worth_row(handle(w), p, 0, 0) == pytest.approx(expected)


def test_what_is_tried_is_a_decision_from_nobody(housed):
    w, _ = housed
    stand_on(w, [2], Ladder.AWARE)
    w.count.lessons = 0
    trial.list_trial(handle(w), 2, 1)
    trial.settle(handle(w), 8)
    row = w.lessons[0]
    assert (row.actor, row.practice, row.month, row.before, row.after) == (2, 1, 8, Ladder.AWARE, Ladder.TRIAL)
    assert (row.path, row.source, ladder(w)[2, 1]) == (Path.DECISION, NONE, Ladder.AWARE)


@pytest.mark.parametrize("rung", [Ladder.UNAWARE, Ladder.AWARE, Ladder.ADOPTED])
def test_a_rule_of_ones_own_may_let_a_city_try_what_it_stands_anywhere_with(tmp_path, rung):
    w, p = world(tmp_path)
    stand_on(w, range(4), Ladder.UNAWARE)
    stand(w, 2, 1, rung)
    w.count.lessons = w.count.first_lesson = w.count.trials = 0
    trial.list_trial(handle(w), 2, 1)
    trial.settle(handle(w), 5)
    adoption.settle(handle(w), p, 5)
    assert w.lessons.before[0] == rung and ladder(w)[2, 1] == Ladder.TRIAL
    assert sum(int(word).bit_count() for word in w.rungs[:, 2].ravel()) == w.count.practices
