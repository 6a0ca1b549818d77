"""Where machine code is kept between processes.

numba keeps it by function, but does not notice when a function or a constant in *another* file changes, and forgets it
when a comment does. Here the folder is named after what the sources mean (:mod:`abm.machine.sources`): other rules,
another folder; another docstring, the same.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache
from platformdirs import user_cache_path

from abm.machine import sources
from abm.machine.home import settle_elsewhere

LENGTH = 16  # letters of a digest


@cache
def code_digest() -> str:
    """Return a short hash of the rules: two equal digests ran the same. It is worked out once for every edit."""
    read = hashlib.blake2b(digest_size=8)
    for path in sorted((sources.ROOT / "abm").rglob("*.py")):
        read.update(path.as_posix().encode() + b"\0" + path.read_bytes())
    note = cache_root() / "digests" / read.hexdigest()
    try:
        if len(known := note.read_text("ascii")) == LENGTH:
            return known
    except (OSError, UnicodeError):
        pass
    found = sources.digest(sources.ROOT)
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(found, "ascii")
    except OSError:
        pass  # worked out again next time
    return found


def cache_root() -> Path:
    """Return where all is kept; ``TWINHELIX_CACHE`` or ``NUMBA_CACHE_DIR`` may name another place."""
    settle_elsewhere()
    return Path(os.environ.get("TWINHELIX_CACHE") or os.environ.get("NUMBA_CACHE_DIR") or user_cache_path("twinhelix"))


def is_tuned() -> bool:
    """Say whether the compiler is tuned for this model (``TWINHELIX_COMPILER=plain`` leaves it as it comes)."""
    return os.environ.get("TWINHELIX_COMPILER") != "plain"


@cache
def cache_folder() -> Path:
    """Return the folder of the compiled kernels."""
    return cache_root() / f"kernels-{code_digest()}{'' if is_tuned() else '-untuned'}"


@cache
def cache_is_kept() -> bool:
    """Say whether compiled kernels can be kept."""
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(cache_folder(), os.W_OK)


def has_compiled_before() -> bool:
    """Say whether this version of the rules left its last kernel in the cache, so that the start is warm."""
    return any(cache_folder().glob("abm.engine.advance-*.nbi"))


def keep(compiled: Any, version: str = "") -> None:
    """Let numba keep the machine code of a function, unless another function could be taken for it.

    ``version`` tells several that are made of one function apart.
    """
    if cache_is_kept() and is_its_module_s(compiled.py_func):
        compiled._cache = _Cache(compiled.py_func, version)


def is_its_module_s(function: Callable) -> bool:
    """Say whether a function is known by its name: it closes over nothing and calls what stands in its own file."""
    names = getattr(sys.modules.get(function.__module__), "__dict__", None)
    has_file = Path(function.__code__.co_filename).is_file()
    return has_file and function.__globals__ is names and function.__closure__ is None


class _Place:
    """Where numba keeps a function, and when it holds what it finds there for out of date."""

    def __init__(self, function: Callable, file: str) -> None:
        self._py_file, self._line = file, function.__code__.co_firstlineno
        self._is_ours = function.__module__.startswith("abm.")

    @classmethod
    def from_function(cls, function: Callable, file: str) -> _Place:
        """Return the place of a function."""
        return cls(function, file)

    def get_cache_path(self) -> str:
        """Return the folder."""
        return str(cache_folder())

    def ensure_cache_path(self) -> None:
        """Make the folder."""
        cache_folder().mkdir(parents=True, exist_ok=True)

    def get_disambiguator(self) -> str:
        """Return what tells functions of one name apart: elsewhere than in the model, where they stand."""
        return "" if self._is_ours else str(self._line)

    def get_source_stamp(self) -> Any:
        """Return what must be as it was: the sources of the model; a file outside it must not have been written to."""
        return code_digest() if self._is_ours else os.stat(self._py_file).st_mtime_ns


class _Kept(CompileResultCacheImpl):
    _locator_classes = (_Place,)

    def __init__(self, function: Callable, version: str) -> None:
        super().__init__(function)
        name = f"{function.__module__}.{function.__qualname__}{version}"  # in full, as all are in one folder
        self._filename_base = self.get_filename_base(name, getattr(sys, "abiflags", ""))


class _Cache(FunctionCache):
    def __init__(self, function: Callable, version: str) -> None:
        self._impl_class = partial(_Kept, version=version)
        super().__init__(function)
