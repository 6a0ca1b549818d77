"""Every line of the gate can fail, and the word is used only if none does."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from calibration.diagnostics import (
    CANARIES,
    POSTERIOR,
    Check,
    Ranks,
    check_canaries,
    check_hpd,
    check_sbc,
    check_tarp,
    coverage,
    run_sbc,
)
from calibration.gate import LINES, check_runs, gate
from calibration.learnt import check_agreement, check_edges, check_learnt, run_agreement, run_summary
from calibration.posterior import Sample, fit
from calibration.predictive import (
    check_fit,
    check_hold_outs,
    check_possible,
    run_joint,
    run_possible,
    run_predictive,
)
from calibration.priors import UNKNOWNS, Unknown
from calibration.statistics import features
from tests.calibration.programmes import simulated
from tests.helpers import share_error

NAMES = ("x", "y")
N = 400
RNG = np.random.default_rng(11)
TRUTH = RNG.standard_normal((1200, 2))
SEEN = TRUTH + RNG.standard_normal((1200, 2))


def exact():
    """Yield the posterior of each test: prior N(0, 1), seen with noise of SD 1, so N(s/2, ½)."""
    for s in SEEN:
        yield Sample(s / 2 + np.sqrt(0.5) * RNG.standard_normal((N, 2)), np.full(N, 1 / N))


@pytest.fixture(scope="module")
def ranks():
    return run_sbc(exact(), TRUTH)


def test_an_exact_posterior_is_green(ranks):
    assert check_sbc(ranks[POSTERIOR], NAMES).met and check_tarp(ranks[POSTERIOR]).met
    table = coverage(ranks[POSTERIOR], NAMES)
    for level in (0.5, 0.8, 0.9, 0.95):
        assert table[f"{level:.0%}"].tolist() == pytest.approx([level] * 2, abs=4 * share_error(level, len(TRUTH)))


@pytest.mark.parametrize("canary", CANARIES)
def test_a_posterior_that_is_wrong_on_purpose_is_red(ranks, canary):
    assert check_sbc(ranks[canary], NAMES).met is False


@pytest.mark.parametrize(
    ("canary", "word"),
    [("too narrow", "90% covers 0.7"), ("shifted", "mean rank"), ("has seen the answer", "50% covers 0.8")],
)
def test_the_sentence_says_what_is_wrong(ranks, canary, word):
    assert word in check_sbc(ranks[canary], NAMES).sentence


def test_the_prior_passes_for_a_posterior_here_and_fails_elsewhere(ranks):
    assert check_sbc(ranks["prior"], NAMES).met
    unknowns = (Unknown("x", 0, 1), Unknown("y", 1, 4, True))
    prior = Sample(ndtri((np.arange(1000)[:, None] + 0.5) / 1000).repeat(2, axis=1), np.full(1000, 0.001))
    found = check_learnt(run_summary(prior, unknowns))
    assert found == Check("G8", False, "nothing is learnt: the posterior is the prior")


def test_the_canaries_are_noticed_and_a_blind_test_is_found_out(ranks):
    assert check_canaries(ranks, NAMES).met
    blind = dict.fromkeys(ranks, ranks[POSTERIOR])
    found = check_canaries(blind, NAMES)
    assert found.met is False and "do not notice" in found.sentence


def test_few_tests_decide_nothing(ranks):
    few = {name: r._replace(below=r.below[:300], nearer=r.nearer[:300]) for name, r in ranks.items()}
    assert (
        check_sbc(few["shifted"], NAMES).met is None
        and "where 1000 decide" in check_sbc(few["shifted"], NAMES).sentence
    )
    assert check_tarp(few[POSTERIOR]).met is None and check_canaries(few, NAMES).met is None


def test_ranks_of_the_right_mean_and_coverage_are_red_where_they_are_not_uniform():
    away = (np.arange(1200) + 0.5) / 2400  # from the middle: near it all below, far from it two of three above
    above = (away > 0.25) & (np.arange(1200) % 3 > 0)
    ranks = Ranks(np.where(above, 0.5 + away, 0.5 - away)[:, None], np.full(1200, 0.5))
    found = check_sbc(ranks, ["x"])
    assert found.met is False and "(KS p" in found.sentence


def test_joint_coverage_sees_what_each_unknown_alone_does_not():
    """Posteriors with the right margins and a correlation that is not there."""
    truth = np.random.default_rng(4).standard_normal((1500, 2))
    rng = np.random.default_rng(5)

    def tied():
        for _ in truth:
            x = rng.standard_normal(N)
            yield Sample(np.column_stack([x, x]), np.full(N, 1 / N))

    found = run_sbc(tied(), truth)[POSTERIOR]
    assert check_sbc(found, NAMES).met and check_tarp(found).met is False


@pytest.mark.parametrize(("power", "word"), [(1.3, "flow 2: 50% covers 0.58"), (0.7, "flow 2: 50% covers 0.37")])
def test_a_flow_whose_regions_are_too_wide_or_too_narrow_is_named(power, word):
    uniform = (np.arange(1000) + 0.5) / 1000
    found = check_hpd(np.array([uniform, uniform**power]))
    assert found.gate == "G3" and found.met is False and word in found.sentence and "flow 1" not in found.sentence
    assert check_hpd(uniform[None]).met and check_hpd(uniform[None, :500]).met is None


def summary(**of_first):
    row = {"unknown": "city.capacity", "learnt": 0.4, "low_tenth": 0.1, "high_tenth": 0.1} | of_first
    return pd.DataFrame([row, {"unknown": "y", "learnt": 0.3, "low_tenth": np.nan, "high_tenth": np.nan}])


def test_a_posterior_that_leans_on_an_end_is_red():
    assert check_edges(summary()).met
    found = check_edges(summary(high_tenth=0.37))
    assert found == Check("G7", False, "city.capacity 0.37 in the highest tenth")


def test_what_keeps_its_prior_may_not_be_called_calibrated():
    assert check_learnt(summary(learnt=0.05)).met
    found = check_learnt(summary(learnt=0.05), called=["city.capacity"])
    assert found.met is False and found.sentence.endswith("city.capacity")


def test_what_is_learnt_of_the_list_alone_is_nothing_of_the_model():
    of_list = summary(learnt=0.05).replace("y", "list.listed")
    found = check_learnt(of_list)
    assert found == Check("G8", False, "nothing is learnt of the model, only of its list")
    assert check_learnt(of_list.assign(learnt=0.3)).met


def test_a_summary_has_the_units_of_the_unknowns():
    z = ndtri((np.arange(4000)[:, None] + 0.5) / 4000 * 0.5 + 0.5)  # upper half of the box
    found = run_summary(
        Sample(np.hstack([z, z]), np.full(4000, 1 / 4000)), (Unknown("x", 2, 6), Unknown("n", 1, 4, True))
    )
    first, second = found.to_dict("records")
    assert first["mean"] == pytest.approx(5, abs=0.01) and first["learnt"] == pytest.approx(0.75, abs=0.01)
    assert first["high_tenth"] == pytest.approx(0.2, abs=0.01) and first["low_tenth"] == 0
    assert (
        second["mean"] == pytest.approx(3.5)
        and second["learnt"] == pytest.approx(0.8)
        and np.isnan(second["low_tenth"])
    )
    assert first["verdict"] == "learnt"


def test_estimators_that_part_are_named():
    one = next(exact())
    assert check_agreement(run_agreement(one, one), NAMES).met
    found = check_agreement(run_agreement(one, one._replace(z=one.z + [0.0, 0.5])), NAMES)
    assert found.met is False and "y 0.7" in found.sentence and "x" not in found.sentence.split(": ")[1]


CLOUD = np.random.default_rng(8).standard_normal((3000, 3))


@pytest.mark.parametrize(("record", "possible"), [((0.5, -0.5, 0.2), True), ((5.0, 5.0, -5.0), False)])
def test_a_record_far_from_all_runs_is_no_possible_output(record, possible):
    assert check_possible(*run_possible(CLOUD[:2000], CLOUD[2000:], np.array(record))).met is possible


def test_predictions_are_judged_one_by_one_and_together():
    names = ("a", "b", "c")
    inside, far = np.array([0.1, 0.0, 0.2]), np.array([0.1, 3.5, 0.2])
    good, bad = (run_predictive(CLOUD, seen, names) for seen in (inside, far))
    assert check_fit(good, run_joint(CLOUD, inside)).met
    found = check_fit(bad, run_joint(CLOUD, far))
    assert found.met is False and found.sentence.endswith("outside 95 %: b")
    tied = CLOUD @ np.array([[1, 0.999, 0], [0, 0.04, 0], [0, 0, 1]])
    odd = np.array([1.0, -1.0, 0.0])  # each possible, not both
    assert (
        not outside_any(tied, odd, names)
        and check_fit(run_predictive(tied, odd, names), run_joint(tied, odd)).met is False
    )


def outside_any(predicted, seen, names):
    table = run_predictive(predicted, seen, names)
    return ((table["observed"] < table["low_95"]) | (table["observed"] > table["high_95"])).any()


@pytest.mark.parametrize(("n_out", "met"), [(0, True), (1, True), (2, False)])
def test_four_of_five_hold_outs_must_be_inside(n_out, met):
    seen = np.where(np.arange(5) < n_out, 9.0, 0.0)
    table = run_predictive(np.random.default_rng(1).standard_normal((500, 5)), seen, list("abcde"))
    found = check_hold_outs(table)
    assert found.met is met and found.sentence.startswith(f"{5 - n_out} of 5")


def test_draws_without_a_value_are_counted_and_a_statistic_without_any_is_missed():
    predicted = CLOUD[:, :2].copy()
    predicted[:100, 0], predicted[:, 1] = np.nan, np.nan
    table = run_predictive(predicted, np.zeros(2), ("some", "none"))
    assert table["lacking"].tolist() == [100, 3000]
    assert "missed: none" in check_hold_outs(table).sentence


@pytest.mark.parametrize(
    ("asked", "lose", "tested", "word"),
    [
        (3001, 0, [4000], "1 of 3001 runs are missing"),
        (3000, 2, [4000], "2 runs have a feature without a number"),
        (3000, 0, [2999, 3000], "1 of 2 tests are runs that the posterior was learnt from"),
    ],
)
def test_runs_that_are_lost_or_used_twice_are_told(asked, lose, tested, word):
    table = CLOUD.copy()
    table[:lose, 1] = np.nan
    found = check_runs(asked, table, range(3000), tested)
    assert found.met is False and found.sentence == word
    assert check_runs(3000, CLOUD, range(3000), [4000]).met


GREEN = [Check(line, True, "fine") for line in LINES]


def test_the_word_is_used_if_all_lines_are_met():
    assert gate(GREEN).calibrated and gate(GREEN).exit_code == 0
    assert str(gate(GREEN)).startswith("calibrated:")


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("met", [False, None])
def test_any_line_can_stand_against_the_word(line, met):
    found = gate([*GREEN, Check(line, met, "three of six")])
    assert not found.calibrated and found.exit_code == 3
    assert str(found).startswith("conditioned on the record, not calibrated: ")
    assert (f"{line} three of six" if met is False else f"not decided: {line}") in str(found)


def test_a_line_that_nobody_checked_is_not_decided():
    assert gate(GREEN[1:]).met("G1") is None and not gate(GREEN[1:]).calibrated


@pytest.mark.slow
@pytest.mark.compiled("runs of the programme take seconds each")
def test_two_hundred_simulated_programmes_are_recovered():
    """Coverage of every unknown within binomial bounds (4 standard errors), by runs that were not learnt from."""
    z, table = simulated(12_000)
    s = features(table)
    regression = fit(z[200:], s[200:])
    found = run_sbc((regression.posterior(s[k]) for k in range(200)), z[:200])
    covered = coverage(found[POSTERIOR], [x.name for x in UNKNOWNS])
    for level in (0.5, 0.8, 0.9, 0.95):
        far = covered.loc[(covered[f"{level:.0%}"] - level).abs() > 4 * share_error(level, 200), "unknown"].tolist()
        assert not far, f"{level:.0%} intervals of {', '.join(far)}"
    assert check_tarp(found[POSTERIOR]).sentence.startswith("area between TARP curve and diagonal 0.0")


def test_one_statistic_in_the_fit_is_as_far_as_its_rank_says():
    one = np.arange(99.0)[:, None]
    assert run_joint(one, np.array([49.0])) == pytest.approx(1)
    assert run_joint(one, np.array([99.0])) == pytest.approx(0.01)


def test_fewer_than_five_hold_outs_decide_nothing_but_may_refute():
    predicted = np.random.default_rng(1).standard_normal((500, 1))
    inside, missed = (check_hold_outs(run_predictive(predicted, np.array([x]), ["a"])) for x in (0.0, 9.0))
    assert inside == Check("G6", None, "1 of 1 hold-outs inside 90 %, where 5 decide")
    assert missed == Check("G6", False, "0 of 1 hold-outs inside 90 %; missed: a")
