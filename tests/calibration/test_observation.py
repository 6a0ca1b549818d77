"""The operator prints what it must: grouping, listing, naming, counting each by itself, and the same bytes twice."""

import numpy as np
import pytest

import abm
from calibration.histories import histories
from calibration.observation import INVITED, Listing, grouped, miscount, observe, p_listed, takes_part, uniforms
from calibration.printed import merged
from calibration.statistics import NAMES
from tests.calibration.programmes import (
    CITIES,
    EVERYTHING,
    KNOWN_SCENARIO,
    lists_of,
    of_the_prior,
    row_of,
    statistics_of,
    table,
)
from tests.helpers import assert_within, share_error

PILOT = {"memorandum": 10, "plan": 12, "pilot": 20}
PLAN = {"memorandum": 10, "plan": 12}
CASES = NAMES.index("pilot cases")
compiled = pytest.mark.compiled("runs of the programme take seconds each")


def printed(*partnerships, how=EVERYTHING, seed=1):
    return observe(table(*partnerships), CITIES, how, seed)


def names(case):
    return {CITIES.names[i] for i in np.flatnonzero(case)}


def test_partnerships_of_a_theme_that_share_a_city_are_one_case():
    found = printed(("rome", "yantai", 0, PILOT), ("rome", "liuzhou", 0, PILOT), ("nice", "haikou", 0, PILOT))
    assert [names(case) for case in found.named] == [{"rome", "yantai", "liuzhou"}, {"nice", "haikou"}]


def invitation(partnership, city, month=20):
    """Return a row of a history that says which city the project of a partnership has invited."""
    row = table(("rome", "yantai", INVITED, {"pilot": month}))
    row["i"], row["j"] = partnership, row_of(city)
    return row


def test_invited_cities_are_cities_of_the_case_and_bring_later_partnerships_to_it():
    late = {**PILOT, "pilot": 30}
    rows = table(("nice", "haikou", 0, late), ("rome", "yantai", 0, PILOT), ("bologna", "wuhan", 1, PILOT))
    rows = np.concatenate([rows, invitation(1, "haikou"), invitation(1, "nanjing"), invitation(2, "rome")])
    found = observe(rows, CITIES, EVERYTHING, 1)
    assert [names(case) for case in found.named] == [
        {"rome", "yantai", "nanjing", "haikou", "nice"},
        {"bologna", "wuhan", "rome"},
    ]
    alone = observe(rows, CITIES, EVERYTHING._replace(joining=0.0), 1)
    assert [len(names(case)) for case in alone.named] == [4, 3, 2]


def test_who_is_invited_after_the_record_is_not_in_it_and_invitations_are_no_plans():
    after = {"memorandum": 10, "plan": 12, "pilot": 48}
    rows = np.concatenate([table(("rome", "yantai", 0, after)), invitation(0, "nice", 48)])
    shown = observe(rows, CITIES, EVERYTHING._replace(plan_shown=1.0), 1)
    assert [names(case) for case in shown.named] == [{"rome", "yantai"}]
    counts = {observe(rows, CITIES, EVERYTHING, seed).plans for seed in range(40)}
    assert counts == {1, 2, 3} and shown.memoranda == 1


def test_themes_are_not_joined_and_governance_is_not_listed():
    found = printed(("rome", "yantai", 0, PILOT), ("rome", "liuzhou", 1, PILOT), ("nice", "haikou", 6, PILOT))
    assert found.theme.tolist() == [0, 1]


def test_cases_that_a_later_partnership_connects_stay_apart():
    late = {**PILOT, "pilot": 30}
    found = printed(("rome", "yantai", 0, PILOT), ("nice", "haikou", 0, PILOT), ("rome", "haikou", 0, late))
    assert len(found.theme) == 2 and len(merged(found).theme) == 1


def test_whoever_comes_first_founds_the_case_in_order_of_date():
    late = {**PILOT, "pilot": 30}
    found = printed(("rome", "yantai", 0, late), ("rome", "liuzhou", 0, PILOT), how=EVERYTHING._replace(joining=0.0))
    assert [names(case) for case in found.named] == [{"rome", "liuzhou"}, {"rome", "yantai"}]
    assert found.first == 20


def test_only_living_plans_are_shown_and_they_are_not_implemented():
    show = EVERYTHING._replace(plan_shown=1.0)
    rows = ("rome", "yantai", 0, PLAN), ("nice", "haikou", 0, {**PLAN, "ended": 40}), ("rome", "wuhan", 1, PILOT)
    found = printed(*rows, how=show)
    assert [names(case) for case in found.named] == [{"rome", "yantai"}, {"rome", "wuhan"}]
    assert found.implemented.tolist() == [False, True]
    assert [names(case) for case in printed(*rows).named] == [{"rome", "wuhan"}]


def test_what_comes_after_the_record_is_not_in_it():
    after = {"memorandum": 10, "plan": 12, "pilot": 48, "university": 48}
    assert len(printed(("rome", "yantai", 0, after)).theme) == 0
    shown = printed(("rome", "yantai", 0, after), how=EVERYTHING._replace(plan_shown=1.0))
    assert shown.university.tolist() == [False] and np.isnan(shown.first)


def test_a_case_names_a_kind_that_any_of_its_partnerships_has():
    found = printed(("rome", "yantai", 0, PILOT), ("rome", "liuzhou", 0, {**PILOT, "university": 15}))
    assert found.university.tolist() == [True] and found.firm.tolist() == [False]


@pytest.mark.parametrize("kind", ["university", "firm"])
def test_who_takes_part_is_named_with_a_probability_of_its_kind(kind):
    rows = table(("rome", "liuzhou", 0, {**PILOT, "university": 15, "firm": 16}))
    how = EVERYTHING._replace(**{f"{kind}_named": 0.3})
    found = [observe(rows, CITIES, how, seed) for seed in range(2000)]
    assert_within(np.mean([getattr(one, kind)[0] for one in found]), 0.3, share_error(0.3, 2000))
    other = {"university": "firm", "firm": "university"}[kind]
    assert all(getattr(one, other)[0] for one in found)


def test_the_first_implemented_case_is_the_first_of_those_listed():
    rows = table(("rome", "yantai", 0, PILOT), ("nice", "haikou", 1, {**PILOT, "pilot": 30}))
    found = [observe(rows, CITIES, EVERYTHING._replace(listed=0.5), seed) for seed in range(40)]
    firsts = {tuple(one.theme): one.first for one in found}
    assert firsts[0, 1] == firsts[0,] == 20 and firsts[1,] == 30 and np.isnan(firsts[()])


def test_larger_cases_are_listed_more_often_by_the_log_of_their_size():
    how = EVERYTHING._replace(listed=0.2, size_effect=1.5)
    odds = 0.25 * 2.0**1.5
    np.testing.assert_allclose(p_listed(np.array([2, 4]), how), [0.2, odds / (1 + odds)])
    assert p_listed(np.array([2, 9]), EVERYTHING).tolist() == [1.0, 1.0]


def test_plans_are_counted_over_members_and_miscounted_by_one():
    rows = table(
        ("rome", "yantai", 0, PLAN), ("nice", "nanjing", 0, PLAN), ("granada", "wuhan", 0, {**PLAN, "plan": 42})
    )
    counts = np.array([observe(rows, CITIES, EVERYTHING, seed).plans for seed in range(2000)])
    shares = [np.mean(counts == n) for n in (2, 3, 4)]
    assert sum(shares) == 1.0
    for share, expected in zip(shares, (0.25, 0.5, 0.25), strict=True):
        assert_within(share, expected, share_error(expected, 2000))


def test_no_more_members_have_a_plan_than_there_are():
    every = [("rome", CITIES.names[i], 0, PLAN) for i in CITIES.members if i != row_of("rome")]
    assert max(printed(*every, seed=seed).plans for seed in range(40)) == len(CITIES.members) == 31


def test_the_most_memoranda_are_those_of_a_chinese_member():
    signed = {"memorandum": 10}
    rows = (
        ("rome", "yantai", 0, signed),
        ("rome", "yantai", 1, signed),
        ("rome", "nanjing", 0, signed),
        ("nice", "haikou", 0, signed),
    )
    assert printed(*rows).memoranda == 2


def test_a_partnership_joins_every_case_that_it_could_alike():
    rows = table(*((a, b, 0, PILOT) for a, b in (("rome", "yantai"), ("nice", "haikou"), ("rome", "haikou"))))
    u, own = np.full((3, 6), 0.5), takes_part(rows, len(CITIES.key), 47)
    chosen = []
    for which in (0.2, 0.7):
        u[2, 2] = which
        chosen.append(int(grouped(rows["theme"], own, u, joining=0.6)[0][2]))
    assert chosen == [0, 1]
    assert grouped(rows["theme"], own, u, joining=0.5)[0].tolist() == [0, 1, 2]


def test_nothing_happened_and_nothing_is_printed():
    found = printed()
    assert found.named.shape == (0, len(CITIES.key)) and np.isnan(found.first) and found.memoranda == 0


def test_draws_are_the_same_for_ever_in_machine_code_and_in_plain_python():
    one = np.array([7], np.int64)
    found = uniforms(np.uint64(42), one, CITIES.key[:1], CITIES.key[1:2], one)
    assert found[0].round(8).tolist() == [0.36901063, 0.71540209, 0.45380793, 0.86205459, 0.43434877, 0.03233942]
    assert [int(miscount(np.uint64(seed))) for seed in range(12)] == [1, 0, 1, 0, -1, -1, 0, 1, 0, -1, -1, 0]


@compiled
def test_the_same_seed_prints_the_same_bytes_whatever_the_order_of_rows():
    how = Listing(0.7, 0.5, 1.0, 0.6, 0.8, 0.7)
    for left in of_the_prior(20)[1]:
        first, again = (observe(left, CITIES, how, 5) for _ in range(2))
        assert all(np.asarray(a).tobytes() == np.asarray(b).tobytes() for a, b in zip(first, again, strict=True))
        by_date = np.argsort(left["pilot"], kind="stable")  # the order within a month is kept
        other = observe(left[by_date], CITIES, how._replace(plan_shown=0.0, joining=0.0), 5)
        same = observe(left, CITIES, how._replace(plan_shown=0.0, joining=0.0), 5)
        assert sorted(map(bytes, other.named)) == sorted(map(bytes, same.named))


@compiled
def test_lists_of_other_seeds_are_other_lists():
    left, how = of_the_prior(20)[1], Listing(0.5, 0.5, 1.0, 0.5, 0.7, 0.7)
    first, other = (statistics_of(left, how, first_seed=seed) for seed in (1, 1001))
    assert (first[:, CASES] != other[:, CASES]).mean() > 0.5


@compiled
def test_pairs_alone_all_listed_and_no_plans_are_the_pilots_themselves():
    left = of_the_prior(60)[1]
    how = EVERYTHING._replace(joining=0.0)
    pilots = [np.count_nonzero((one["pilot"] >= 0) & (one["theme"] < 6)) for one in left]
    for found, n in zip(lists_of(left, how), pilots, strict=True):
        assert len(found.theme) == n and found.implemented.all()
        assert (found.named.sum(axis=1) == 2).all()


@compiled
def test_joined_where_they_can_be_cases_are_never_fewer_than_components():
    for found in lists_of(of_the_prior(60)[1], EVERYTHING):
        assert len(merged(found).theme) <= len(found.theme)


@pytest.mark.slow
@compiled
def test_shares_listed_and_named_are_their_probabilities():
    """Two thousand runs of the prior: cases by π, listed by p_0, universities by r_U."""
    left = of_the_prior(2000, known=True)[1]
    all_listed = lists_of(left, EVERYTHING)
    n = sum(len(found.theme) for found in all_listed)
    half = lists_of(left, EVERYTHING._replace(listed=0.5))
    assert_within(sum(len(found.theme) for found in half) / n, 0.5, share_error(0.5, n))
    with_university = sum(found.university.sum() for found in all_listed)
    named = sum(found.university.sum() for found in lists_of(left, EVERYTHING._replace(university_named=0.5)))
    assert_within(named / with_university, 0.5, share_error(0.5, with_university))
    more = np.array([len(found.theme) - len(merged(found).theme) for found in all_listed])
    assert more.min() == 0
    assert np.mean(more == 0) == pytest.approx(0.24, abs=0.03) and more.mean() == pytest.approx(2.03, abs=0.2)


KNOWN = {  # means of 1,000 runs of the defaults by an independent implementation of the operator
    "pilot cases": 14.5,
    "member cities a case": 2.75,
    "European cities in a case": 8.6,
    "Chinese cities in a case": 9.6,
    "Gini of cases, Europe": 0.531,
    "full helix": 0.71,
    "busiest European city": 0.335,
}


@pytest.mark.slow
@compiled
def test_lists_of_the_defaults_have_the_means_that_are_known():
    table = statistics_of(histories(KNOWN_SCENARIO, range(3_000_000, 3_001_000)), EVERYTHING)
    for name, known in KNOWN.items():
        found = table[:, NAMES.index(name)]
        assert np.nanmean(found) == pytest.approx(known, rel=0.02), name


@compiled
def test_the_more_a_project_invites_the_more_cities_a_case_has():
    size = NAMES.index("member cities a case")
    means = []
    for invited in (0.0, 1.0, 4.0):
        left = histories(abm.load("iuc-asia", {"project.invited": invited}), range(1, 61))
        means.append(np.nanmean(statistics_of(left, EVERYTHING._replace(joining=0.0))[:, size]))
    assert means[0] < 2.0 + 1e-9 and means[0] + 0.5 < means[1] and means[1] + 1.5 < means[2]
