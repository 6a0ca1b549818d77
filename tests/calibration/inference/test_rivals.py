"""Rivals: what may be asked, that the model as it is is no rival of itself, that a planted one is preferred."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import calibration
from abm.parameters import ConfigError
from calibration.histories import histories
from calibration.inference import rivals as module
from calibration.inference.folder import find
from calibration.inference.rivals import AS_IT_IS, EXPLORATORY, LISTS, asked_for, rivals
from calibration.inference.runs import stored
from calibration.observation import Listing
from calibration.statistics import statistics
from experiments import cli
from tests.calibration.inference.small import write_small
from tests.calibration.programmes import CITIES, SCENARIO, lists_of

SAME = {"ladder.pilot_rate": "prior"}
MORE = {"project.invited": {"low": 2, "high": 4}, "project.invitation_weight": 1.0}
RUNS = 200


def tables_in(folder):
    return {path.name: path.read_bytes() for path in folder.joinpath("tables").glob("*.csv")}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return tmp_path_factory.mktemp("rivals")


@pytest.fixture(scope="module")
def made(room):
    return rivals(write_small(room), {"same": SAME, "more": MORE}, runs=RUNS, outputs=room / "out")


@pytest.mark.compiled("runs of the programme take seconds each")
class TestRun:
    def test_the_model_as_it_is_is_as_near_as_itself(self, made):
        first, same, more = made.table.to_dict("records")
        assert (first["rival"], same["rival"]) == (AS_IT_IS, "same") and same["verdict"] == "nothing"
        assert [first[key] for key in ("near", "near_together", "distance_100")] == [
            same[key] for key in ("near", "near_together", "distance_100")
        ]
        held = {name: part.drop(columns="rival") for name, part in made.hold_outs.groupby("rival")}
        assert held[AS_IT_IS].reset_index(drop=True).equals(held["same"].reset_index(drop=True))
        assert more["distance_100"] != first["distance_100"]

    def test_the_first_list_of_each_run_is_that_of_a_calibration(self, made, room):
        asked, folder = find(AS_IT_IS, made.folder)
        _, found = asked_for(str(room / "small.toml"), room / "out", {"same": SAME}, RUNS)
        lists, _ = module.printed(found[0], False)
        assert np.array_equal(lists[:RUNS], stored(asked, folder).table, equal_nan=True)
        assert len(lists) == LISTS * RUNS
        assert not np.array_equal(lists[RUNS : 2 * RUNS], lists[:RUNS], equal_nan=True)

    def test_the_same_seeds_leave_the_same_bytes_and_stored_runs_will_do(self, made, room, tmp_path, monkeypatch):
        before = tables_in(made.folder)
        rivals(write_small(tmp_path), {"same": SAME, "more": MORE}, runs=RUNS, outputs=tmp_path / "out", chunk=7)
        assert tables_in(tmp_path / "out" / "small-rivals") == before and set(before) == {"rivals.csv", "hold-outs.csv"}
        monkeypatch.setattr("calibration.inference.kept.simulate", None)
        again = rivals(
            room / "small.toml", {"same": SAME, "more": MORE}, runs=RUNS, outputs=room / "out", simulate=False
        )
        assert tables_in(again.folder) == before

    def test_what_stands_in_the_folder_is_what_is_returned(self, made):
        pd.testing.assert_frame_equal(pd.read_parquet(made.folder / "tables" / "rivals.parquet"), made.table)
        about = json.loads((made.folder / "rivals.json").read_text())
        assert about["found"] == str(made) and EXPLORATORY in about["found"]
        assert set(about["digests"]["runs"]) == {AS_IT_IS, "same", "more"}

    def test_of_a_rival_with_more_runs_the_first_are_taken_and_missing_ones_are_refused(self, made, room):
        fewer = rivals(room / "small.toml", {"same": SAME}, runs=100, outputs=room / "out", simulate=False)
        assert fewer.table["lists"].tolist() == [100 * LISTS] * 2
        with pytest.raises(ConfigError, match="as-it-is: 200 of 300 runs are there; `twinhelix resume as-it-is"):
            rivals(room / "small.toml", {"same": SAME}, runs=300, outputs=room / "out", simulate=False)

    def test_a_world_that_a_rival_made_prefers_it(self, made, room, tmp_path, monkeypatch):
        outputs, file = shutil.copytree(room / "out", tmp_path / "out"), tmp_path / "small.toml"
        text = (room / "small.toml").read_text().splitlines(keepends=True)
        fit = json.dumps(["pilot cases", "member cities a case", "Chinese cities in a case"])
        file.write_text("".join(f"fit = {fit}\n" if line.startswith("fit") else line for line in text))
        file.write_text(file.read_text().replace('"Chinese cities in a case", "busiest', '"busiest'))
        monkeypatch.setattr(module, "recorded", lambda _: planted({"project.invited": 3.0}))
        settled = rivals(file, {"same": SAME, "more": MORE}, runs=RUNS, outputs=outputs, simulate=False)
        assert settled.preferred == ["more"] and str(settled).startswith("small-rivals: nearer by the fit: more; expl")
        assert settled.table["distance_100"][2] < settled.table["distance_100"][0]

    def test_on_the_command_line_misses_and_the_caveat_are_told(self, capsys, room, made):
        said, small = room / "said.toml", (room / "small.toml").read_text()
        said.write_text(f'name = "small"\n{small}[rivals.same]\nladder.pilot_rate = "prior"\n')
        words = ["calibrate", "--rivals", str(said), "--runs", str(RUNS), "--outputs", str(room / "out")]
        assert not cli.answer(words)
        out, err = capsys.readouterr()
        assert "2 rivals, 400 runs, 0 of them to do" in err and EXPLORATORY in out and "less than twice" in out
        assert not cli.answer([*words, "--json"])
        told = json.loads(capsys.readouterr().out)
        assert told["note"] == EXPLORATORY and [row["rival"] for row in told["rivals"]] == [AS_IT_IS, "same"]
        assert not cli.answer([*words, "--json", "--dry-run"])
        assert json.loads(capsys.readouterr().out)["left"] == 0


def planted(changes):
    """Return the statistics of the list of one world, made with some parameters changed."""
    (left,) = lists_of(histories(SCENARIO.with_changes(changes), [900]), Listing(0.8, 0.9, 0.5, 0.5, 0.8, 0.8))
    return statistics(left, CITIES)


def test_it_is_offered_by_the_package():
    assert calibration.rivals is rivals


def test_shipped_rivals_are_read_each_with_a_folder_of_its_own(tmp_path):
    name, found = asked_for("iuc-asia", tmp_path)
    assert name == "iuc-asia-rivals" and found[0].asked.name == AS_IT_IS and not found[0].changes
    assert [one.asked.study.size for one in found] == [8000] * len(found) and len(found) == 5
    assert {one.folder.parent for one in found} == {tmp_path / name}
    both = next(one for one in found if one.asked.name == "both")
    assert both.changes == ("city.size_effect 0.5 … 0.9; project.invited 0 … 2.5; project.invitation_weight 0 … 1.5")
    assert set(both.asked.of_model) > set(found[0].asked.of_model) and both.asked.of_list == found[0].asked.of_list


def test_a_quick_look_has_fewer_runs_and_a_folder_of_its_own(tmp_path):
    name, found = asked_for("iuc-asia", tmp_path, quick=True)
    assert name == "iuc-asia-rivals-quick" and found[0].asked.study.size == 1000


def test_a_rival_may_set_a_number_and_change_the_list(tmp_path):
    changes = {"other": {"pairing": {"partners": 2}, "list": {"joining": {"low": 0.5, "high": 1}}}}
    _, (first, other) = asked_for(str(write_small(tmp_path)), tmp_path, changes)
    assert [x.name for x in other.asked.of_model] == ["ladder.pilot_rate"]
    assert other.asked.scenario.values["pairing.partners"] == 2
    assert other.asked.of_list[0][1:3] == (0.5, 1) and first.asked.of_list[0][1:3] == (0, 1)
    assert other.changes == "pairing.partners = 2; list.joining 0.5 … 1"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "small.toml: rivals: there are none; "),
        ({"as-it-is": SAME}, "rivals.as-it-is: the name is taken; give the rival another"),
        ({"tables": SAME}, "rivals.tables: the name is taken"),
        ({"../x": SAME}, "rivals.../x: name = '../x': must be 1 to 64 of a-z"),
        ({"x": 3}, "rivals.x: 3: must be a table of what differs"),
        ({"x": {"city.size_efect": "prior"}}, "unknown parameter 'city.size_efect'; did you mean city.size_effect?"),
        ({"x": {"city.size_effect": "priro"}}, "city.size_effect = 'priro': must be a number from 0 to 3"),
        ({"x": {"city.size_effect": {"low": 0.9, "high": 0.5}}}, "low must lie below high"),
        ({"x": {"city.size_effect": {"low": 0.9, "high": 5}}}, "city.size_effect = 5: must be a number from 0 to 3"),
        ({"x": {"city.size_effect": [0.1, 0.2]}}, "vary.city.size_effect: a list"),
        ({"x": {"list.joinin": {"low": 0, "high": 1}}}, "unknown key list.joinin"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(tmp_path, changes, line):
    with pytest.raises(ConfigError) as refusal:
        asked_for(str(write_small(tmp_path)), tmp_path, changes)
    assert line in str(refusal.value) and "\n" not in str(refusal.value)


def test_a_rival_in_a_file_is_refused_with_its_line(tmp_path):
    path = write_small(tmp_path)
    path.write_text(path.read_text() + "[rivals.x]\ncity.size_efect = 'prior'\n")
    with pytest.raises(ConfigError, match=r"^small.toml:9: rivals.x: unknown parameter 'city.size_efect'"):
        asked_for(str(path), tmp_path)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--rivals", "iuc-asien"], "unknown calibration 'iuc-asien'; did you mean iuc-asia?"),
        (["iuc-asia", "--rivals", "iuc-asia"], "--rivals: names a calibration itself; leave out iuc-asia"),
        (["--rivals", "iuc-asia", "--recover", "5"], "--recover: has no meaning with --rivals"),
        (["--rivals", "iuc-asia", "--method", "flow"], "--method: has no meaning with --rivals"),
        (["--rivals", "nowhere.toml"], "nowhere.toml: cannot be read"),
    ],
)
def test_the_command_refuses_in_one_line(capsys, tmp_path, words, line):
    code = cli.answer(["calibrate", *words, "--outputs", str(tmp_path)])
    out, err = capsys.readouterr()
    assert code == 2 and line in err and err.count("\n") == 1 and not out
    assert not list(tmp_path.iterdir())
