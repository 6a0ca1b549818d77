"""A world as kernels take it: the address of all its tables, whatever their number.

Kernels only borrow the tables. Who calls them keeps the tables alive, so no kernel counts references to them; in loops
that call functions on several tables, that alone would take a tenth of the time of a run.
"""

from __future__ import annotations

import hashlib
import operator
from functools import cache
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    intrinsic,
    lower_builtin,
    lower_getattr_generic,
    models,
    register_model,
    unbox,
)
from numba.np import arrayobj
from numba.np.numpy_support import from_dtype

from abm.machine.jit import is_compiled, kernel
from abm.state.world import World

BYTES_A_TABLE = 128  # an array's description takes 56 bytes and 16 more for each dimension beyond the first


class TableType(types.Array):
    """The compiler's view of a table, its columns, rows and slices: an array that is never indexed from the end.

    For any other array numba asks at each access whether the index is negative, to add the length; columns of several
    numbers a row are spared that too.
    """

    def copy(self, *changes: Any, **named: Any) -> TableType:
        """Return the type of a part of a table."""
        part = super().copy(*changes, **named)
        return TableType(part.dtype, part.ndim, part.layout, not part.mutable, aligned=part.aligned)

    def __repr__(self) -> str:
        """Return how signatures name it: as what it is."""
        return super().__repr__().replace("Array", "Table", 1)


register_model(TableType)(models.ArrayModel)


@lower_builtin(operator.getitem, types.NestedArray, types.Integer)
@lower_builtin(operator.getitem, types.NestedArray, types.BaseTuple)
@lower_builtin(operator.setitem, types.NestedArray, types.Any, types.Any)
@lower_builtin(operator.getitem, TableType, types.Integer)
@lower_builtin(operator.getitem, TableType, types.BaseTuple)
@lower_builtin(operator.setitem, TableType, types.Any, types.Any)
def _index(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Index a table as numba indexes an array by numbers without sign."""
    table, index, *value = signature.args
    access = operator.setitem if value else operator.getitem
    unsigned = _without_sign(index)
    plain = signature.replace(args=(types.Array(table.dtype, table.ndim, table.layout), unsigned, *value))
    found = [args[0], context.cast(builder, args[1], index, unsigned), *args[2:]]
    return context.get_function(access, plain)(builder, found)


@lower_builtin(operator.setitem, TableType, types.Any, types.Record)
def _overwrite(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Write a row over another in one piece; numba would load and store each byte, at ten times the compiling."""
    table, index, row = signature.args
    place = _index(context, builder, table.dtype(table, index), args[:2])
    cgutils.raw_memcpy(builder, place, args[2], context.get_constant(types.intp, row.size), 1)
    return context.get_dummy_value()


def _without_sign(index: Any) -> Any:
    if isinstance(index, types.BaseTuple):
        return types.BaseTuple.from_types([_without_sign(x) for x in index])
    return types.uintp if isinstance(index, types.Integer) else index


class WorldType(types.Type):
    """The compiler's view of a world: a pointer to the descriptions of its tables, one after the other.

    Its name stands for its fields in the symbol of every kernel; spelled out it would be 20,000 letters long.
    """

    def __init__(self, tables: types.BaseTuple) -> None:
        self.tables = tables
        digest = hashlib.blake2b(str(self.tables).encode(), digest_size=8).hexdigest()
        super().__init__(name=f"World{digest}")


@register_model(WorldType)
class _WorldModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: WorldType) -> None:
        super().__init__(manager, kind, manager.lookup(kind.tables).get_value_type().as_pointer())


@infer_getattr
class _WorldTables(AttributeTemplate):
    key = WorldType

    def generic_resolve(self, kind: WorldType, name: str) -> Any:
        """Return the type of a table."""
        return kind.tables.types[World._fields.index(name)] if name in World._fields else None


@lower_getattr_generic(WorldType)
def _load_table(context: Any, builder: Any, kind: WorldType, value: Any, name: str) -> Any:
    """Load where a table is; it owns no memory, so that the compiler leaves out all counting of references."""
    place = World._fields.index(name)
    table, pointer = kind.tables.types[place], cgutils.gep_inbounds(builder, value, 0, place)
    if not isinstance(table, types.Array):
        return _load_once(builder, pointer)
    found, array = context.make_array(table)(context, builder, ref=pointer), context.make_array(table)(context, builder)
    data, shape, strides = (found._get_ptr_by_name(part) for part in ("data", "shape", "strides"))
    arrayobj.populate_array(
        array,
        _load_once(builder, data),
        [_load_once(builder, cgutils.gep_inbounds(builder, shape, 0, x)) for x in range(table.ndim)],
        [_load_once(builder, cgutils.gep_inbounds(builder, strides, 0, x)) for x in range(table.ndim)],
        context.get_constant(types.intp, arrayobj.get_itemsize(context, table)),
        None,
    )
    return array._getvalue()


def _load_once(builder: Any, pointer: Any) -> Any:
    """Load what stays as it is while a kernel runs, so that the compiler may keep it."""
    value = builder.load(pointer)
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


@cache
def _type_of(kinds: tuple[tuple[np.dtype, int], ...]) -> WorldType:
    """Return the type of a world from those of its tables; a table without dimensions is a record."""
    tables = [TableType(from_dtype(dtype), n, "C") if n else from_dtype(dtype) for dtype, n in kinds]
    return WorldType(types.Tuple(tables))


class Handle:
    """A world as kernels take it; Python reads its tables by the same names."""

    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.memory = np.zeros(BYTES_A_TABLE * len(tables), np.uint8)
        self.address = self.memory.ctypes.data
        self._numba_type_ = _type_of(tuple((table.dtype, table.ndim) for table in tables))

    def __getattr__(self, name: str) -> Any:
        """Return a table of the world."""
        if name not in World._fields:  # nor has a copy that is being made any tables to look at
            raise AttributeError(f"a world has no {name}")
        return getattr(self.tables, name)

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is bound to tables of its own: an address that is copied would be that of the original's."""
        return handle, (self.tables,)


@unbox(WorldType)
def _unbox(kind: WorldType, found: Any, c: Any) -> NativeValue:
    number = c.pyapi.object_getattr_string(found, "address")
    address = c.pyapi.long_as_voidptr(number)
    c.pyapi.decref(number)
    return NativeValue(c.builder.bitcast(address, c.context.get_value_type(kind)))


@intrinsic
def _describe(typingctx: Any, memory: Any, tables: Any) -> tuple[Any, Any]:
    """Write where the tables are, as arrays that own no memory."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        """Store one description after the other."""
        kind = types.Tuple(tables.types)
        found = context.make_array(memory)(context, builder, args[0])
        pointer = builder.bitcast(found.data, context.get_value_type(kind).as_pointer())
        for x, (table, value) in enumerate(zip(tables.types, cgutils.unpack_tuple(builder, args[1]), strict=True)):
            if isinstance(table, types.Array):
                array = context.make_array(table)(context, builder, value)
                array.meminfo = cgutils.get_null_value(array.meminfo.type)
                array.parent = cgutils.get_null_value(array.parent.type)
                value = array._getvalue()
            builder.store(value, cgutils.gep_inbounds(builder, pointer, 0, x))
        return context.get_dummy_value()

    return types.none(memory, tables), code


@kernel
def _bind(memory: np.ndarray, tables: World) -> None:
    _describe(memory, tables)


def handle(w: World) -> Any:
    """Return a world as kernels take it; interpreted kernels take the tables as they are."""
    if not is_compiled():
        return w
    bound = Handle(w)
    _bind(bound.memory, w)
    return bound
