"""The verbs of studies, as one types them: what they say, write and end with."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import sobol
from SALib.sample import sobol as saltelli

from experiments.analysis.tables import design_of
from experiments.cli import answer
from experiments.commands.sweep import next_verb
from experiments.design.files import read_study
from experiments.design.points import MAGIC, Row
from experiments.figures import paired_differences
from experiments.lab import conduct, live
from experiments.lab.folder import find, shipped
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.runner import Done
from experiments.report import demo
from experiments.report.studies import IN_DOCUMENTS, SHOWN, conducted, contrasts, documented
from tests.experiments.laboratory import cheap, n_stored, table_digest, write_study
from tests.helpers import towns, write_scenario

DOCS = Path(__file__).parents[3] / "docs" / "experiments.md"
FIGURES = DOCS.parent / "figures"

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


def whole(chunk):
    """Perform cheap runs none of whose outcomes is missing."""
    return Done([row._replace(outcomes=np.nan_to_num(row.outcomes)) for row in cheap(chunk).rows], 0.1)


@pytest.fixture
def verb(tmp_path, monkeypatch, capsys):
    """Give a function that runs a verb in a folder with a study, and returns its code, output and notices."""
    write_study(tmp_path)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = answer([str(a) for a in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_from_the_forecast_to_the_tables(verb, tmp_path):
    code, said, _ = verb("sweep", "trial.toml", "--dry-run", "--json")
    forecast = json.loads(said)
    assert (code, forecast["points"], forecast["runs"], forecast["left"]) == (0, 6, 60, 60)
    assert not (tmp_path / "outputs").exists(), "a forecast wrote something"
    code, said, _ = verb("sweep", "trial.toml")
    assert code == 0 and "60 runs at 6 points are safe" in said
    code, said, _ = verb("status", "trial", "--json")
    assert json.loads(said)["finished"] == 60 and json.loads(said)["left"] == 0
    assert verb("status")[1].count("trial") == 1 and "±" in verb("status", "trial")[1]
    assert verb("extend", "trial", "--replicates", "12")[0] == 0
    assert verb("extend", "trial", "--replicates", "12")[0] == 2, "nothing was added the second time"
    made = json.loads(verb("resume", "trial", "--json")[1])
    assert made["runs"]["finished"] == 72 and made["timings"]["runs"] == 12
    code, said, _ = verb("verify", "trial", "--rerun", "20")
    assert code == 0 and "20 runs repeated, all bits the same" in said
    assert verb("export", "trial")[0] == 0
    runs = pd.read_parquet("outputs/trial/runs.parquet")
    assert len(runs) == 72 and {"point", "replicate", "seed", "broker.capacity", "pilots_ever"} <= set(runs)
    assert runs.groupby("replicate")["seed"].nunique().eq(1).all(), "points do not share their seeds"
    differences = pd.read_parquet("outputs/trial/tables/differences.parquet")
    assert set(differences["baseline"]) == {"broker.capacity = 0.0"} and differences["pairs"].eq(12).all()
    pd.testing.assert_frame_equal(pd.read_csv("outputs/trial/runs.csv"), runs, check_dtype=False)


def test_a_method_that_goes_by_position_finds_every_row_of_a_design(verb, tmp_path, monkeypatch):  # B-B5
    """Sobol' indices of a Saltelli sample with rows that are equal are those of its own numbers."""

    def adding(chunk):
        groups = [
            (g, 3 * g.scenario.values["broker.capacity"] + g.scenario.values["search.rate"]) for g in chunk.groups
        ]
        ends = [(g, r, s, value) for g, value in groups for r, s in zip(g.replicates, g.seeds, strict=True)]
        return Done([Row(g.point, r, s, np.full(len(chunk.outcomes), value)) for g, r, s, value in ends], 0.1)

    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", adding)
    problem = {"num_vars": 2, "names": ["broker.capacity", "search.rate"], "bounds": [[0, 8], [0, 1]]}
    sample = saltelli.sample(problem, 16, calc_second_order=False, seed=1).round(1)
    write_study(tmp_path, replicates=2, vary='[design]\nkind = "csv"\nfile = "sample.csv"\n')
    pd.DataFrame(sample, columns=problem["names"]).to_csv("sample.csv", index=False)
    assert verb("sweep", "trial.toml")[0] == 0 and verb("export", "trial")[0] == 0
    design, means = (pd.read_parquet(f"outputs/trial/tables/{name}.parquet") for name in ("design", "means"))
    assert design["row"].tolist() == list(range(64)) and (design[problem["names"]].to_numpy() == sample).all()
    means = means[means["outcome"] == "pilots_ever"]
    assert means["row"].is_monotonic_increasing and len(means) == design["point"].nunique() < 64
    y = design.merge(means, on=problem["names"]).sort_values("row_x")["mean"].to_numpy()
    np.testing.assert_allclose(y, sample @ [3, 1])
    found = sobol.analyze(problem, y, calc_second_order=False, seed=1)["ST"]
    assert found[1] < 0.02 < 0.9 < found[0]


@pytest.mark.parametrize("kind", ['"morris"\ntrajectories = 16', '"sensitivity"\nblocks = 16'])
def test_a_row_in_a_block_has_the_point_of_its_block(tmp_path, kind):
    vary = "[vary]\nbroker.capacity = [0, 8]\nsearch.rate = [0.1, 0.5]"
    file = write_study(tmp_path, replicates=2, vary=f"{vary}\n[design]\nkind = {kind}\n")
    study = read_study(file)
    design = design_of(study)
    assert design["point"].is_unique and design["point"].tolist() == [point.id for point in study.points()]
    assert design.duplicated(["broker.capacity", "search.rate"]).any(), "no two blocks have equal settings"


def test_the_folder_makes_the_same_table_again(verb, tmp_path):
    verb("sweep", "trial.toml")
    folder = tmp_path / "outputs" / "trial"
    said = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert said["table_digest"] == table_digest(folder) and said["runs"] == {"finished": 60, "failed": 0, "errors": {}}
    assert said["code"] and said["machine"]["packages"]["numba"] and said["timings"]["seconds"] > 0
    words = said["command"].split()[1:]
    code, out, _ = verb(*[str(folder / w) if w.endswith(".toml") else w for w in words], "--outputs", "again", "--json")
    assert code == 0 and json.loads(out)["table_digest"] == said["table_digest"]


def test_the_forecast_of_bytes_is_about_right(verb, tmp_path, monkeypatch):
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", cheap)
    write_study(tmp_path, replicates=2000)
    forecast = json.loads(verb("sweep", "trial.toml", "--dry-run", "--json")[1])
    assert verb("sweep", "trial.toml")[0] == 0
    assert forecast["bytes"] == pytest.approx((tmp_path / "outputs" / "trial" / FILE).stat().st_size, rel=0.25)


def test_failed_runs_end_with_3_and_are_listed(verb, tmp_path, monkeypatch):
    def failing(chunk):
        rows = cheap(chunk).rows
        return Done([r._replace(outcomes=None, error="ValueError: no") if r.replicate == 7 else r for r in rows], 0.1)

    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", failing)
    code, said, _ = verb("sweep", "trial.toml")
    assert code == 3 and "6 runs failed: ValueError (6)" in said
    assert "6 runs failed: ValueError: no" in verb("status", "trial")[1]
    verb("export", "trial")
    assert len(pd.read_csv("outputs/trial/tables/failures.csv")) == 6
    differences = pd.read_parquet("outputs/trial/tables/differences.parquet")
    assert (differences["pairs"] + differences["dropped"]).eq(9).all()


def test_a_precision_that_is_not_reached_ends_with_3(verb, tmp_path, monkeypatch):
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", cheap)
    write_study(tmp_path, '[precision]\noutcome = "contacts_ever"\nhalf_width = 0.0001\nmost = 20\n')
    code, said, _ = verb("sweep", "trial.toml")
    assert code == 3 and "Not converged: 6 points" in said


def test_runs_that_do_not_repeat_end_with_5(verb, tmp_path, monkeypatch):
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", cheap)
    verb("sweep", "trial.toml")
    code, _, said = verb("verify", "trial", "--rerun", "3")
    assert code == 5 and said.count("other bits than those stored") == 3


def test_damage_ends_with_4_and_is_repaired(verb, tmp_path):
    verb("sweep", "trial.toml")
    path = tmp_path / "outputs" / "trial" / FILE
    data = bytearray(path.read_bytes())
    data[data.index(MAGIC) + 40] ^= 1
    path.write_bytes(bytes(data))
    code, _, said = verb("verify", "trial")
    assert code == 4 and "its bytes are damaged" in said and "twinhelix repair trial" in said
    code, said, _ = verb("repair", "trial")
    assert code == 0 and "59 intact runs are kept" in said
    assert verb("resume", "trial")[0] == 0 and n_stored(path.parent) == 60
    assert verb("verify", "trial")[0] == 0


def test_other_code_ends_with_5(verb, monkeypatch):
    verb("sweep", "trial.toml")
    monkeypatch.setattr("experiments.lab.conduct.code_digest", lambda: "another")
    code, _, said = verb("sweep", "trial.toml")
    assert code == 5 and said.count("\n") == 1 and "--accept-other-code" in said


def test_means_that_grow_are_those_of_the_table(verb, tmp_path, monkeypatch):
    """A terminal sees the same means as the ledger has in the end."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    seen = []
    monkeypatch.setattr(live.Screen, "end", lambda self: seen.append(self) or (self.live and self.live.stop()))
    assert verb("sweep", "trial.toml")[0] == 0
    (screen,) = seen
    with Ledger(tmp_path / "outputs" / "trial" / FILE, write=False) as ledger:
        rows = [row for row in ledger.rows() if row.point == next(iter(screen.settings))]
    values = np.array([row.outcomes for row in rows])
    x = screen.means.at[rows[0].point]
    np.testing.assert_allclose(screen.means.mean[x], np.nanmean(values, axis=0))
    np.testing.assert_allclose(screen.means.squares[x], np.nanvar(values, axis=0) * screen.means.n[x])
    assert screen.n_done() == screen.total == 60


def test_the_examples_of_the_document_are_studies(tmp_path):
    own = DOCS.read_text(encoding="utf-8").partition("## A study of one's own")[2]
    studies = []
    for example in re.findall(r"```toml\n(.*?)```", own, flags=re.DOTALL):
        (tmp_path / "mine.toml").write_text(example, encoding="utf-8")
        studies.append(read_study(tmp_path / "mine.toml"))
    least, whole = studies
    assert len(least.points()) == 2 and least.baseline == {"broker.capacity": 0}
    assert len(whole.points()) == 64 and whole.precision.most == 200


@pytest.mark.parametrize(
    ("more", "tells"),
    [
        ('success = ["pilots_ever >= 1"]', "report"),  # boxes are sought in sampled points alone
        ("", "report"),
        ('success = ["pilots_ever >= 1"]\ncommon_random_numbers = false\ndesign = { kind = "sobol" }', "discover"),
        ('success = ["pilots_ever >= 1"]\ndesign = { kind = "sobol" }', "report"),  # nor where points share seeds
        ('design = { kind = "sensitivity" }', "sensitivity"),
    ],
)
def test_the_verb_that_comes_next_can_tell_the_answer(more, tells, tmp_path):
    vary = '[vary]\nbroker.capacity = { low = 0, high = 8 }\nsearch.rate = "prior"\n'
    assert next_verb(read_study(write_study(tmp_path, more, vary=vary))) == tells


def test_a_study_of_another_name_that_was_begun_is_named(verb):
    assert verb("sweep", "demo", "--quick")[0] == 0
    code, _, err = verb("report", "demo")
    assert code == 2 and "study demo was not begun in outputs, but demo-quick was; " in err


def test_one_is_one(verb, tmp_path):
    write_study(tmp_path, replicates=1, vary="")
    said = verb("sweep", "trial.toml", "--dry-run")[1] + verb("sweep", "trial.toml")[1]
    assert "1 point × 1 replicate = 1 run, " in said and "1 run at 1 point is safe" in said


@pytest.mark.parametrize("name", SHOWN)
def test_a_shipped_study_runs_and_draws(name, tmp_path, monkeypatch):
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", cheap)
    folder = conducted(name, tmp_path, quick=True)
    assert (folder / f"{name}.png").stat().st_size > 10_000
    documented(name, folder, tmp_path)
    page = tmp_path / f"study_{name.replace('-', '_')}.png"
    assert page.read_bytes() == (folder / f"{name}.png").read_bytes() and (FIGURES / page.name).exists()
    made = "effects" if name == "policy-mix" else "differences"
    table = pd.read_parquet(folder / "tables" / f"{made}.parquet")
    shown = contrasts(name, table)
    assert set(SHOWN[name]) <= set(shown["outcome"]) and not shown["contrast"].isna().any()
    assert paired_differences(shown[shown["outcome"].isin(SHOWN[name])])


def test_every_figure_of_the_documents_is_of_a_study_or_of_calibration():
    pages = {page for _, page in IN_DOCUMENTS.values()}
    docking, of_posterior = ("barter", "culture"), ("boxes", "headline", "predicted", "proof")
    others = {f"docking_{name}" for name in docking} | {f"calibration_{name}" for name in of_posterior}
    assert {path.stem for path in FIGURES.glob("*.png")} == pages | others


def test_every_shipped_study_is_drawn_or_is_of_blocks(tmp_path):
    studies = {name: find(name, tmp_path)[0] for name in shipped()}
    others = {name for name, study in studies.items() if study.kind.blocks or study.success}
    assert others and set(shipped()) == {*SHOWN, *others, demo.NAME}


def test_shipped_blocks_are_analysed(tmp_path, monkeypatch):
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", whole)
    folder = conducted("drivers-10", tmp_path, quick=True)
    assert (folder / "tables" / "indices.parquet").exists() and (folder / "why-runs-differ.png").exists()
    folder = conducted("screening", tmp_path, quick=True)
    assert (folder / "tables" / "screening.parquet").exists() and (folder / "screening.png").exists()


def test_a_lever_that_no_broker_goes_by_is_told(verb, tmp_path):
    assert "changes nothing here" not in verb("sweep", "trial.toml", "--dry-run")[2]
    write_scenario(tmp_path, towns(6), '[[brokers]]\nname = "b"\ncapacity = 1')
    told = "broker.capacity changes nothing here: every broker has a value of its own, which goes before it"
    assert told in verb("sweep", "trial.toml", "--dry-run")[2], "search.rate is heeded, and the broker's is not"
    for line in ("run tiny.toml --months 2", "compare tiny.toml iuc-asia --seeds 2 --months 2"):
        code, _, err = verb(*line.split(), "--set", "broker.capacity=8")
        assert (code, told in err) == (0, "iuc-asia" not in line), line
