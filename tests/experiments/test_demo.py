import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

import abm
from experiments.commands.demo import tell
from experiments.report import demo

FIGURES = ("factorial", "stocks", "differences", "map", "adoption", "tree", "helix", "brokerage")
TABLES = ("results", "means", "differences", "positions")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "outputs" / "demo"


@pytest.fixture(scope="module")
def found(folder):
    return demo.demonstrate(4, folder, progress=False)


def test_every_cell_runs_the_same_seeds(found):
    cells = found.results.groupby(list(demo.BY))["seed"].apply(list)
    assert set(cells.index) == set(product(demo.CAPACITIES, demo.SCALES))
    assert all(seeds == [1, 2, 3, 4] for seeds in cells)


def test_a_row_is_what_that_run_gives_by_itself(found):
    rows = found.results.set_index([*demo.BY, "seed"])
    for capacity, scale, seed in ((0.0, 2.0, 3), (8.0, 0.5, 1)):
        alone = abm.run("iuc-asia", seed=seed, override={demo.CAPACITY: capacity, demo.SCALE: scale}).outcomes.iloc[0]
        pd.testing.assert_series_equal(rows.loc[(capacity, scale, seed)], alone, check_names=False)


def test_differences_are_those_of_the_runs(found):
    rows = found.results.set_index([*demo.BY, "seed"])["pilots_ever"]
    table = demo.against_nothing(found, ["pilots_ever"]).set_index("contrast")
    assert table["difference"]["Broker of 8 against none"] == (rows[8.0, 1.0] - rows[0.0, 1.0]).mean()
    assert table["difference"]["Events × 2 against none"] == (rows[4.0, 2.0] - rows[4.0, 0.0]).mean()
    assert len(table) == 6 and (table["pairs"] == 4).all()


def test_stocks_are_those_of_the_programme_as_it_was(found):
    alone = [abm.run("iuc-asia", seed=seed).series["pilots"] for seed in (1, 2, 3, 4)]
    table = demo.stocks_by_stage(found.stocks)
    assert table.loc[table["stage"] == "pilot", "mean"].tolist() == np.mean(alone, axis=0).tolist()


def test_positions_are_those_of_half_time_and_pilots_those_begun_later(found):
    table = found.positions[found.positions["seed"] == 2].set_index("city_id")
    episodes = abm.run("iuc-asia", seed=2).partnerships
    at_half_time = abm.run("iuc-asia", seed=2, months=24)
    degree = dict(at_half_time.graph(stage=2).degree)
    for city, row in table.iterrows():
        mine = episodes[(episodes["city_a"] == city) | (episodes["city_b"] == city)]
        assert row["pilots_begun_later"] == (mine["pilot_month"] >= 24).sum()
        expected = 1 / degree[city] if degree[city] else np.nan  # no triangles: ties join the two blocs only
        assert row["constraint"] == pytest.approx(expected, nan_ok=True)
    assert table["constraint"].notna().sum() > 5 and table["pilots_begun_later"].sum() > 0
    assert found.positions["seed"].unique().tolist() == [1, 2, 3, 4]


def test_tables_figures_and_provenance_are_written(found, folder):
    for name in TABLES:
        exact = pd.read_parquet(folder / f"{name}.parquet")
        pd.testing.assert_frame_equal(exact, pd.read_csv(folder / f"{name}.csv"), check_dtype=False)
    assert len(pd.read_parquet(folder / "results.parquet")) == 64
    for name in FIGURES:
        assert imread(folder / f"{name}.png").std() > 0.01
    assert abm.load(folder / "scenario.toml") == abm.load("iuc-asia")
    provenance = json.loads((folder / "versions.json").read_text(encoding="utf-8"))
    assert provenance["design"]["broker.capacity"] == [0, 2, 4, 8] and provenance["code"]
    assert provenance["digest_of_seed_1"] == abm.run("iuc-asia").digest
    assert sorted(path.name for path in folder.parent.iterdir()) == ["demo"]


def test_the_telling_names_the_effects(found, capsys):
    tell(found)
    said = capsys.readouterr().out
    assert "Broker of 8" in said and "Events × 2" in said and "against none" in said and "±" in said
    assert max(map(len, said.splitlines())) <= 120
