"""The model against evidence: what the record says, how near the model comes, how its defaults were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calibration.inference.fit import Fit as Fit
    from calibration.inference.fit import calibrate as calibrate

__all__ = ["Fit", "calibrate"]


def __getattr__(name: str) -> Any:
    """Return what the package offers, imported when it is asked for: the command line starts without it."""
    if name in __all__:
        from calibration.inference import fit

        return getattr(fit, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
