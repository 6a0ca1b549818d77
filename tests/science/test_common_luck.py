"""Two scenarios with one seed share all the luck they can share: what a change does not reach stays as it is, to the
last bit (V19, V23)."""

import csv
import random

import pandas as pd
import pytest

import abm
from abm.input.load import DATA, SHIPPED
from abm.state.practices import ladder
from abm.state.words import Ladder
from tests.helpers import write_cities

SEED = 1
IUC = (SHIPPED / "iuc-asia.toml").read_text(encoding="utf-8")
with (DATA / "iuc_cities.csv").open(encoding="utf-8") as _file:
    CITIES = list(csv.DictReader(_file))
NOBODY = {
    "name": "Nowhere",
    "country": "China",
    "latitude": 30.0,
    "longitude": 110.0,
    "population": 5_000_000,
    "role": "member",
    "entry_month": 0,
    "weight": 0,
}
LIVELY = {"search.rate": 0.1, "calendar.scale": 1.5}


def run(folder, toml=IUC, cities=CITIES, override=None):
    """Run a variant of the IUC scenario."""
    write_cities(folder / "iuc_cities.csv", cities)
    path = folder / "variant.toml"
    path.write_text(toml, encoding="utf-8")
    return abm.run(path, seed=SEED, override={**LIVELY, **(override or {})})


def same(a, b):
    pd.testing.assert_frame_equal(a.reset_index(drop=True), b.reset_index(drop=True), check_exact=True)


def practices(result):
    """Return what became of the practices, and how many cities have adopted each."""
    world, n = result.world, int(result.world.count.practices)
    kept = ("theme", "quality", "evidence", "born")
    taking_part = world.cities.weight > 0
    return pd.DataFrame(
        {column: world.practices[column][:n] for column in kept}
        | {
            "origin": [result.names.cities[i] for i in world.practices.origin[:n]],
            "adopted": (ladder(world)[: len(taking_part), :n][taking_part] == Ladder.ADOPTED).sum(axis=0),
        }
    )


def same_before(a, b, month):
    """Assert that two runs were the same before a month, and that they went apart later."""
    same(a.series.iloc[:month], b.series.iloc[:month])
    constant = ["city_a", "city_b", "theme", "origin", "begun"]
    for table, column in (("partnerships", "begun"), ("links", "begun"), ("events", "month")):
        before_a, before_b = (t[t[column] < month] for t in (getattr(a, table), getattr(b, table)))
        assert len(before_a) > 0
        columns = constant if table == "partnerships" else [c for c in before_a.columns if c != "ended"]
        same(before_a[columns], before_b[columns])
    assert a.digest != b.digest


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return run(tmp_path_factory.mktemp("base"))


# 50 candidates a month are fewer than a 50th of the pairs and themes, so that the broker samples.
@pytest.mark.parametrize("sample", [200, 50], ids=["broker sees all", "broker samples"])
@pytest.mark.parametrize(
    ("city_id", "region"), [("aaa", "China"), ("kkk", "Europe"), ("zzz", "China"), ("kkk", "Africa")]
)
def test_v23_a_city_of_weight_0_changes_nothing(tmp_path, city_id, region, sample):
    override = {"broker.sample": sample}
    without = run(tmp_path, override=override)
    nobody = {**NOBODY, "city_id": city_id, "region": region}
    with_it = run(tmp_path, cities=[*({**row, "weight": 1} for row in CITIES), nobody], override=override)
    for table in ("partnerships", "links", "events", "brokers"):
        same(getattr(without, table), getattr(with_it, table))
    same(without.cities, with_it.cities.query("city_id != @city_id"))
    same(without.organisations, with_it.organisations.query("city != @city_id"))
    same(practices(without), practices(with_it))
    same(without.series, with_it.series[without.series.columns])  # a further region adds columns of its own


def test_v23_order_of_the_city_file_changes_nothing(tmp_path, base):
    shuffled = CITIES.copy()
    random.Random(1).shuffle(shuffled)
    assert shuffled != CITIES
    assert run(tmp_path, cities=shuffled).digest == base.digest


def test_v23_without_the_broker_the_rest_of_the_luck_is_the_same(tmp_path, base):
    without = run(tmp_path, "brokers = []\n" + IUC)
    what_and_where = ["type", "mode", "month", "theme", "seats", "venue"]  # needs, and so who comes, are reached
    same(without.events[what_and_where], base.events[what_and_where])
    drawn_at_start = ["city_id", "engagement", "ambition", "capacity"]  # leaderships change by the same draws, too
    same(without.cities[drawn_at_start], base.cities[drawn_at_start])
    who_they_are = ["organisation", "kind", "city", "theme", "second_theme"]
    same(without.organisations[who_they_are], base.organisations[who_they_are])
    at_start = ["theme", "quality", "origin"]
    n = int((base.world.practices.born[: base.world.count.practices] < 0).sum())
    same(practices(without).loc[: n - 1, at_start], practices(base).loc[: n - 1, at_start])
    assert without.digest != base.digest


def test_v19_runs_are_identical_before_the_shock(tmp_path, base):
    without = run(tmp_path, IUC.partition("[[shocks]]")[0])
    same_before(base, without, month=37)  # February 2020


def test_v23_an_event_on_a_date_changes_nothing_before_it(tmp_path, base):
    date = '\n[[events]]\ntype = "conference"\ndate = "2019-07"\nseats = 40\n'
    same_before(base, run(tmp_path, IUC + date), month=30)


def test_v23_a_later_entry_changes_nothing_before_it(tmp_path, base):
    later = [{**row, "entry_month": 30} if row["city_id"] == "bologna" else row for row in CITIES]
    assert later != CITIES
    same_before(
        base,
        run(tmp_path, cities=later),
        month=int(next(row["entry_month"] for row in CITIES if row["city_id"] == "bologna")),
    )
