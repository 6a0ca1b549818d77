"""Without a home folder the program runs all the same, keeps things in a folder of its own and says so."""

import os
import stat
import subprocess
import sys

import pytest

from abm.machine import home

NOBODY = """
import pwd, sys
def getpwuid(user):
    raise KeyError(user)
pwd.getpwuid = getpwuid
from experiments.cli import main
sys.argv = ["twinhelix", "run", "--months", "1", "--engine", "plain", "--output", "out"]
main()
"""
NAMES = (
    "HOME",
    "TWINHELIX_CACHE",
    "NUMBA_CACHE_DIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "MPLCONFIGDIR",
    "USERPROFILE",
)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A place for temporary folders."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    home.temporary_folder.cache_clear()
    yield tmp_path / "tmp"
    home.temporary_folder.cache_clear()


@pytest.mark.skipif(sys.platform == "win32", reason="there a user always has a home")
def test_a_run_without_a_home_leaves_nothing_where_it_is_but_its_output(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "tmp").mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", NOBODY],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path / "work",
        env=kept | {"PYTHONPATH": os.getcwd(), "TMPDIR": str(tmp_path / "tmp")},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr.count("\n") == 1 and "there is no home folder" in done.stderr
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["out"]
    (folder,) = (tmp_path / "tmp").iterdir()
    assert str(folder) in done.stderr and stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no owners there")
@pytest.mark.parametrize("planted", ["open to all", "a link", "a file"])
def test_a_folder_that_somebody_else_may_have_planted_is_not_used(temporary, planted):
    place = temporary / f"twinhelix-{os.getuid()}"
    if planted == "open to all":
        place.mkdir()
        place.chmod(0o777)
    elif planted == "a link":
        (temporary / "elsewhere").mkdir()
        place.symlink_to(temporary / "elsewhere")
    else:
        place.write_text("", encoding="utf-8")
    assert home.temporary_folder() != place and home.temporary_folder().is_dir()


def test_what_the_user_names_stays(monkeypatch, temporary):
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    monkeypatch.setenv("TWINHELIX_CACHE", "named")
    monkeypatch.setenv("MPLCONFIGDIR", "named too")
    assert home.settle_elsewhere() is None
    assert (os.environ["TWINHELIX_CACHE"], os.environ["MPLCONFIGDIR"]) == ("named", "named too")
