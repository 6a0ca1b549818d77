"""Where things are kept when there is no home folder: in containers and batch jobs a user may have no entry at all."""

from __future__ import annotations

import os
import stat
import tempfile
from functools import cache
from pathlib import Path


def settle_elsewhere() -> Path | None:
    """Let what would be kept at home be kept in a temporary folder where there is no home.

    Returns that folder if compiled rules are kept there from now on, and nobody has named another place for them.
    """
    if os.path.expanduser("~") != "~":
        return None
    os.environ.setdefault("MPLCONFIGDIR", str(temporary_folder() / "matplotlib"))
    if any(os.environ.get(name) for name in ("TWINHELIX_CACHE", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME")):
        return None
    os.environ["TWINHELIX_CACHE"] = str(temporary_folder())
    return temporary_folder()


@cache
def temporary_folder() -> Path:
    """Return a folder that is the same for every process of this user, and nobody else's."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"twinhelix-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == user and not found.st_mode & 0o022
    except OSError:
        is_ours = False
    return folder if is_ours else Path(tempfile.mkdtemp(prefix="twinhelix-"))
