"""Where cities stand in a month and what they begin after it."""

import numpy as np
import pytest

from abm.state.entities import Partnership
from abm.state.memory import allocate
from abm.state.words import NONE, Stage
from experiments.analysis.positions import LATER, positions, tied_at
from tests.helpers import tiny


def rows(*episodes):
    """Return partnerships (i, j, month of the memorandum, month of the end)."""
    table = allocate(Partnership, len(episodes))
    for r, (i, j, signed, ended) in enumerate(episodes):
        table.i[r], table.j[r], table.ended[r] = i, j, ended
        table.reached[r, Stage.MEMORANDUM] = signed
    return np.asarray(table)


@pytest.mark.parametrize(
    ("signed", "ended", "tied"),
    [
        (NONE, NONE, False),
        (5, NONE, True),
        (6, NONE, True),
        (7, NONE, False),
        (5, 6, False),
        (5, 7, True),
        (NONE, 9, False),
    ],
    ids=["a contact", "alive", "signed that month", "signed later", "over that month", "over later", "never signed"],
)
def test_who_is_tied_at_the_end_of_month_six(signed, ended, tied):
    assert bool(tied_at(rows((0, 1, signed, ended)), 6).number_of_edges()) == tied


def test_themes_of_two_cities_make_one_tie():
    found = tied_at(rows((0, 1, 2, NONE), (0, 1, 3, NONE), (1, 2, 3, NONE)), 6)
    assert sorted(map(sorted, found.edges)) == [[0, 1], [1, 2]]


def test_every_city_of_every_seed_has_a_row_also_without_a_tie(tmp_path):
    scenario = tiny(tmp_path, 4, override={"search.rate": 0.0, "pairing.partners": 0}, months=3)
    found = positions(scenario, [4, 9], 1)
    assert list(found.columns) == ["seed", "city_id", "region", "constraint", LATER]
    assert (
        found["seed"].tolist() == [4] * 4 + [9] * 4
        and found["city_id"].tolist() == [f"town-{i:03}" for i in range(4)] * 2
    )
    assert found["constraint"].isna().all() and not found[LATER].any()
