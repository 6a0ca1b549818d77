"""Files are whole or not there, JSON is strict, and a spreadsheet runs nothing."""

import errno
import json
import math
import os
import tempfile
import tomllib
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from abm.state.words import Stage
from experiments import files


class Pair(NamedTuple):
    """A named pair."""

    left: float
    right: object = None


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.float64(0.5), 0.5),
        (math.inf, None),
        (np.float64("nan"), None),
        (pd.NA, None),
        (Stage.ACTION_PLAN, "action-plan"),
        ((1, [2.0, (None,)]), [1, [2.0, [None]]]),
        ({1: Stage.PILOT}, {"1": "pilot"}),
        (pd.DataFrame({"a": [1, 2]}), [{"a": 1}, {"a": 2}]),
    ],
    ids=str,
)
def test_a_value_as_json_knows_it(value, plain):
    found = files.plain(value)
    assert found == plain and type(found) is type(plain)


def test_json_that_is_written_is_ascii_and_ends_with_one_line_end(tmp_path):
    files.write_json(tmp_path / "x.json", {"重庆": [math.nan, 1]})
    data = (tmp_path / "x.json").read_bytes()
    assert data.isascii() and data.endswith(b"}\n") and b"NaN" not in data
    assert json.loads(data) == {"重庆": [None, 1]}


@pytest.mark.parametrize("write", [files.whole_file, files.whole_folder])
def test_what_cannot_be_written_is_told_by_its_own_name(write, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), ".twinhelix-x.part")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    monkeypatch.setattr(tempfile, "mkdtemp", refused)
    with pytest.raises(OSError, match=r"cannot be written") as told, write(tmp_path / "x.html"):
        pass
    assert told.value.filename == str(tmp_path / "x.html")


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_led_by_an_apostrophe(start):
    assert files.inert(start) == f"'{start}"


@pytest.mark.parametrize("cell", ["Rome", "", " =1", "1-2", -1, -0.5, None, "'x"])
def test_all_other_cells_stay_as_they_are(cell):
    assert files.inert(cell) is cell


def test_only_words_of_a_table_are_made_inert_and_the_exact_table_keeps_them(tmp_path):
    table = pd.DataFrame({"name": ["=HYPERLINK()", "Rome"], "x": [-1.5, 2.0]})
    files.write_table(tmp_path, "t", table)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "name,x\n'=HYPERLINK(),-1.5\nRome,2.0\n"
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), table)


def test_toml_says_categories_as_words_and_leaves_out_what_is_none():
    text = files.toml({"stage": Stage.PILOT, "gone": None, "pairs": [Pair(1.5), Pair(2.0, (1, 2))]})
    assert tomllib.loads(text) == {"stage": "pilot", "pairs": [{"left": 1.5}, {"left": 2.0, "right": [1, 2]}]}


def left_over(folder):
    """Return what of unfinished work is left in a folder."""
    return [path.name for path in folder.iterdir() if path.name.startswith(files.OWN)]


def test_a_file_comes_whole_or_the_old_one_stays(tmp_path):
    target = tmp_path / "x"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError), files.whole_file(target) as path:
        path.write_text("half", encoding="utf-8")
        raise RuntimeError
    assert target.read_text(encoding="utf-8") == "old" and left_over(tmp_path) == []
    with files.whole_file(target) as path:
        path.write_text("new", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "old"
    assert target.read_text(encoding="utf-8") == "new" and left_over(tmp_path) == []


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_fails_leaves_nothing_of_its_own(tmp_path, there):
    target = tmp_path / "deep" / "out"
    if there:
        target.mkdir(parents=True)
        (target / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(RuntimeError), files.whole_folder(target) as room:
        (room / "table").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert left_over(tmp_path / "deep") == []
    assert [path.name for path in target.iterdir()] == ["mine"] if there else not target.exists()


def test_files_of_the_same_names_are_replaced_in_their_folders_and_nothing_else_is_touched(tmp_path):
    target = tmp_path / "out"
    (target / "tables").mkdir(parents=True)
    for name in ("tables/a", "tables/mine", "b"):
        (target / name).write_text("old", encoding="utf-8")
    with files.whole_folder(target) as room:
        (room / "tables").mkdir()
        (room / "tables" / "a").write_text("new", encoding="utf-8")
    texts = {
        path.relative_to(target).as_posix(): path.read_text(encoding="utf-8")
        for path in target.rglob("*")
        if path.is_file()
    }
    assert texts == {"tables/a": "new", "tables/mine": "old", "b": "old"}


@pytest.mark.skipif(os.name != "posix", reason="modes of Unix")
@pytest.mark.parametrize(("mask", "modes"), [(0o022, [0o644, 0o755]), (0o077, [0o600, 0o700]), (0o002, [0o664, 0o775])])
def test_who_may_read_what_was_written_is_as_the_user_says(tmp_path, mask, modes):  # B-E
    before = os.umask(mask)
    try:
        with files.whole_file(tmp_path / "x") as path:
            path.touch()
        with files.whole_folder(tmp_path / "y") as room:
            assert room.stat().st_mode & 0o777 == 0o700, "others may look into what is not finished"
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in "xy"] == modes


def test_versions_name_code_python_machine_and_packages():
    found = files.versions()
    assert set(found) == {"code", "python", "platform", "machine", "packages"}
    assert set(found["packages"]) == set(files.PACKAGES) and found["packages"]["numpy"] == np.__version__
