"""Many runs of many sets of parameters are the runs of each alone."""

import numpy as np
import pandas as pd
import pytest

import abm
from abm import engine, runs
from abm.parameters import ConfigError
from abm.runs import recorded, recorded_pairs
from experiments.cli import answer
from tests.helpers import tiny

TWO = {"contact.baseline": [-1.0, -0.5], "pairing.partners": [1, 3]}


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_runs_take_draws_in_turn_each_with_luck_of_its_own(tmp_path, threads):
    scenario, wanted = tiny(tmp_path, 6), ["contacts_ever", "pilots_ever@6"]
    found = abm.run_many(scenario, seeds=20, outcomes=wanted, draws=TWO, threads=threads)
    assert found["draw"].tolist() == [1, 2] * 20 and found["seed"].tolist() == list(range(1, 41))
    for draw, rows in found.groupby("draw"):
        override = {name: values[draw - 1] for name, values in TWO.items()}
        alone = abm.run_many(scenario, seeds=rows["seed"].tolist(), outcomes=wanted, override=override)
        pd.testing.assert_frame_equal(rows.drop(columns="draw").reset_index(drop=True), alone)


def test_a_data_frame_of_draws_and_a_list_of_seeds_will_do(tmp_path):
    scenario = tiny(tmp_path, 6)
    found = abm.run_many(scenario, seeds=[7, 9], draws=pd.DataFrame(TWO), outcomes=["pilots_ever"])
    assert found[["draw", "seed"]].to_numpy().tolist() == [[1, 7], [2, 9]]


@pytest.mark.parametrize(
    ("seeds", "draws", "line"),
    [
        (3, {"contact.base": [1.0]}, "unknown parameter contact.base = 1.0; did you mean contact.baseline?"),
        (3, {"contact.baseline": [-1.0, 99.0]}, "contact.baseline = 99.0: must be a number from"),
        (3, {"contact.baseline": []}, "draws: there are none"),
        ([1, 2, 3], TWO, "seeds: 3 do not share out among 2 draws"),
        (3, {"world.n_themes": [3, 4]}, "draws: world.n_themes shapes the world, which all draws share"),
    ],
)
def test_draws_that_cannot_be_run_are_refused_in_one_line(tmp_path, seeds, draws, line):
    with pytest.raises(ConfigError) as refusal:
        abm.run_many(tiny(tmp_path, 6), seeds=seeds, draws=draws, outcomes=["pilots_ever"])
    assert str(refusal.value).startswith(line) and "\n" not in str(refusal.value)


def test_a_run_that_returns_often_is_the_same(tmp_path, monkeypatch):
    scenario = tiny(tmp_path, 6)
    whole = engine.simulate(scenario, [1, 2, 3])[0]
    monkeypatch.setattr(engine, "CITY_MONTHS", 6 * 5)
    course = engine.Course(scenario, [1, 2, 3])
    assert len(list(course)) == len(course) == -(-3 * scenario.months // 5)
    assert course.recorded.tobytes() == whole.tobytes()


def test_who_stops_a_run_keeps_the_months_that_were_over(tmp_path, monkeypatch):
    scenario, seen = tiny(tmp_path, 6), []

    def impatient(course, *_, **__):
        """Let somebody press Ctrl-C after the second stretch."""
        for world in course:
            seen.append(int(world.count.months))
            if len(seen) == 2:
                raise KeyboardInterrupt
            yield world

    monkeypatch.setattr(engine, "CITY_MONTHS", 6 * 4)
    monkeypatch.setattr(runs, "shown_while", impatient)
    with pytest.raises(runs.Stopped) as stop:
        abm.run(scenario)
    assert seen == [4, 8] and stop.value.result.scenario.months == len(stop.value.result.series) == 8
    monkeypatch.undo()
    assert stop.value.result.digest == abm.run(scenario, months=8).digest


def test_a_command_that_is_stopped_says_how_far_it_came(monkeypatch, capsys):
    part = abm.run("iuc-asia", months=2)

    def stopped(*_, **__):
        raise runs.Stopped(part)

    monkeypatch.setattr(runs, "run", stopped)
    assert answer(["run", "--months", "3"]) == 130
    said = capsys.readouterr()
    assert said.err == "twinhelix: stopped after 2 of 3 months; this is what had happened by then\n"
    assert part.digest in said.out


def test_the_highest_stage_of_every_pair_is_that_of_its_partnerships():
    scenario, seeds = abm.load("iuc-asia", months=30), [4, 9, 5]
    series, highest = recorded_pairs(scenario, seeds)
    assert series.tobytes() == recorded(scenario, seeds).tobytes()
    for x, seed in enumerate(seeds):
        result = abm.run(scenario, seed=seed)
        at = {name: i for i, name in enumerate(result.names.cities)}
        wanted = np.zeros_like(highest[x])
        for row in result.partnerships.sort_values("highest_stage").to_dict("records"):
            i, j = at[row["city_a"]], at[row["city_b"]]
            wanted[i, j] = wanted[j, i] = row["highest_stage"]
        assert np.array_equal(highest[x], wanted) and wanted.max() >= 4
