"""Every measure by hand in worlds of a few cities."""

import math

import networkx as nx
import numpy as np
import pytest

import abm
from abm import measures
from abm.digest import digest
from abm.measures import LAYOUT, MEASURES, equity
from abm.measures.census import DISSOLVED, LONGEST_WAIT, PILOT
from abm.state.handle import handle
from abm.state.memory import allocate, grown
from abm.state.programmes import Event
from abm.state.words import THEMES, Origin, Stage, Standing
from tests.abm.measures.measured import Tie, measured, partnered, world

WEST, EAST = 1, 0  # rows of the regions, in order of name
THREE = ("East", "West", "West")


@pytest.fixture
def three(tmp_path):
    """One eastern and two western cities."""
    return world(tmp_path, THREE, months=48)


def test_every_column_is_declared_and_finite_or_said_to_be_undefined(three):
    row = measured(*three, [])
    assert set(LAYOUT.names) == {"month", *MEASURES}
    shares = (
        "memoranda_per_contact",
        "full_helix_share",
        "university_pilot_share",
        "firm_pilot_share",
        "pilot_incidence_12",
        "theme_balance",
        "periphery_share",
        "top_decile_share",
        "transitivity",
        "mean_constraint",
        "brokered_share",
        "pilots_per_cost",
        "mean_trust",
    )
    assert all(math.isnan(row[name]) for name in shares)
    none = (
        "contacts",
        "plan_coverage",
        "cities_with_plan",
        "pilot_pairs_ever",
        "clusters",
        "clusters_ever",
        "density",
        "efficiency",
        "mean_local_clustering",
    )
    assert all(row[name] == 0.0 for name in none)
    assert row["isolates"] == 1.0 and row["largest_component_share"] == pytest.approx(1 / 3)


def test_stocks(three):
    row = measured(
        *three,
        [
            Tie(0, 1, 1, trust=0.2, gap=0.4),
            Tie(0, 2, 3, trust=0.4, gap=0.1),
            Tie(0, 1, 5, theme=1, trust=0.9, gap=0.1),
            Tie(0, 1, 0, theme=2, ever=2, ended=11),
            Tie(0, 2, 0, theme=2, ever=4, ended=3),
        ],
    )
    assert [row[name] for name in ("contacts", "memoranda", "action_plans", "pilots", "sustained")] == [1, 0, 1, 0, 1]
    ever = [row[name + "_ever"] for name in ("contacts", "memoranda", "action_plans", "pilots", "sustained")]
    assert ever == [5, 4, 3, 2, 1]
    assert row["plans_per_memorandum"] == 3 / 4 and row["sustained_per_pilot"] == 1 / 2
    assert row["dissolved_ever"] == 2 and row["dissolution_rate"] == 1 / 4
    assert row["mean_trust"] == pytest.approx(0.5) and row["mean_gap"] == pytest.approx(0.2)


def test_coverage_counts_members_and_keeps_what_they_once_had(three):
    w, p = three
    ties = [Tie(0, 1, 0, ever=4, ended=5), Tie(0, 1, 4, theme=1), Tie(0, 2, 3)]
    row = measured(w, p, ties)
    assert row["plan_coverage"] == 1.0 and row["cities_with_plan"] == 3
    assert row["pilot_coverage"][[EAST, WEST]].tolist() == [1.0, 0.5]
    assert row["cities_in_pilot"][[EAST, WEST]].tolist() == [1, 1]
    assert math.isnan(row["pilot_coverage"][2])
    assert row["pilot_pairs_ever"] == 1 and row["pilots_ever"] == 2
    w.cities.standing[2] = Standing.ASSOCIATE
    w.cities.weight[1] = 0.0
    row = measured(w, p, ties)
    assert row["plan_coverage"] == 1.0 and row["cities_with_plan"] == 1
    assert row["cities_in_pilot"][[EAST, WEST]].tolist() == [1, 0]


def test_full_helix_share(three):
    row = measured(
        *three,
        [
            Tie(0, 1, 4, helix=1.0),
            Tie(0, 2, 0, ever=5, ended=2, helix=0.5),
            Tie(0, 1, 5, theme=1, helix=1.0),
            Tie(0, 1, 3, theme=2),
        ],
    )
    assert row["full_helix_share"] == pytest.approx(2 / 3)


def test_universities_and_firms_in_a_role_when_the_pilot_began(three):
    w = partnered(
        three[0],
        [
            Tie(0, 1, 4, university=(2, -1), firm=(-1, 3)),
            Tie(0, 2, 0, ever=5, ended=2, university=(-1, 0)),
            Tie(0, 1, 5, theme=1, university=(1, 2)),
            Tie(0, 2, 4, theme=1),
            Tie(0, 1, 3, theme=2, university=(0, 1), firm=(0, 1)),
        ],
    )
    measures.record(handle(w), three[1], 10)
    w.partnerships.university[3], w.partnerships.firm[3] = 0, 0  # they join a pilot under way
    measures.record(handle(w), three[1], 11)
    for row in w.series[10:12]:
        assert (row["university_pilot_share"], row["firm_pilot_share"]) == (3 / 4, 1 / 4)


def test_the_first_pilot_is_the_month_to_come_while_there_is_none(three):
    assert measured(*three, [Tie(0, 1, 3)], t=0)["first_pilot_month"] == 1
    assert measured(*three, [Tie(0, 1, 3), Tie(0, 2, 0, ended=4)], t=11)["first_pilot_month"] == 12
    row = measured(*three, [Tie(0, 1, 4, pilot=9), Tie(0, 2, 0, ever=4, pilot=5, ended=7), Tie(0, 2, 4, pilot=11)])
    assert row["first_pilot_month"] == 5


def test_time_to_pilot_by_hand(three):
    """Of four partnerships one is a pilot in its 10th month, one ends in its 11th, one is 11 months old, one 30."""
    ties = [
        Tie(0, 1, 4, begun=10, pilot=19),
        Tie(0, 2, 0, begun=10, ended=20, ever=1),
        Tie(0, 1, 1, theme=1, begun=29),
        Tie(0, 2, 2, theme=1, begun=10),
    ]
    row = measured(*three, ties, t=39)
    assert row["pilot_incidence_12"] == pytest.approx(1 / 4)
    assert row["pilot_incidence_24"] == pytest.approx(1 / 4)
    assert math.isnan(row["pilot_incidence_36"])  # nobody was watched for 36 months
    later = [*ties[:3], Tie(0, 2, 4, theme=1, begun=10, pilot=28)]  # in its 19th month, alone at risk
    row = measured(*three, later, t=39)
    assert row["pilot_incidence_24"] == pytest.approx(1 / 4 + (3 / 4) * (2 / 3))
    assert row["pilot_incidence_36"] == row["pilot_incidence_24"]  # nobody is left who could change it


def test_time_to_pilot_without_censoring_is_the_share_of_pilots(three):
    ties = [Tie(0, 1, 4, theme=x % 7, pilot=x) for x in range(2, 20)]
    ties += [Tie(0, 2, 0, theme=x % 7, ever=2, ended=x) for x in range(12)]
    row = measured(*three, ties, t=47)
    assert row["pilot_incidence_12"] == pytest.approx(10 / 30)  # reached in months 2 to 11 of the run
    assert row["pilot_incidence_36"] == pytest.approx(18 / 30)


def test_clusters_are_components_by_theme(tmp_path):
    w, p = world(tmp_path, ("East", "West") * 3)
    ties = [
        Tie(0, 1, 4),
        Tie(2, 1, 5),
        Tie(2, 3, 4, theme=1),
        Tie(4, 5, 4),
        Tie(4, 3, 0, ever=4, ended=2),
        Tie(2, 3, 0, ever=4, ended=2),
        Tie(0, 5, 3),
    ]
    row = measured(w, p, ties)
    assert row["clusters"] == 3  # 0–1–2 and 4–5 in theme 0, 2–3 in theme 1
    assert row["clusters_ever"] == 2  # the ended ones join the first two


def test_theme_balance(three):
    assert measured(*three, [Tie(0, 1, theme=3), Tie(0, 2, theme=3)])["theme_balance"] == 0.0
    all_themes = [Tie(0, 1, theme=x) for x in range(7)]
    assert measured(*three, all_themes)["theme_balance"] == pytest.approx(1.0)
    halves = measured(*three, [Tie(0, 1), Tie(0, 2, theme=1), Tie(0, 2, 0, theme=2, ended=1)])
    assert halves["theme_balance"] == pytest.approx(math.log(2) / math.log(7))


# Cities 0–3 are western, 4–7 eastern: two cities, stage, theme, highest stage.
SMART, HEALTH, GOVERNANCE = 0, 2, len(THEMES) - 1
EPISODES = (
    Tie(0, 4, 5, SMART),  # one case in smart …
    Tie(0, 5, 4, SMART),  # … which shares city 0
    Tie(1, 6, 0, SMART, ever=4, ended=5),  # a second case in smart, ended
    Tie(0, 4, 4, HEALTH),  # the same pair again: a third case
    Tie(2, 7, 4, GOVERNANCE),  # with an associate, in a theme that the record does not have
    Tie(3, 4, 3, HEALTH),  # a plan
    Tie(3, 4, 2, SMART),  # a memorandum
    Tie(3, 4, 0, HEALTH, ever=1, ended=3),  # a contact that ended
)


def test_cases_and_memoranda_of_the_busiest_member_of_each_bloc(tmp_path):
    w, p = world(tmp_path, ["West"] * 4 + ["East"] * 4)
    w.cities.standing[7] = Standing.ASSOCIATE
    row = measured(w, p, EPISODES)
    assert row["clusters_ever"] == 4 and row["clusters"] == 3
    assert row["case_theme_balance"] == pytest.approx(
        -(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3)) / math.log(6)
    )
    assert row["top_case_share"][[WEST, EAST]].tolist() == [2 / 4, 2 / 4]  # city 0 and city 4
    assert row["most_memoranda"][[WEST, EAST]].tolist() == [3, 4]  # city 0; city 4
    assert np.isnan(row["top_case_share"][2:]).all() and np.isnan(row["most_memoranda"][2:]).all()
    w.cities.standing[[0, 4]] = Standing.ASSOCIATE
    row = measured(w, p, EPISODES)
    assert row["top_case_share"][[WEST, EAST]].tolist() == [1 / 4, 1 / 4]
    assert row["most_memoranda"][[WEST, EAST]].tolist() == [2, 1]  # city 3


def test_without_a_case_there_is_no_share_and_no_balance_of_cases(tmp_path):
    w, p = world(tmp_path, ("East", "West"))
    row = measured(w, p, [Tie(0, 1, 3)])
    assert np.isnan(row["top_case_share"]).all() and math.isnan(row["case_theme_balance"])
    assert row["most_memoranda"][[EAST, WEST]].tolist() == [1, 1]
    row = measured(w, p, [Tie(0, 1, 4, GOVERNANCE)])
    assert row["top_case_share"][EAST] == 1.0 and math.isnan(row["case_theme_balance"])


def test_equity_by_hand(tmp_path):
    w, p = world(tmp_path, ("East", "West", "West", "West"))
    w.cities.engagement[:] = (9.0, 9.0, 9.0, 0.1)
    row = measured(w, p, [Tie(0, 1, 4), Tie(0, 1, 4, theme=1), Tie(0, 2, 0, ever=4, ended=1), Tie(0, 2, 1, theme=1)])
    assert row["gini_ties"][EAST] == 0.0
    assert row["gini_ties"][WEST] == pytest.approx(4 / 9)  # 2, 1, 0: differences 8 in 9 ordered pairs, over 2·1
    assert row["gini_projects"][WEST] == pytest.approx(4 / 9)  # 2, 1, 0 projects
    assert row["isolates"] == 1 / 4
    assert row["top_decile_share"] == 3 / 6  # one city of four: the eastern one
    assert row["periphery_share"] == 0.0
    w.cities.engagement[2] = 0.1
    row = measured(w, p, [Tie(0, 1, 4), Tie(0, 2, 4), Tie(0, 1, 4, theme=1)])
    assert row["periphery_share"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("values", [[0, 0, 1], [5, 5, 5], [1, 2, 3, 4], [0, 0, 0, 7, 1, 1, 30]])
def test_gini_is_half_the_relative_mean_difference(values):
    x = np.array(values)
    expected = np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean())
    assert equity.gini(np.bincount(x)) == pytest.approx(expected, abs=1e-14)


def test_gini_of_the_published_pilot_cases():
    """Of 13 European members 8 are named in a case, with a Gini of 0.60, as the programme's own list has it."""
    import pandas as pd

    from abm.input.load import DATA

    cases, cities = pd.read_csv(DATA / "pilot_case_cities.csv"), pd.read_csv(DATA / "iuc_cities.csv")
    members = cities[(cities["region"] == "Europe") & (cities["role"].fillna("member") == "member")]["city_id"]
    counts = cases["city_id"].value_counts().reindex(members, fill_value=0).to_numpy(np.int64)
    assert len(counts) == 13 and (counts > 0).sum() == 8
    assert equity.gini(np.bincount(counts)) == pytest.approx(0.60, abs=0.005)


def test_top_share_takes_whole_cities():
    assert equity.top_share(np.bincount([1] * 9 + [11]), 10) == 11 / 20
    assert equity.top_share(np.bincount([1] * 9 + [2, 11]), 11) == 13 / 22  # a tenth of eleven is two cities


def test_brokered_share_and_cost(three):
    w, p = three
    events = allocate(Event, 4)
    events.cost[:3], events.travel[:3] = (1.0, 2.5, 0.5), (100.0, 0.0, 900.0)
    w = w._replace(events=events, brokers=grown(w.brokers[:0], 2))
    w.count.events = 3
    w.brokers.n_sessions[:], w.brokers.n_offered[:], w.brokers.n_accepted[:] = (3, 1), (2, 0), (9, 9)
    row = measured(
        w,
        p,
        [
            Tie(0, 1, 4, origin=Origin.BROKER),
            Tie(0, 2, 0, ended=2, origin=Origin.BROKER),
            Tie(0, 1, 4, theme=1),
            Tie(0, 2, 1, theme=1, origin=Origin.EVENT),
        ],
    )
    assert row["brokered_share"] == 1 / 2
    assert (row["broker_units"], row["event_cost"], row["travel_km"]) == (6.0, 4.0, 1000.0)
    assert row["pilots_per_cost"] == 2 / 10


def test_pairings_of_one_cohort_are_counted_among_those_of_the_programme(three):
    w, p = three
    w.members.cohort[:3] = 0, 0, 1
    paired = {"origin": Origin.PROGRAMME}
    row = measured(w, p, [Tie(0, 1, 1, **paired), Tie(0, 2, 1, **paired), Tie(0, 1, 1, theme=1)])
    assert row["pairings_within_cohort"] == 1 / 2
    assert np.isnan(measured(w, p, [Tie(0, 1, 1)])["pairings_within_cohort"])


def test_invited_cities_are_in_projects_and_cities_of_them(three):
    w, p = three
    w.participants.city[:2], w.participants.partnership[:2], w.count.participants = (2, 2), (0, 1), 2
    row = measured(w, p, [Tie(0, 1, 4), Tie(0, 1, 0, ever=4, ended=1, theme=1), Tie(0, 2, 3)])
    assert row["cities_a_project"] == 3.0
    assert (row["cities_in_project"][EAST], row["cities_in_project"][WEST]) == (1.0, 2.0)
    assert row["cities_in_pilot"][WEST] == 1.0 and row["clusters"] == 1.0


def test_measures_watch_and_change_nothing(three):
    w, p = partnered(three[0], [Tie(0, 1, 4), Tie(0, 2, 2)]), three[1]
    before = digest(w)
    measures.record(handle(w), p, 11)
    once = w.series[11].copy()
    measures.record(handle(w), p, 11)
    assert digest(w) == before and once.tobytes() == w.series[11].tobytes()


def test_a_digest_is_that_of_the_history_whatever_is_measured():
    w = abm.run("iuc-asia", seed=1, months=6).world
    before = digest(w)
    w.series.contacts[3] += 1
    assert digest(w) == before
    assert digest(w._replace(series=None, tally=None, city_tally=None)) == before
    w.partnerships.trust[0] += 0.1
    assert digest(w) != before


def test_a_city_of_weight_0_shifts_no_measure(tmp_path):
    ties = [Tie(0, 1, 4), Tie(2, 3, 3), Tie(0, 3, 2), Tie(4, 1, 2)]
    rows = []
    for extra in (0, 1):
        w, p = world(tmp_path, ["East", "West"] * 5 + ["West"] * extra, weightless=extra)
        rows.append(measured(w, p, ties))
    moved = [name for name in LAYOUT.names if not np.array_equal(rows[0][name], rows[1][name], equal_nan=True)]
    assert moved == []


def test_shares_of_a_whole_run_stay_between_0_and_1():
    series = abm.run("iuc-asia", seed=3).series
    for name in (
        "plan_coverage",
        "full_helix_share",
        "university_pilot_share",
        "firm_pilot_share",
        "theme_balance",
        "case_theme_balance",
        "top_case_share.Europe",
        "isolates",
        "top_decile_share",
        "density",
        "efficiency",
        "pilot_incidence_24",
        "brokered_share",
        "mean_constraint",
        "robins_alexander",
    ):
        values = series[name].dropna()
        assert len(values) and values.between(0, 1.0 + 1e-12).all(), name
    assert (series["transitivity"].dropna() == 0).all()  # ties join the two blocs only
    assert series["efficiency_64"].isna().all()
    assert series["cities_with_plan"].is_monotonic_increasing and series["travel_km"].is_monotonic_increasing


def first_link(result, kind):
    """Return the month of the first link of a kind in every partnership that has one."""
    links = result.links[(result.links["kind"] == kind) & (result.links["partnership"] >= 0)]
    return links.groupby("partnership")["begun"].min()


@pytest.mark.parametrize("months", [30, 48])
def test_cases_and_those_who_take_part_are_what_a_reader_counts_in_the_tables(months):
    result = abm.run("iuc-asia", seed=4, months=months)
    table, last, cities = result.partnerships, result.outcomes.iloc[0], result.cities.set_index("city_id")
    pilots = table[table["highest_stage"] >= Stage.PILOT]
    cases = [
        (theme, set(case))
        for theme, part in pilots.groupby("theme")
        for case in nx.connected_components(nx.from_pandas_edgelist(part, "city_a", "city_b"))
    ]
    themes = np.array([sum(theme == name for theme, _ in cases) for name in THEMES[:6]])
    share = themes[themes > 0] / themes.sum()
    expected = {
        "clusters_ever": len(cases),
        "case_theme_balance": -(share * np.log(share)).sum() / math.log(6),
        "first_pilot_month": pilots["pilot_month"].min(),
    }
    for kind in ("university", "firm"):
        joined = first_link(result, f"city {kind}").reindex(pilots.index)
        expected[f"{kind}_pilot_share"] = (joined <= pilots["pilot_month"]).fillna(False).mean()
    signed = table[table["memorandum_month"] >= 0]
    for region in ("Europe", "China"):
        members = cities.index[(cities["role"] == "member") & (cities["region"] == region)]
        n = np.array([sum(city in case for _, case in cases) for city in members])
        expected[f"gini_projects.{region}"] = equity.gini(np.bincount(n))
        expected[f"cities_in_pilot.{region}"] = (n > 0).sum()
        expected[f"top_case_share.{region}"] = n.max() / len(cases)
        expected[f"most_memoranda.{region}"] = max(
            ((signed["city_a"] == city) | (signed["city_b"] == city)).sum() for city in members
        )
    assert len(cases) > 0 and last[list(expected)].to_dict() == pytest.approx(expected)


def test_counts_that_are_kept_are_those_of_a_count_of_all_partnerships():
    w = abm.run("iuc-asia", seed=5).world
    rows, tally, by_city, n = w.partnerships[: int(w.count.partnerships)], w.tally, w.city_tally, len(w.cities)
    lives, piloted = rows.stage > 0, rows.ever >= Stage.PILOT
    assert tally.stage.tolist() == np.bincount(rows.stage, minlength=6).tolist()
    assert tally.highest.tolist() == np.bincount(rows.ever, minlength=6).tolist()
    assert tally.theme.tolist() == np.bincount(rows.theme[lives], minlength=7).tolist()
    assert (
        w.watched[: int(tally.watched)].tolist()
        == w.live[: int(w.count.live)].tolist()
        == np.flatnonzero(lives).tolist()
    )
    assert sorted(w.piloted[: int(tally.piloted)]) == np.flatnonzero(piloted).tolist()
    assert tally.full == (rows.helix_at_pilot[piloted] >= 1.0).sum()
    assert tally.with_university + tally.with_firm == 2 * rows.helix_at_pilot[piloted].sum()
    assert tally.first_pilot == rows.reached[piloted, Stage.PILOT].min()
    assert w.waiting.tolist() == np.bincount(rows.begun[lives & ~piloted], minlength=len(w.waiting)).tolist()
    stood = piloted & (rows.reached[:, Stage.PILOT] == rows.begun)
    assert tally.stood == stood.sum()
    until = {PILOT: (rows.reached[:, Stage.PILOT], piloted & ~stood), DISSOLVED: (rows.ended, ~lives & ~piloted)}
    for how, (last, chosen) in until.items():
        waits = np.minimum(last - rows.begun, LONGEST_WAIT)[chosen] + 1
        assert tally.wait[how].tolist() == np.bincount(waits, minlength=LONGEST_WAIT + 2).tolist()
    for i in range(n):
        own = (rows.i == i) | (rows.j == i)
        assert by_city.ties[i] == (own & lives).sum()
        assert max(by_city.reach[i], own.any()) == rows.ever[own].max(initial=0)
        assert by_city.memoranda[i] == (own & (rows.ever >= Stage.MEMORANDUM)).sum()
        assert by_city.projects[i] == len(np.unique(rows.theme[own & piloted]))
