"""A study at draws of a posterior is the union of the runs at its draws, however it was interrupted or shared out."""

from contextlib import suppress

import numpy as np
import pandas as pd
import pytest

import abm
from experiments.analysis.tables import export
from experiments.design.posterior import CSV, read
from experiments.lab import repair, verify
from experiments.lab.conduct import conduct
from experiments.lab.executors import in_threads
from experiments.lab.folder import find
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.runner import perform
from experiments.lab.store import OtherResults
from tests.experiments.laboratory import OUTCOMES, cheap, posterior, stored, table_digest, write_study

TWO = [[-1.0, 1, 0.3], [-0.5, 3, 0.9]]
BASELINES = (-1.0, -0.5)
PARTNERS = (1, 3)
VARY = '[vary]\nbroker.capacity = [0, 8]\n[baseline]\nbroker.capacity = 0\n[posterior]\nfolder = "known"\n'

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


class Killed(BaseException):
    """The process dies."""


@pytest.fixture
def file(tmp_path):
    posterior(tmp_path / "known", TWO)
    return write_study(tmp_path, replicates=3, vary=VARY)


def carried(file, name, threads=1, work=perform, killed_after=None, chunk=None):
    """Conduct the study into a folder of outputs, up to a number of chunks; return its folder."""
    outputs = file.parent / name
    study, given, folder = find(str(file), outputs)

    def executor(chunks, work):
        for x, done in enumerate(in_threads(chunks, work, n=threads)):
            if x == killed_after:
                raise Killed
            yield done

    conduct(study, given, folder, executor, work=work, chunk=chunk)
    return folder


def test_two_draws_give_exactly_the_runs_at_these_two_points(file):
    folder = carried(file, "out")
    study = find(str(file), file.parent / "out")[0]
    settings = {point.id: point.settings[0] for point in study.points()}
    there = stored(folder)
    assert len(there) == 2 * 2 * 3
    for (point, replicate), outcomes in there.items():
        draw = (replicate - 1) % 2
        alone = abm.run_many(
            file.parent / "tiny.toml",
            seeds=[study.seed_at(point, replicate)],
            months=12,
            outcomes=OUTCOMES,
            override={
                "broker.capacity": settings[point],
                "contact.baseline": BASELINES[draw],
                "pairing.partners": PARTNERS[draw],
            },
        )
        assert alone[list(OUTCOMES)].to_numpy().tobytes() == outcomes, f"replicate {replicate}"


def test_all_arms_have_the_same_draws_and_seeds_and_no_two_runs_of_an_arm_share_a_seed(file):
    export(find(str(file), file.parent / "out")[0], carried(file, "out", work=cheap))
    runs = pd.read_parquet(file.parent / "out" / "trial" / "runs.parquet")
    arms = [part[["replicate", "seed", "draw"]].to_numpy() for _, part in runs.groupby("broker.capacity")]
    assert len(arms) == 2 and (arms[0] == arms[1]).all()
    assert runs.groupby(["broker.capacity", "seed"]).size().eq(1).all()
    assert runs.groupby(["broker.capacity", "draw"]).size().eq(3).all()


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_and_chunks_do_not_matter(file, threads):
    assert stored(carried(file, "one")) == stored(carried(file, "many", threads, chunk=threads))


@pytest.mark.parametrize("chunks", [0, 1, 4])
def test_a_study_that_was_killed_goes_on_without_the_posterior_it_came_from(file, chunks):
    whole = table_digest(carried(file, "whole", work=cheap))
    with suppress(Killed):
        carried(file, "out", work=cheap, killed_after=chunks, chunk=2)
    (file.parent / "known" / CSV).write_text("contact.baseline\n-1.9\n")  # somebody calibrates again
    study, given, folder = find("trial", file.parent / "out")
    conduct(study, given, folder, in_threads, work=cheap)
    assert table_digest(folder) == whole and not verify.verify(study, folder)
    with pytest.raises(OtherResults, match="draws of the posterior is"):
        find(str(file), file.parent / "out")


def test_stored_runs_repeat_and_verify_says_so(file):
    folder = carried(file, "out")
    assert verify.rerun(find("trial", file.parent / "out")[0], folder, 12) == (12, [])


def test_more_replicates_leave_those_that_are_there(file):
    folder = carried(file, "out", work=cheap)
    before = stored(folder)
    with Ledger(folder / FILE) as ledger:
        ledger.note("extended", replicates=5)
    study, given, _ = find("trial", file.parent / "out")
    conduct(study, given, folder, in_threads, work=cheap)
    assert len(stored(folder)) == 2 * 2 * 5 and before.items() <= stored(folder).items()
    repair.repair(study, folder)
    assert find("trial", file.parent / "out")[0] == study


def test_tables_take_a_draw_with_its_replicates_as_one(file):
    folder = carried(file, "out", work=cheap)
    export(find(str(file), file.parent / "out")[0], folder)
    runs = pd.read_parquet(folder / "runs.parquet")
    runs = runs[runs["broker.capacity"] == 8].dropna(subset="mean_trust")
    means = pd.read_parquet(folder / "tables" / "means.parquet")
    row = means[(means["broker.capacity"] == 8) & (means["outcome"] == "mean_trust")].iloc[0]
    of_draws = runs.groupby("draw")["mean_trust"].mean()
    assert row["mean"] == pytest.approx(of_draws.mean()) and row["draws"] == 2
    assert row["high"] - row["mean"] == pytest.approx(12.7062 * np.std(of_draws, ddof=1) / np.sqrt(2), rel=1e-5)
    assert "pairs_needed" not in pd.read_parquet(folder / "tables" / "differences.parquet")


def test_the_copy_in_the_folder_has_what_was_run(file):
    found = read(carried(file, "out", work=cheap))
    assert (found.name, found.names, found.rows) == (
        "known",
        ("contact.baseline", "pairing.partners"),
        ((-1.0, 1), (-0.5, 3)),
    )
