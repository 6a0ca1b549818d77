"""Whatever happens to a study in whichever order, its table is that of the runs it was asked for."""

import random
import shutil
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from experiments.analysis.tables import export
from experiments.commands.extend import extend
from experiments.lab import repair as mending
from experiments.lab import verify as checks
from experiments.lab.folder import find
from experiments.lab.ledger import FILE
from tests.experiments.lab.test_ledger import spoil
from tests.experiments.laboratory import carry, expected, n_stored, stored, write_study

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


class Killed(BaseException):
    """The end of the process, as nobody could catch it."""


def killed_after(n, chunks, work):
    """Perform ``n`` chunks and die."""
    for x, chunk in enumerate(chunks):
        if x == n:
            raise Killed
        yield work(chunk)


class Life(RuleBasedStateMachine):
    """A study that is run, killed, extended, damaged, repaired, verified and exported."""

    bug = staticmethod(lambda folder: None)

    @initialize()
    def begin(self):
        self.room = Path(tempfile.mkdtemp())
        self.file = write_study(self.room, replicates=2, vary="[vary]\nbroker.capacity = [0, 2]\n")
        self.outputs = self.room / "out"
        self.folder = self.outputs / "trial"
        self.safe: dict = {}
        self.damaged = False

    def teardown(self):
        shutil.rmtree(self.room, ignore_errors=True)

    def study(self):
        return find(str(self.file), self.outputs)[0]

    def is_begun(self):
        return n_stored(self.folder) > 0 and not self.damaged

    @precondition(lambda self: not self.damaged)
    @rule(threads=st.integers(1, 3), chunk=st.none() | st.integers(1, 9))
    def run(self, threads, chunk):
        carry(self.file, self.outputs, threads=threads, chunk=chunk)
        assert stored(self.folder) == expected(self.study()), "the table is not that of the study"

    @precondition(lambda self: not self.damaged)
    @rule(n=st.integers(0, 3), chunk=st.integers(1, 3))
    def crash(self, n, chunk):
        with suppress(Killed):
            carry(self.file, self.outputs, executor=lambda c, w: killed_after(n, c, w), chunk=chunk)

    @precondition(lambda self: self.is_begun())
    @rule(more=st.integers(1, 4))
    def extend(self, more):
        study = self.study()
        if study.replicates < 30:
            extend(str(self.file), replicates=study.replicates + more, points=None, outputs=self.outputs)
            assert self.study().replicates == study.replicates + more

    @precondition(lambda self: self.is_begun())
    @rule()
    def verify(self):
        assert not checks.verify(self.study(), self.folder)

    @precondition(lambda self: self.is_begun())
    @rule()
    def export(self):
        export(self.study(), self.folder)
        assert len(pd.read_parquet(self.folder / "runs.parquet")) == n_stored(self.folder)

    @precondition(lambda self: self.is_begun())
    @rule(seed=st.integers(0, 10**6))
    def damage(self, seed):
        spoil(self.folder / FILE, random.Random(seed))
        self.damaged = True

    @precondition(lambda self: self.damaged or self.is_begun())
    @rule()
    def repair(self):
        mending.repair(find(str(self.file), self.outputs, damaged=True)[0], self.folder)
        if self.damaged:
            self.safe, self.damaged = {}, False  # what was in the damaged bytes is lost, and run again

    @invariant()
    def what_is_safe_stays_and_what_is_there_is_right(self):
        if not self.damaged:
            type(self).bug(self.folder)
            there = stored(self.folder) if n_stored(self.folder) else {}
            assert self.safe.items() <= there.items(), "runs that were safe are gone"
            assert there.items() <= expected(self.study()).items(), "a row is wrong, or nobody asked for it"
            self.safe = there


quick = settings(
    max_examples=20, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestLife = Life.TestCase
TestLife.settings = quick


def test_the_life_of_a_study_sees_a_row_that_goes_missing(tmp_path):
    def forget(folder):
        """Lose the last row, once there are more than three."""
        if n_stored(folder) > 3:
            with sqlite3.connect(folder / FILE) as db:
                db.execute("DELETE FROM run WHERE rowid = (SELECT max(rowid) FROM run)")
            db.close()

    class Forgetful(Life):
        bug = staticmethod(forget)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Forgetful, settings=settings(quick, phases=[Phase.generate]))
