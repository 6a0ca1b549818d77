"""How many replicates a point is best given, for the same number of runs."""

from __future__ import annotations

import numpy as np

from experiments.sensitivity.products import Changes, product

MOST = 50


def best_replicates(found: Changes, widths: np.ndarray) -> int:
    """Return the number of replicates, 2 to 50, at which the widest total index costs the fewest runs.

    With δ the change that a column makes to the mean and τ² the variance of that change over replicates, r replicates
    give a block the variance Var δ² + 4 E[δ²τ²] / r + 2 E[τ⁴] / (r(r − 1)) and cost r; the product is least at
    r = 1 + √(2 E[τ⁴] / Var δ²). Moments of τ are taken as those of normal luck.

    Parameters
    ----------
    widths
        Widths of the intervals of the total indices, shape (n_columns,); the column of the largest is asked.
    """
    column = int(np.argmax(np.nan_to_num(widths)))
    change = np.stack([found.up[column], found.down[column]])  # (2, r, n_blocks)
    r = change.shape[1]
    variance = change.var(axis=1, ddof=1)
    fourth = float(np.mean(variance**2)) * (r - 1) / (r + 1)
    both = float(np.mean(change.mean(axis=1) ** 2 * variance)) - fourth / r
    seen = float(np.var(product(change, change), axis=-1, ddof=1).mean())
    least = max(float(product(change, change).mean()), 0.0) ** 2  # (E δ²)²: what Var δ² is with two levels
    own = max(seen - 4.0 * both / r - 2.0 * fourth / (r * (r - 1)), least)
    if not 2.0 * fourth < own * (MOST - 1) ** 2:
        return MOST if fourth > 0.0 else 2
    return max(2, round(1.0 + np.sqrt(2.0 * fourth / own)))
