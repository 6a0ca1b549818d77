"""Words for readers, English and Chinese side by side: of measures, units, stages and parameters.

Names stay what they are in files, tables and code (``pilots_ever``); a figure, a page or a terminal that speaks to a
reader asks :func:`label_of`.
"""

from __future__ import annotations

from abm.labels.declare import Label
from abm.labels.measures import MEASURES, PARTS
from abm.labels.parameters import PARAMETERS, SETTINGS

__all__ = ["SETTINGS", "Label", "label_of"]


def label_of(name: str) -> Label | None:
    """Return the label of an outcome such as ``gini_ties.Europe@24``, or of a parameter; None where there is none."""
    if name in PARAMETERS:
        return PARAMETERS[name]
    column, _, months = name.partition("@")
    measure, _, part = column.partition(".")
    if measure not in MEASURES:
        return None
    english, chinese = MEASURES[measure]
    more = [PARTS.get(part, Label(part, part))] if part else []
    more += [Label(f"after {months} months", f"{months}个月后")] if months else []
    return Label(
        ", ".join([english, *(word.english for word in more)]),
        f"{chinese}（{'，'.join(word.chinese for word in more)}）" if more else chinese,
    )
