"""Random draws that are pure functions of who, when and why.

A draw is a 64-bit hash of (seed, process, month, two entities, counter), turned into the distribution that is wanted.
There is no generator and no state: the order in which rows are visited, the number of threads and what else is drawn
cannot change it, and two scenarios with one seed share all the luck they can share (common random numbers).

The hash adds its arguments, each times its own odd constant, and scrambles the sum by the variant-13 finaliser of
splitmix64 (Steele, Lea & Flood 2014; constants of Stafford). The normal is the inverse AS241 (Wichura 1988).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable

import numpy as np

from abm.machine.jit import Key, kernel, wrapping_kernel

_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_MONTH, _GOLDEN = np.uint64(0xD1342543DE82EF95), np.uint64(0x9E3779B97F4A7C15)
_A, _B, _COUNT = np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9), np.uint64(0xFF51AFD7ED558CCD)
_LOWEST, _HIGHEST = np.uint64(0), np.uint64(2**64 - 1)
NOBODY = np.uint64(0)


PROCESSES: dict[int, str] = {}  # the name of every process, by its key


def process(name: str) -> np.uint64:
    """Return the 64-bit key of a process, such as ``process("contact.consent")``: the *why* of a draw."""
    key = entity("process", name)
    PROCESSES[int(key)] = name
    return key


def entity(*parts: object) -> np.uint64:
    """Return the 64-bit key of an entity from its lasting name, never from its row: the *who* of a draw."""
    return entities([parts])[0]


def entities(named: Iterable[Iterable[object]]) -> np.ndarray:
    """Return the 64-bit keys of many entities, each from the parts of its lasting name; shape (n,)."""
    texts = ("\x1f".join(map(str, parts)).encode() for parts in named)
    return np.frombuffer(b"".join(hashlib.blake2b(text, digest_size=8).digest() for text in texts), "<u8")


@wrapping_kernel
def mix(h: Key) -> Key:
    """Scramble 64 bits so that every input bit moves every output bit."""
    h = (h ^ (h >> _S30)) * _MIX_1
    h = (h ^ (h >> _S27)) * _MIX_2
    return h ^ (h >> _S31)


@wrapping_kernel
def moment(seed: Key, why: Key, month: int) -> Key:
    """Return what all draws of a process in a month have in common, for a loop that draws many (see :func:`at`)."""
    return mix(mix(seed * _GOLDEN + why) + np.uint64(month) * _MONTH)


@wrapping_kernel
def at(when: Key, a: Key, b: Key, counter: int) -> Key:
    """Return the luck (uint64) of entities ``a`` and ``b`` at a :func:`moment`; ``counter`` tells draws apart."""
    return mix(when + a * _A + b * _B + np.uint64(counter) * _COUNT)


@kernel
def draw(seed: Key, why: Key, month: int, a: Key, b: Key, counter: int) -> Key:
    """Return the luck (uint64) of entities ``a`` and ``b`` in a process and month; ``counter`` tells draws apart."""
    return at(moment(seed, why, month), a, b, counter)


@wrapping_kernel
def child(luck: Key, counter: int) -> Key:
    """Return a further independent draw of the same luck, or the key of the ``counter``-th child of an entity."""
    return mix(luck + (np.uint64(counter) + np.uint64(1)) * _GOLDEN)


@kernel
def uniform(luck: Key) -> float:
    """Return a uniform number strictly inside (0, 1), from the upper 52 bits: with 53 the sum would round to 1."""
    return (float(luck >> _S12) + 0.5) * 2.220446049250313e-16


@kernel
def exponential(luck: Key) -> float:
    """Return an exponential waiting time of rate 1."""
    return -math.log(uniform(luck))


@kernel
def waits(luck: Key, rate: float, best: float) -> float:
    """Return the waiting time of a race at ``rate``, or infinity if it cannot be below ``best`` (−ln u ≥ 1 − u)."""
    if 1.0 - uniform(luck) > best * rate:
        return math.inf
    return exponential(luck) / rate


@kernel
def whole(luck: Key, n: int) -> int:
    """Return a whole number in 0 … n−1, each equally likely (bias below 2⁻⁵²·n)."""
    return min(int(uniform(luck) * n), n - 1)


@kernel
def rounded(luck: Key, x: float) -> int:
    """Round ``x`` ≥ 0 up with probability equal to its fractional part, so that the mean is ``x``."""
    return int(math.floor(x + uniform(luck)))


@kernel
def poisson(luck: Key, rate: float) -> int:
    """Return a Poisson count of mean ``rate`` (0 … 700) by inversion of one uniform."""
    u = uniform(luck)
    if u <= 1.0 - rate:  # ≤ e^−rate: mostly no
        return 0
    p = math.exp(-rate)
    total = p
    n = 0
    while u > total and p > 0.0:
        n += 1
        p *= rate / n
        total += p
    return n


@kernel
def beta(luck: Key, a: int, b: int) -> float:
    """Return a Beta(a, b) number for whole a, b ≥ 1: the a-th smallest of a+b−1 uniforms.

    The draws are gone through from the nearer end, each time for the next: those of one luck are all different.
    """
    n, found = a + b - 1, _LOWEST
    turned = _HIGHEST if b < a else _LOWEST  # turns the draws round, the highest first
    for _ in range(min(a, b)):
        following = _HIGHEST
        for i in range(n):
            x = child(luck, i) ^ turned
            following = x if found < x < following else following
        found = following
    return uniform(found ^ turned)


# Wichura's coefficients, highest power first: numerator and denominator near the centre, in the tail, far out.
_CENTRE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
_TAIL = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)  # fmt: skip
_FAR_OUT = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)  # fmt: skip


@kernel
def _horner(coefficients: tuple[float, ...], x: float) -> float:
    total = coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


@kernel
def normal(luck: Key) -> float:
    """Return a standard normal number by inverting its distribution function at one uniform."""
    u = uniform(luck)
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _horner(_CENTRE[0], r) / _horner(_CENTRE[1], r)
    r = math.sqrt(-math.log(min(u, 1.0 - u)))
    if r <= 5.0:
        z = _horner(_TAIL[0], r - 1.6) / _horner(_TAIL[1], r - 1.6)
    else:
        z = _horner(_FAR_OUT[0], r - 5.0) / _horner(_FAR_OUT[1], r - 5.0)
    return z if q > 0.0 else -z
