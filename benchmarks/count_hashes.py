"""Count the hashes of a run; start it with ``TWINHELIX_ENGINE=plain``, for only interpreted kernels can be watched.

Every draw is made of hashes (:func:`abm.draws.mix`), so their number times the time of one is the draw floor: what a
run would take if all else were free.
"""

from __future__ import annotations

import sys

import numpy as np

from abm import draws


def count_hashes(scenario: str) -> int:
    mix, calls = draws.mix, 0

    def counted(h: np.uint64) -> np.uint64:
        nonlocal calls
        calls += 1
        return mix(h)

    draws.mix = counted
    import abm  # the rules, which use what stands in the module now

    abm.run(scenario)
    return calls


if __name__ == "__main__":
    print(count_hashes(sys.argv[1]))
