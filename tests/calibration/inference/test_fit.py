"""A calibration from beginning to end: what it leaves, that it repeats, goes on where it was killed, and grows."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial

import pandas as pd
import pytest

import calibration
import calibration.inference.evidence as evidence
from abm.parameters import ConfigError
from calibration.inference.fit import calibrate
from calibration.inference.folder import find
from calibration.inference.runs import stored
from calibration.observation import observe
from experiments.design.posterior import read
from experiments.lab.executors import in_threads
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.runner import perform
from tests.calibration.inference.small import left_in, write_small

pytestmark = pytest.mark.compiled("runs of the programme take seconds each")


class Killed(BaseException):
    """The end of the process, as nobody could catch it."""


def killed_after(n, chunks, work):
    """Perform ``n`` chunks and die."""
    for x, chunk in enumerate(chunks):
        if x == n:
            raise Killed
        yield work(chunk)


def n_runs(folder):
    with Ledger(folder / FILE, write=False) as ledger:
        return ledger.count("run")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return tmp_path_factory.mktemp("small")


@pytest.fixture(scope="module")
def fit(room):
    return calibrate(write_small(room), outputs=room / "out")


def test_draws_are_of_equal_weight_in_units_and_within_the_priors(fit):
    table = pd.read_csv(fit.folder / "posterior.csv")
    assert list(table.columns)[:2] == ["ladder.pilot_rate", "pairing.partners"] and len(table) == 4000
    assert list(table.columns)[2:] == [unknown.name for unknown in fit.asked.of_list]
    pd.testing.assert_frame_equal(table, fit.posterior)
    assert table["pairing.partners"].isin([1, 2, 3, 4]).all() and table["pairing.partners"].dtype.kind == "i"
    for unknown in fit.asked.unknowns:
        assert table[unknown.name].between(unknown.low, unknown.high).all(), unknown.name


def test_what_they_are_stands_beside_them(fit):
    about = json.loads((fit.folder / "posterior.json").read_text())
    assert about["runs"] == {"asked": 200, "finished": 200, "tests": 50} and about["seed"] == 5
    assert about["gate"] == str(fit.evidence.gate) and about["calibrated"] is False
    assert [line["line"] for line in about["lines"]] == ["G1", "G2", "G3", "G4", "G5", "G5", "G6", "G7", "G8", "G9"]
    assert all((fit.folder / "tables" / f"{name}.csv").is_file() for name in about["tables"])
    assert set(about["digests"]) == {"runs", "code", "calibration", "draws"}
    assert about["record"]["statistics"]["pilot cases"] == 15


def test_studies_take_the_draws_with_the_verdict(fit):
    taken = read(fit.folder, 4000)
    assert (taken.name, taken.gate) == ("small", str(fit.evidence.gate))
    assert taken.table()["pairing.partners"] == fit.posterior["pairing.partners"].tolist()


def test_the_word_is_not_used_while_anything_stands_against_it(fit):
    assert not fit.calibrated and str(fit).startswith("small: conditioned on the record, not calibrated: ")
    met = {check.gate: check.met for check in fit.evidence.gate.checks}
    assert met["G1"] is True and met["G2"] is met["G4"] is met["G9"] is None  # fifty tests decide nothing


def test_draws_are_overrides_of_the_model(fit):
    some = fit.draws(3, seed=2)
    assert [set(one) for one in some] == [{"ladder.pilot_rate", "pairing.partners"}] * 3
    assert some == fit.draws(3, seed=2) != fit.draws(3, seed=3)
    assert [fit.asked.scenario.with_changes(one).values["pairing.partners"] for one in some] == [
        one["pairing.partners"] for one in some
    ]


def test_a_pilot_rate_is_learnt_from_pilots(fit):
    learnt = fit.table().set_index("unknown")["learnt"]
    assert learnt["ladder.pilot_rate"] > 0.1
    profile = fit.evidence.tables["profile"]
    assert set(profile["statistics"]) == {"all", "without", "alone"} and len(profile) == 7 * 8


def test_the_same_seed_leaves_the_same_bytes(fit, tmp_path):
    calibrate(write_small(tmp_path), outputs=tmp_path / "out", executor=partial(in_threads, n=1), chunk=7)
    assert left_in(tmp_path / "out" / "small") == left_in(fit.folder)


def test_stored_runs_are_read_again_without_running_any(fit, monkeypatch):
    before = left_in(fit.folder)
    monkeypatch.setattr("calibration.inference.kept.simulate", None)
    calibrate("small", outputs=fit.folder.parent, simulate=False)
    assert left_in(fit.folder) == before


def test_another_list_costs_no_run(fit, monkeypatch, tmp_path):
    monkeypatch.setattr("calibration.inference.kept.simulate", None)
    asked, folder = find("small", fit.folder.parent)
    narrow = tuple(x._replace(low=0.9) if x.name == "list.joining" else x for x in asked.of_list)
    one, other = stored(asked, folder), stored(asked._replace(of_list=narrow), folder)
    assert one.digest == other.digest and one.seeds == other.seeds
    assert (one.table[:, 1] != other.table[:, 1]).any()


def test_killed_between_two_chunks_it_goes_on_and_leaves_the_same(fit, tmp_path):
    file = write_small(tmp_path)
    with suppress(Killed):
        calibrate(file, outputs=tmp_path / "out", executor=partial(killed_after, 5), chunk=10)
    assert 0 < n_runs(tmp_path / "out" / "small") < 200
    calibrate(file, outputs=tmp_path / "out")
    assert left_in(tmp_path / "out" / "small") == left_in(fit.folder)


def test_killed_by_the_system_what_was_safe_stays_and_the_rest_is_run(tmp_path):
    file, folder = write_small(tmp_path, runs=20_000), tmp_path / "out" / "small"
    command = [
        sys.executable,
        "-m",
        "experiments",
        "calibrate",
        str(file),
        "--outputs",
        str(tmp_path / "out"),
        "--json",
    ]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        patience = time.monotonic() + 300
        while not ((folder / FILE).exists() and n_runs(folder) > 20) and time.monotonic() < patience:
            time.sleep(0.05)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    asked, _ = find(str(file), tmp_path / "out")
    before = stored(asked, folder)
    assert 20 < len(before.z) < 20_000
    with suppress(Killed):
        calibrate(file, outputs=tmp_path / "out", executor=partial(killed_after, 2), chunk=10)
    after = stored(asked, folder)
    assert len(after.z) > len(before.z) and set(before.seeds) < set(after.seeds)


def test_more_runs_are_added_and_fewer_refused(fit, tmp_path):
    file = write_small(tmp_path)
    calibrate(file, runs=150, outputs=tmp_path / "out")
    grown = calibrate(file, outputs=tmp_path / "out")
    assert grown.evidence.tables["gate"]["sentence"][0].startswith("all 200 runs are there; the 50 tests")
    assert (grown.folder / "posterior.csv").read_bytes() == (fit.folder / "posterior.csv").read_bytes()
    with pytest.raises(ConfigError, match="--runs 150: there are 200 already, and runs are only added"):
        calibrate(file, runs=150, outputs=tmp_path / "out")


def test_failed_runs_are_counted_not_dropped(tmp_path):
    def some_fail(chunk):
        done = perform(chunk)
        rows = [row._replace(outcomes=None, error="Trouble: x") if row.seed % 10 == 0 else row for row in done.rows]
        return done._replace(rows=rows)

    found = calibrate(write_small(tmp_path), outputs=tmp_path / "out", work=some_fail)
    (first,) = (check for check in found.evidence.gate.checks if check.gate == "G1")
    assert first.met is False and first.sentence.endswith("of 200 runs are missing")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda printed: printed._replace(plans=-1), "record: cities with a plan = -1: must be a number of at least 0"),
        (lambda printed: printed._replace(implemented=printed.implemented[:0]), None),
    ],
)
def test_a_record_that_cannot_be_is_refused_before_anything_runs(tmp_path, monkeypatch, change, line):
    whole = evidence.record
    monkeypatch.setattr(evidence, "record", lambda *where: change(whole(*where)))
    monkeypatch.setattr("calibration.inference.kept.simulate", None)
    line = line or "record: implemented cases = nan: must be a number from 0 to 1"
    with pytest.raises(ConfigError) as refusal:
        calibrate(write_small(tmp_path), outputs=tmp_path / "out")
    assert str(refusal.value) == line


def test_a_statistic_that_never_varies_is_named(tmp_path, monkeypatch):
    def nothing_planned(*asked):
        return observe(*asked)._replace(plans=20)

    monkeypatch.setattr("calibration.inference.runs.observe", nothing_planned)
    with pytest.raises(ConfigError, match="cities with a plan = 20 in all runs: a statistic that never varies"):
        calibrate(write_small(tmp_path, runs=100), outputs=tmp_path / "out")


def test_the_package_offers_it_and_starts_without_it():
    assert calibration.calibrate is calibrate
    code = "import sys, calibration; sys.exit('pandas' in sys.modules or 'numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert not hasattr(calibration, "calibrat")
