"""The lists of who knows whom, which are kept up to date as it changes, against the tables that they index."""

import numpy as np
import pytest

import abm
from abm.shared.organisations import organisation_at, place_of
from abm.state.words import N_THEMES, NONE, Kind, Stage


@pytest.fixture(scope="module")
def world():
    """Return the world at the end of a run in which partnerships often end and begin anew."""
    return abm.run("iuc-asia", seed=3, override={"ladder.contact_exit": 0.3, "ladder.memorandum_exit": 0.2}).world


def within(block):
    """Return where the entries of a list lie in their table."""
    return slice(block.first, block.first + block.size)


def listed(first, following, stop):
    """Return the entries of a list in their order."""
    found = []
    while first != stop:
        found.append(int(first))
        first = following[first]
    return found


def test_each_city_lists_its_partners_in_order_with_what_lives(world):
    used = world.partnerships[: int(world.count.partnerships)]
    assert (used.ended >= 0).any() and (used.ended < 0).any()
    for city in range(len(world.cities)):
        own = used[(used.i == city) | (used.j == city)]
        rows = world.neighbours[within(world.neighbours_of[city])]
        assert rows.partner.tolist() == sorted(set(own.i + own.j - city))
        assert world.cities.n_partners[city] == (rows.living != 0).sum()
        assert [
            c for c in range(len(world.cities)) if world.partners[city, c // 64] >> np.uint64(c % 64) & np.uint64(1)
        ] == (rows.partner[rows.living != 0].tolist())
        for row in rows:
            episodes = np.flatnonzero(
                (np.minimum(city, row.partner) == used.i) & (np.maximum(city, row.partner) == used.j)
            )
            living = {int(used.theme[r]): int(r) for r in episodes if used.ended[r] < 0}
            assert world.bonds.row[row.bond].tolist() == [living.get(theme, NONE) for theme in range(N_THEMES)]
            assert int(row.living) == sum(1 << theme for theme in living)
            assert row.memorandum == (used.ever[episodes] >= Stage.MEMORANDUM).any()


def test_each_actor_lists_its_links_those_that_live_first(world):
    used = world.links[: int(world.count.links)]
    assert (used.ended >= 0).any() and (used.ended < 0).any()
    for actor in range(len(world.links_of)):
        rows = world.linked[within(world.links_of[actor])]
        own = np.flatnonzero((used.a == actor) | (used.b == actor))
        assert sorted(rows.link) == own.tolist()
        assert rows.other.tolist() == (used.a + used.b - actor)[rows.link].tolist()
        n_living = world.links_of.living[actor]
        assert (used.ended[rows.link[:n_living]] < 0).all() and (used.ended[rows.link[n_living:]] >= 0).all()


def test_organisations_are_listed_by_city_kind_and_theme(world):
    rows = world.organisations
    for city in range(len(world.cities)):
        for kind in Kind:
            for theme in range(N_THEMES):
                entries = listed(world.by_theme[place_of(city, int(kind), theme)], world.next_by_theme, 0)
                works = (rows.theme == theme).any(axis=1)
                found = np.flatnonzero((rows.city == city) & (rows.kind == kind) & works)
                assert [organisation_at(entry) for entry in entries] == found.tolist()
                assert all(rows.theme[organisation_at(entry), (entry - 1) % 2] == theme for entry in entries)
