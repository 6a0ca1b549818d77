"""What a large world takes before and when its members enter: nothing in it grows as the square of the cities."""

from time import process_time

import pytest

from abm.engine import simulate
from abm.input.load import load
from abm.parameters import ConfigError
from abm.setup.build import build
from tests.helpers import towns, write_cities, write_scenario

pytestmark = pytest.mark.slow

LIMIT = 5.0  # seconds of one processor


def seconds(what):
    """Return the seconds of one processor that something takes."""
    begun = process_time()
    what()
    return process_time() - begun


def test_a_city_file_of_a_hundred_thousand_rows(tmp_path):
    path = write_scenario(tmp_path, towns(100_000))
    assert seconds(lambda: load(path)) < LIMIT


def test_two_city_files_of_fifty_thousand_rows(tmp_path):
    rows = towns(100_000)
    write_cities(tmp_path / "one.csv", rows[:50_000])
    write_cities(tmp_path / "two.csv", rows[50_000:])
    path = tmp_path / "mine.toml"
    path.write_text('cities = "one.csv"\nmore_cities = "two.csv"\nbrokers = []\n', encoding="utf-8")
    found = []
    assert seconds(lambda: found.append(load(path))) < LIMIT
    assert len(found[0].cities) == 100_000


def test_of_a_million_ties_one_in_a_hundred_is_bad_and_three_are_named(tmp_path):
    stages = ["pilot"] * 99 + ["pilots"]
    lines = [f"town-{1000 + n % 5003},town-{7000 + n % 2999},{stages[n % 100]}" for n in range(1_000_000)]
    (tmp_path / "ties.csv").write_text("\n".join(["source,target,stage", *lines]), encoding="utf-8")
    path = write_scenario(tmp_path, towns(10_000), 'brokers = []\n[ties]\nfile = "ties.csv"')
    with pytest.raises(ConfigError) as refused:
        load(path)
    said = str(refused.value)
    assert "10,000 of 1,000,000" in said and "\n" not in said and len(said) < 500, said
    assert [n for n in (101, 201, 301, 401) if f"{n}:" in said] == [101, 201, 301], said


def test_five_thousand_entries_of_a_calendar_that_name_hosts_among_fifty_thousand_cities(tmp_path):
    entry = '[[events]]\ntype = "workshop"\nseats = 4\ndate = "2017-{:02}"\ncity = "town-{}"\n'
    dated = "".join(entry.format(1 + n % 12, 1000 + 9 * n) for n in range(5000))
    path = write_scenario(tmp_path, towns(50_000), "brokers = []\n" + dated)
    assert seconds(lambda: load(path)) < LIMIT


def test_forty_thousand_cities_outside_under_ten_expansions(tmp_path):
    blocs = [f"Bloc {n % 10}" for n in range(40_000)]
    policies = "".join(
        f'[[policies]]\nkind = "expansion"\nstart = "2018-{n + 1:02}"\nregion = "Bloc {n}"\n' for n in range(10)
    )
    rows = [*towns(blocs[:20]), *towns(blocs, role="outside")[20:]]
    path = write_scenario(tmp_path, rows, "brokers = []\n" + policies)
    assert seconds(lambda: build(load(path))) < LIMIT


@pytest.mark.compiled("it times machine code")
def test_a_programme_of_ten_thousand_members_pairs_them_in_a_second(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "world-3000"\nsynthetic = { cities = 10_000 }\npairing = { partners = 3 }\n', "utf-8")
    scenario = load(path, {"search.rate": 0.0}, 1)
    tables = build(scenario)
    assert seconds(lambda: simulate(scenario, [1], tables)) < 1.0
    assert tables.count.encounters > 20_000
