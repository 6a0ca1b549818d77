"""What a programme is to the partnerships of its cities while it lives, and once it is closed."""

from __future__ import annotations

from abm.machine.jit import Settings, State, kernel


@kernel
def is_supported(w: State, i: int, j: int) -> bool:
    """Say whether one of two cities takes part in a programme that has not been closed."""
    if w.cities[i].standing == 0 and w.cities[j].standing == 0:
        return False
    for x in range(len(w.programmes)):
        if w.programmes[x].calendar > 0.0:
            return True
    return False


@kernel
def support(w: State, p: Settings, i: int, j: int) -> float:
    """Return the factor of what two partners do by themselves: 1 with a living programme, σ_P without."""
    return 1.0 if p.membership.unsupported == 1.0 or is_supported(w, i, j) else p.membership.unsupported
