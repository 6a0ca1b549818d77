"""What two cities are to each other, against places and numbers that one knows (E0, E2, E5, E16)."""

import math

import numpy as np
import pytest

from abm import draws
from abm.shared import pairs
from abm.state.entities import City
from abm.state.memory import allocate
from tests.abm.rules.small import LUCKS

PLACES = {  # degrees north and east
    "North Pole": (90.0, 0.0),
    "South Pole": (-90.0, 77.0),
    "Null Island": (0.0, 0.0),
    "on the equator": (0.0, 90.0),
    "its antipode": (0.0, -90.0),
    "Rome": (41.89193, 12.51133),
    "Liuzhou": (24.32405, 109.42698),
}


def cities_at(*places):
    """Return cities at places by name."""
    cities = allocate(City, len(places))
    for i, place in enumerate(places):
        north, east = map(math.radians, PLACES[place])
        cities.globe_x[i], cities.globe_y[i] = math.cos(north) * math.cos(east), math.cos(north) * math.sin(east)
        cities.globe_z[i] = math.sin(north)
    return cities


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ("Rome", "Rome", 0.0),
        ("Null Island", "on the equator", 10_007.557),  # a quarter of 2π · 6371.0088
        ("North Pole", "Null Island", 10_007.557),
        ("North Pole", "South Pole", 20_015.115),
        ("on the equator", "its antipode", 20_015.115),
    ],
)
def test_distances_are_along_great_circles(one, other, km):
    cities = cities_at(one, other)
    assert pairs.distance(cities, 0, 1) == pytest.approx(km, abs=2e-3) == pairs.distance(cities, 1, 0)


def test_the_distance_of_two_cities_by_the_law_of_cosines():
    (a, x), (b, y) = (map(math.radians, PLACES[place]) for place in ("Rome", "Liuzhou"))
    angle = math.acos(math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(y - x))
    assert pairs.distance(cities_at("Rome", "Liuzhou"), 0, 1) == pytest.approx(6371.0088 * angle, rel=1e-9)


@pytest.mark.parametrize(
    ("regions", "across", "may"), [((0, 0), True, False), ((0, 1), True, True), ((0, 0), False, True)]
)
def test_contacts_may_be_kept_to_different_blocs(regions, across, may):
    cities = allocate(City, 2)
    cities.region[:] = regions
    assert pairs.may_form(cities, across, 0, 1) == may


@pytest.fixture
def needy():
    """Return two cities whose needs and skills differ."""
    cities = allocate(City, 2)
    cities.need[:, :3] = (0.5, 0.2, 0.0), (0.1, 0.4, 0.0)
    cities.skill[:, :3] = (0.3, 0.0, 0.0), (0.6, 0.9, 0.0)
    return cities


def test_complementarity_is_what_each_could_learn_from_the_other(needy):
    expected = [0.5 * 0.6 + 0.1 * 0.3, 0.2 * 0.9 + 0.4 * 0.0, 0.0]
    assert [pairs.complementarity(needy, 0, 1, theme) for theme in range(3)] == pytest.approx(expected)
    assert [pairs.complementarity(needy, 1, 0, theme) for theme in range(3)] == pytest.approx(expected)


def test_the_theme_of_a_meeting_is_drawn_by_complementarity_and_a_little_more(needy):
    bounds = np.cumsum([0.35, 0.20, 0.02]) / 0.57
    for luck in LUCKS:
        assert pairs.meeting_theme(needy, 3, 0, 1, luck) == np.searchsorted(bounds, draws.uniform(luck), "right")


def test_in_a_world_of_one_theme_all_meetings_are_about_it(needy):
    assert {pairs.meeting_theme(needy, 1, 0, 1, luck) for luck in LUCKS[:20]} == {0}


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [((0.5, 0.5), (0.5, 0.5), 0.0), ((1.0, 0.0), (0.0, 1.0), 1.0), ((0.6, 0.4), (0.4, 0.6), 0.2)],
)
def test_cognitive_distance_is_half_of_what_portfolios_differ(one, other, distance):
    cities = allocate(City, 2)
    cities.portfolio[0, :2], cities.portfolio[1, 5:] = one, other
    cities.portfolio[1] = 0.0
    cities.portfolio[1, :2] = other
    assert pairs.cognitive_distance(cities, 0, 1) == pytest.approx(distance)


@pytest.mark.parametrize(
    ("place", "width", "fit"),
    [
        ((0.2, 0.3), 0.5, 1.0),
        ((0.2, 0.8), 0.5, math.exp(-0.5)),
        ((0.5, 0.7), 0.5, math.exp(-0.5)),
        ((0.5, 0.7), 0.25, math.exp(-2)),
    ],
)
def test_a_practice_fits_where_contexts_are_near(place, width, fit):
    cities = allocate(City, 2)
    cities.context_x[:], cities.context_y[:] = (0.2, place[0]), (0.3, place[1])
    assert pairs.context_fit(cities, 0, 1, width) == pytest.approx(fit) == pairs.context_fit(cities, 1, 0, width)
