"""What a run may leave instead of outcomes: numbers in which a floor above keeps it, found by entry points.

A study whose ``outcomes`` are one name of the group ``twinhelix.kept``, such as ``["history"]``, keeps what that
function makes of each run: ``function(scenario, seeds, p)`` runs seeds, each with its row of parameters, and returns an
array of float64 a run, of whatever length.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any

GROUP = "twinhelix.kept"
Keeper = Callable[..., list[Any]]


@cache
def keepers() -> dict[str, Any]:
    """Return the entry points of what can be kept, by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def keeper(outcomes: Sequence[str]) -> Keeper | None:
    """Return the function that keeps runs of a study, or None where it records outcomes."""
    if len(outcomes) != 1 or outcomes[0] not in keepers():
        return None
    found: Keeper = keepers()[outcomes[0]].load()
    return found
