"""`twinhelix world` says what a world holds and needs."""

import json

import pytest

from abm.input.load import load
from experiments.cli import answer
from experiments.commands import world
from tests.helpers import towns, write_scenario

TOML = 'months = 3\nbrokers = []\n[world]\ncross_bloc_only = false\n[ties]\nfile = "ties.csv"\n'


@pytest.fixture
def file(tmp_path):
    (tmp_path / "ties.csv").write_text("town-000,town-001\ntown-001,town-002\ntown-002,town-000\n", encoding="utf-8")
    return write_scenario(tmp_path, towns(6), TOML)


def test_a_world_is_counted_and_its_ties_are_set_beside_sister_cities(file, capsys):
    assert answer(["world", str(file), "--check", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["cities"], said["organisations"], said["standing_ties"], said["members"]) == (6, 36, 3, 6)
    assert said["regions"] == {"East": 3, "West": 3} and "network" not in said
    assert said["ties"]["shape"]["m"] == 3 and said["ties"]["shape"]["international"] == pytest.approx(2 / 3)
    assert said["seconds_a_run"] > 0 and said["bytes_a_run"] > 0
    assert answer(["world", str(file), "--check"]) == 0
    told = capsys.readouterr().out
    assert (
        "6 cities in 2 countries (East 3, West 3)" in told and "KONECT" in told and "Largest clique: 3 cities" in told
    )


def test_one_city_is_counted_as_one(tmp_path, capsys):
    assert answer(["world", str(write_scenario(tmp_path, towns(1), "brokers = []")), "--check"]) == 0
    assert "1 city in 1 country (" in capsys.readouterr().out


def test_a_short_run_is_tried_to_its_end_and_a_long_one_in_part(file, capsys, monkeypatch):
    """What is forecast of a run that takes no time is what it took; of another the months to come cost more."""
    monkeypatch.setattr(world, "tried_out", lambda scenario: (2.0, 0.02 * scenario.months))
    found = [world.forecast(load(file, months=months)) for months in (20, 120)]
    assert [one["tried_months"] for one in found] == [20, 48]
    assert found[0]["seconds_a_run"] == pytest.approx(2.4)
    assert found[1]["seconds_a_run"] == pytest.approx(2.0 + 0.96 * (120 * 2.25) / (48 * 1.5))


def test_without_check_a_run_shows_its_network(file, capsys):
    assert answer(["world", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["network"]["shape"]["m"] >= 3


def test_the_files_of_a_world_are_written_and_give_the_same_world(file, tmp_path, capsys):
    assert answer(["world", str(file), "--check", "--output", str(tmp_path / "mine")]) == 0
    again, before = load(tmp_path / "mine" / "scenario.toml"), load(file)
    assert again.cities == before.cities and again.ties == before.ties


def test_bad_input_is_one_line(file, tmp_path, capsys):
    (tmp_path / "ties.csv").write_text("town-000,nowhere\n", encoding="utf-8")
    assert answer(["world", str(file), "--check"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
