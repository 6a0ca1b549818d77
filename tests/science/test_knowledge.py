"""V8, V9, V20–V22: learning against exact chains and Bass's curve, monotone responses, symmetry of names."""

import math

import numpy as np
import pytest
from scipy import stats

import abm
from abm.draws import entity
from abm.rules import adoption, awareness, contact, learning, trial
from abm.setup.build import parameters
from abm.setup.room import with_lists
from abm.state import links, neighbours
from abm.state.entities import Link
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.practices import ladder
from abm.state.words import NONE, Ladder, LinkKind, Stage
from tests.helpers import assert_within, mean_error, share_error, stand_on, tiny, towns, world_at_start


def linked_universities(tmp_path, n, seed, home, link, start):
    """Return a world of ``n`` universities linked with each other, ``start`` of which master the only practice."""
    scenario = tiny(
        tmp_path,
        towns(n // 20, universities=20, firms=0),
        override={
            "world.n_themes": 1,
            "practice.per_theme": 1,
            "learning.home": home,
            "learning.link": link / n,
            "learning.invention_rate": 0.0,
        },
    )
    w, p = world_at_start(scenario, seed)
    n_cities, pairs = len(w.cities), np.array(np.triu_indices(n, 1))
    links = allocate(Link, pairs.shape[1])
    links["kind"], links["a"], links["b"] = LinkKind.UNIVERSITY_UNIVERSITY, pairs[0] + n_cities, pairs[1] + n_cities
    w = with_lists(w._replace(links=links))
    w.count.links = w.count.living_links = len(links)
    w.living_links[: len(links)] = range(len(links))
    stand_on(w, range(n_cities + start), Ladder.ADOPTED)
    stand_on(w, range(n_cities + start, n_cities + n), Ladder.UNAWARE)
    return w, p


def masters_after(tmp_path, months, n, seed, home, link, start):
    """Return how many of ``n`` linked universities master the practice at the end of some months."""
    w, p = linked_universities(tmp_path, n, seed, home, link, start)
    kernels = handle(w)
    links.list_links(kernels)
    found = []
    for t in range(max(months)):
        w.count.lessons = w.count.first_lesson = 0
        learning.master(kernels, p, np.uint64(seed), t)
        adoption.settle(kernels, p, t)
        if t + 1 in months:
            found.append(int((ladder(w)[len(w.cities) :, 0] == Ladder.ADOPTED).sum()))
    return found


@pytest.mark.compiled("large worlds, many seeds")
def test_v8_complete_mixing_follows_the_exact_chain(tmp_path):
    runs = np.array([masters_after(tmp_path, (12, 24, 36), 200, seed, 0.0, 0.25, 5) for seed in range(60)])
    for column, expected in enumerate((54.31, 169.89, 198.09)):
        assert_within(np.mean(runs[:, column]), expected, mean_error(runs[:, column]))


@pytest.mark.compiled("large worlds, many seeds")
@pytest.mark.slow
def test_v9_bass_curve_in_monthly_steps(tmp_path):
    runs = [masters_after(tmp_path, (48,), 1000, seed, 0.0025, 0.0317, 0)[0] for seed in range(30)]
    assert_within(np.mean(runs), 227.84, mean_error(runs))


def test_two_links_of_the_same_two_organisations_teach_twice(tmp_path):
    """A university and a firm of one city, in two of its partnerships: learning over either link is luck of its own."""
    hazard, n_links, months = 0.2, 2, 4000
    override = {"world.n_themes": 1, "practice.per_theme": 1, "learning.home": 0.0, "learning.link": hazard}
    w, p = world_at_start(tiny(tmp_path, towns(4, universities=1, firms=1), override=override))
    n_cities, links = len(w.cities), allocate(Link, n_links)
    links["kind"], links["a"], links["b"] = LinkKind.UNIVERSITY_FIRM, n_cities, n_cities + 1
    links["ended"], links["partnership"] = NONE, range(n_links)
    w.partnerships.key[:n_links] = [entity("partnership", r) for r in range(n_links)]
    w = with_lists(w._replace(links=links))
    w.count.links = w.count.living_links = n_links
    w.living_links[:n_links] = range(n_links)
    stand_on(w, [n_cities], Ladder.ADOPTED)
    stand_on(w, range(n_cities + 1, n_cities + len(w.organisations)), Ladder.UNAWARE)
    kernels, learnt = handle(w), 0
    for t in range(months):
        w.count.lessons = w.count.first_lesson = 0
        stand_on(w, [n_cities + 1], Ladder.UNAWARE)
        learning.master(kernels, p, np.uint64(1), t)
        learnt += min(1, int(w.count.lessons))
    dose = 1.0 - math.exp(-n_links * hazard)
    assert_within(learnt / months, dose, share_error(dose, months))


def test_v20_value_and_learning_respond_in_the_right_direction(tmp_path):
    p = parameters(tiny(tmp_path, towns(4)))[0]

    def hazard(evidence=0.2, twin=False, kpi=False):
        return trial.hazard(p, 0.8, trial.value(p, 0.5, 0.7, 2 / 3, evidence, twin, kpi))

    rising = [hazard(evidence=v) for v in np.linspace(0, 1, 11)]
    assert np.all(np.diff(rising) > 0)
    assert hazard(twin=True) > hazard() < hazard(kpi=True)
    distances = np.linspace(0, 0.6, 601)
    values = [contact.learning_value(d, 0.2) for d in distances]
    assert distances[int(np.argmax(values))] == pytest.approx(0.2)
    assert max(values) == pytest.approx(1.0) and contact.learning_value(0.45, 0.2) == 0.0


@pytest.mark.parametrize("n_partners", [1, 3, 6])
def test_v21_awareness_rises_with_adopting_partners_as_an_exponential_dose(tmp_path, n_partners):
    scenario = tiny(
        tmp_path,
        towns(["East"] + ["West"] * n_partners),
        override={
            "world.n_themes": 1,
            "awareness.chance": 0.0,
            "awareness.organisation": 0.0,
            "learning.invention_rate": 0.0,
            "practice.per_theme": 40,
        },
    )
    w, p = world_at_start(scenario, 1)
    w.cities.standing[:] = 2
    for r in range(n_partners):
        row = w.partnerships[r]
        row["key"], row["i"], row["j"], row["theme"] = r + 1, 0, r + 1, 0
        row["stage"], row["ended"] = Stage.SUSTAINED, NONE
        w.live[r] = r
    w.count.partnerships = w.count.live = n_partners
    stand_on(w, [0], Ladder.UNAWARE)
    stand_on(w, range(1, len(w.cities)), Ladder.ADOPTED)
    kernels = handle(w)
    for r in range(n_partners):
        neighbours.note(kernels, r)
    heard, months = 0, 250
    for t in range(months):
        w.count.lessons = 0
        stand_on(w, [0], Ladder.UNAWARE)
        awareness.hear(kernels, p, np.uint64(3), t)
        heard += int(w.count.lessons)
    dose = 1.0 - math.exp(-0.05 * n_partners)
    n = 40 * months
    assert_within(heard / n, dose, share_error(dose, n))


@pytest.mark.compiled("large worlds, many seeds")
@pytest.mark.slow
def test_v22_names_of_cities_and_themes_do_not_matter(tmp_path):
    scenario = abm.load("iuc-asia")._replace(policies=())  # its policies name their cities
    renamed = scenario._replace(
        cities=tuple(
            sorted(
                (city._replace(city_id=f"x{7919 * n % 97:02}") for n, city in enumerate(scenario.cities)),
                key=lambda city: city.city_id,
            )
        )
    )
    seeds = range(1, 401)
    one = abm.run_many(scenario, seeds=seeds, progress=False)
    two = abm.run_many(renamed, seeds=range(1001, 1401), progress=False)
    for outcome in ("contacts_ever", "pilots_ever", "adoption", "mean_trust"):
        assert stats.ks_2samp(one[outcome], two[outcome]).pvalue > 0.001, outcome
    themes = one.filter(like="adoption_by_theme")
    for other in themes.columns[1:]:
        assert stats.ks_2samp(themes.iloc[:200, 0], themes[other].iloc[200:]).pvalue > 0.001, other
