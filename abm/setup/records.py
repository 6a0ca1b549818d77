"""Parameters as kernels read them: nested records, ``p.section.field``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def as_records(layout: np.dtype, given: Iterable[Mapping[str, Any]]) -> Any:
    """Return rows of nested records, each from values by full name; shape (n,)."""
    names = [[f"{section}.{field}" for field in layout[section].names or ()] for section in layout.names or ()]
    rows = [tuple(tuple(values[name] for name in section) for section in names) for values in given]
    return by_name(np.array(rows, layout), "Settings")
