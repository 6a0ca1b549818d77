"""The demonstration is a study that survives a kill, and its figures show what single runs give."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

import abm
from experiments.cli import answer
from experiments.commands.demo import tell
from experiments.design.files import read_study
from experiments.lab import conduct, runner
from experiments.lab.folder import shipped
from experiments.lab.ledger import FILE, Ledger
from experiments.report import demo

FIGURES = {"factorial", "interaction", "stocks", "differences", "map", "adoption", "tree", "helix", "brokerage"}
CAPACITIES, SCALES = (0.0, 2.0, 4.0, 8.0), (0.0, 0.5, 1.0, 2.0)
SEEDS = [1, 2, 3, 4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "outputs" / "demo"


@pytest.fixture(scope="module")
def found(folder):
    return demo.demonstrate(len(SEEDS), folder, progress=False)


@pytest.fixture(scope="module")
def seen(found):
    return demo.histories(found)


def at_work(monkeypatch, work):
    """Let something else perform the runs of a study."""
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", work)


@pytest.fixture
def no_figures(monkeypatch):
    """Leave figures undrawn, which takes most of the time."""
    monkeypatch.setattr(demo, "draw", lambda *_: None)


def test_every_cell_runs_the_same_seeds(found):
    cells = found.runs.groupby(list(demo.BY))["seed"].apply(list)
    assert set(cells.index) == set(product(CAPACITIES, SCALES))
    assert all(seeds == SEEDS for seeds in cells)


def test_a_row_is_what_that_run_gives_by_itself(found):
    rows = found.runs.set_index([*demo.BY, "seed"])[list(found.study.outcomes)].sort_index()
    for capacity, scale, seed in ((0.0, 2.0, 3), (8.0, 0.5, 1)):
        alone = abm.run("iuc-asia", seed=seed, override={demo.CAPACITY: capacity, demo.SCALE: scale}).outcomes.iloc[0]
        pd.testing.assert_series_equal(rows.loc[(capacity, scale, seed)], alone[rows.columns], check_names=False)


def test_differences_are_those_of_the_runs(found):
    rows = found.runs.set_index([*demo.BY, "seed"])["pilots_ever"].sort_index()
    table = demo.against_nothing(found, ["pilots_ever"]).set_index("contrast")
    assert table["difference"]["Broker of 8"] == (rows[8.0, 1.0] - rows[0.0, 1.0]).mean()
    assert table["difference"]["Events × 2"] == (rows[4.0, 2.0] - rows[4.0, 0.0]).mean()
    assert (table["pairs"] == 4).all()
    words = ["Broker of 2", "Broker of 4", "Broker of 8", "Events × 0.5", "Events × 1", "Events × 2"]
    assert table.index.tolist() == words
    assert table["group"].unique().tolist() == ["Events × 1, against no broker", "Broker of 4, against no events"]


def test_stocks_are_those_of_the_programme_as_it_was(seen):
    alone = [abm.run("iuc-asia", seed=seed).series["pilots"] for seed in SEEDS]
    table = demo.stocks_by_stage(seen)
    for month, values in table[table["stage"] == "pilot"].groupby("month")["value"]:
        assert values.tolist() == [run[month] for run in alone]
    assert seen.one.digest == abm.run("iuc-asia").digest


def test_pilots_are_told_by_who_was_in_them_when_they_began(seen):
    table = demo.pilots_by_helix(seen)
    for run, seed in enumerate(SEEDS):
        episodes = abm.run("iuc-asia", seed=seed).partnerships
        begun = episodes[episodes["pilot_month"].notna()]
        mine = table[table["run"] == seen.series.index[run]]
        assert mine["value"].sum() == pytest.approx(len(begun))
        full = mine[mine["kind"] == "full helix"]
        quarters = begun.loc[begun["helix_at_pilot"] == 1, "pilot_month"].astype(int) // 3 * 3
        for month, value in zip(full["month"], full["value"], strict=True):
            assert value == pytest.approx((quarters == month).sum(), abs=1e-6)


def test_adoption_is_compared_with_the_same_runs_without_events(seen):
    table = demo.adoptions(seen)
    without = abm.run("iuc-asia", seed=2, override={demo.SCALE: 0.0}).series["adoptions_ever"]
    rows = table[(table["arm"] == "without") & (table["run"] == seen.quiet.index[SEEDS.index(2)])]
    assert rows.sort_values("month")["value"].tolist() == without.tolist()
    assert len(demo.adoption_by_theme(seen)) == 7


def test_positions_are_those_of_half_time_and_pilots_those_begun_later(seen):
    table = seen.positions[seen.positions["seed"] == 2].set_index("city_id")
    episodes = abm.run("iuc-asia", seed=2).partnerships
    at_half_time = abm.run("iuc-asia", seed=2, months=24)
    degree = dict(at_half_time.graph(stage=2).degree)
    for city, row in table.iterrows():
        mine = episodes[(episodes["city_a"] == city) | (episodes["city_b"] == city)]
        assert row["pilots_begun_later"] == (mine["pilot_month"] >= 24).sum()
        expected = 1 / degree[city] if degree[city] else np.nan  # no triangles: ties join the two blocs only
        assert row["constraint"] == pytest.approx(expected, nan_ok=True)
    assert table["constraint"].notna().sum() > 5 and table["pilots_begun_later"].sum() > 0
    assert seen.positions["seed"].unique().tolist() == SEEDS


def test_tables_figures_and_provenance_are_written(found, folder):
    for name in ("runs", "tables/means", "tables/differences", "tables/positions"):
        exact = pd.read_parquet(folder / f"{name}.parquet")
        pd.testing.assert_frame_equal(exact, pd.read_csv(folder / f"{name}.csv"), check_dtype=False)
    assert len(pd.read_parquet(folder / "runs.parquet")) == 64
    assert {path.stem for path in folder.glob("*.png")} == FIGURES
    assert all(imread(path).std() > 0.01 for path in folder.glob("*.png"))
    assert abm.load(folder / "scenarios" / "scenario-1" / "scenario.toml") == abm.load("iuc-asia")
    again = read_study(folder / "study.toml")
    assert [point.id for point in again.points()] == [point.id for point in found.study.points()]
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seeds"] == "the number of the replicate" and provenance["runs"]["finished"] == 64
    assert sorted(path.name for path in folder.parent.iterdir()) == ["demo"]


def test_what_is_there_is_not_run_again_and_more_is_added(found, folder, no_figures, monkeypatch):
    performed = []

    def count(chunk):
        performed.append(chunk.n_runs)
        return runner.perform(chunk)

    at_work(monkeypatch, count)
    less = demo.demonstrate(2, folder, progress=False)
    assert performed == [] and sorted(less.runs["seed"].unique()) == [1, 2]
    more = demo.demonstrate(5, folder, progress=False)
    assert sum(performed) == 16 and more.n_runs == 5
    pd.testing.assert_frame_equal(
        more.runs[more.runs["replicate"] <= 4].reset_index(drop=True), found.runs, check_exact=True
    )


def test_a_demonstration_that_was_stopped_goes_on(found, no_figures, tmp_path, monkeypatch, capsys):
    done = []

    def killed(chunk):
        done.append(chunk.n_runs)
        if sum(done) > 30:
            raise KeyboardInterrupt
        return runner.perform(chunk)

    with monkeypatch.context() as patched:
        at_work(patched, killed)
        assert answer(["demo", "--replicates", "4", "--output", str(tmp_path / "demo")]) == 130
    with Ledger(tmp_path / "demo" / FILE, write=False) as ledger:
        safe = ledger.count("run")
    assert 0 < safe < 64 and not list((tmp_path / "demo").glob("*.png"))
    assert answer(["demo", "--replicates", "4", "--output", str(tmp_path / "demo")]) == 0
    assert "64 runs" in capsys.readouterr().out
    exact = pd.read_parquet(tmp_path / "demo" / "runs.parquet")
    pd.testing.assert_frame_equal(exact, found.runs, check_exact=True)


def test_a_demonstration_by_other_code_is_told_and_kept(found, folder, monkeypatch, capsys):
    monkeypatch.setattr("experiments.lab.conduct.code_digest", lambda: "another")
    assert answer(["demo", "--replicates", "4", "--output", str(folder)]) == 5
    said = capsys.readouterr().err
    assert "by other code" in said and "--output" in said and said.count("\n") == 1


def test_the_telling_names_the_effects(found, capsys):
    tell(found)
    said = capsys.readouterr().out
    assert "Broker of 8" in said and "Events × 2" in said and "against none" in said and "±" in said
    assert max(map(len, said.splitlines())) <= 120


def test_the_shipped_file_is_the_experiment_of_the_readme():
    study = read_study(shipped()[demo.NAME])
    assert [factor.levels for factor in study.factors] == [CAPACITIES, SCALES]
    assert (study.replicates, study.months) == (100, 48) and set(demo.OUTCOMES) <= set(study.outcomes)
    assert demo.AS_IT_WAS in [point.settings for point in study.points()]
