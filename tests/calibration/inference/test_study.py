"""What a calibration's file may say; everything else is refused in one line."""

import pytest

from abm.input.load import DATA
from abm.parameters import ConfigError
from calibration.inference.folder import find, shipped, write
from calibration.inference.study import read, record_of
from calibration.priors import UNKNOWNS, from_prior, values
from calibration.record import CASES, EVENTS, FACTS, NAMED
from calibration.statistics import FITTED, HELD_OUT
from experiments.lab.provenance import write_study

SMALL = 'scenario = "iuc-asia"\nruns = 400\n[vary]\ncity.capacity = "prior"\n'


def written(folder, text=SMALL):
    folder.mkdir(exist_ok=True)
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_calibration_is_of_the_known_unknowns_and_statistics(tmp_path):
    asked, folder = find("iuc-asia", tmp_path)
    assert set(asked.unknowns) == set(UNKNOWNS)
    assert (asked.fit, asked.hold_outs) == (FITTED, HELD_OUT)
    assert asked.study.size == 120_000 and folder == tmp_path / "iuc-asia"


def test_a_quick_look_has_fewer_runs_and_a_folder_of_its_own(tmp_path):
    asked, folder = find("iuc-asia", tmp_path, quick=True)
    assert asked.study.size < 20_000 and folder.name == "iuc-asia-quick"


def test_runs_of_the_study_are_the_draws_of_the_prior(tmp_path):
    asked = read(written(tmp_path))
    theta = values(asked.unknowns, from_prior(asked.unknowns, asked.study.seed, 400))
    assert [point.settings[0] for point in asked.study.points()] == pytest.approx(theta[:, 0], rel=1e-12)
    assert len({asked.study.seed_at(point.id, 1) for point in asked.study.points()}) == 400


def test_priors_statistics_and_runs_can_be_given(tmp_path):
    text = (
        'scenario = "iuc-asia"\nruns = 500\nfit = ["pilot cases", "largest case"]\n[vary]\n'
        "city.capacity = {low = 8, high = 12}\npairing.partners = {low = 1, high = 3}\n"
        "[list]\njoining = {low = 0.5, high = 0.9}\n[quick]\nruns = 200\n"
    )
    asked = read(written(tmp_path, text))
    assert [tuple(x)[1:] for x in asked.of_model] == [(8, 12, False), (1, 3, True)]
    assert asked.of_list[0][1:3] == (0.5, 0.9)
    assert "largest case" in asked.fit and "largest case" not in asked.hold_outs
    assert read(tmp_path / "mine.toml", quick=True).study.size == 200
    assert read(tmp_path / "mine.toml", runs=700).study.size == 700


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SMALL.replace("runs", "rums"), "mine.toml:2: unknown key rums = 400; did you mean runs?"),
        (SMALL.replace("400", "40"), "runs = 40: must be a whole number from 100"),
        ('scenario = "iuc-asia"\n', "vary: nothing varies"),
        (SMALL.replace('"prior"', "[8, 12]"), "vary.city.capacity: a list"),
        (SMALL.replace("city.capacity", "city.capacty"), "unknown parameter 'city.capacty'; did you mean"),
        (SMALL + "[list]\njoinin = {low = 0, high = 1}\n", "unknown key list.joinin"),
        (SMALL + "[list]\njoining = {low = 0.5, high = 0.5}\n", "must be {low = …, high = …} with 0 ≤ low < high ≤ 1"),
        (
            SMALL + "[list]\njoining = {low = false, high = true}\n",
            "list.joining = {'low': False, 'high': True}: must be",
        ),
        (SMALL + '[quick]\nrecord = "mine"\n', "mine.toml:6: unknown key quick.record = 'mine'"),
        (SMALL + "[list]\njoining = 0.5\n", "list.joining = 0.5: must be {low = …, high = …}"),
        ('fit = ["pilot case"]\n' + SMALL, "fit: unknown statistic 'pilot case'; did you mean pilot cases?"),
        ('fit = ["pilot cases", "pilot cases"]\n' + SMALL, "fit: pilot cases is named twice"),
        ('hold_outs = ["pilot cases"]\n' + SMALL, "hold_outs: pilot cases is named twice, it is in the fit"),
        ('record = "nowhere"\n' + SMALL, "record = 'nowhere': there is no such folder beside this file or below"),
        ('record = ".."\n' + SMALL, "record = '..': there is no such folder"),
        ("quick = 3\n" + SMALL, "quick = 3: must be a table, [quick]"),
        ("", "the file is empty; a calibration names at least what varies"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(tmp_path, text, line):
    with pytest.raises(ConfigError) as refusal:
        read(written(tmp_path, text))
    assert line in str(refusal.value) and "\n" not in str(refusal.value)


def test_a_name_that_is_unknown_is_told_with_the_nearest(tmp_path):
    with pytest.raises(ConfigError, match="unknown calibration 'iuc-asien'; did you mean iuc-asia"):
        find("iuc-asien", tmp_path)
    assert "iuc-asia" in shipped()


def test_a_calibration_that_is_written_is_read_as_it_was_meant(tmp_path):
    room = tmp_path / "given"
    (room / "mine").mkdir(parents=True)
    for name in (CASES, NAMED, FACTS, EVENTS):
        (room / "mine" / name).write_bytes((DATA / name).read_bytes())
    asked = read(written(room, 'record = "mine"\nseed = 7\n' + SMALL))
    (tmp_path / "out").mkdir()
    write(asked, tmp_path / "out")
    write_study(tmp_path / "out", asked.study, asked.file)
    again = read(tmp_path / "out" / "calibration.toml")
    assert again.study.identity() == asked.study.identity()
    assert (again.unknowns, again.fit, again.hold_outs) == (asked.unknowns, asked.fit, asked.hold_outs)
    assert record_of("record", tmp_path / "out" / "x").joinpath(FACTS).read_bytes() == (DATA / FACTS).read_bytes()
    assert again.study.size == 400
