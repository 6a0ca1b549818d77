"""Memory that is asked for ahead: what a loop will look at some turns from now is at hand when its turn comes.

A row that lies anywhere in a large table takes some hundred times as long to come as one that was looked at just now.
The processor asks for several at a time, but only as far as it sees ahead; who knows a list can look further. Nothing
changes but time.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from abm.machine.jit import is_compiled

_BYTE, _INT = ir.IntType(8).as_pointer(), ir.IntType(32)
_PREFETCH = ir.FunctionType(ir.VoidType(), [_BYTE, _INT, _INT, _INT])
_TO_READ, _AND_KEEP, _DATA = _INT(0), _INT(3), _INT(1)


@intrinsic
def _asked(typingctx: Any, column: Any, row: Any) -> tuple[Any, Any]:
    """Ask for the line of memory in which a column has its row."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        """Call the instruction that asks and does not wait."""
        kind = signature.args[0]
        table = context.make_array(kind)(context, builder, args[0])
        stride = cgutils.unpack_tuple(builder, table.strides, kind.ndim)[0]
        place = builder.gep(builder.bitcast(table.data, _BYTE), [builder.mul(args[1], stride)])
        ask = builder.module.declare_intrinsic("llvm.prefetch", (_BYTE,), _PREFETCH)
        builder.call(ask, [place, _TO_READ, _AND_KEEP, _DATA])
        return context.get_dummy_value()

    return types.none(column, types.intp), code


def _nobody_waits(column: Any, row: int) -> None:
    """Do nothing: where rules are plain Python, memory is the least of it."""


ask_for = _asked if is_compiled() else _nobody_waits
