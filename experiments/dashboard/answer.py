"""The answer to a request, as a pure function of it: verdicts, bands by month, what B changes, pairs of cities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import stdtrit
from scipy.stats import binom, false_discovery_control

from abm.input.scenario import Scenario
from abm.state.words import Stage
from experiments.dashboard import words
from experiments.dashboard.again import again
from experiments.dashboard.asked import Asked
from experiments.dashboard.offered import OUTCOMES, Offer
from experiments.dashboard.runs import Runs
from experiments.figures.text import percent
from experiments.intervals import LEVEL, t_interval
from experiments.report.page.verdicts import MORE, UNCLEAR, Difference, difference, printed

PALE = 0.8  # the second interval of a difference, and the share of runs in a band
FALSE = 0.05  # share of the cells that are told from chance which chance made
MOST_CITIES = 64  # of a matrix that can be read


def answer(asked: Asked, a: Runs, b: Runs, offered: Mapping[str, Offer]) -> dict[str, Any]:
    """Return everything that the page shows of a request, as JSON; ``a`` and ``b`` are the runs of its arms."""
    arms = [arm.built(offered, asked.months) for arm in asked.arms]
    same = asked.a == asked.b
    starts = [arm.start for arm in arms]
    return {
        "seeds": asked.seeds,
        "months": asked.months,
        "start": starts[0] if starts[0] == starts[1] else None,
        "stops": [[max(0, from_), min(asked.months, to)] for from_, to in sorted({*stops(arms[0]), *stops(arms[1])})],
        "same": same,
        "outcomes": {name: found(name, a.series[:, x], b.series[:, x], same) for x, name in enumerate(OUTCOMES)},
        "pairs": pairs(arms, a, b),
        "again": again(asked, offered),
    }


def found(outcome: str, a: np.ndarray, b: np.ndarray, same: bool) -> dict[str, Any]:
    """Return one outcome: what is said of it, and what is drawn; ``a`` and ``b`` have the shape (n_seeds, months)."""
    last = difference(b[:, -1], a[:, -1])
    _, low, high = t_interval((b - a)[:, -1], PALE)
    return {
        "said": said(outcome, last, same),
        "mean": numbers([np.mean(a[:, -1])])[0],
        "a": printed(float(np.mean(a[:, -1])), (last.high - last.low) / 2),
        "b": printed(float(np.mean(b[:, -1])), (last.high - last.low) / 2),
        "difference": numbers([last.difference, last.low, last.high, low, high]),
        "more": round(last.p_greater, 4),
        "bands": {"a": band(a), "b": band(b), "difference": paired_band(b - a)},
    }


def said(outcome: str, last: Difference, same: bool) -> dict[str, Any]:
    """Return what is said of a difference in either language: verdict, how sure, and its number with interval."""
    what, shown = words.noun(outcome), last.shown
    way = words.way(outcome)
    alike = same or last.low == last.high == 0
    if alike:
        verdict = words.both("same") if same else words.both("same_in", what=what)
    elif last.verdict == UNCLEAR:
        verdict = words.both("unclear_verdict", what=what)
    else:
        of = printed(abs(last.difference), (last.high - last.low) / 2)
        verdict = words.both(f"{last.verdict}_{way}", n=of, what=what)
    more = words.direction(outcome, MORE if last.difference >= 0 else "fewer")
    return {
        "verdict": verdict,
        "sure": words.both("same_sure" if same else "exactly", pairs=last.pairs) if alike else words.both(
            "interval", low=shown["low"], high=shown["high"], more=more, n=last.n_with, pairs=f"{last.pairs:,}"
        ),
        "average": words.both("on_average") if last.on_average_only else None,
        "number": shown["difference"],
        "range": words.both("range", low=shown["low"], high=shown["high"]),
        "share": percent(last.p_greater),
        "shared": percent(max(0.0, last.variance_reduction)) if np.isfinite(last.variance_reduction) else "–",
        "tone": "same" if alike else last.verdict,
    }  # fmt: skip


def band(values: np.ndarray) -> dict[str, list[float | None]]:
    """Return the mean by month and the middle 80 % of runs, from values of shape (n_seeds, months)."""
    low, high = np.quantile(values, [(1 - PALE) / 2, (1 + PALE) / 2], axis=0)
    return {"mean": numbers(values.mean(axis=0)), "low": numbers(low), "high": numbers(high)}


def paired_band(differences: np.ndarray) -> dict[str, list[float | None]]:
    """Return the mean difference by month with its intervals of 95 % and of 80 % (Student), shape (n_seeds, months)."""
    n, mean = len(differences), differences.mean(axis=0)
    error = differences.std(axis=0, ddof=1) / np.sqrt(n)
    made = {"mean": numbers(mean)}
    for name, level in (("", LEVEL), ("_pale", PALE)):
        half = float(stdtrit(n - 1, 0.5 + level / 2)) * error
        made |= {f"low{name}": numbers(mean - half), f"high{name}": numbers(mean + half)}
    return made


def pairs(arms: list[Scenario], a: Runs, b: Runs) -> dict[str, Any] | None:
    """Return, for every two cities, in how many runs they came to each stage, and where B − A is more than chance.

    A difference is told from chance by the runs in which one arm came to the stage and the other did not (sign test),
    over all cells with at most one in twenty of those told made by chance (Benjamini & Hochberg 1995). None where the
    arms have other cities, or more than can be read.
    """
    cities = arms[0].cities
    if [c.city_id for c in cities] != [c.city_id for c in arms[1].cities] or len(cities) > MOST_CITIES:
        return None
    rows, columns = sides(arms[0])
    at = np.ix_(range(a.n), rows, columns)
    stages = {}
    for stage in (Stage.CONTACT, Stage.ACTION_PLAN, Stage.PILOT):
        one, other = a.highest[at] >= stage, b.highest[at] >= stage
        gained, lost = (other & ~one).sum(axis=0), (one & ~other).sum(axis=0)
        stages[stage.name.lower()] = {
            "a": one.sum(axis=0).tolist(),
            "b": other.sum(axis=0).tolist(),
            "noise": (~told(gained, lost)).astype(int).tolist(),
        }
    who = [{"name": words.plain(c.name), "region": words.plain(c.region)} for c in cities]
    return {"rows": [who[i] for i in rows], "columns": [who[j] for j in columns], "stages": stages}


def sides(scenario: Scenario) -> tuple[list[int], list[int]]:
    """Return the rows of cities of the first bloc and of all others, or all cities twice where they meet freely."""
    taking = [i for i, city in enumerate(scenario.cities) if city.weight > 0]
    first = scenario.cities[taking[0]].region if taking else ""
    one = [i for i in taking if scenario.cities[i].region == first]
    other = [i for i in taking if scenario.cities[i].region != first]
    return (one, other) if scenario.values["world.cross_bloc_only"] and other else (taking, taking)


def told(gained: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """Say of every cell whether more runs gained than lost, or fewer, is more than chance."""
    n = gained + lost
    p = np.minimum(1.0, 2 * binom.cdf(np.minimum(gained, lost), n, 0.5))
    return (false_discovery_control(p, axis=None) <= FALSE).reshape(p.shape) if p.size else p > 0


def stops(scenario: Scenario) -> list[tuple[int, int]]:
    """Return the months in which nobody travels, each from its first to the first month after it."""
    return [(scenario.month_of(shock.start), scenario.month_of(shock.end)) for shock in scenario.shocks]


def numbers(values: Any) -> list[float | None]:
    """Return numbers with as many digits as a picture shows; what is missing as null."""
    return [float(f"{x:.5g}") if np.isfinite(x) else None for x in np.asarray(values, float)]
