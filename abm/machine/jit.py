"""The compiler's door: every kernel of the model is made by :func:`kernel`.

numba keeps machine code between processes, but does not notice when a function or a constant in *another* file
changes. The cache folder is therefore named after a hash of all sources of the model: new sources, new folder.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import binding
from platformdirs import user_cache_path

# What kernels are given, in words: numba finds the types itself.
Key = Any  # np.uint64: the key of an entity or process, or the luck of a draw
State = Any  # a World as kernels take it
Settings = Any  # the nested record of all parameters
Table = Any  # a structured array
Row = Any  # one record of a table

SOURCES = Path(__file__).parents[1]

# A month is thousands of calls of small kernels. By itself the compiler merges the smallest into their callers (225);
# merging more takes a tenth off a run. Its copies of loops for many turns only take time: ours have few.
for option in ("--inline-threshold=1500", "--unroll-runtime=false"):
    binding.set_option("abm", option)


def kernel(function: Callable, inline: bool = False) -> Callable:
    """Compile ``function`` to machine code that releases the interpreter lock and survives in the cache.

    ``inline`` merges it into its caller, for a large function that is called from one place.
    """
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        compiled = numba.njit(
            cache=cache_is_kept() and has_own_globals(function),
            nogil=True,
            error_model="numpy",
            no_cfunc_wrapper=True,
            inline="always" if inline else "never",
        )(function)
    finally:
        numba.config.CACHE_DIR = before
    if is_compiled():
        _take_values(compiled)
        _keep_loops_plain(compiled)
    return compiled


def _take_values(compiled: Any) -> None:
    """Let ``f(0)``, ``f(Stage.DISSOLVED)`` and ``f(n)`` call the same machine code.

    numba would compile a version for every constant and one more for every enumeration.
    """
    template = compiled.get_call_template
    compiled.get_call_template = lambda args, kws: template(
        tuple(_plain(a) for a in args), {k: _plain(a) for k, a in kws.items()}
    )


def _plain(argument: Any) -> Any:
    """Return the type of an argument, whatever its value or, of a member of an enumeration, its name."""
    plain = numba.types.unliteral(argument)
    return plain.dtype if isinstance(plain, numba.types.IntEnumMember) else plain


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


@cache
def code_digest() -> str:
    """Return a short hash of the model's sources: two equal digests ran the same rules."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(SOURCES.rglob("*.py")):
        digest.update(path.relative_to(SOURCES).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def cache_folder() -> Path:
    """Return the folder of the compiled kernels; ``TWINHELIX_CACHE`` or ``NUMBA_CACHE_DIR`` may name another root."""
    root = os.environ.get("TWINHELIX_CACHE") or os.environ.get("NUMBA_CACHE_DIR") or user_cache_path("twinhelix")
    return Path(root) / f"kernels-{code_digest()}"


def has_own_globals(function: Callable) -> bool:
    """Say whether a function calls what its module says; one of other globals would be taken for it in the cache."""
    module = sys.modules.get(function.__module__)
    return module is not None and function.__globals__ is vars(module)


@cache
def cache_is_kept() -> bool:
    """Say whether compiled kernels can be kept. Elsewhere numba would leave them beside the sources, to grow stale."""
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(cache_folder(), os.W_OK)


def is_compiled() -> bool:
    """Say whether kernels run as machine code (``NUMBA_DISABLE_JIT=1`` makes them plain Python)."""
    return not numba.config.DISABLE_JIT


def has_compiled_before() -> bool:
    """Say whether this version of the sources left its last kernel in the cache, so that the start is warm."""
    return any(cache_folder().rglob("engine.advance-*.nbi"))


@contextmanager
def wrapping_integers() -> Iterator[Any]:
    """Let 64-bit hashes wrap silently where kernels are interpreted (compiled ones always do)."""
    with np.errstate(over="ignore"):
        yield
