"""Fixtures of the tests of studies."""

import os

import pytest


@pytest.fixture
def a_disk_that_does_not_wait(monkeypatch):
    """Leave out what only matters when the machine itself fails: waiting for the disk."""
    monkeypatch.setattr("experiments.lab.store.SYNCHRONOUS", "OFF")
    monkeypatch.setattr(os, "fsync", lambda handle: None)
