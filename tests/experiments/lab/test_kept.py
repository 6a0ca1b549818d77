"""Runs that are kept instead of measured, each of its own length, live in the ledger as others do."""

from importlib.metadata import EntryPoint

import numpy as np
import pytest

from abm.parameters import ConfigError
from experiments.analysis.tables import export
from experiments.commands.status import state
from experiments.design import kept
from experiments.lab.folder import find
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.runner import perform
from experiments.lab.verify import verify
from experiments.report.page.evidence import evidence
from tests.experiments.laboratory import carry, table_digest, write_study

INDEPENDENT = '[vary]\nbroker.capacity = {low = 0, high = 8}\n[design]\nkind = "independent"\npoints = 12\n'


def digits(scenario, seeds, p):
    """Keep the seed, and as many numbers as the parameter says."""
    return [
        np.array([seed % 1000, *range(int(row["broker"]["capacity"]))], float)
        for seed, row in zip(seeds, p, strict=True)
    ]


@pytest.fixture(autouse=True)
def a_keeper(monkeypatch):
    point = EntryPoint("digits", f"{__name__}:digits", kept.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda self: digits)
    monkeypatch.setattr(kept, "entry_points", lambda group: [point])
    kept.keepers.cache_clear()
    yield
    kept.keepers.cache_clear()


def begun(tmp_path, more=INDEPENDENT, outcomes='["digits"]', replicates=1):
    file = write_study(tmp_path, replicates=replicates, vary=more)
    head, _, tail = file.read_text().partition("outcomes = ")
    file.write_text(f"{head}outcomes = {outcomes}\n{tail.partition(chr(10))[2]}")
    return file


def test_runs_of_any_length_are_kept_with_the_parameters_of_their_point(tmp_path):
    file = begun(tmp_path)
    carry(file, tmp_path / "out", work=perform)
    study, _, folder = find(str(file), tmp_path / "out")
    with Ledger(folder / FILE, write=False) as ledger:
        rows = {row.point: row for row in ledger.rows()}
    for point in study.points():
        row = rows[point.id]
        assert row.outcomes.tolist() == [row.seed % 1000, *range(int(point.settings[0]))]
    assert len({len(row.outcomes) for row in rows.values()}) > 1, "all are of one length: the test would see nothing"


def test_one_by_one_or_many_at_a_time_the_table_is_the_same(tmp_path):
    for name, chunk in (("one", 1), ("many", 12)):
        carry(begun(tmp_path / name), tmp_path / name, work=perform, chunk=chunk)
    assert table_digest(tmp_path / "one" / "trial") == table_digest(tmp_path / "many" / "trial")


def test_status_and_verify_know_them_and_a_table_is_refused(tmp_path):
    file = begun(tmp_path)
    carry(file, tmp_path / "out", work=perform)
    found = find("trial", tmp_path / "out")  # as its folder says it
    assert state(*found, means=True)["finished"] == 12
    assert verify(found[0], found[2]) == []
    with pytest.raises(ConfigError, match=r"trial: keeps what runs left \(digits\), of which there is no table"):
        export(found[0], found[2])
    with pytest.raises(ConfigError, match="trial: keeps what runs left"):
        evidence("trial", tmp_path / "out")


@pytest.mark.parametrize(
    ("outcomes", "more", "line"),
    [
        ('["digits", "pilots_ever"]', INDEPENDENT, "unknown outcome 'digits'"),
        ('["digits"]', f"{INDEPENDENT}[baseline]\nbroker.capacity = 0\n", "[baseline]: is for outcomes"),
        (
            '["digits"]',
            '[vary]\nbroker.capacity = {low = 0, high = 8}\n[design]\nkind = "sensitivity"\nblocks = 2\n',
            "indices are of outcomes, not of what runs left",
        ),
    ],
)
def test_what_needs_outcomes_is_refused_in_one_line(tmp_path, outcomes, more, line):
    with pytest.raises(ConfigError) as refusal:
        find(str(begun(tmp_path, more, outcomes, replicates=2)), tmp_path / "out")
    assert line in str(refusal.value) and "\n" not in str(refusal.value)
