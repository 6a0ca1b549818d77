"""Is every row right: read the whole ledger against the study, and run a sample again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from abm.machine.cache import code_digest
from experiments.design.points import Row, opened, sealed, told
from experiments.design.study import Points, Study
from experiments.lab.executors import Work
from experiments.lab.exports import compared
from experiments.lab.folder import PROVENANCE
from experiments.lab.ledger import FILE, NAMELESS, TEXTS, Ledger, with_failures
from experiments.lab.pending import groups_of
from experiments.lab.runner import Chunk, perform

FULL = 20  # findings that are told one by one


class Finding(NamedTuple):
    """Something wrong, the verb that mends it, and whether it is damage or only old."""

    what: str
    cure: str = "repair"
    damage: bool = True


def verify(study: Study, folder: Path) -> list[Finding]:
    """Return what is wrong with the stored results of a study, a sentence each; nothing if all is right."""
    found: list[Finding] = []
    try:
        with Ledger(folder / FILE, write=False) as ledger, ledger.disk():
            for finding in islice(findings(study, ledger, folder), FULL):
                found.append(finding)  # one by one: what was found before the file breaks off counts
    except OSError as error:
        found.append(Finding(f"the file: {error.strerror}"))
    except (ValueError, TypeError) as error:
        found.append(Finding(f"the file: what is in it has no sense: {error}"))
    return found


def findings(study: Study, ledger: Ledger, folder: Path) -> Iterator[Finding]:
    """Yield what is wrong with the file, its lines of text, its rows, and with what was made of them."""
    yield from (Finding(f"the file: {line}") for (line,) in ledger.query("PRAGMA integrity_check") if line != "ok")
    for table in TEXTS:
        yield from (Finding(f"{table} {values[0]} is damaged") for values, whole in ledger.lines(table) if not whole)
    if not ledger.count("study"):
        yield Finding(NAMELESS)
    known = yield from of_points(study, ledger)
    digest = hashlib.sha256()
    seeds: dict[int, int] = {}
    for point, replicate, data in ledger.db.execute(
        "SELECT point, replicate, outcomes FROM run ORDER BY point, replicate"
    ):
        row = opened(data) if isinstance(data, bytes) else None
        if row is None or (row.point, row.replicate) != (point, replicate):
            yield Finding(f"run {point}, replicate {replicate}: its bytes are damaged")
            continue
        digest.update(told(data))
        yield from of_run(study, row, known, seeds)
    for point, replicate, seed, _, _ in ledger.query(f"SELECT {TEXTS['failure']} FROM failure"):
        yield from of_run(study, Row(point, replicate, seed, None), known, seeds)
    total = with_failures(digest, ledger.query("SELECT point, replicate, seed, error FROM failure ORDER BY 1, 2"))
    there = {"finished": ledger.count("run"), "failed": ledger.count("failure")}
    if (folder / PROVENANCE).exists():
        yield from against_provenance(folder, there, total)
    yield from (Finding(said, "export", damage) for said, damage in compared(folder, total))


def of_points(study: Study, ledger: Ledger) -> Any:
    """Yield what is wrong with the points; return the ids of all that are in the file."""
    points, known = Points(study), set()
    for point, place, settings in ledger.db.execute("SELECT point, place, settings FROM point"):
        known.add(point)
        right = points[place] if isinstance(place, int) and 0 <= place < len(points) else None
        if right is None or right.id != point:
            yield Finding(f"point {point} is not in the study")
        elif json.loads(settings) != json.loads(json.dumps(study.noted(right.settings))):
            yield Finding(f"point {point}: its settings are not those of the study")
    return known


def of_run(study: Study, row: Row, known: set[str], seeds: dict[int, int]) -> Iterator[Finding]:
    """Yield what is wrong with an intact run: of no point, of another seed, or with too few outcomes."""
    name = f"run {row.point}, replicate {row.replicate}"
    if row.outcomes is not None and not study.keeps and len(row.outcomes) != len(study.outcomes):
        yield Finding(f"{name}: {len(row.outcomes)} outcomes, not {len(study.outcomes)}")
    if row.replicate not in seeds or not study.common_random_numbers or study.kind.blocks:
        seeds[row.replicate] = study.seed_at(row.point, row.replicate)
    if row.point not in known or row.seed != seeds[row.replicate]:
        yield Finding(f"{name}: is not a run of this study")


def against_provenance(folder: Path, there: dict[str, int], digest: str) -> Iterator[Finding]:
    """Yield where the ledger has less than the provenance speaks of, or as much with other bits."""
    try:
        said = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        runs = {word: int(said["runs"][word]) for word in there}
        said_digest = str(said["table_digest"])
    except (OSError, ValueError, KeyError, TypeError):
        yield Finding(f"{PROVENANCE} cannot be read", "resume")
        return
    for word, n in there.items():
        if n < runs[word]:
            yield Finding(f"{n:,} {word} runs are left of {runs[word]:,} that {PROVENANCE} speaks of")
    if runs == there and digest != said_digest:
        yield Finding(f"the table of results is not the one that {PROVENANCE} speaks of")


def rerun(study: Study, folder: Path, n: int, work: Work = perform) -> tuple[int, list[str]]:
    """Run a random sample of stored runs again; return how many, and those that gave other bits."""
    points, other = Points(study), []
    with Ledger(folder / FILE, write=False) as ledger:
        keys = ledger.query(
            "SELECT point, replicate, place, outcomes FROM run JOIN point USING (point) ORDER BY random() LIMIT ?", n
        )
    for point, replicate, place, data in keys:
        groups = tuple(groups_of(study, points[place], [replicate]))
        (row,) = work(Chunk(groups, study.outcomes, study.agents, code_digest())).rows
        if row.outcomes is None or told(sealed(row)) != told(data):
            other.append(f"run {point}, replicate {replicate}: other bits than those stored")
    return len(keys), other
