"""The gate before a word: "calibrated" is said only if every line of it is met.

G1 no run failed or is left out, tests are other runs than those learnt from · G2 simulation-based calibration ·
G3 joint coverage · G4 two estimators agree · G5 the record is a possible output, and the fit fits · G6 hold-outs ·
G7 ends of the priors · G8 what is learnt, and what is claimed · G9 the tests would have noticed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from calibration.diagnostics import Check

LINES = tuple(f"G{n}" for n in range(1, 10))


class Gate(NamedTuple):
    """Verdicts on the lines of the gate, several checks a line where it asks several things."""

    checks: tuple[Check, ...]

    def met(self, line: str) -> bool | None:
        """Say whether a line is met: every check of it is; None if none fails but something is not decided."""
        found = [check.met for check in self.checks if check.gate == line]
        if False in found:
            return False
        return True if found and None not in found else None

    @property
    def calibrated(self) -> bool:
        """Whether the word may be used: all nine lines are met."""
        return all(self.met(line) for line in LINES)

    @property
    def exit_code(self) -> int:
        """What a command ends with: 0, or 3 if not calibrated."""
        return 0 if self.calibrated else 3

    def __str__(self) -> str:
        """Return the verdict, with what stands against the word."""
        if self.calibrated:
            return "calibrated: all nine lines of the gate are met"
        against = [f"{check.gate} {check.sentence}" for check in self.checks if check.met is False]
        undecided = [line for line in LINES if self.met(line) is None]
        against += [f"not decided: {', '.join(undecided)}"] if undecided else []
        return f"conditioned on the record, not calibrated: {'; '.join(against)}"


def gate(checks: Sequence[Check]) -> Gate:
    """Return the gate with its checks in order; a line without a check is not decided."""
    return Gate(tuple(sorted(checks, key=lambda check: check.gate)))


def check_runs(asked: int, table: np.ndarray, trained: Collection[int], tested: Collection[int]) -> Check:
    """Judge the runs (G1): none is missing, none has no feature, and the tests are none of those learnt from.

    Parameters
    ----------
    asked, table
        How many runs were asked for, and their features, shape (n_runs, n).
    trained, tested
        Seeds of the runs that the posterior was learnt from, and of those that it is tested on.
    """
    wrong = []
    if len(table) != asked:
        wrong.append(f"{asked - len(table)} of {asked} runs are missing")
    if lost := int((~np.isfinite(table)).any(axis=1).sum()):
        wrong.append(f"{lost} runs have a feature without a number")
    if shared := len(set(trained) & set(tested)):
        wrong.append(f"{shared} of {len(tested)} tests are runs that the posterior was learnt from")
    right = f"all {asked} runs are there; the {len(tested)} tests are none of those learnt from"
    return Check("G1", not wrong, "; ".join(wrong) or right)
