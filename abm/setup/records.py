"""Parameters as kernels read them: nested records, ``p.section.field``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from abm.machine.records import by_name
from abm.parameters import declarations


def section_dtype(declared: type) -> np.dtype:
    """Return the record layout of a section: whole numbers and categories as i8, numbers as f8, switches as b1."""
    return np.dtype(
        [
            (d.name.partition(".")[2], "b1" if d.kind is bool else "f8" if d.kind is float else "i8")
            for d in declarations("", declared)
        ],
        align=True,
    )


def parameter_layout(sections: Mapping[str, type]) -> np.dtype:
    """Return the layout of all parameters as nested records, ``p.section.field``."""
    return np.dtype([(name, section_dtype(declared)) for name, declared in sections.items()], align=True)


def as_record(layout: np.dtype, values: Mapping[str, Any]) -> Any:
    """Return one row of nested records from values by full name; shape (1,)."""
    row = np.zeros(1, layout)
    for name, value in values.items():
        section, _, field = name.partition(".")
        row[section][field] = value
    return by_name(row, "Settings")
