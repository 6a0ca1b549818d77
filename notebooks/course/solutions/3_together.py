"""Who brought them together: the twin that lacks one part, and what only the first history has."""

import abm
from experiments.intervals import t_interval

PAIR = ["city_a", "city_b", "theme"]
ORIGIN = {"broker": "broker", "events": "event", "pairing": "programme"}


def solve(mine, folder):
    """Return the answers of a student."""
    found = abm.attribute("iuc-asia", mine.seeds[0], without=mine.without)
    begun = found.base.partnerships.drop_duplicates(PAIR)  # a pair may part and meet again in a theme
    new = set(found.partnerships[PAIR].itertuples(index=False, name=None))
    deepened = [key not in new for key in found.pilots[PAIR].itertuples(index=False, name=None)]
    shares = [
        abm.attribute("iuc-asia", seed, without=mine.without).summary["dependence"]["pilots"] for seed in mine.seeds
    ]
    mean, low, high = t_interval(shares)
    return {
        "introduced": (begun["origin"] == ORIGIN[mine.without]).sum(),
        "owed": len(found.partnerships),
        "shared": len(begun) - len(found.partnerships),
        "pilots_owed": len(found.pilots),
        "deepened": sum(deepened),
        "dependence": mean,
        "half_width": (high - low) / 2,
        "story": story(found),
    }


def story(found):
    """Return two sentences on the first pilot that the twin lacks; they are read by the teacher."""
    if not len(found.pilots):
        return f"Without {found.without} this history has the same pilots. What it owes to it are other partnerships."
    first = found.pilots.sort_values("pilot_month").iloc[0]
    return (
        f"{first.city_a} and {first.city_b} met in month {first.begun} ({first.origin}) and began a pilot on "
        f"{first.theme} in month {first.pilot_month}. Without {found.without} they have none, under the same luck."
    )
