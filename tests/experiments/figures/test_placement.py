"""Where names go on a crowded map, in pixels that one can count."""

import numpy as np
import pytest

from experiments.figures import placement
from experiments.figures.placement import candidates, covered, crossing, overlap, place, tally

FRAME = (0.0, 0.0, 400.0, 300.0)
NO_INK = np.zeros((0, 2))


def test_a_name_may_stand_in_any_direction_nearest_first_and_never_on_its_point():
    anchor, extent = np.array([50.0, 60.0]), np.array([40.0, 10.0])
    found = candidates(anchor, extent)
    assert len(found) == len(placement.GAPS) * len(placement.ANGLES)
    assert found[0] == pytest.approx([50 + 20 + placement.GAPS[0], 60])  # to the right
    clear = np.abs(found - anchor) - extent / 2
    assert (clear.max(axis=1) > 0).all(), "a name lies on its point"


@pytest.mark.parametrize(
    ("centre", "area"),
    [((0, 0), 200.0), ((10, 0), 100.0), ((0, 5), 100.0), ((10, 5), 50.0), ((20, 0), 0.0), ((99, 99), 0.0)],
)
def test_two_boxes_share_what_they_share(centre, area):
    box = np.array([20.0, 10.0])
    assert overlap(np.zeros(2), box, np.array([centre], float), box[None]) == area


def test_a_small_box_in_a_large_one_shares_itself_and_shares_add_up():
    boxes = np.array([[100.0, 100.0], [2.0, 2.0]])
    assert overlap(np.zeros(2), np.array([10.0, 4.0]), np.zeros((2, 2)), boxes) == 40.0 + 4.0
    assert overlap(np.zeros(2), np.array([10.0, 4.0]), NO_INK, NO_INK) == 0.0


@pytest.mark.parametrize(
    ("box", "n"),
    [((50, 0), 1), ((50, 30), 0), ((200, 0), 0), ((10, 0), 1)],
    ids=["on it", "beside", "behind", "at its start"],
)
def test_a_line_crosses_the_names_on_its_way(box, n):
    found = crossing(np.zeros(2), np.array([100.0, 0.0]), np.array([box], float), np.array([[12.0, 8.0]]))
    assert found == n


def test_a_line_through_a_wide_name_is_crossed_at_every_point():
    assert crossing(np.zeros(2), np.array([100.0, 0.0]), np.array([[50.0, 0.0]]), np.array([[200.0, 8.0]])) == 9


def test_ink_is_counted_in_any_box():
    low, high = np.zeros(2), np.array([80.0, 40.0])
    ink = np.array([[10.0, 10.0], [10.0, 11.0], [70.0, 30.0]])
    sums = tally(ink, low, high)
    centres = np.array([[12.0, 12.0], [40.0, 20.0], [68.0, 28.0], [300.0, 300.0]])
    assert covered(centres, np.array([16.0, 16.0]), sums, low).tolist() == [2, 0, 1, 0]
    assert covered(np.array([[40.0, 20.0]]), np.array([80.0, 40.0]), sums, low).tolist() == [3]


def boxes_overlap(centres, extents):
    """Return whether any two of the boxes share an area."""
    n = len(centres)
    return any(overlap(centres[i], extents[i], centres[[j]], extents[[j]]) > 0.0 for i in range(n) for j in range(i))


def test_one_name_stands_beside_its_point():
    anchors, extents = np.array([[200.0, 150.0]]), np.array([[40.0, 12.0]])
    (centre,) = place(anchors, extents, FRAME, NO_INK)
    away = np.clip(np.abs(centre - anchors[0]) - extents[0] / 2, 0.0, None)
    assert 0.0 < np.linalg.norm(away) <= placement.GAPS[0] + 1e-9


@pytest.mark.parametrize("corner", [(5.0, 5.0), (395.0, 5.0), (5.0, 295.0), (395.0, 295.0)])
def test_a_name_stays_inside_the_frame(corner):
    extents = np.array([[60.0, 12.0]])
    (centre,) = place(np.array([corner]), extents, FRAME, NO_INK)
    assert (centre - extents[0] / 2 >= np.array(FRAME[:2])).all() and (
        centre + extents[0] / 2 <= np.array(FRAME[2:])
    ).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_names_of_a_crowd_do_not_overlap(seed):
    anchors = 200.0 + np.random.default_rng(seed).normal(0.0, 25.0, (7, 2)) * (1.0, 0.7) - (0.0, 50.0)
    extents = np.tile([45.0, 12.0], (7, 1))
    assert not boxes_overlap(place(anchors, extents, FRAME, NO_INK), extents)


def test_a_name_moves_away_from_lines():
    anchors, extents = np.array([[200.0, 150.0]]), np.array([[40.0, 12.0]])
    line = np.column_stack([np.linspace(201.0, 390.0, 200), np.full(200, 150.0)])
    (centre,) = place(anchors, extents, FRAME, line)
    assert abs(centre[1] - 150.0) > 6.0 or centre[0] < 200.0


def test_the_same_map_is_drawn_alike_every_time():
    anchors = np.random.default_rng(3).uniform(50.0, 250.0, (6, 2))
    extents = np.tile([45.0, 12.0], (6, 1))
    first, second = (place(anchors, extents, FRAME, NO_INK) for _ in range(2))
    assert (first == second).all()
