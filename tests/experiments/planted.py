"""The command with a bug planted in it: a test that stays green over one of these tests nothing."""

import os
import signal
import sys
from contextlib import nullcontext

from experiments import cli
from experiments.design.study import Study
from experiments.lab import conduct
from experiments.lab.ledger import Ledger, sealed
from tests.experiments.laboratory import cheap


def other_luck() -> None:
    """Draw the seeds of the runs anew in every process."""
    seed_at = Study.seed_at
    Study.seed_at = lambda *who: seed_at(*who) ^ os.getpid()


def hasty() -> None:
    """Leave at once at a signal, as if all were well."""
    plain = signal.signal

    def handle(number, _):
        return plain(number, lambda *_: os._exit(0))

    signal.signal = handle


def untold() -> None:
    """Let what the disk did come through as the store's own error, with its traceback."""
    Ledger.disk = lambda _: nullcontext()


def in_two_steps() -> None:
    """Store a run as a place kept free that is filled in afterwards, with no transaction around the two."""
    conduct.SAVE_S = 0.0
    conduct.conduct.__kwdefaults__["work"] = cheap

    def commit(self, rows):
        for row in rows:
            key = (row.point, row.replicate)
            self.db.execute("INSERT OR IGNORE INTO run VALUES (?, ?, ?)", (*key, b""))
            self.db.execute(
                "UPDATE run SET outcomes = ? WHERE point = ? AND replicate = ?",
                (sealed(row._replace(code=self.code)), *key),
            )

    Ledger.commit = commit


BUGS = {bug.__name__: bug for bug in (other_luck, hasty, untold, in_two_steps)}


if __name__ == "__main__":
    BUGS[sys.argv[1]]()
    sys.exit(cli.answer(sys.argv[2:]))
