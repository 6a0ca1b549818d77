"""Designs by their known properties: every combination once, strata, balance, aliases, prefixes."""

import itertools
import math

import numpy as np
import pytest

from abm.parameters import ConfigError
from experiments.design import designs, fractions
from experiments.factor import Factor

UNIT = [Factor(name, (), 0.0, 1.0) for name in "abc"]
PAIRS = [Factor(name, (-1, 1)) for name in "abcdefgh"]


def test_a_factorial_has_every_combination_once_and_the_last_factor_changes_fastest():
    factors = [Factor("a", ("x", "y")), Factor("b", (), 0.0, 1.0), Factor("c", (1, 2))]
    rows = designs.factorial(factors, designs.Factorial(3))
    assert list(rows) == list(itertools.product("xy", (0.0, 0.5, 1.0), (1, 2)))
    assert len(rows) == designs.n_factorial(factors, designs.Factorial(3)) == 12


@pytest.mark.parametrize("x", [0, 5, 11, -1, -12])
def test_a_row_is_made_by_its_number_from_either_end(x):
    rows = designs.factorial([Factor("a", (0, 1, 2)), Factor("b", (0, 1, 2, 3))], designs.Factorial())
    assert rows[x] == list(rows)[x] and rows[2:9:3] == list(rows)[2:9:3]


@pytest.mark.parametrize("x", [12, -13])
def test_there_is_no_row_behind_the_last(x):
    with pytest.raises(IndexError):
        designs.factorial([Factor("a", (0, 1, 2)), Factor("b", (0, 1, 2, 3))], designs.Factorial())[x]


@pytest.mark.parametrize(("n", "block"), [(1, 0), (8, 0), (12, 4), (12, 1)])
def test_each_stratum_of_each_factor_has_one_point_in_every_hypercube(n, block):
    rows = np.array(list(designs.latin_hypercube(UNIT, designs.LatinHypercube(n, block), 3)))
    size = block or n
    for cube in rows.reshape(n // size, size, len(UNIT)):
        assert (np.sort(np.floor(cube * size), axis=0) == np.arange(size)[:, None]).all()


def test_hypercubes_of_one_design_differ_and_each_factor_has_an_order_of_its_own():
    rows = np.array(list(designs.latin_hypercube(UNIT, designs.LatinHypercube(24, 12), 3)))
    assert not np.isin(rows[:12], rows[12:]).any()
    orders = np.argsort(rows[:12], axis=0).T.tolist()
    assert len({tuple(order) for order in orders}) == 3


@pytest.mark.parametrize("make", [designs.latin_hypercube, designs.sobol], ids=["hypercube", "sobol"])
def test_a_sampled_design_follows_its_seed_alone(make):
    options = designs.LatinHypercube(8) if make is designs.latin_hypercube else designs.Sobol(8)
    again, other = (list(make(UNIT, options, seed)) for seed in (5, 6))
    assert list(make(UNIT, options, 5)) == again != other


def test_a_factor_has_its_independent_draws_whatever_else_varies():
    alone = designs.independent(UNIT[1:2], designs.Independent(40), 3)
    both = designs.independent(UNIT[:2], designs.Independent(40), 3)
    assert [row[1] for row in both] == [row[0] for row in alone]
    assert list(both) != list(designs.independent(UNIT[:2], designs.Independent(40), 4))


def test_independent_draws_are_uniform_and_not_tied():
    rows = np.array(list(designs.independent(UNIT[:2], designs.Independent(4000), 3)))
    for column in rows.T:
        assert np.bincount((10 * column).astype(int), minlength=10) == pytest.approx(400, abs=4 * math.sqrt(360))
    assert abs(np.corrcoef(rows.T)[0, 1]) < 4 / math.sqrt(4000)


@pytest.mark.parametrize("n", [1, 2, 16, 64])
def test_sobol_points_are_balanced_in_halves_quarters_and_so_on(n):
    rows = np.array(list(designs.sobol(UNIT, designs.Sobol(n), 3)))
    parts = 1
    while parts <= n:
        counts = [np.bincount(np.floor(column * parts).astype(int), minlength=parts) for column in rows.T]
        assert (np.array(counts) == n // parts).all(), f"{parts} parts"
        parts *= 2


def test_sobol_points_of_two_factors_are_balanced_in_boxes():
    """The first two dimensions are a (0, m, 2)-net: every box of area 1/n has one point."""
    n, rows = 16, np.array(list(designs.sobol(UNIT[:2], designs.Sobol(16), 3)))
    for across in (1, 2, 4, 8, 16):
        boxes = np.floor(rows * (across, n // across)).astype(int)
        assert len({tuple(box) for box in boxes}) == n, f"{across} columns"


@pytest.mark.parametrize(
    ("make", "factors", "options", "complaint"),
    [
        (designs.sobol, UNIT, designs.Sobol(12), r"powers of two, such as 8 or 16"),
        (designs.latin_hypercube, UNIT, designs.LatinHypercube(10, 4), r"grows by 4 at a time"),
        (designs.latin_hypercube, UNIT, designs.LatinHypercube(20_000, 1), r"20,000 hypercubes; at most 10,000"),
        (
            designs.fractional,
            [*PAIRS[:3], Factor("z", (1, 2, 3))],
            designs.Fractional(1),
            r"z has 3 levels; it takes two",
        ),
        (designs.fractional, PAIRS[:3], designs.Fractional(2), r"must be a whole number from 1 to 1 for 3 factors"),
        (designs.fractional, PAIRS, designs.Fractional(5), r"8 points cannot tell 8 factors apart"),
    ],
)
def test_a_design_that_cannot_be_made_is_refused_in_one_line(make, factors, options, complaint):
    with pytest.raises(ConfigError, match=complaint) as refusal:
        make(factors, options, 1)
    assert "\n" not in str(refusal.value)


def test_the_half_fraction_of_three_factors_is_the_one_of_textbooks():
    """2^(3−1) with C = AB (Box, Hunter & Hunter 2005)."""
    rows = list(designs.fractional(PAIRS[:3], designs.Fractional(1)))
    assert rows == [(-1, -1, 1), (-1, 1, -1), (1, -1, -1), (1, 1, 1)]


@pytest.mark.parametrize(("k", "p"), [(4, 1), (5, 2), (6, 2), (7, 3), (8, 4)])
def test_an_added_factor_is_the_product_of_those_of_its_generator_and_of_no_others(k, p):
    rows = np.array(list(designs.fractional(PAIRS[:k], designs.Fractional(p))))
    for at, word in enumerate(fractions.generators(k, p)):
        assert (rows[:, k - p + at] == rows[:, list(word)].prod(axis=1)).all()
    assert len({tuple(row) for row in rows}) == 2 ** (k - p) == designs.n_fractional(PAIRS[:k], designs.Fractional(p))


@pytest.mark.parametrize(
    ("words", "resolution"),
    [
        ([(0, 1)], 3),
        ([(0, 1, 2)], 4),
        ([(0, 1, 2, 3)], 5),
        ([(0, 1, 2), (1, 2, 3)], 4),
        ([(0, 1, 2), (0, 1, 3)], 4),
        ([(0, 1, 2, 3), (0, 1, 2, 4)], 4),  # their product has two base factors and both added ones
        ([(0, 1), (0, 1)], 2),
    ],
)
def test_the_resolution_is_the_length_of_the_shortest_word_of_any_product(words, resolution):
    assert fractions.resolution(words) == resolution


@pytest.mark.parametrize(("k", "p"), [(5, 1), (7, 3), (8, 2)])
def test_what_a_resolution_promises_is_seen_in_the_design(k, p):
    """Products of fewer factors than its resolution sum to nothing; some product of as many does not."""
    rows = np.array(list(designs.fractional(PAIRS[:k], designs.Fractional(p))))
    shortest = fractions.resolution(fractions.generators(k, p))
    sums = {
        size: {abs(int(rows[:, list(some)].prod(axis=1).sum())) for some in itertools.combinations(range(k), size)}
        for size in range(1, shortest + 1)
    }
    assert all(sums[size] == {0} for size in range(1, shortest)) and len(rows) in sums[shortest]


@pytest.mark.parametrize(
    ("options", "points", "grown"),
    [
        (designs.LatinHypercube(8), 24, designs.LatinHypercube(24, 8)),
        (designs.LatinHypercube(8, 4), 24, designs.LatinHypercube(24, 4)),
        (designs.Sobol(8), 32, designs.Sobol(32)),
        (designs.Independent(8), 11, designs.Independent(11)),
    ],
)
def test_a_larger_design_begins_with_the_smaller_one(options, points, grown):
    (kind,) = [kind for kind in designs.DESIGNS.values() if kind.options is type(options)]
    larger = kind.grown(options, points)
    assert larger == grown
    assert kind.rows(UNIT, larger, 3)[: options.points] == list(kind.rows(UNIT, options, 3))


@pytest.mark.parametrize("name", [name for name, kind in designs.DESIGNS.items() if not kind.blocks])
def test_the_rows_of_a_design_are_counted_without_making_them(name):
    kind = designs.DESIGNS[name]
    if kind.n_rows is None:
        assert kind.rows is None and kind.grown is None  # a file has them
        return
    options, found = kind.options(), kind.n_rows(PAIRS[:4], kind.options())
    if kind.blocks:
        made = kind.blocks(PAIRS[:4], options, 1, 2)
        assert found == len(made) * made.n_points
        return
    assert found == len(kind.rows(PAIRS[:4], options, 1))
    assert kind.distinct == (kind.grown is None)
