"""One history, whoever runs it: compiled engine, Mesa face, overrides that only call super, interpreter, threads."""

import os
import subprocess
import sys

import pandas as pd
import pytest

import abm

SMALL = """
import sys
import abm
from pathlib import Path
from tests.abm.face.small import small_scenario
print(abm.run(small_scenario(Path(sys.argv[1])), seed=5, months=12).digest)
"""


class Mayor(abm.City):
    """A city whose decisions are what the model would have decided."""

    def consent(self, partner, theme, meeting):
        return super().consent(partner, theme, meeting)

    def choose_theme(self, partner, meeting):
        return super().choose_theme(partner, meeting)

    def try_practice(self, practice):
        return super().try_practice(practice)


class Campus(abm.University):
    """A university that joins when the model says so."""

    def join(self, partnership, offer):
        return super().join(partnership, offer)


class Agency(abm.Broker):
    """A broker that scores as the model does."""

    def score(self, one, other, theme, candidate):
        return super().score(one, other, theme, candidate)


@pytest.fixture(scope="module")
def compiled():
    return abm.run("iuc-asia", seed=11)


@pytest.mark.parametrize(
    "classes",
    [{}, {"city": Mayor, "university": Campus, "broker": Agency}, {"city": {"rome": Mayor}}],
    ids=["plain", "all call super", "one mayor calls super"],
)
def test_mesa_and_compiled_histories_are_the_same(compiled, classes):
    model = abm.CityPartnershipModel("iuc-asia", seed=11, **classes)
    result = model.run()
    model.close()
    assert result.digest == compiled.digest
    assert result.series.equals(compiled.series)
    assert result.partnerships.equals(compiled.partnerships)
    collected = model.datacollector.get_model_vars_dataframe()
    assert list(collected["pilots_ever"]) == list(compiled.series["pilots_ever"])


def test_an_override_is_honoured(compiled):
    class Hermit(abm.City):
        def consent(self, partner, theme, meeting):
            return False

    table = abm.CityPartnershipModel("iuc-asia", seed=11, city={"rome": Hermit}).run().partnerships
    of_rome = table[(table["city_a"] == "rome") | (table["city_b"] == "rome")]
    assert set(of_rome["origin"]) == {"programme"}  # consent is waived there, and only there
    before = compiled.partnerships
    assert len(before[(before["city_a"] == "rome") | (before["city_b"] == "rome")]) > len(of_rome)


@pytest.mark.compiled("eighty runs")
def test_threads_and_company_do_not_matter():
    one = abm.run_many("iuc-asia", seeds=40, threads=1, progress=False)
    two = abm.run_many("iuc-asia", seeds=40, threads=2, progress=False)
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    alone = abm.run("iuc-asia", seed=40).outcomes
    pd.testing.assert_frame_equal(one[one["seed"] == 40].drop(columns="seed").reset_index(drop=True), alone)


def test_same_seed_same_bits_other_seed_other_history(compiled):
    assert abm.run("iuc-asia", seed=11).digest == compiled.digest
    assert abm.run("iuc-asia", seed=12).digest != compiled.digest


def _digest_elsewhere(python, folder, **environment):
    command = [python, "-c", SMALL, str(folder)]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": os.getcwd(), **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_the_interpreted_engine_is_the_reference(tmp_path):
    compiled = _digest_elsewhere(sys.executable, tmp_path, TWINHELIX_ENGINE="compiled")
    assert _digest_elsewhere(sys.executable, tmp_path, TWINHELIX_ENGINE="plain") == compiled


@pytest.mark.slow
def test_another_python_has_the_same_history(tmp_path):
    """Set TWINHELIX_OTHER_PYTHON to an interpreter of another version with the package's dependencies."""
    other = os.environ.get("TWINHELIX_OTHER_PYTHON")
    if not other:
        pytest.skip("TWINHELIX_OTHER_PYTHON names no interpreter")
    assert _digest_elsewhere(other, tmp_path) == _digest_elsewhere(sys.executable, tmp_path)
