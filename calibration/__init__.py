"""The model against evidence: what the record says, how near the model comes, how its defaults were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calibration.inference.fit import Fit as Fit
    from calibration.inference.fit import calibrate as calibrate
    from calibration.inference.rivals import rivals as rivals

__all__ = ["Fit", "calibrate", "rivals"]


def __getattr__(name: str) -> Any:
    """Return what the package offers, imported when it is asked for: the command line starts without it."""
    if name in __all__:
        from calibration.inference import fit, rivals

        return getattr(rivals if name == "rivals" else fit, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
