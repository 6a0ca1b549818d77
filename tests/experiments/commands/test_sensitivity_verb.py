"""``twinhelix sensitivity``: from a study file through the ledger to indices, with a response whose answer is known."""

import hashlib
import json
import subprocess
import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from experiments import sensitivity as sa
from experiments.analysis import sensitivity as analysis
from experiments.design.files import read_study
from experiments.design.points import Row, block_of
from experiments.lab import conduct
from experiments.lab.executors import in_threads
from experiments.lab.folder import find
from experiments.lab.runner import Done
from experiments.report import drawn
from experiments.report import sensitivity as report
from tests.experiments.laboratory import n_stored, table_digest, write_study

FACTORS = """[vary]
broker.capacity = {low = 0, high = 1}
search.rate = {low = 0, high = 1}
broker.strategy = ["random", "bridging"]
"""
BLOCKS = f'{FACTORS}[design]\nkind = "sensitivity"\n'
LUCK = 0.7
ANSWER = {"broker.capacity": 0.8, "search.rate": 0.2, "broker.strategy": 0.0}

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


def response(group, seed, outcomes):
    """Return outcomes of a run: twice the capacity and the rate, and luck that its seed decides."""
    values = group.scenario.values
    key = f"{seed}/{values['broker.capacity']}/{values['search.rate']}"
    bits = hashlib.blake2b(key.encode(), digest_size=8).digest()
    luck = LUCK * (int.from_bytes(bits, "little") / 2**64 - 0.5)
    return np.full(len(outcomes), 2 * values["broker.capacity"] + values["search.rate"] + luck)


def planted(chunk, failing=lambda group: False):
    """Perform runs of the response; some groups fail."""
    rows = []
    for group in chunk.groups:
        for replicate, seed in zip(group.replicates, group.seeds, strict=True):
            lost = failing(group)
            found = None if lost else response(group, seed, chunk.outcomes)
            rows.append(Row(group.point, replicate, seed, found, "ValueError: no" if lost else ""))
    return Done(rows, 1e-4 * len(rows))


@pytest.fixture
def written(tmp_path):
    """Give a function that writes the study, and returns its file."""
    return lambda vary=BLOCKS, more="", **how: write_study(tmp_path, more, vary=vary, **({"replicates": 2} | how))


@pytest.fixture
def say(verb, written, monkeypatch):
    """Give a function that asks ``twinhelix sensitivity`` of a study with the planted response."""
    written()
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", planted)
    return partial(verb, "sensitivity", "--no-figures")


def answer(file, outputs, threads=2, chunk=None, **how):
    """Return the answer of a study in this process."""
    study, given, folder = find(str(file), outputs)
    executor = partial(in_threads, n=threads)
    return report.answered(study, given, folder, executor, work=planted, chunk=chunk, **how), folder


def test_the_planted_response_is_found(say, folder):
    code, said, _ = say("trial.toml")
    table = pd.read_parquet(folder / "tables" / "indices.parquet").query("outcome == 'pilots_ever'")
    found = table.set_index("factor")
    assert code == 0 and "Converged" in said and "none left out" in said
    assert found["S1"][list(ANSWER)].tolist() == pytest.approx(list(ANSWER.values()), abs=0.06)
    assert found["ST_low"]["broker.capacity"] < 0.8 < found["ST_high"]["broker.capacity"]
    assert found["says"]["broker.strategy"] == sa.NO_EFFECT
    luck = pd.read_parquet(folder / "tables" / "luck.parquet")
    expected = LUCK**2 / (LUCK**2 + 5)
    assert luck["share"].tolist() == pytest.approx([expected] * len(luck), rel=0.15)


def test_figures_are_drawn_unless_they_are_not_wanted_and_named_in_the_last_line(say, verb, folder):
    assert "Figures" not in say("trial.toml", "--blocks", "128")[1] and not list(folder.glob("*.png"))
    code, said, _ = verb("sensitivity", "trial")
    names = said.splitlines()[-1].partition("Figures: ")[2].partition(" in ")[0].split(", ")
    assert code == 0 and sorted(names) == sorted(path.name for path in folder.glob("*.png"))
    assert {"why-runs-differ.png", "heatmap.png", "convergence.png"} <= set(names) and "over-time.png" not in names


def test_what_stands_under_figures_counts_the_runs_and_what_was_left_out(written, tmp_path):
    file = written(f'{BLOCKS}[groups]\nboth = ["broker.capacity", "search.rate"]\n')
    lost = partial(planted, failing=lambda group: block_of(group.point) == 17)
    study, given, folder = find(str(file), tmp_path)
    found = report.answered(study, given, folder, in_threads, once=True, work=lost)
    (_, fig), *_ = drawn.figures(found)
    said = " ".join(" ".join(text.get_text().split()) for text in fig.findobj(Text))
    assert (
        "trial: 128 blocks × 6 points × 2 seeds = 1,536 runs (equal points of a block once); 1 of 128 blocks have"
        in said
    )
    assert "3 parameters in 2 groups: both (2), broker.strategy." in said
    assert "intervals: 95 %" in said, said


def test_many_panels_are_those_of_the_last_months():
    every = pd.DataFrame([(name, month) for name in "abcde" for month in (12, 24, 48)], columns=["outcome", "month"])
    assert drawn.shown(every, every)["month"].tolist() == [48] * 5
    assert len(drawn.shown(every, every[:12])) == 15


def test_nothing_is_loaded_to_draw_where_nothing_is_drawn():
    code = "import sys, experiments.report.drawn, experiments.commands.sensitivity; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_table_does_not_depend_on_threads_chunks_or_stops(written, tmp_path):
    file = written()
    one, first = answer(file, tmp_path / "one", threads=1, chunk=1, once=True)
    two, second = answer(file, tmp_path / "two", threads=2, chunk=97, once=True)
    assert table_digest(first) == table_digest(second)
    pd.testing.assert_frame_equal(one.found.table, two.found.table)


def test_it_doubles_until_it_is_known_well_enough_and_uses_what_it_has(say, folder):
    assert say("trial.toml", "--half-width", "0.5")[0] == 0
    before = n_stored(folder)
    code, said, _ = say("trial", "--blocks", "256", "--json")
    made = json.loads(said)
    assert code == 0 and made["runs"]["finished"] == n_stored(folder) > before
    blocks = pd.read_parquet(folder / "tables" / "convergence.parquet")["blocks"].unique()
    assert blocks.tolist() == [128, 256]
    assert say("trial", "--half-width", "0.5")[0] == 0
    assert n_stored(folder) == made["runs"]["finished"], "something ran twice"


def test_what_is_extended_is_verified_and_known_by_its_name(say, verb, tmp_path):
    assert say("trial.toml", "--blocks", "256")[0] == 0
    (tmp_path / "outputs" / "trial").rename(tmp_path / "outputs" / "moved")
    assert verb("verify", "moved")[0] == 0
    again = find("moved", tmp_path / "outputs")[0]
    assert again.design.options.blocks == 256 and len(again.blocks()) == 256


def test_blocks_that_were_asked_for_stay_and_are_never_fewer(say, verb):
    assert say("trial.toml", "--blocks", "32", "--json")[0] == 3
    assert "32 blocks" in say("trial.toml", "--blocks", "32")[1], "the file says 128"
    assert "256 blocks" in say("trial.toml", "--blocks", "256")[1]
    assert "256 blocks" in say("trial.toml", "--half-width", "0.5")[1]
    assert verb("verify", "trial")[0] == 0
    assert "sensitivity takes more --points, of which there are 256" in verb("extend", "trial", "--replicates", "9")[2]
    code, _, said = say("trial.toml", "--blocks", "64")
    assert code == 2 and "--blocks 64: the study has 256 already, and blocks are only added" in said


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["--surrogate"], "--surrogate: reads a finished sweep, with --given"),
        (["--screen", "--blocks", "256"], "--blocks: has no meaning with --screen"),
        (["--given", "--screen"], "--screen: has no meaning with --given"),
        (["--given", "--quick"], "--quick: has no meaning with --given"),
        (["--half-width", "0"], "design.half_width = 0.0: must be a number from 0.001 to 1"),
    ],
)
def test_options_that_would_do_nothing_are_refused(say, asked, message):
    code, _, said = say("trial.toml", *asked)
    assert code == 2 and message in said


def test_a_budget_that_is_too_small_is_told_by_exit_3(say, written):
    written(BLOCKS + "half_width = 0.01\nmost_runs = 3000\n")
    code, said, _ = say("trial.toml")
    assert code == 3 and "Not converged" in said


def test_where_no_more_points_can_be_the_answer_is_that_of_those_there_are(say, written, monkeypatch, folder):
    monkeypatch.setattr("experiments.design.study.LARGEST_POINTS", 1500)
    written(BLOCKS + "half_width = 0.001\n")
    code, said, _ = say("trial.toml")
    assert code == 3 and "Not converged" in said and (folder / "tables" / "indices.csv").exists()


def test_a_forecast_says_runs_and_widths_and_keeps_nothing(say, monkeypatch, tmp_path):
    monkeypatch.setattr(analysis, "perform", planted)
    code, said, _ = say("trial.toml", "--dry-run", "--json")
    made = json.loads(said)
    assert code == 0 and made["blocks"] == [128, 8192] and made["runs"] == [2048, 131_072]
    first, last = made["half_widths"]["pilots_ever@12"]
    assert first / last == pytest.approx(8.0) and 0.01 < first < 0.1
    assert not (tmp_path / "outputs").exists()
    assert "at most 8,192 blocks: 131,072 runs" in say("trial.toml", "--dry-run")[1]


def test_a_forecast_of_one_size_says_a_width_once_and_names_what_nothing_moves(say, written, monkeypatch):
    monkeypatch.setattr(analysis, "perform", planted)
    written(BLOCKS + "most_runs = 3000\n")
    said = say("trial.toml", "--dry-run")[1]
    assert "±" in said and " to ±" not in said and "as far as seen" not in said
    monkeypatch.setattr("tests.experiments.commands.test_sensitivity_verb.response", lambda *_: np.zeros(3))
    assert f"pilots_ever@12, as far as seen: {sa.NOTHING}." in say("trial.toml", "--dry-run")[1]


def test_points_of_a_block_share_seeds_and_no_other_block_has_them(written):
    study = read_study(written())
    seeds = {}
    for point in study.points():
        seeds.setdefault(block_of(point.id), set()).add(tuple(study.seed_at(point.id, r) for r in (1, 2)))
    assert all(len(of_block) == 1 for of_block in seeds.values())
    assert len({seed for of_block in seeds.values() for pair in of_block for seed in pair}) == 2 * 128
    expected = study.blocks().seeds()
    assert [next(iter(seeds[block])) for block in range(128)] == [tuple(row) for row in expected.tolist()]


def test_equal_points_of_a_block_are_run_once_and_counted_for_each(written, tmp_path):
    file = written()
    found, folder = answer(file, tmp_path, once=True)
    study = found.study
    assert n_stored(folder) == 2 * len(study.points()) < study.n_rows() * 2
    of = analysis.answers(study, folder)
    same = of.design.first != np.arange(of.design.n_points)
    block, point = np.nonzero(same)
    assert np.array_equal(of.y[block, point], of.y[block, of.design.first[block, point]])


def test_groups_move_together_and_are_kept_in_the_resolved_study(written, tmp_path):
    file = written(f'{BLOCKS}[groups]\nboth = ["broker.capacity", "search.rate"]\n')
    found, folder = answer(file, tmp_path, once=True)
    assert found.found.table["factor"].unique().tolist() == ["both", "broker.strategy"]
    again = read_study(folder / "study.toml")
    assert again.identity() == found.study.identity() and again.points()[7].id == found.study.points()[7].id


@pytest.mark.parametrize(
    ("vary", "more", "line"),
    [
        (BLOCKS + "blocks = 100\n", "", "blocks = 100: Sobol' points come in powers of two, such as 64 or 128"),
        (BLOCKS + "block = 8\n", "", "unknown key design.block = 8; did you mean blocks?"),
        (BLOCKS + "half_width = 2\n", "", "design.half_width = 2"),
        (BLOCKS + "most_runs = 2000\n", "", "design.most_runs = 2000: the first 128 blocks are 2,048 runs"),
        (BLOCKS + '[groups]\na = ["broker.capacty"]\n', "", "groups.a: 'broker.capacty' is no factor"),
        (BLOCKS + "[groups]\na = [[]]\n", "", "groups.a: [] is no factor"),
        (BLOCKS + '[groups]\na = "search.rate"\n', "", "groups.a = 'search.rate': must be a list of factors"),
        (FACTORS + '[design]\nkind = "sobol"\n[groups]\na = ["search.rate"]\n', "", "only designs of blocks have them"),
        ('[design]\nkind = "sensitivity"\n', "", "nothing varies"),
        (BLOCKS + '[baseline]\nbroker.strategy = "random"\n', "", "[baseline]: is for means and differences"),
        (BLOCKS, "common_random_numbers = true\n", "seeds of sensitivity are those of its blocks"),
    ],
)
def test_a_study_that_cannot_be_is_refused_in_a_line(say, written, vary, more, line):
    written(vary, more)
    code, out, said = say("trial.toml")
    assert (code, out, said.count("\n")) == (2, "", 1) and line in said


def test_one_run_a_point_is_refused(say, written):
    written(replicates=1)
    code, _, said = say("trial.toml")
    assert code == 2 and "one run cannot tell luck from effect" in said


def test_blocks_with_a_failed_run_are_left_out_and_counted(say, monkeypatch):
    lost = partial(planted, failing=lambda group: block_of(group.point) == 17)
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", lost)
    said = say("trial.toml", "--blocks", "128")[1]
    assert "1 of 128 blocks have a failed run and are left out (17)" in said


def test_too_many_failures_refuse_the_answer(say, monkeypatch):
    lost = partial(planted, failing=lambda group: block_of(group.point) % 10 == 0)
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", lost)
    code, _, said = say("trial.toml", "--blocks", "128")
    assert code == 3 and "13 of 128 blocks" in said and "refused beyond 5%" in said
    assert "runs failed by ValueError (" in said and said.count("\n") == 1


def test_a_screening_finds_what_moves_and_leaves_what_is_fixed(say, written, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "Morris", partial(report.Morris, 20))
    written(BLOCKS, "[fixed]\nladder.plan_rate = 0.1\n")
    code, said, _ = say("trial.toml", "--screen")
    table = pd.read_parquet(tmp_path / "outputs" / "trial-screen" / "tables" / "screening.parquet")
    assert code == 0 and said.split("[vary]\n")[1].startswith('broker.capacity = "prior"\n')
    assert "ladder.plan_rate" not in set(table["factor"]) and "ladder.pilot_rate" in set(table["factor"])
    assert say("trial-screen")[1] == said, "the name of a screening that was begun shows it again"
    assert (
        "--blocks: is for 'sensitivity'; design.kind of trial-screen is 'morris'"
        in say("trial-screen", "--blocks", "256")[2]
    )
    study, _, folder = find("trial-screen", tmp_path / "outputs")
    assert drawn.of_screening(study, table, folder) == ["screening.png"] and (folder / "screening.png").exists()


SWEEP = f'{FACTORS}[design]\nkind = "latin-hypercube"\npoints = 2048\n'


def test_a_finished_sweep_tells_the_first_order(say, verb, written, folder):
    written(SWEEP, "common_random_numbers = false\n")
    assert verb("sweep", "trial.toml")[0] == 0
    code, said, _ = say("trial", "--given")
    found = pd.read_parquet(folder / "tables" / "given.parquet").query("outcome == 'pilots_ever'").set_index("factor")
    assert code == 0 and "Alone: broker.capacity" in said
    assert found["S1"][list(ANSWER)].tolist() == pytest.approx(list(ANSWER.values()), abs=0.1)


def test_a_sweep_that_is_not_finished_is_refused(say, verb, written):
    written(SWEEP.replace("2048", "256"), "common_random_numbers = false\n")
    assert verb("sweep", "trial.toml")[0] == verb("extend", "trial", "--points", "512")[0] == 0
    code, _, said = say("trial", "--given")
    assert code == 4 and "512 runs are not there yet; `twinhelix resume trial` makes them" in said


def test_a_sweep_with_common_seeds_is_refused_with_the_reason(say, verb, written):
    written(SWEEP)
    assert verb("sweep", "trial.toml")[0] == 0
    code, _, said = say("trial", "--given")
    assert code == 3 and "seeds" in said and said.count("\n") == 1


def test_another_design_is_sent_to_what_reads_it(say, written):
    written(SWEEP)
    code, _, said = say("trial.toml")
    assert code == 2 and "--given" in said


def test_an_outcome_that_is_named_twice_is_there_once(written, tmp_path):
    file = written()
    file.write_text(file.read_text().replace("'pilots_ever'", "'pilots_ever', 'pilots_ever@12'"))
    found = answer(file, tmp_path, once=True)[0].found
    assert found.luck[["outcome", "month"]].to_numpy().tolist() == [
        ["contacts_ever", 12],
        ["pilots_ever", 12],
        ["mean_trust", 12],
    ]


@pytest.mark.compiled("it makes hundreds of runs")
def test_common_partners_have_no_effect_where_contacts_arise_between_blocs_only(tmp_path):
    file = tmp_path / "partners.toml"
    file.write_text(
        'scenario = "iuc-asia"\nmonths = 12\noutcomes = ["contacts_ever"]\n[vary]\ncontact.common_partners = "prior"\n'
        'contact.baseline = "prior"\n[design]\nkind = "sensitivity"\nblocks = 16\n',
        encoding="utf-8",
    )
    study, given, folder = find(str(file), tmp_path)
    found = report.answered(study, given, folder, in_threads, once=True).found.table.set_index("factor")
    assert found["ST"]["contact.common_partners"] == 0.0
    assert found["says"]["contact.common_partners"] == sa.NO_EFFECT
