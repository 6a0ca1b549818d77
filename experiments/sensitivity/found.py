"""What an analysis found: tables, whether it has converged, and what more runs would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.parameters import ConfigError
from experiments.sensitivity.blocks import Blocks
from experiments.sensitivity.words import NOTHING

HALF_WIDTH = 0.05
FEWEST = 128  # blocks: below, intervals cover less often than they say
KEY = ["outcome", "month"]


class Converged(NamedTuple):
    """Whether the indices are known well enough, why, and the widest half width; true if they are."""

    done: bool
    why: str
    half_width: float

    def __bool__(self) -> bool:
        return self.done


@dataclass(frozen=True, eq=False)
class Found:
    """Indices of a design.

    Attributes
    ----------
    design
        The blocks that were analysed.
    table
        One row an outcome and column of the design: factor, outcome, month, S1, ST, ST_within_world with ``_low`` and
        ``_high`` each, distinguishable (the interval of ST lies above 0), says (in words, where there is one).
    pairs
        One row an outcome and pair: factor, other, outcome, month, S2, S2_low, S2_high, p, distinguishable (Holm).
    luck
        One row an outcome: outcome, month, V_g, share (of luck), alike (everywhere) with ``_low`` and ``_high`` each,
        best_replicates, says.
    curves
        One row an outcome, factor and place: factor, place (in the unit interval), value (of a number, else NaN), label
        (as text), outcome, month, mean, low, high (of E[Y | x_i], in the unit of the outcome).
    left_out, note
        Blocks with a failed run, and what is to be said of them.
    """

    design: Blocks
    table: pd.DataFrame
    pairs: pd.DataFrame
    luck: pd.DataFrame
    curves: pd.DataFrame
    left_out: int = 0
    note: str = ""

    def half_widths(self) -> pd.DataFrame:
        """Return the wider half width of S1 and ST of every outcome; NaN where nothing is shared out."""
        t = self.table
        width = np.maximum(t["S1_high"] - t["S1_low"], t["ST_high"] - t["ST_low"]) / 2.0
        return t[KEY].assign(half_width=width).groupby(KEY, dropna=False, sort=False, as_index=False).max()

    def converged(
        self, half_width: float = HALF_WIDTH, earlier: Sequence[Found] = (), outcomes: Sequence[str] | None = None
    ) -> Converged:
        """Say whether the indices of some outcomes (all, if left out) are known to ± ``half_width``.

        They are if no interval of S1 or ST is wider; of an outcome that no parameter moves, if its luck share is known
        so well; one that is undefined is not asked. With the analyses of the ``earlier`` halves it is also enough that
        the order of all columns whose ST is above ``half_width`` has stayed over two doublings. Never below 128 blocks.
        """
        if unknown := set(outcomes or ()) - set(self.luck["outcome"]):
            raise ConfigError(f"outcome {min(unknown)}: was not analysed")
        widths = self.half_widths().merge(self.luck[self.luck["says"].isin(["", NOTHING])], on=KEY)
        asked = widths[widths["outcome"].isin(outcomes or widths["outcome"])]
        luck = ((asked["share_high"] - asked["share_low"]) / 2.0).fillna(0.0)  # no luck either: all runs are equal
        widest = max(asked["half_width"].fillna(luck), default=math.inf)
        blocks = len(self.design) + self.left_out
        if blocks < FEWEST:
            return Converged(False, f"not converged: {blocks} blocks, and fewer than {FEWEST} are not trusted", widest)
        if widest <= half_width:
            return Converged(True, f"converged (±{widest:.3f} ≤ {half_width:g}) after {blocks:,} blocks", widest)
        orders = [found.order(half_width, outcomes) for found in (*earlier[-2:], self)]
        if len(orders) == 3 and orders[0] == orders[1] == orders[2] and (asked["says"] == "").all():
            return Converged(True, f"the order has stayed over two doublings, to {blocks:,} blocks", widest)
        return Converged(False, f"not converged: ±{widest:.3f} > {half_width:g} after {blocks:,} blocks", widest)

    def order(self, above: float, outcomes: Sequence[str] | None = None) -> list[tuple[str, str]]:
        """Return outcomes and columns whose ST is above a limit, the largest of each outcome first."""
        rows = self.table[self.table["ST"] > above]
        rows = rows[rows["outcome"].isin(outcomes or rows["outcome"])]
        rows = rows.sort_values([*KEY, "ST"], ascending=[True, True, False], kind="stable")
        return list(zip(rows["outcome"] + "@" + rows["month"].astype(str), rows["factor"], strict=True))

    def blocks_needed(self, half_width: float = HALF_WIDTH) -> pd.DataFrame:
        """Return about how many blocks every outcome needs: outcome, month, half_width as it is, blocks.

        Widths fall with the root of the number of blocks; the next power of two is the next design.
        """
        found = self.half_widths()
        blocks = len(self.design) * (found["half_width"] / half_width) ** 2
        return found.assign(blocks=blocks.clip(lower=FEWEST))

    @property
    def advice(self) -> list[str]:
        """Sentences on replicates, and on the blocks that ±.05 would take."""
        return self.advised(HALF_WIDTH)

    def advised(self, half_width: float) -> list[str]:
        """Return sentences on replicates, if there are enough blocks to tell, and on the blocks that a width takes."""
        best = self.luck[(self.luck["says"] == "") & (len(self.design) + self.left_out >= FEWEST)]
        said = [
            f"{n} replicates are best for {', '.join(dict.fromkeys(rows['outcome']))}"
            for n, rows in best.groupby("best_replicates")
        ]
        needed = self.blocks_needed(half_width)
        for name, month, blocks in zip(needed["outcome"], needed["month"], needed["blocks"], strict=True):
            if blocks > len(self.design):
                when = "" if pd.isna(month) else f" at month {month}"
                said.append(f"{name}{when} needs about {_rounded(blocks):,} blocks for ±{half_width:g}")
        return said

    @property
    def shares(self) -> pd.DataFrame:
        """What runs differ by, one row an outcome and part: every factor alone, "together", "luck"; they add to 1.

        Where no parameter moves an outcome only luck has a share.
        """
        rows = self.table.merge(self.luck[[*KEY, "share"]], on=KEY)
        alone = rows[[*KEY, "factor"]].assign(part=rows["factor"], share=rows["S1"] * (1.0 - rows["share"]))
        luck = self.luck[KEY].assign(part="luck", share=self.luck["share"])
        rest = 1.0 - pd.concat([alone, luck]).groupby(KEY, dropna=False, sort=False)["share"].agg(
            lambda part: part.sum(skipna=False)
        )
        together = rest.reset_index().assign(part="together")
        return pd.concat([alone.drop(columns="factor"), together, luck], ignore_index=True)[[*KEY, "part", "share"]]


def convergence(founds: Sequence[Found]) -> pd.DataFrame:
    """Return the indices of every doubling: blocks, runs, factor, outcome, month, S1 and ST with their intervals."""
    wanted = ["factor", *KEY, *(f"{index}{end}" for index in ("S1", "ST") for end in ("", "_low", "_high"))]
    parts = []
    for found in founds:
        table = found.table[wanted].copy()
        table.insert(0, "blocks", len(found.design))
        table.insert(1, "runs", found.design.n_runs)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _rounded(n: float) -> int:
    """Return a number to two digits, upwards; the fewest blocks as they are."""
    if n <= FEWEST:
        return FEWEST
    step = 10 ** max(0, math.floor(math.log10(n)) - 1)
    return math.ceil(n / step) * step
