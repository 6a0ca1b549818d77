"""Synthetic worlds: sizes by Zipf's law, countries and blocs as asked, and no city depends on how many follow."""

import hashlib

import numpy as np
import pytest

from abm.input.load import load
from abm.input.synthetic import SyntheticEntry, synthetic
from abm.parameters import ConfigError


def hill(sizes: np.ndarray, smallest: float) -> float:
    """Return the exponent of a Pareto tail above ``smallest`` (Hill's estimator)."""
    return 1.0 / float(np.mean(np.log(sizes / smallest)))


@pytest.mark.parametrize("zipf", [0.8, 1.0, 1.5])
@pytest.mark.parametrize("seed", [1, 2])
def test_sizes_follow_zipfs_law(zipf, seed):
    sizes = np.array([c.population for c in synthetic(SyntheticEntry(10_000, zipf=zipf, seed=seed))])
    assert hill(sizes, 5_000) == pytest.approx(zipf, abs=0.05)
    assert sizes.min() >= 5_000 and sizes.max() <= 4e7 and np.all(sizes == np.round(sizes))


@pytest.mark.parametrize(("countries", "blocs"), [(1, 1), (7, 3), (200, 6)])
def test_countries_and_blocs_are_as_many_as_asked_and_a_country_is_of_one_bloc(countries, blocs):
    cities = synthetic(SyntheticEntry(1_000, countries, blocs))
    assert len({c.country for c in cities}) == countries and len({c.region for c in cities}) == blocs
    assert len({(c.country, c.region) for c in cities}) == countries


def test_ten_cities_and_a_hundred_thousand():
    few, many = synthetic(SyntheticEntry(10)), synthetic(SyntheticEntry(100_000))
    assert (len(few), len(many)) == (10, 100_000) and many[:10] == few
    assert [c.city_id for c in many] == sorted({c.city_id for c in many})
    assert all(-90 <= c.latitude <= 90 and -180 <= c.longitude <= 180 for c in many)


def test_more_cities_leave_the_earlier_ones_as_they_were():
    assert synthetic(SyntheticEntry(777))[:300] == synthetic(SyntheticEntry(300))


def test_another_seed_is_another_world_and_the_same_seed_the_same_bytes():
    first = synthetic(SyntheticEntry(300))
    assert first == synthetic(SyntheticEntry(300)) != synthetic(SyntheticEntry(300, seed=2))
    said = [(c.city_id, c.country, c.region, c.latitude, c.longitude, c.population) for c in first]
    assert hashlib.sha256(repr(said).encode()).hexdigest()[:16] == "4b93e99e41975166"


def test_cities_lie_in_clusters():
    """The nearest neighbour of a city is much nearer than in a country whose cities lie anywhere in it."""
    cities = synthetic(SyntheticEntry(3_000, 1, 1))
    place = np.array([(c.latitude, c.longitude * np.cos(np.radians(c.latitude))) for c in cities])
    apart = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    area = np.pi * np.percentile(np.hypot(*(place - place.mean(axis=0)).T), 99) ** 2
    by_chance = 0.5 * np.sqrt(area / len(place))  # Clark & Evans
    assert apart.min(axis=1).mean() < 0.8 * by_chance


def scenario(tmp_path, toml, name="mine.toml"):
    (tmp_path / name).write_text(toml, encoding="utf-8")
    return tmp_path / name


def test_a_scenario_asks_for_a_world(tmp_path):
    found = load(scenario(tmp_path, 'extends = "no-programme"\n[synthetic]\ncities = 50\nblocs = 2\n'))
    assert found.cities == synthetic(SyntheticEntry(50, blocs=2))


def test_the_last_file_that_names_cities_names_them_alone(tmp_path):
    base = scenario(tmp_path, 'extends = "no-programme"\n[synthetic]\ncities = 50\n', "base.toml")
    own = scenario(tmp_path, 'extends = "base.toml"\ncities = "iuc_cities.csv"\nmore_cities = "hub_cities.csv"\n')
    assert len(load(own).cities) > 31 and len(load(base).cities) == 50


@pytest.mark.parametrize(("toml", "line"), [
    ('cities = "iuc_cities.csv"\n[synthetic]\ncities = 50\n', "synthetic: cities come from cities already"),
    ("[synthetic]\ncities = 1\n", r"mine\.toml:2: synthetic\.cities = 1: must be a whole number from 2 to 1e\+06"),
    ("[synthetic]\n", "synthetic needs cities"),
    ("[synthetic]\ncities = 9\nbloc = 2\n", "unknown key synthetic.bloc = 2; did you mean blocs?"),
    ("[synthetic]\ncities = 9\nblocs = 0\n", "synthetic.blocs = 0: must be a whole number from 1 to 127"),
    ("[synthetic]\ncities = 9\nsmallest = 1e6\nlargest = 10\n", "synthetic.largest = 10.0: must be above smallest"),
])  # fmt: skip
def test_what_cannot_be_a_world_is_refused(tmp_path, toml, line):
    with pytest.raises(ConfigError, match=line):
        load(scenario(tmp_path, toml))
