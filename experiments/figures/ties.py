"""Partnerships as lines: one a pair of cities, along the shortest way."""

import numpy as np
import pandas as pd

from experiments.figures.earth import great_circle


def highest_stages(partnerships: pd.DataFrame) -> pd.DataFrame:
    """Pairs of cities at the highest stage of their living partnerships over all themes, lowest first.

    Parameters
    ----------
    partnerships : DataFrame
        city_a, city_b, stage (1 to 5; 0 is dissolved).

    Returns
    -------
    DataFrame
        city_a, city_b (in alphabetical order), stage.
    """
    living = partnerships[partnerships["stage"] > 0]
    pairs = living[["city_a", "city_b", "stage"]].astype({"stage": int})
    turned = pairs["city_a"] > pairs["city_b"]
    pairs.loc[turned, ["city_a", "city_b"]] = pairs.loc[turned, ["city_b", "city_a"]].to_numpy()
    best = pairs.groupby(["city_a", "city_b"])["stage"].max().reset_index()
    return best.sort_values(["stage", "city_a", "city_b"], ignore_index=True)


def ways(cities: pd.DataFrame, pairs: pd.DataFrame) -> list[tuple[int, np.ndarray]]:
    """Great circles of the pairs: stage and points of each piece, in the order of `pairs`."""
    at = {
        city: (float(lon), float(lat))
        for city, lon, lat in zip(cities["city_id"], cities["longitude"], cities["latitude"], strict=True)
    }
    return [
        (stage, piece)
        for a, b, stage in zip(pairs["city_a"], pairs["city_b"], pairs["stage"], strict=True)
        for piece in great_circle(at[a], at[b])
    ]


def dense(piece: np.ndarray, n: int = 8) -> np.ndarray:
    """Line with `n` points for each of its steps, so that none slips through under a name."""
    share = np.arange(len(piece) * n - n + 1) / n
    return np.column_stack([np.interp(share, np.arange(len(piece)), piece[:, k]) for k in (0, 1)])
