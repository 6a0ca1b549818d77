"""Two published models rebuilt on the draws and kernels of this one, each beside the numbers its field knows.

Docking asks whether two programs written from one description agree (Axtell, Axelrod, Epstein & Cohen 1996).
`python -m calibration.docking FOLDER` draws both figures; the numbers are told in docs/docking.md.
"""

from calibration.docking.barter import mean_knowledge
from calibration.docking.culture import stable_regions

__all__ = ["mean_knowledge", "stable_regions"]
