"""A row that stands alone becomes another of its kind, as ``table[r] = row`` does for one in a table."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from abm.machine.jit import is_compiled


@intrinsic
def _copied(typingctx: Any, target: Any, source: Any) -> tuple[Any, Any]:
    """Copy a row byte by byte."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        """Copy as many bytes as a row has."""
        cgutils.raw_memcpy(builder, *args, context.get_constant(types.intp, target.size), 1)
        return context.get_dummy_value()

    return types.none(target, source), code


def _column_by_column(target: Any, source: Any) -> None:
    for name in target.dtype.names:
        target[name] = source[name]


overwrite = _copied if is_compiled() else _column_by_column
