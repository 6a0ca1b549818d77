"""What a programme is to the partnerships of its cities while it lives, and once it is closed."""

from __future__ import annotations

from abm.machine.jit import Settings, State, kernel
from abm.state.words import NONE


@kernel
def takes_part(w: State, i: int) -> bool:
    """Say whether a city takes part in a programme that has not been closed."""
    m = w.first_membership[i]
    while m != NONE and w.members[m].programme != NONE:
        if w.members[m].standing > 0 and w.programmes[w.members[m].programme].calendar > 0.0:
            return True
        m = w.members[m].following
    return False


@kernel
def is_supported(w: State, i: int, j: int) -> bool:
    """Say whether one of two cities takes part in a programme that has not been closed."""
    return takes_part(w, i) or takes_part(w, j)


@kernel
def support(w: State, p: Settings, i: int, j: int) -> float:
    """Return the factor of what two partners do by themselves: 1 with a living programme, σ_P without."""
    return 1.0 if p.membership.unsupported == 1.0 or is_supported(w, i, j) else p.membership.unsupported
