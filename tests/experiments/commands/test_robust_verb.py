"""``twinhelix robust``: programmes in worlds, from a study file through the ledger to regret."""

import json
from functools import partial

import numpy as np
import pandas as pd
import pytest

from experiments.design.points import Row, block_of
from experiments.lab import conduct
from experiments.lab.folder import find
from experiments.lab.runner import Done
from tests.experiments.laboratory import n_stored, write_study

STUDY = """[programmes]
"as it was" = { broker.capacity = 4 }
busy = { broker.capacity = 8, broker.alignment_share = 0 }
none = { broker.capacity = 0 }
[vary]
search.rate = {low = 0, high = 1}
ladder.pilot_rate = "prior"
[design]
kind = "worlds"
points = 300
"""
SUCCESS = 'success = ["pilots_ever >= 5", "mean_trust <= 2"]\n'

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


def planted(chunk):
    """Perform runs: a busy broker is better by 2 where cities search little, worse by 2 where they search much."""
    rows = []
    for group in chunk.groups:
        values = group.scenario.values
        capacity, turn = values["broker.capacity"], 2.0 if values["search.rate"] < 0.5 else -2.0
        pilots = {0: 0.0, 4: 6.0, 8: 6.0 + turn}[capacity]
        for replicate, seed in zip(group.replicates, group.seeds, strict=True):
            luck = seed % 1000 / 1000
            rows.append(Row(group.point, replicate, seed, np.array([0.0, pilots + luck, capacity]), ""))
    return Done(rows, 1e-4 * len(rows))


@pytest.fixture
def written(tmp_path):
    """Give a function that writes the study, and returns its file."""
    return lambda vary=STUDY, more=SUCCESS: write_study(tmp_path, more, vary=vary, replicates=4)


@pytest.fixture
def say(verb, written, monkeypatch):
    """Give a function that asks ``twinhelix robust`` of the study."""
    written()
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", planted)
    return partial(verb, "robust", "--no-figures")


def test_regret_and_good_enough_stand_by_themselves_for_each_wish(say, folder):
    code, said, _ = say("trial.toml")
    table = pd.read_parquet(folder / "tables" / "robust.parquet").set_index(["wish", "programme"])
    assert code == 0 and "pilots_ever >= 5" in said and "mean_trust <= 2" in said
    assert table.loc["pilots_ever", "regret"].tolist() == pytest.approx([1, 1, 7], abs=0.2)
    assert table.loc["pilots_ever", "enough"].tolist() == pytest.approx([1, 0.5, 0], abs=0.05)
    assert table.loc["mean_trust", "regret"].tolist() == [4, 8, 0]
    assert table.loc["mean_trust", "enough"].tolist() == [0, 0, 1]


def test_where_two_programmes_change_places_is_told_as_a_box(say):
    said = say("trial.toml")[1]
    assert "pilots_ever: " in said and "Cities' own searches is at " in said


def test_programmes_share_the_seeds_of_a_world_and_worlds_none(written, tmp_path):
    study = find(str(written()), tmp_path)[0]
    seeds = {}
    for point in study.points():
        seeds.setdefault(block_of(point.id), set()).add(tuple(study.seed_at(point.id, r) for r in (1, 2, 3, 4)))
    assert len(seeds) == 300 and all(len(of) == 1 for of in seeds.values())
    assert len({seed for of in seeds.values() for seed in next(iter(of))}) == 1200
    settings = [study.named(point.settings) for point in study.points()[:3]]
    assert [s["scenario"] for s in settings] == ["as it was", "busy", "none"]
    assert len({s["search.rate"] for s in settings}) == 1
    assert study.scenario_at(study.points()[1].settings).values["broker.alignment_share"] == 0


def test_worlds_are_added_and_the_study_is_known_by_its_name(say, verb, folder):
    say("trial.toml")
    before = n_stored(folder)
    assert verb("extend", "trial", "--points", "600")[0] == 0
    code, said, _ = say("trial", "--json")
    assert code == 0 and n_stored(folder) == 2 * before == json.loads(said)["runs"]["finished"] == 7200
    assert verb("verify", "trial")[0] == 0


def fitted(room, text, gate='{"gate": "not calibrated: a trial"}'):
    """Write a posterior."""
    room.mkdir()
    (room / "posterior.csv").write_text(text, encoding="utf-8")
    (room / "posterior.json").write_text(gate, encoding="utf-8")


def test_draws_of_a_posterior_are_worlds_beside_those_of_the_priors(say, verb, tmp_path):
    rates = np.linspace(0.6, 0.9, 40)
    fitted(tmp_path / "fitted", "search.rate,broker.capacity\n" + "".join(f"{rate},3\n" for rate in rates))
    say("trial.toml")
    code, said, _ = say("trial.toml", "--posterior", "fitted", "--draws", "20")
    assert code == 0 and "Posterior of fitted, 20 draws: not calibrated: a trial." in said
    assert "As the study says, not as the posterior: broker.capacity." in said
    assert "pilots_ever >= 5, worlds from the priors" in said
    made = json.loads(say("trial-posterior", "--json")[1])
    assert made["study"] == "trial-posterior" and made["runs"]["finished"] == 3 * 300 * 4
    regret = {row["programme"]: row["regret"] for row in made["robust"] if row["wish"] == "pilots_ever"}
    assert regret["as it was"] == pytest.approx(0, abs=0.01) and regret["busy"] == pytest.approx(2, abs=0.01)
    again = find("trial-posterior", tmp_path / "outputs")[0]
    drawn = {again.scenario_at(point.settings).values["search.rate"] for point in again.points()}
    assert len(drawn) == 20 and drawn <= set(rates.tolist())
    assert verb("verify", "trial-posterior")[0] == 0
    said = say("trial-posterior", "--success", "pilots_ever >= 9")[1]
    assert "from the priors" not in said, "another level is enough there"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("broker.capacity = 4", "search.rate = 0.5"), "programmes.as it was.search.rate = 0.5: [vary] names it too"),
        (
            ("broker.capacity = 4", "broker.capacty = 4"),
            "unknown parameter 'broker.capacty'; did you mean broker.capacity?",
        ),
        (("broker.capacity = 4", "broker.capacity = -4"), "broker.capacity = -4: must be"),
        (("[vary]", '[vary]\nscenario = ["iuc-asia", "no-broker"]'), "the scenarios of the study are its [programmes]"),
        (("{ broker.capacity = 0 }", "0"), "programmes.none = 0: must be a table of settings"),
        (
            ('kind = "worlds"\npoints = 300', ""),
            "design.kind = 'factorial' with 3 scenarios: a robust choice is between",
        ),
        (("points = 300", "worlds = 300"), "unknown key design.worlds = 300"),
        (("points = 300", "points = 1"), "design.points = 1: regret is over worlds; take two at least"),
        (("[vary]", '[vary]\nuncertainties = "all"'), "vary.uncertainties = 'all': must be \"prior\""),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(say, written, folder, change, line):
    written(STUDY.replace(*change))
    code, said, notice = say("trial.toml")
    assert code == 2 and line in notice and notice.count("\n") == 1 and not said and not folder.exists()


@pytest.mark.parametrize(
    ("success", "line"),
    [
        ('success = ["pilots_ever >= 5", "pilots_ever >= 9"]\n', "success: two wishes are of pilots_ever"),
        ("", "success: say what it is"),
    ],
)
def test_wishes_that_cannot_be_weighed_are_refused(say, written, success, line):
    written(more=success)
    code, _, notice = say("trial.toml")
    assert code == 2 and line in notice


def test_where_programmes_turn_is_told_in_parameters_of_the_draws(say, tmp_path):
    rates = np.random.default_rng(1).permutation(np.linspace(0, 1, 400))
    fitted(tmp_path / "fitted", "search.rate\n" + "".join(f"{rate}\n" for rate in rates))
    said = say("trial.toml", "--posterior", "fitted", "--draws", "300")[1]
    assert "Cities' own searches is at " in said and "Draw" not in said


def test_a_posterior_that_is_none_is_refused(say, tmp_path):
    code, _, notice = say("trial.toml", "--posterior", "fitted")
    assert code == 2 and "no folder of that name in outputs has posterior.csv" in notice
    fitted(tmp_path / "fitted", "search.rat\n0.5\n")
    code, _, notice = say("trial.toml", "--posterior", "fitted")
    assert code == 2 and "unknown parameter 'search.rat'; did you mean search.rate?" in notice


def test_uncertainties_are_what_nobody_controls(written, tmp_path):
    study = find(str(written(STUDY.replace("search.rate = {low = 0, high = 1}", 'uncertainties = "prior"'))), tmp_path)[
        0
    ]
    names = [factor.name for factor in study.factors]
    assert "ladder.pilot_rate" in names and "calendar.scale" not in names and "broker.capacity" not in names
