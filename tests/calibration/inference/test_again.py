"""Programmes that are simulated are recovered, and a posterior that is wrong does not recover them."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from abm.parameters import ConfigError
from calibration.inference import again
from calibration.inference.again import drawn, recover
from calibration.inference.runs import Runs
from calibration.posterior import Sample
from calibration.priors import Unknown
from calibration.statistics import NAMES
from experiments import cli

N = 400
RNG = np.random.default_rng(12)
Z = RNG.standard_normal((800, 2))
TABLE = np.tile(np.zeros(len(NAMES)), (800, 1))
TABLE[:, :2] = Z + RNG.standard_normal((800, 2))
RUNS = Runs(Z, TABLE, tuple(range(800)), 800, "")
ASKED = SimpleNamespace(
    unknowns=(Unknown("a", 0, 1), Unknown("b", 0, 1)),
    fit=("cities with a plan", "largest case"),
    study=SimpleNamespace(seed=1),
    name="mine",
)


class Exact:
    """The posterior that is known: prior N(0, 1), seen with noise of SD 1; ``width`` and ``shift`` spoil it."""

    def __init__(self, width=1.0, shift=0.0):
        self.width, self.shift = width, shift

    def posterior(self, s):
        z = s / 2 + self.shift + self.width * np.sqrt(0.5) * RNG.standard_normal((N, 2))
        return Sample(z, np.full(N, 1 / N))

    def posteriors(self, features):
        return map(self.posterior, features)


@pytest.fixture
def learning(monkeypatch):
    def by(estimator):
        monkeypatch.setattr(again, "learn", lambda *_: estimator)
        monkeypatch.setattr(again, "features", lambda table, used: table[:, :2])

    return by


def test_a_right_posterior_recovers_two_hundred_programmes(learning):
    learning(Exact())
    found = recover(ASKED, RUNS, 200)
    assert found.all_inside and found.sentence == "200 simulated programmes: 8 of 8 counts within binomial bounds"
    assert found.table["of"].eq(200).all() and set(found.table["level"]) == {0.5, 0.8, 0.9, 0.95}


@pytest.mark.parametrize("wrong", [{"width": 0.6}, {"shift": 0.6}, {"width": 2.0}])
def test_a_wrong_one_does_not_and_says_where(learning, wrong):
    learning(Exact(**wrong))
    found = recover(ASKED, RUNS, 200)
    assert not found.all_inside and "% covers " in found.sentence


def test_more_programmes_than_are_kept_to_test_on_are_refused(learning):
    with pytest.raises(ConfigError, match="--recover 201: of 800 runs 200 are there to test on"):
        recover(ASKED, RUNS, 201)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n1\n", "posterior.csv: has no column b; `twinhelix calibrate --check mine` writes it anew"),
        ("a,b\n" + "1,0\n" * 3, "posterior.csv: has 3 draws, at least 4 are needed; `twinhelix"),
        ("a,b\n" + "1,0\n" * 4 + "1,x\n", "posterior.csv:6: b = 'x': must be a number from 0 to 1"),
        ("a,b\n" + "1,0\n" * 4 + "nan,1\n", "posterior.csv:6: a = 'nan': must be a number from 0 to 1"),
        ("a,b\n1,-0.1\n" + "1,0\n" * 4, "posterior.csv:2: b = '-0.1': must be a number from 0 to 1"),
        ("", "posterior.csv: the file is empty"),
    ],
)
def test_a_posterior_that_somebody_spoilt_is_refused_in_one_line(tmp_path, text, line):
    path = tmp_path / "posterior.csv"
    path.write_text(text)
    with pytest.raises(ConfigError) as refusal:
        drawn(ASKED, path)
    assert str(refusal.value).startswith(line) and "\n" not in str(refusal.value)


def test_draws_are_read_by_name_in_the_order_of_the_unknowns(tmp_path):
    path = tmp_path / "posterior.csv"
    path.write_text("b,more,a\n0.1,2,0.3\n" + "0.4,5,1.0000000000000002\n" * 3)
    assert drawn(ASKED, path)[:2].tolist() == [[0.3, 0.1], [1 + 2**-52, 0.4]]


def test_half_a_whole_number_is_refused(tmp_path):
    path = tmp_path / "posterior.csv"
    path.write_text("a\n" + "1\n" * 4 + "1.5\n")
    whole = SimpleNamespace(unknowns=(Unknown("a", 1, 4, True),), name="mine")
    with pytest.raises(ConfigError, match=r"posterior\.csv:6: a = '1\.5': must be a whole number from 1 to 4"):
        drawn(whole, path)


@pytest.mark.compiled("runs of the programme take seconds each")
def test_the_record_and_runs_are_read_as_lists_by_one_operator(capsys):
    assert cli.answer(["check", "--listed", "--seeds", "60", "--json"]) in (0, None)
    table = pd.DataFrame(json.loads(capsys.readouterr().out)).set_index("statistic")
    assert table["role"].value_counts().to_dict() == {"hold-out": 12, "fit": 10}
    assert table.loc["pilot cases", "observed"] == 15 and 5 < table.loc["pilot cases", "mean"] < 40
    assert table.loc["busiest European city", "high_90"] < table.loc["busiest European city", "observed"]
