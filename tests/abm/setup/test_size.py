"""A world that no memory holds is refused before anything is made, in one line that says how large it is."""

import pytest

import abm
from abm.setup import build
from experiments.cli import answer


def test_a_world_that_does_not_fit_is_refused_with_its_size(monkeypatch):
    monkeypatch.setattr(build, "memory", lambda: 1e5)
    monkeypatch.setattr(build, "names", lambda _: pytest.fail("it was begun"))
    line = r"32 cities, 192 organisations and 172 practices need 0\.0 GB in one table, and this machine has 0\.0 GB"
    with pytest.raises(MemoryError, match=line):
        build.build(abm.load("iuc-asia"))


def test_the_command_says_so(monkeypatch, capsys):
    monkeypatch.setattr(build, "memory", lambda: 1e5)
    assert answer(["run", "--engine", "mesa", "--set", "practice.per_theme=1000"]) == 4
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "memory: 32 cities" in said


def test_the_shipped_world_fits():
    build.check_memory(abm.load("iuc-asia"))
    assert build.memory() > 1e9
