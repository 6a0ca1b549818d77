"""Posteriors that are wrong on purpose go through the whole calibration, and the line that should turns red."""

from types import SimpleNamespace

import numpy as np
import pytest

from calibration.inference import evidence
from calibration.inference.evidence import gathered, learn
from calibration.inference.fit import simulated
from calibration.inference.folder import find
from tests.calibration.inference.small import write_small

pytestmark = [
    pytest.mark.slow,
    pytest.mark.compiled("runs of the programme take seconds each"),
]


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Return a calibration and runs of it, enough to decide by a thousand tests."""
    room = tmp_path_factory.mktemp("planted")
    asked, folder = find(str(write_small(room, runs=4000)), room / "out")
    return asked, simulated(asked, folder)


def found(asked, runs):
    """Return the sentences of the lines that are not met, by line."""
    made = gathered(asked, runs)
    return {check.gate: check.sentence for check in made.gate.checks if check.met is False}


def as_prior(sample):
    z = np.random.default_rng(1).standard_normal(sample.z.shape)
    return sample._replace(z=z, weight=np.full(len(z), 1 / len(z)))


WRONG = {
    "too narrow": (lambda sample: sample._replace(z=sample.mean + 0.6 * (sample.z - sample.mean)), "G2"),
    "shifted": (lambda sample: sample._replace(z=sample.z + 0.4), "G2"),
    "all as one": (lambda sample: sample._replace(z=sample.z + sample.z[:, :1]), "G3"),
    "at an end": (lambda sample: sample._replace(z=sample.z - 3), "G5"),
    "on an end": (lambda sample: sample._replace(z=sample.z - 3), "G7"),
    "the prior": (as_prior, "G8"),
}


def test_a_right_posterior_passes_every_line_that_asks_for_it(begun):
    red = found(*begun)
    assert not red.keys() & {"G1", "G2", "G3", "G9"}, red


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_posterior_turns_its_line_red(begun, monkeypatch, name):
    change, line = WRONG[name]
    right = learn(*begun)
    wrong = SimpleNamespace(
        posterior=lambda features: change(right.posterior(features)),
        posteriors=lambda features: map(change, right.posteriors(features)),
    )
    monkeypatch.setattr(evidence, "learn", lambda *_: wrong)
    assert line in found(*begun)


def test_tests_that_the_posterior_was_learnt_from_turn_the_first_line_red(begun):
    asked, runs = begun
    leaked = runs._replace(seeds=(*runs.seeds[:1000], *runs.seeds[:1000], *runs.seeds[2000:]))
    assert "1000 of 1000 tests are runs that the posterior was learnt from" in found(asked, leaked)["G1"]


def test_a_second_estimator_that_disagrees_turns_the_fourth_line_red(begun, monkeypatch):
    other = learn(*begun).posterior(np.zeros(len(begun[0].fit)))
    monkeypatch.setattr(evidence, "second", lambda *_: other._replace(z=other.z + 1))
    assert found(*begun)["G4"].startswith("means apart, in SDs: ")
