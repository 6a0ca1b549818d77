"""``python -m benchmarks`` measures all it says, whatever becomes of the month that it takes apart."""

import json

import pytest

import abm
from abm import engine
from benchmarks import run

pytestmark = [pytest.mark.slow, pytest.mark.compiled("it times machine code")]


def test_every_measurement_is_made(capsys):
    run.main(["--turns", "1", "--json"])
    found = json.loads(capsys.readouterr().out)["measured"]
    assert {run.ENGINE, "plain Mesa over engine", "two threads over one", "draw floor"} <= set(found)
    assert {"cold start, kernels compiled", "warm start, kernels from the cache"} <= set(found)
    assert all(row["value"] > 0 for row in found.values())


def test_half_a_month_spreads_no_practice(monkeypatch):
    whole = engine.simulate(abm.load(run.SCENARIO), [1])[1]
    monkeypatch.setattr(engine, "advance", run.without_knowledge())
    half = engine.simulate(abm.load(run.SCENARIO), [1])[1]
    assert half.count.partnerships > 0
    assert half.count.lessons < whole.count.lessons
