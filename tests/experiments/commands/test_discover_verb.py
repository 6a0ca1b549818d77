"""``twinhelix discover``: from a study file through the ledger to a box, with one that is planted."""

import hashlib
import json
import re
import tarfile
from functools import partial

import numpy as np
import pandas as pd
import pytest

from experiments.design.points import Row
from experiments.lab import conduct
from experiments.lab.executors import in_threads
from experiments.lab.folder import find
from experiments.lab.runner import Done
from experiments.report import discovery as report
from experiments.report.studies import conducted
from tests.experiments.laboratory import n_stored, posterior, table_digest, write_study

VARY = """[vary]
broker.capacity = {low = 0, high = 10}
search.rate = {low = 0, high = 1}
broker.strategy = ["random", "bridging", "equity"]
pairing.partners = {low = 0, high = 4}
[design]
kind = "latin-hypercube"
points = 800
"""
OWN_SEEDS = "common_random_numbers = false\n"
WISH = "pilots_ever >= 5"

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


def chance(seed):
    """Return a number from 0 to 1 that a seed decides."""
    return int.from_bytes(hashlib.blake2b(str(seed).encode(), digest_size=8).digest(), "little") / 2**64


def planted(chunk, failing=lambda group: False, within=0.95):
    """Perform runs: of busy brokers who do not choose at random nine in ten reach ten pilots, of others one."""
    rows = []
    for group in chunk.groups:
        values = group.scenario.values
        inside = values["broker.capacity"] >= 5 and values["broker.strategy"].name != "RANDOM"
        for replicate, seed in zip(group.replicates, group.seeds, strict=True):
            reached = chance(seed) < (within if inside else 0.1)
            found = None if failing(group) else np.full(len(chunk.outcomes), 10.0 * reached)
            rows.append(Row(group.point, replicate, seed, found, "ValueError: no" if found is None else ""))
    return Done(rows, 1e-4 * len(rows))


@pytest.fixture
def written(tmp_path):
    """Give a function that writes the study, and returns its file."""
    return lambda vary=VARY, more=OWN_SEEDS: write_study(tmp_path, more, vary=vary, replicates=2)


@pytest.fixture
def say(verb, written, monkeypatch):
    """Give a function that asks ``twinhelix discover`` of a study with the planted box."""
    written()
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", planted)
    return partial(verb, "discover", "--no-figures")


def test_the_planted_box_is_told_in_the_words_of_the_catalogue(say, folder):
    code, said, _ = say("trial.toml", "--success", WISH)
    assert code == 0
    assert re.search(r"Pilots ever at least 5 with P = (.9\d|1.00) ", said) and "in worlds not seen, against .3" in said
    assert "Broker (units a month) is at least 5" in said and "Strategy of the broker is not random" in said
    assert "Counterparts" not in said and "own searches" not in said
    limits = pd.read_parquet(folder / "tables" / "limits.parquet").query("told")
    assert limits.query("side == 'at least'")["limit"].tolist() == pytest.approx([5], abs=0.3)


def test_figures_are_drawn_and_named_unless_they_are_not_wanted(say, verb, folder, monkeypatch):
    assert "Figures" not in say("trial.toml", "--success", WISH)[1] and not list(folder.glob("*.png"))
    code, said, _ = verb("discover", "trial", "--success", WISH)
    assert code == 0 and "Figures: tradeoff.png, limits.png" in said
    assert {path.name for path in folder.glob("*.png")} == {"tradeoff.png", "limits.png"}
    monkeypatch.setattr("experiments.report.boxes.figures", lambda answer: [])
    assert verb("discover", "trial", "--success", "mean_trust > 0.5")[0] == 0
    assert not list(folder.glob("*.png")), "figures of another question are left"


@pytest.mark.parametrize(("within", "told"), [(0.95, "Pilots ever at least 5 with P"), (0.1, "No box: nothing that")])
def test_what_was_found_is_kept_and_reported_also_where_it_is_nothing(say, verb, folder, monkeypatch, within, told):
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", partial(planted, within=within))
    say("trial.toml", "--success", WISH)
    assert verb("report", "trial")[0] == 0
    assert told in (folder / "report.html").read_text(encoding="utf-8")


def test_draws_of_a_posterior_are_said_with_what_was_found(say, written, tmp_path):
    posterior(tmp_path / "fitted", [(x / 10, 1, 0) for x in range(-9, -1)])
    written(vary=f'[posterior]\nfolder = "fitted"\ndraws = 2\n{VARY}')
    assert "Posterior of fitted, 2 draws: conditioned, not calibrated." in say("trial.toml", "--success", WISH)[1]


def test_nothing_depends_on_threads_chunks_or_stops(written, tmp_path):
    file = written()

    def asked(name, threads, chunk):
        """Return what is found in a folder of its own."""
        study, given, folder = find(str(file), tmp_path / name)
        study = report.checked(report.asked(study, [WISH]))
        executor = partial(in_threads, n=threads)
        return report.discovered(study, given, folder, executor, work=planted, chunk=chunk), folder

    (one, first), (two, second) = asked("one", 1, 1), asked("two", 2, 97)
    assert table_digest(first) == table_digest(second)
    pd.testing.assert_frame_equal(one.found.limits, two.found.limits)


def test_another_question_runs_nothing_again(say, folder):
    say("trial.toml", "--success", WISH)
    before = n_stored(folder)
    code, said, _ = say("trial", "--success", "contacts_ever + pilots_ever@6 > 19", "--success", "mean_trust <= 10")
    assert code == 2 and "'pilots_ever@6' is no outcome that the study records; did you mean pilots_ever?" in said + _
    code, said, _ = say(
        "trial", "--success", "contacts_ever + pilots_ever > 19", "--success", "mean_trust <= 10", "--json"
    )
    made = json.loads(said)
    assert code == 0 and n_stored(folder) == before == made["runs"]["finished"]
    assert (
        made["success"] == ["contacts_ever + pilots_ever > 19", "mean_trust <= 10"]
        and made["boxes"][0]["density"] > 0.85
    )


def test_a_wanted_density_that_is_not_reached_is_said(say, monkeypatch):
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", partial(planted, within=0.8))
    assert "Wanted was P" not in say("trial.toml", "--success", WISH, "--density", "0.5")[1]
    assert re.search(
        r"Wanted was P = .99: sides that recur alone give .[78]", say("trial", "--success", WISH, "--density", ".99")[1]
    )


def test_a_study_may_say_itself_what_success_is(say, written, folder):
    written(more=f'{OWN_SEEDS}success = ["{WISH}"]\n')
    assert "Pilots ever at least 5" in say("trial.toml")[1]
    assert "Pilots ever at least 5" in say("trial")[1], "what stands in the folder forgot it"


def test_a_dry_run_keeps_nothing(say, folder):
    code, said, _ = say("trial.toml", "--success", WISH, "--dry-run")
    assert code == 0 and "800 points × 2 replicates = 1,600 runs" in said and not folder.exists()


def test_ema_workbench_gets_what_it_loads(say, folder):
    say("trial.toml", "--success", WISH)
    with tarfile.open(folder / report.EMA) as archive:
        read = {name: archive.extractfile(name).read().decode() for name in archive.getnames()}
        experiments = pd.read_csv(archive.extractfile("experiments.csv"))
    said = json.loads(read["metadata.json"])
    assert said["experiments"] == {
        name: "object" if name == "broker.strategy" else dtype.name for name, dtype in experiments.dtypes.items()
    }
    assert [name for _, name, _ in said["outcomes"]] == ["contacts_ever", "pilots_ever", "mean_trust", "success"]
    assert {kind for kind, *_ in said["outcomes"]} == {"ScalarOutcome"}
    assert all(len(read[file].split()) == len(experiments) == 800 for _, _, file in said["outcomes"])


@pytest.mark.parametrize(
    ("more", "vary", "asked", "line"),
    [
        (OWN_SEEDS, VARY, [], 'success: say what it is, --success "pilots_ever >= 60"; trial records contacts_ever'),
        (
            OWN_SEEDS,
            VARY,
            ["--success", "pilot_ever >= 5"],
            "'pilot_ever' is no outcome that the study records; did you mean pilots_ever?",
        ),
        (OWN_SEEDS, VARY, ["--success", "pilots_ever"], "success = 'pilots_ever': a condition is written as"),
        (OWN_SEEDS, VARY, ["--success", "pilots_ever >= many"], "'many' is no number"),
        (OWN_SEEDS, VARY, ["--success", "pilots_ever >= inf"], "'inf' is no number"),
        ("", VARY, ["--success", WISH], "a box would be that of a few seeds; say common_random_numbers = false"),
        (
            OWN_SEEDS,
            "[vary]\nbroker.capacity = [0, 8]\n",
            ["--success", WISH],
            "design.kind = 'factorial': boxes are sought in",
        ),
        (
            OWN_SEEDS + 'success = "pilots_ever >= 5"\n',
            VARY,
            [],
            "success = 'pilots_ever >= 5': must be a list of conditions",
        ),
        (OWN_SEEDS + 'success = ["pilots_evr >= 5"]\n', VARY, [], "did you mean pilots_ever?"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(say, written, folder, more, vary, asked, line):
    written(vary, more)
    code, said, notice = say("trial.toml", *asked)
    assert code == 2 and line in notice and notice.count("\n") == 1 and not said and not folder.exists()


def test_failed_runs_are_no_answer(say, monkeypatch):
    lost = partial(planted, failing=lambda group: group.point.startswith("0"))
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", lost)
    code, _, notice = say("trial.toml", "--success", WISH)
    assert code == 3 and "worlds have a run that is missing" in notice


def test_success_that_never_comes_is_no_answer(say):
    code, _, notice = say("trial.toml", "--success", "pilots_ever > 10")
    assert code == 3 and "no run of 1,600 is a success" in notice


def test_too_few_worlds_end_as_unfinished(say, written, monkeypatch):
    written(VARY.replace("800", "120"))
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", partial(planted, within=0.75))
    code, said, _ = say("trial.toml", "--success", WISH)
    assert (
        code == 3
        and "Unstable: more worlds needed than 120" in said
        and "`twinhelix extend trial --points 240`" in said
    )
    assert "Few worlds: 120 for 4 parameters, of which each wants 40, 160 in all." in said


@pytest.mark.parametrize("name", ["pilots-box", "programmes-robust"])
def test_a_shipped_study_runs_and_is_told(name, tmp_path, monkeypatch):
    def work(chunk):
        """Perform runs of which a busy broker makes more, beside luck."""
        rows = []
        for group in chunk.groups:
            more = 20 * group.scenario.values["broker.capacity"]
            for replicate, seed in zip(group.replicates, group.seeds, strict=True):
                rows.append(Row(group.point, replicate, seed, np.full(len(chunk.outcomes), more + 30 * chance(seed))))
        return Done(rows, 1e-4 * len(rows))

    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", work)
    folder = conducted(name, tmp_path, quick=True)
    table, figure = {"pilots-box": ("boxes", "limits"), "programmes-robust": ("robust", "regret")}[name]
    assert len(pd.read_parquet(folder / "tables" / f"{table}.parquet"))
    assert (folder / f"{figure}.png").stat().st_size > 10_000
