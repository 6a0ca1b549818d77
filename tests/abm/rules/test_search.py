"""Whom a city finds that looks for partners itself (E6)."""

import math

import pytest

from abm import draws
from abm.rules import search
from abm.shared.pairs import distance
from abm.state.handle import handle
from abm.state.words import NONE, Origin, Stage
from tests.abm.rules.small import LUCKS, SEED, luck, next_luck, partner, settings, world


def test_searches_are_a_poisson_draw_by_engagement(tmp_path):
    w, _ = world(tmp_path)
    w.cities.engagement[:] = 0.0, 1.0, 3.0, 1e9
    for i, mean in ((0, 0.0), (1, 0.4), (2, 1.2), (3, 500.0)):
        own = luck(search.SEARCH, 5, w.cities.key[i])
        assert search.n_searches(w.cities, 0.4, SEED, 5, i) == draws.poisson(own, mean)


def test_room_is_made_for_all_searches_of_all_cities_also_of_those_that_enter_this_month(tmp_path):
    w, p = world(tmp_path, changes={"search.rate": 2.0})
    w.cities.standing[:] = 0
    n = sum(search.n_searches(w.cities, 2.0, SEED, 5, i) for i in range(4))
    assert search.most_encounters(handle(w), p, SEED, 5) == n > 0


def near(w, km):
    """Put cities 0 and 1 on the equator so many kilometres apart."""
    angle = km / 6371.0088
    w.cities.globe_x[:2], w.cities.globe_y[:2], w.cities.globe_z[:2] = (1, math.cos(angle)), (0, math.sin(angle)), 0
    assert distance(w.cities, 0, 1) == pytest.approx(km)


@pytest.mark.parametrize(
    ("km", "domestic", "factor", "kept"),
    [
        (0.0, False, 0.2, 1.0),
        (500.0, False, 0.2, math.exp(3.6 * (math.exp(-1.0) - 1.0))),
        (19_000.0, False, 0.2, math.exp(-3.6)),
        (0.0, True, 0.2, 0.2),
        (0.0, True, 4.0, 1.0),
        (0.0, False, 4.0, 0.25),
    ],
)
def test_a_proposed_city_is_kept_by_its_weight_relative_to_the_largest(tmp_path, km, domestic, factor, kept):
    w, _ = world(tmp_path)
    near(w, km)
    w.cities.country[:2] = 0, 0 if domestic else 1
    p = settings({"search.domestic_factor": factor})
    assert search.acceptance(w.cities, p, 0, 1) == pytest.approx(kept)
    assert search.acceptance(w.cities, p, 1, 0) == pytest.approx(kept)


def by_weight(w, p, luck, i=0):
    """Return whom a city finds by engagement and distance."""
    search.sum_up(handle(w), p)
    return search.by_weight(handle(w), p, i, luck)


def found_by_looking(w, p, luck):
    """Return the first proposal that city 0 keeps, whoever is proposed and however unlikely."""
    others = [j for j in range(1, len(w.cities)) if w.cities.region[j] != w.cities.region[0]]
    up_to = w.cities.engagement[others].cumsum()
    for attempt in range(search.PROPOSALS):
        u, kept = (draws.uniform(next_luck(luck, 2 * attempt + side)) for side in (0, 1))
        j = others[min(int((up_to <= u * up_to[-1]).sum()), len(others) - 1)]
        if kept < search.acceptance(w.cities, p, 0, j):
            return j
    return NONE


@pytest.mark.parametrize("km", [500.0, 20_000.0])
def test_the_first_proposal_that_is_kept_is_found_though_hopeless_ones_are_not_looked_at(tmp_path, km):
    w, p = world(tmp_path, "EWEWEWEW", {"world.cross_bloc_only": True, "search.proximity_km": km})
    w.cities.engagement[:] = range(1, 9)
    for own in LUCKS[:60]:
        assert by_weight(w, p, own) == found_by_looking(w, p, own)


@pytest.mark.parametrize(("across", "candidates"), [(True, {1, 3}), (False, {1, 2, 3})])
def test_by_weight_a_city_finds_those_with_whom_a_contact_may_form(tmp_path, across, candidates):
    w, p = world(tmp_path, "EWEWW", {"world.cross_bloc_only": across, "search.proximity": 0.0})
    w.cities.standing[4] = 0
    assert {by_weight(w, p, own) for own in LUCKS} == candidates


def test_by_weight_cities_are_found_as_they_are_engaged(tmp_path):
    w, p = world(tmp_path, "EWWW", {"search.proximity": 0.0, "search.domestic_factor": 1.0})
    w.cities.engagement[:] = 9.0, 1.0, 0.0, 3.0
    for own in LUCKS[:100]:  # the first proposal is always kept
        assert by_weight(w, p, own) == (1 if draws.uniform(next_luck(own, 0)) < 0.25 else 3)


def test_where_nobody_is_engaged_nobody_is_found(tmp_path):
    w, p = world(tmp_path)
    w.cities.engagement[[1, 3]] = 0.0
    assert by_weight(w, p, LUCKS[0]) == NONE
    w.cities.engagement[[1, 3]], w.cities.standing[:] = 1.0, 0
    assert by_weight(w, p, LUCKS[0]) == NONE


def test_a_city_rarely_finds_what_is_far_beside_what_is_near(tmp_path):
    w, p = world(tmp_path, "EWWW", {"search.proximity": 20.0})
    w.cities.standing[3] = 0
    w.cities.engagement[:] = 1.0
    near(w, 0.0)
    w.cities.globe_x[2], w.cities.globe_y[2], w.cities.globe_z[2] = -1, 0, 0
    w.cities.country[:] = 0, 1, 2, 3
    assert {by_weight(w, p, own) for own in LUCKS[:60]} == {1}


def test_a_partner_is_one_of_the_living_ones_each_as_likely(tmp_path):
    w, _ = world(tmp_path, "EWWWW")
    partner(w, 0, 1)
    partner(w, 0, 2, stage=Stage.DISSOLVED, ended=2)
    partner(w, 0, 3)
    partner(w, 0, 3, theme=1)
    partner(w, 0, 4)
    living = [1, 3, 4]
    for own in LUCKS[:60]:
        assert search.a_partner(handle(w), 0, own) == living[draws.whole(own, 3)]
    assert search.a_partner(handle(w), 2, LUCKS[0]) == NONE


@pytest.mark.parametrize(
    ("regions", "across", "ties", "found"),
    [
        ("EEW", False, [(0, 1), (1, 2)], {NONE, 2}),  # home again or a partner's partner
        ("EWEW", True, [(0, 1), (1, 2), (2, 3)], {1, 3}),  # one step further, to the other bloc
        ("EWEW", True, [(0, 1)], {1}),  # home and out again: a partner without other partners
        ("EEW", False, [(0, 1)], {NONE}),
        ("EWEW", True, [(1, 2)], {NONE}),  # no partner
    ],
    ids=["a triangle closes", "a square closes", "out again", "home", "nowhere to go"],
)
def test_a_walk_along_ties_ends_at_a_partner_of_partners_or_is_lost(tmp_path, regions, across, ties, found):
    w, p = world(tmp_path, regions, {"world.cross_bloc_only": across})
    for i, j in ties:
        partner(w, i, j)
    assert {search.by_partners(handle(w), p, 0, own) for own in LUCKS} == found


@pytest.mark.parametrize(("share", "found"), [(1.0, {2, NONE}), (0.0, {NONE}), (0.3, {2, NONE})])
def test_a_walk_to_a_city_of_the_same_country_is_mostly_lost(tmp_path, share, found):
    w, p = world(tmp_path, "EEW", {"world.cross_bloc_only": False, "search.domestic_walks": share})
    w.cities.country[:] = 0
    partner(w, 0, 1)
    partner(w, 1, 2)
    ends = [search.by_partners(handle(w), p, 0, own) for own in LUCKS]
    assert set(ends) == found
    w.cities.country[0] = 1
    abroad = [search.by_partners(handle(w), p, 0, own) for own in LUCKS]
    assert ends.count(2) / abroad.count(2) == pytest.approx(share, abs=0.1)


@pytest.mark.parametrize(("triadic", "walked"), [(1.0, True), (0.0, False)])
def test_a_search_is_written_down_as_one_of_the_two_kinds(tmp_path, triadic, walked):
    w, p = world(tmp_path, changes={"search.rate": 3.0, "search.triadic_share": triadic})
    partner(w, 0, 1)
    partner(w, 1, 2)
    w.cities.standing[3] = 0
    search.look(handle(w), p, SEED, 2)
    rows, x = w.encounters[: int(w.count.encounters)], 0
    assert set(rows.origin) <= {Origin.SEARCH} and set(rows.source) <= {NONE} and set(rows.theme) <= {NONE}
    for i in range(3):
        for n in range(search.n_searches(w.cities, p.search.rate, SEED, 2, i)):
            own = luck(search.SEARCH, 2, w.cities.key[i], counter=1 + n)
            way = search.by_partners if walked else search.by_weight
            j = way(handle(w), p, i, next_luck(own, 1))
            if j != NONE:
                assert (rows.i[x], rows.j[x], rows.key[x]) == (i, j, own)
                x += 1
    assert x == len(rows) > 0
