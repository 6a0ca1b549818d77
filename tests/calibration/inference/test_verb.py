"""``twinhelix calibrate`` on the command line: what it says, how it ends, and what it refuses."""

import json
import shutil

import pytest

from abm.parameters import ConfigError
from calibration.inference.folder import find
from calibration.inference.runs import stored
from experiments import cli
from experiments.design.posterior import sha256
from experiments.lab.ledger import FILE, Ledger
from tests.calibration.inference.small import left_in, write_small


def answer(capsys, *words):
    code = cli.answer(["calibrate", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    room = tmp_path_factory.mktemp("verb")
    assert (
        cli.answer(["calibrate", str(write_small(room)), "--outputs", str(room / "out"), "--json", "--no-figures"]) == 3
    )
    return room


@pytest.mark.compiled("runs of the programme take seconds each")
class TestBegun:
    def test_it_is_told_beforehand_and_ends_with_the_verdict(self, capsys, begun, tmp_path):
        code, out, err = answer(capsys, write_small(tmp_path), "--outputs", tmp_path / "out")
        assert code == 3 and err.startswith("twinhelix: small: 200 runs of the prior, 200 of them to do: about ")
        assert out.index("MISSED") < out.index("What is learnt") < out.index("The gate")
        assert "small: conditioned on the record, not calibrated:" in out
        assert left_in(tmp_path / "out" / "small") == left_in(begun / "out" / "small")
        drawn = {path.name for path in (tmp_path / "out" / "small").glob("*.png")}
        assert len(drawn) == 5 and all(name in " ".join(out.split()) for name in drawn)

    def test_as_json_it_is_one_document(self, capsys, begun):
        code, out, _ = answer(capsys, "--check", "small", "--outputs", begun / "out", "--json", "--no-figures")
        made = json.loads(out)
        assert not made["figures"] and not list((begun / "out" / "small").glob("*.png"))
        assert code == 3 and made["calibrated"] is False and len(made["lines"]) == 10
        assert {row["belief"] for row in made["headline"]} == {"defaults", "prior", "posterior"}

    def test_what_it_predicts_is_told_of_the_record_and_of_outcomes(self, capsys, begun, tmp_path):
        outputs = shutil.copytree(begun / "out", tmp_path / "out")
        draws = outputs / "small" / "posterior.csv"
        draws.write_text("".join(draws.read_text().splitlines(keepends=True)[:101]))
        about = json.loads(draws.with_suffix(".json").read_text())
        about["digests"]["draws"] = sha256(draws)
        draws.with_suffix(".json").write_text(json.dumps(about))
        code, out, _ = answer(
            capsys, "--predict", "small", *["--outcomes", "pilots_ever@24"] * 2, "--outputs", outputs, "--json"
        )
        made = json.loads(out)
        assert not code and [row["outcome"] for row in made["outcomes"]] == ["pilots_ever@24"]
        assert {row["role"] for row in made["predictive"]} == {"fit", "hold-out"}
        assert 1 < made["outcomes"][0]["mean"] < 20

    def test_programmes_are_recovered(self, capsys, begun):
        code, out, _ = answer(capsys, "small", "--recover", "50", "--outputs", begun / "out")
        assert code in (0, 3) and "50 simulated programmes: " in out and "within" in out

    def test_a_dry_run_keeps_nothing(self, capsys, tmp_path):
        code, out, _ = answer(capsys, write_small(tmp_path), "--dry-run", "--outputs", tmp_path / "out", "--json")
        made = json.loads(out)
        assert not code and made["runs"] == made["left"] == 200 and 100_000 < made["bytes"] < 400_000
        assert not (tmp_path / "out").exists()

    @pytest.mark.cluster
    def test_on_dask_the_bytes_are_the_same(self, capsys, begun, tmp_path):
        pytest.importorskip("distributed")
        words = (write_small(tmp_path), "--outputs", tmp_path / "out", "--executor", "dask", "--workers", 2)
        assert answer(capsys, *words, "--json", "--no-figures")[0] == 3
        assert left_in(tmp_path / "out" / "small") == left_in(begun / "out" / "small")


def test_one_without_a_finished_run_is_told_how_it_goes_on(tmp_path):
    asked, folder = find(str(write_small(tmp_path)), tmp_path / "out")
    folder.mkdir(parents=True)
    with Ledger(folder / FILE) as ledger:
        ledger.begin(asked.study.identity(), "code")
    with pytest.raises(ConfigError, match=r"^small: has no finished run yet; `twinhelix calibrate small` goes on$"):
        stored(asked, folder)


def test_more_programmes_to_recover_than_tests_are_refused_before_anything_runs(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("experiments.terminal.compile_if_needed", lambda *_: None)
    code, _, err = answer(capsys, write_small(tmp_path), "--recover", 51, "--outputs", tmp_path / "out", "--json")
    assert code == 2 and "--recover 51: of 200 runs 50 are there to test on" in err and not (tmp_path / "out").exists()


def test_an_outcome_that_is_unknown_is_refused_before_anything_runs(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("experiments.terminal.compile_if_needed", lambda *_: None)
    words = ("--predict", "iuc-asia", "--outcomes", "pilotsever", "--outputs", tmp_path)
    code, _, err = answer(capsys, *words)
    assert code == 2 and "unknown outcome 'pilotsever'; did you mean pilots_ever?" in err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["nobody"], "unknown calibration 'nobody'"),
        (["--check", "x", "iuc-asia"], "--check: names a calibration itself; leave out iuc-asia"),
        (["--check", "x", "--predict", "y"], "--check: names a calibration itself; leave out --predict"),
        (["--check", "iuc-asia"], "iuc-asia: was not begun in "),
        (["--check", "iuc-asia", "--runs", "500"], "--runs: has no meaning with --check"),
        (["--outcomes", "pilots_ever"], "--outcomes pilots_ever: has a meaning with --predict only"),
        (["--predict", "iuc-asia"], "there is no posterior yet"),
        (["--runs", "5"], "Invalid value for '--runs'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(capsys, monkeypatch, tmp_path, words, line):
    monkeypatch.setattr("experiments.terminal.compile_if_needed", lambda *_: None)
    code, out, err = answer(capsys, *words, "--outputs", tmp_path)
    assert code == 2 and line in err and err.count("\n") == 1 and not out


def test_flows_that_are_not_installed_are_refused_before_anything_runs(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("experiments.terminal.compile_if_needed", lambda *_: None)
    monkeypatch.setattr("calibration.inference.flows.available", lambda: False)
    code, _, err = answer(capsys, write_small(tmp_path), "--method", "flow", "--outputs", tmp_path / "out", "--json")
    assert code == 2 and "--method flow: needs sbi" in err and not (tmp_path / "out").exists()
