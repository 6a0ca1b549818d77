"""The compiler's door: every kernel of the model is made by :func:`kernel`, as machine code or as plain Python.

Both give the same bits. Plain kernels (``TWINHELIX_ENGINE=plain``) need no compiling and stop at breakpoints: they are
for changing a rule and looking at it. A run takes them seconds, and machine code milliseconds.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from llvmlite import binding
from numba.core.sigutils import normalize_signature
from numba.core.types.functions import BaseFunction

from abm.machine.cache import is_tuned, keep
from abm.parameters import ConfigError, nearest, shown

# What kernels are given, in words: numba finds the types itself, checkers and editors know tables and their columns.
Key = Any  # np.uint64: the key of an entity or process, or the luck of a draw
Table = Any  # a structured array of any columns
if TYPE_CHECKING:
    from abm.rules import Settings as Settings  # all parameters: a section of each rule
    from abm.state.world import World as State
else:
    State = Settings = Any

ENGINES = ("compiled", "plain")

_engine: str | None = None  # settled when the first kernel is made


def engine() -> str:
    """Return what kernels are made of, ``compiled`` or ``plain``; the first that is made settles it."""
    global _engine
    if _engine is None:
        asked = os.environ.get("TWINHELIX_ENGINE") or "compiled"
        if asked not in ENGINES:
            raise ConfigError(
                f"TWINHELIX_ENGINE = {shown(asked)}: must be {' or '.join(ENGINES)}{nearest(asked, ENGINES)}"
            )
        _engine = asked
    return _engine


def choose(wanted: str) -> None:
    """Let kernels be ``compiled`` or ``plain``, before any is made, whatever ``TWINHELIX_ENGINE`` says."""
    global _engine
    if _engine not in (None, wanted):
        raise ConfigError(f"engine {wanted}: the rules are {_engine} in this process already; take a new one")
    _engine = wanted


def is_compiled() -> bool:
    """Say whether kernels are machine code, not plain Python."""
    return engine() == "compiled" and not numba.config.DISABLE_JIT


def kernel(function: Callable, inline: bool = False) -> Callable:
    """Compile ``function`` to machine code that releases the interpreter lock and survives in the cache.

    ``inline`` merges it into its caller, for a large function that is called from one place.
    """
    if not is_compiled():
        return function
    _tune_compiler()
    options = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    compiled = numba.njit(**options, inline="always" if inline else "never")(function)
    within = numba.njit(**options, no_cpython_wrapper=True)(function)
    keep(compiled)
    keep(within, "-within")
    within._compiling_counter = compiled._compiling_counter  # by which one that calls itself is known
    _take_values(compiled, within)
    if is_tuned():
        _keep_loops_plain(compiled)
        _keep_loops_plain(within)
    return compiled


def wrapping_kernel(function: Callable) -> Callable:
    """Make a kernel whose 64-bit sums and products wrap around, as those of a hash do; plain Python would warn."""
    return kernel(function) if is_compiled() else np.errstate(over="ignore")(function)


@cache
def _tune_compiler() -> None:
    """Set options of the compiler, for all who use it in this process; ``TWINHELIX_COMPILER=plain`` sets none.

    A month is thousands of calls of small kernels. By itself the compiler merges the smallest into their callers (225);
    merging more takes a tenth off a run. Its copies of loops for many turns only take time: ours have few.
    """
    if is_tuned():
        for option in ("--inline-threshold=1500", "--unroll-runtime=false"):
            binding.set_option("abm", option)
        _remember_calls()


def _remember_calls() -> None:
    """Let the compiler remember which function of its own a call with arguments of some types means.

    For every sum and comparison it would look through all that could be meant, some eight per cent of its time.
    """
    calls: Any = BaseFunction
    look, known = calls.get_call_type, dict[Any, Any]()

    def get_call_type(function: Any, context: Any, args: Any, kws: Any) -> Any:
        """Return the types of a call."""
        key = None if kws else (function._code, id(context), args)
        found = known.get(key)
        if found is None:
            found = look(function, context, args, kws)
            if key and function.get_impl_key(found) == function.typing_key:  # not compiled for the options of a caller
                known[key] = found
        return found

    calls.get_call_type = get_call_type


def _take_values(compiled: Any, within: Any) -> None:
    """Let ``f(0)``, ``f(Stage.DISSOLVED)`` and ``f(n)`` in a kernel call the same machine code.

    numba would compile a version for every constant and one more for every enumeration. And it would give each a door
    for Python, at a quarter of the compiling; ``within`` is the function without one, for those who are compiled
    themselves. Where one with a door is there already, it serves.
    """
    own_template, own_overload = compiled.get_call_template, compiled.get_overload

    def template(args: Any, kws: Any) -> Any:
        """Return how it is called with arguments of some types."""
        args, kws = tuple(map(_plain, args)), {name: _plain(kind) for name, kind in kws.items()}
        return (own_template if args in compiled.overloads and not kws else within.get_call_template)(args, kws)

    def overload(signature: Any) -> Any:
        """Return its machine code."""
        args, _ = normalize_signature(signature)
        return (own_overload if args in compiled.overloads else within.get_overload)(signature)

    compiled.get_call_template, compiled.get_overload = template, overload


def _plain(argument: Any) -> Any:
    """Return the type of an argument, whatever its value or, of a member of an enumeration, its name.

    Whole numbers are passed on as 64 bits, however many a table keeps them in.
    """
    plain = numba.types.unliteral(argument)
    plain = plain.dtype if isinstance(plain, numba.types.IntEnumMember) else plain
    return numba.types.int64 if isinstance(plain, numba.types.Integer) and plain.bitwidth < 64 else plain


def _keep_loops_plain(compiled: Any) -> None:
    """Compile no versions of loops that take many rows at a time: ours run over few cities, themes or words of bits."""
    compiler, compile_one = compiled._compiler, compiled._compiler.compile

    def compile_plainly(args: Any, return_type: Any) -> Any:
        """Compile a signature."""
        before, numba.config.LOOP_VECTORIZE = numba.config.LOOP_VECTORIZE, 0
        try:
            return compile_one(args, return_type)
        finally:
            numba.config.LOOP_VECTORIZE = before

    compiler.compile = compile_plainly
