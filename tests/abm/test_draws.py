"""The keyed draws: right distributions, no memory between neighbouring keys, no collisions, the same for ever."""

import numpy as np
import pytest
from scipy import stats

from abm import draws
from abm.machine.jit import kernel

WHY = draws.process("contact.consent")
CITIES = np.array([draws.entity("city", f"town-{i}") for i in range(31)])
UNLIKELY = 1e-4  # seeds are fixed: a p-value below this is no bad luck that comes back


@kernel
def every(seeds, months, a, b, counters, why):
    """Return the draws of all combinations, shape (seeds, months, a, b, counters)."""
    found = np.empty((len(seeds), len(months), len(a), len(b), len(counters)), np.uint64)
    for s in range(len(seeds)):
        for t in range(len(months)):
            for i in range(len(a)):
                for j in range(len(b)):
                    for c in range(len(counters)):
                        found[s, t, i, j, c] = draws.draw(seeds[s], why, months[t], a[i], b[j], counters[c])
    return found


def grid(seeds=8, months=48, a=CITIES, b=CITIES, counters=3, why=WHY):
    """Return draws as a run makes them: seeds from 1, months and counters from 0, keyed cities."""
    return every(np.arange(1, seeds + 1).astype(np.uint64), np.arange(months), a, b, np.arange(counters), why)


@pytest.fixture(scope="module")
def million():
    """Return 1,107,072 draws over seeds × months × pairs of cities × counters."""
    return grid()


@pytest.fixture(scope="module")
def sample(million):
    """Return 40,000 draws, a stretch of neighbouring keys."""
    return million.ravel()[:40_000]


def upper(lucks):
    """Return the uniform numbers of many draws."""
    return (lucks >> np.uint64(11)) * 2.0**-53


def test_uniforms_fill_equal_boxes_equally(million):
    counts = np.bincount((upper(million).ravel() * 1000).astype(int), minlength=1000)
    assert stats.chisquare(counts).pvalue > UNLIKELY


@pytest.mark.parametrize("bit", range(64))
def test_every_bit_is_set_half_the_time(million, bit):
    ones = int(((million >> np.uint64(bit)) & np.uint64(1)).sum())
    assert abs(ones - million.size / 2) < 4.5 * np.sqrt(million.size / 4)  # 4.5: sixty-four at once


@pytest.mark.parametrize("byte", range(8))
def test_every_byte_takes_every_value_equally_often(million, byte):
    values = million.ravel().view(np.uint8)[byte::8]
    assert stats.chisquare(np.bincount(values, minlength=256)).pvalue > UNLIKELY


@pytest.mark.parametrize(
    ("transform", "law"),
    [
        (draws.uniform, stats.uniform()),
        (draws.exponential, stats.expon()),
        (draws.normal, stats.norm()),
        (lambda luck: draws.beta(luck, 2, 2), stats.beta(2, 2)),
        (lambda luck: draws.beta(luck, 4, 2), stats.beta(4, 2)),
    ],
    ids=["uniform", "exponential", "normal", "beta22", "beta42"],
)
def test_continuous_distribution(sample, transform, law):
    found = np.array([transform(luck) for luck in sample])
    assert stats.kstest(found, law.cdf).pvalue > UNLIKELY


@pytest.mark.parametrize("rate", [0.02, 0.7, 3.0, 25.0, 300.0])
def test_poisson(sample, rate):
    found = np.array([draws.poisson(luck, rate) for luck in sample])
    law = stats.poisson(rate)
    low, high = int(law.ppf(1e-3)), int(law.ppf(1 - 1e-3))  # pool the tails
    counts = np.bincount(np.clip(found, low, high) - low, minlength=high - low + 1)
    expected = law.pmf(np.arange(low, high + 1))
    expected[0], expected[-1] = law.cdf(low), law.sf(high - 1)
    assert stats.chisquare(counts, expected * len(found)).pvalue > UNLIKELY


def test_poisson_of_no_rate_is_zero(sample):
    assert all(draws.poisson(luck, 0.0) == 0 for luck in sample[:1000])


@pytest.mark.parametrize("n", [2, 7, 31])
def test_whole_numbers_are_equally_likely(sample, n):
    counts = np.bincount([draws.whole(luck, n) for luck in sample], minlength=n)
    assert len(counts) == n and stats.chisquare(counts).pvalue > UNLIKELY


@pytest.mark.parametrize("x", [0.0, 0.25, 1.5, 3.9, 4.0])
def test_rounding_by_a_draw_keeps_the_mean(sample, x):
    found = np.array([draws.rounded(luck, x) for luck in sample])
    part = x % 1.0
    assert set(found) <= {int(x), int(x) + (part > 0)}
    assert abs(found.mean() - x) <= 4 * np.sqrt(part * (1 - part) / len(found))


NEIGHBOURS = {  # what changes between two draws, and the two lots of draws
    "next seed": lambda g: (g[:-1], g[1:]),
    "next month": lambda g: (g[:, :-1], g[:, 1:]),
    "next year": lambda g: (g[:, :-12], g[:, 12:]),
    "next first city": lambda g: (g[:, :, :-1], g[:, :, 1:]),
    "next second city": lambda g: (g[:, :, :, :-1], g[:, :, :, 1:]),
    "next counter": lambda g: (g[..., :-1], g[..., 1:]),
    "cities swapped": lambda g: tuple(x[:, :, *np.triu_indices(len(CITIES), 1)] for x in (g, g.swapaxes(2, 3))),
    "seed and month": lambda g: (g[:-1, 1:], g[1:, :-1]),
    "month and counter": lambda g: (g[:, :-1, ..., 1:], g[:, 1:, ..., :-1]),
    "other process": lambda g: (g, grid(why=draws.process("contact.priority"))),
}


@pytest.mark.parametrize("change", NEIGHBOURS)
def test_neighbouring_keys_have_nothing_in_common(million, change):
    one, other = (part.ravel() for part in NEIGHBOURS[change](million))
    r = np.corrcoef(upper(one), upper(other))[0, 1]
    assert abs(r) * np.sqrt(len(one)) < 4
    differing = np.bitwise_count(one ^ other)  # Binomial(64, ½): mean 32, variance 16
    assert abs(differing.mean() - 32) < 4 * 4 / np.sqrt(len(one))
    assert differing.var() == pytest.approx(16, rel=0.02)
    boxes = np.histogram2d(upper(one), upper(other), bins=10, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(boxes.ravel()).pvalue > UNLIKELY


@pytest.mark.parametrize("counter", range(4))
def test_children_have_nothing_in_common_with_their_parent_or_each_other(sample, counter):
    children = np.array([draws.child(luck, counter) for luck in sample], np.uint64)
    younger = np.array([draws.child(luck, counter + 1) for luck in sample], np.uint64)
    for other in (sample, younger):
        assert abs(np.corrcoef(upper(children), upper(other))[0, 1]) * np.sqrt(len(sample)) < 4
        assert abs(np.bitwise_count(children ^ other).mean() - 32) < 4 * 4 / np.sqrt(len(sample))


def test_a_million_keys_have_a_million_draws(million):
    assert len(np.unique(million)) == million.size  # by chance two would agree once in 30 million such sets


def test_order_of_drawing_is_of_no_account(million):
    months = np.arange(48)[::-1].copy()
    backwards = every(np.array([3], np.uint64), months, CITIES[::-1].copy(), CITIES, np.arange(3), WHY)
    assert (backwards[0] == million[2, ::-1, ::-1]).all()


def test_a_draw_is_a_function_of_its_key_alone():
    key = (np.uint64(7), WHY, 12, CITIES[0], CITIES[1], 2)
    assert draws.draw(*key) == draws.draw(*key)
    changed = [
        (np.uint64(8), *key[1:]),
        (key[0], draws.process("other"), *key[2:]),
        (*key[:2], 13, *key[3:]),
        (*key[:3], CITIES[1], CITIES[0], 2),
        (*key[:5], 3),
    ]
    assert len({int(draws.draw(*other)) for other in (key, *changed)}) == 6


KNOWN = {
    "process": 0xA9E3955AB75F2DE0,
    "entity": 0x38833BFB5C8D2914,
    "draw": 0x24564BB9678D81DD,
    "child": 0x4D640D8D8E94349F,
    "mix": 0x5692161D100B05E5,
    "uniform": 0.141941769375583,
    "poisson": 1,
    "beta": 0.5948105171878147,
    "normal": -1.0716360408220456,
}


def test_known_answers():
    """Published results rest on these bits: if they change, every result of the model does."""
    assert draws.process("contact.consent") == WHY == KNOWN["process"]
    nanjing, trondheim = draws.entity("city", "nanjing"), draws.entity("city", "trondheim")
    luck = np.uint64(draws.draw(np.uint64(1), WHY, 12, trondheim, nanjing, 3))  # a kernel hands Python an int
    assert trondheim == KNOWN["entity"]
    assert luck == KNOWN["draw"]
    assert draws.child(luck, 1) == KNOWN["child"]
    assert draws.mix(np.uint64(1)) == KNOWN["mix"]
    assert draws.uniform(luck) == KNOWN["uniform"]
    assert draws.poisson(luck, 3.0) == KNOWN["poisson"]
    assert draws.beta(luck, 2, 2) == KNOWN["beta"]
    assert draws.normal(luck) == pytest.approx(KNOWN["normal"], rel=1e-15)


def test_finaliser_is_splitmix64():
    """The first three outputs of splitmix64 from state 0, as the reference code of its authors gives them."""
    assert draws.child(np.uint64(0), 0) == 0xE220A8397B1DCDAF
    assert draws.child(np.uint64(0), 1) == 0x6E789E6AA1B965F4
    assert draws.child(np.uint64(0), 2) == 0x06C45D188009454F


def test_uniform_never_touches_its_ends():
    lowest, highest = np.uint64(0), np.uint64(2**64 - 1)
    assert 0.0 < draws.uniform(lowest) < 1e-15 and 1.0 - 1e-15 < draws.uniform(highest) < 1.0
    for luck in (lowest, highest):
        assert draws.exponential(luck) > 0.0 and np.isfinite(draws.normal(luck))
    assert (draws.whole(lowest, 31), draws.whole(highest, 31)) == (0, 30)
    assert draws.rounded(lowest, 4.0) == 4


def test_normal_inverts_the_distribution_function(sample):
    near_0 = np.uint64(2) ** np.arange(12, 64, dtype=np.uint64)
    for luck in np.concatenate([sample[:5000], near_0, ~near_0]):
        u = draws.uniform(luck)
        exact = stats.norm.ppf(u) if u < 0.5 else -stats.norm.ppf(1.0 - u)
        assert draws.normal(luck) == pytest.approx(exact, rel=0, abs=1e-13)
