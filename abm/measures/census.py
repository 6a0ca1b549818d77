"""One look at all partnerships at the end of the month, from which the measures are computed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from abm.draws import mix
from abm.jit import Table, kernel
from abm.tables import N_THEMES, Origin, Stage

LONGEST_WAIT = 36
PILOT, DISSOLVED, WAITING = range(3)
ENDED, BROKERED, TRUST, GAP = range(4)


class Census(NamedTuple):
    """What was counted."""

    stage: Any  # (6,) partnerships by stage
    highest: Any  # (6,) partnerships by the highest stage reached
    theme: Any  # (N_THEMES,) living partnerships by theme
    wait: Any  # (3, LONGEST_WAIT + 2) partnerships by PILOT, DISSOLVED or WAITING, and by months since the contact
    ties: Any  # (n_cities,) living partnerships of each city
    reach: Any  # (n_cities,) highest stage that each city ever reached
    pilots: Any  # rows that ever reached a pilot
    memoranda: Any  # rows that stand at a memorandum or beyond
    sums: Any  # (4,) partnerships that ENDED this month, those BROKERED; TRUST and GAP of the living


@kernel
def take(rows: Table, n: int, n_cities: int, t: int) -> Census:
    """Count the ``n`` partnerships.

    ``wait`` counts the months to a pilot, to dissolution without one, or until now, the month of the contact and the
    last one included; longer times stand in the last column. The loop is free of branches: nobody can guess stages, and
    a wrong guess of the processor costs more than all the sums of a row.
    """
    stage, highest, sums = np.zeros(6, np.int64), np.zeros(6, np.int64), np.zeros(4)
    theme = np.zeros(N_THEMES, np.int64)
    wait = np.zeros((3, LONGEST_WAIT + 2), np.int64)
    ties, reach = np.zeros(n_cities, np.int64), np.zeros(n_cities, np.int64)
    pilots, memoranda, n_pilots, n_memoranda = np.empty(n, np.int64), np.empty(n, np.int64), 0, 0
    n_ended, n_brokered, trust, gap = 0, 0, 0.0, 0.0
    for r in range(n):
        row = rows[r]
        i, j, now, ever, ended = row.i, row.j, row.stage, row.ever, row.ended
        lives, piloted, has_ended = now > 0, ever >= Stage.PILOT, ended >= 0
        stage[now] += 1
        highest[ever] += 1
        theme[row.theme] += lives
        ties[i] += lives
        ties[j] += lives
        reach[i] = max(reach[i], ever)
        reach[j] = max(reach[j], ever)
        pilots[n_pilots] = r
        n_pilots += piloted
        memoranda[n_memoranda] = r
        n_memoranda += now >= Stage.MEMORANDUM
        trust += row.trust if lives else 0.0
        gap += row.gap if lives else 0.0
        n_ended += ended == t
        n_brokered += row.origin == Origin.BROKER
        last = row.reached[4] if piloted else ended if has_ended else t
        how = PILOT if piloted else DISSOLVED if has_ended else WAITING
        wait[how, min(last - row.begun, LONGEST_WAIT) + 1] += 1
    sums[ENDED], sums[BROKERED], sums[TRUST], sums[GAP] = n_ended, n_brokered, trust, gap
    return Census(stage, highest, theme, wait, ties, reach, pilots[:n_pilots], memoranda[:n_memoranda], sums)


@kernel
def distinct(rows: Table, chosen: np.ndarray, n_cities: int) -> np.ndarray:
    """Return the pairs of cities among the chosen partnerships, each once; shape (m, 2) (hashing, linear probing)."""
    room = 16
    while room < 2 * len(chosen):
        room *= 2
    known, pairs, m = np.zeros(room, np.int64), np.empty((len(chosen), 2), np.int64), 0
    for r in chosen:
        code = rows[r].i * n_cities + rows[r].j + 1
        x = np.int64(mix(np.uint64(code)) & np.uint64(room - 1))
        while known[x] != 0 and known[x] != code:
            x = (x + 1) & (room - 1)
        if known[x] == 0:
            known[x] = code
            pairs[m, 0] = rows[r].i
            pairs[m, 1] = rows[r].j
            m += 1
    return pairs[:m]
