"""``--posterior``: the verdict on it stands beside every result, and what has no meaning is refused in one line."""

import json

import pandas as pd
import pytest

from experiments.cli import answer
from tests.experiments.laboratory import posterior, write_study

GATE = "Posterior of known, 2 draws: conditioned, not calibrated."
TWO = [[-1.0, 1, 0.3], [-0.5, 3, 0.9]]
SETS_ITSELF = "As the study says, not as the posterior: contact.baseline."

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


@pytest.fixture
def known(tmp_path):
    """Give the name of a posterior among the outputs."""
    return posterior(tmp_path / "outputs" / "known", TWO).name


@pytest.fixture
def real(tmp_path, monkeypatch, capsys, known):
    """Give a function that runs a verb with real runs of a small scenario."""
    write_study(tmp_path)
    (tmp_path / "idle.toml").write_text('name = "idle"\nextends = "tiny.toml"\nbrokers = []\n')
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = answer([str(a) for a in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_sweep_runs_every_point_at_every_draw_and_says_the_verdict(verb, known, tmp_path):
    code, said, _ = verb("sweep", "trial.toml", "--posterior", known, "--dry-run")
    assert code == 0 and "6 points × 2 draws × 10 replicates = 120 runs" in " ".join(said.split()) and GATE in said
    code, said, _ = verb("sweep", "trial.toml", "--posterior", known)
    assert code == 0 and "120 runs at 6 points are safe" in said and GATE in said
    code, said, _ = verb("sweep", "trial-posterior", "--json")
    assert json.loads(said)["posterior"]["gate"] == "conditioned, not calibrated"
    code, said, _ = verb("export", "trial-posterior")
    assert code == 0 and GATE in said
    assert json.loads(verb("export", "trial-posterior", "--json")[1])["posterior"]["draws"] == 2
    assert verb("verify", "trial-posterior")[0] == 0
    table = pd.read_csv(tmp_path / "outputs" / "trial-posterior" / "tables" / "differences.csv")
    assert {"draws", "by_parameters", "expected_low", "expected_high"} <= set(table)


def test_a_posterior_may_be_named_by_its_path_and_thinned(verb, known, tmp_path):
    code, said, _ = verb("sweep", "trial.toml", "--posterior", tmp_path / "outputs" / known, "--draws", 1)
    assert code == 0 and "60 runs at 6 points" in said and "Posterior of known, 1 draw:" in said


def test_sensitivity_has_the_draws_as_one_factor(verb, known, tmp_path):
    vary = '[vary]\nsearch.rate = "prior"\ncontact.baseline = "prior"\n[design]\nkind = "sensitivity"\nblocks = 4\n'
    write_study(tmp_path, replicates=2, vary=vary)
    how = ("--posterior", known, "--blocks", 64, "--no-figures", "--json")
    code, said, _ = verb("sensitivity", "trial.toml", *how)
    found = json.loads(said)
    assert code in (0, 3) and found["posterior"]["taken"] == ["contact.baseline"]
    assert {row["factor"] for row in found["indices"]} == {"search.rate", "posterior"}
    curves = pd.read_csv(tmp_path / "outputs" / "trial-posterior" / "tables" / "curves.csv")
    assert set(curves["factor"]) == {"search.rate"}


def test_a_finished_sweep_at_draws_is_not_read_as_one_of_luck(verb, known, tmp_path):
    vary = '[vary]\nsearch.rate = "prior"\n[design]\nkind = "latin-hypercube"\npoints = 8\n'
    write_study(tmp_path, vary=vary)
    assert verb("sweep", "trial.toml", "--posterior", known)[0] == 0
    code, _, said = verb("sensitivity", "trial-posterior", "--given")
    assert code != 0 and "its runs are at draws of a posterior" in said


def test_compare_pairs_draws_and_luck(real, known, tmp_path):
    more = ("--outcome", "pilots_ever", "--months", 12, "--set", "contact.baseline=-1")
    code, said, _ = real("compare", "tiny.toml", "idle.toml", "--posterior", known, "--seeds", 3, *more)
    assert code == 0 and "2 draws × 3 pairs of runs of 12 months" in said and GATE in said and SETS_ITSELF in said
    code, said, _ = real(
        "compare", "tiny.toml", "idle.toml", "--posterior", known, "--json", "--output", "made", *more[:4]
    )
    assert json.loads(said)["posterior"]["name"] == "known" and (tmp_path / "made" / "posterior.csv").is_file()
    runs = pd.read_csv(tmp_path / "made" / "results.csv")
    assert runs.groupby(["scenario", "draw"]).size().tolist() == [4] * 4
    arms = [part[["draw", "seed"]].to_numpy().tolist() for _, part in runs.groupby("scenario")]
    assert arms[0] == arms[1]


def test_run_tells_bands_over_parameters_and_luck(real, known, tmp_path):
    how = ("tiny.toml", "--months", 6, "--posterior", known, "--seeds", 2, "--set", "contact.baseline=-1")
    code, said, _ = real("run", *how, "--output", "made")
    assert code == 0 and "2 draws × 2 seeds" in said and GATE in said and SETS_ITSELF in said
    bands = pd.read_csv(tmp_path / "made" / "bands.csv")
    assert bands[bands["outcome"] == "pilots_ever"]["month"].tolist() == [6, 1, 2, 3, 4, 5]
    runs = pd.read_csv(tmp_path / "made" / "runs.csv")
    row = bands[(bands["outcome"] == "contacts_ever") & (bands["month"] == 3)].iloc[0]
    assert row["mean"] == pytest.approx(runs["contacts_ever@3"].mean())
    assert row["run_high"] == pytest.approx(runs["contacts_ever@3"].quantile(0.95))
    found = json.loads(real("run", *how, "--json")[1])
    assert found["posterior"]["left"] == ["contact.baseline"] and found["seeds"] == 2


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("run", "--posterior", "knwn"),
            "--posterior 'knwn': no folder of that name in outputs has posterior.csv; did",
        ),
        (("run", "--posterior", "known", "--seed", "2"), "--seed 2: has no meaning with --posterior"),
        (("run", "--seeds", "2"), "--seeds 2: has no meaning without --posterior"),
        (("run", "--draws", "2"), "--draws 2: has no meaning without --posterior"),
        (("run", "--posterior", "known", "--draws", "3"), "draws = 3: posterior.csv has 2"),
        (("run", "--posterior", "known", "--engine", "mesa"), "--engine mesa: runs one seed at a time"),
        (("compare", "iuc-asia", "no-broker", "--draws", "2"), "--draws 2: has no meaning without --posterior"),
        (("sweep", "known", "--posterior", "known"), "unknown study 'known'"),
        (
            ("sensitivity", "trial.toml", "--screen", "--posterior", "known"),
            "--posterior: has no meaning with --screen",
        ),
        (("sensitivity", "trial.toml", "--given", "--posterior", "known"), "--posterior: has no meaning with --given"),
    ],
)
def test_what_has_no_meaning_is_refused_in_one_line(verb, known, arguments, line):
    code, _, said = verb(*arguments)
    assert code == 2 and line in said and said.count("\n") == 1


def test_a_study_that_was_begun_keeps_its_draws(verb, known):
    assert verb("sweep", "trial.toml", "--posterior", known)[0] == 0
    code, _, said = verb("sweep", "trial-posterior", "--posterior", known)
    assert code == 2 and "'trial-posterior' was begun, and what it runs at is in its folder" in said
