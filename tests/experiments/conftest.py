"""Fixtures of the tests of studies."""

import os

import pytest

from experiments.cli import answer
from experiments.lab import conduct
from tests.experiments.laboratory import cheap, write_study


@pytest.fixture
def a_disk_that_does_not_wait(monkeypatch):
    """Leave out what only matters when the machine itself fails: waiting for the disk."""
    monkeypatch.setattr("experiments.lab.store.SYNCHRONOUS", "OFF")
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def verb(tmp_path, monkeypatch, capsys):
    """Give a function that runs a verb, with runs that cost nothing, and returns its code, output and notices."""
    write_study(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", cheap)
    monkeypatch.setattr("experiments.terminal.compile_if_needed", lambda: None)
    monkeypatch.setattr("experiments.lab.forecast.timed_sample", lambda study, points: (1, 0.001))

    def run(*arguments):
        code = answer([str(a) for a in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def folder(tmp_path):
    """Give the folder of the study."""
    return tmp_path / "outputs" / "trial"
