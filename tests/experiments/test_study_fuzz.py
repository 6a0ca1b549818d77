"""Strange studies live their whole life, each in a process of its own: one line for what is wrong, nothing else.

A mutant exchanges values for others of any type, moves and copies parts of a document elsewhere, or crosses lines of
its tables; it is swept, resumed by name, exported and verified, in at most 10 s a verb and 1 GB, inside one folder.
"""

import importlib
import json
import os
import random
import shutil
import signal
import sys
import tomllib
import traceback
from pathlib import Path

import pytest
import tomli_w

from experiments import cli
from experiments.lab import conduct, forecast
from tests.experiments.laboratory import cheap, write_study

SECONDS, MEGABYTES, LONGEST = 10, 1024, 300
WORDS = [
    "", " ", "a", "iuc-asia", "no-broker", "tiny.toml", "prior", "équité", "\u202egnp", "\x1b[31m", "=1+1", "../x",
    "/dev/zero", "con", "0", "1e9", "nan", "pilots_ever@2", "pilots_ever.East", "contacts_ever", "sobol", "csv",
    "points.csv", "é" * 500,
]  # fmt: skip
NUMBERS = [
    0,
    -1,
    1,
    2,
    3,
    7,
    0.5,
    -0.0,
    1e-300,
    1e300,
    float("nan"),
    float("inf"),
    2**31,
    2**63,
    2**64,
    10**40,
    True,
    False,
]
KEYS = [
    "name",
    "title",
    "months",
    "low",
    "high",
    "scenario",
    "kind",
    "points",
    "a.b",
    "",
    "broker",
    "capacity",
    "extends",
    "é",
]

pytestmark = [
    pytest.mark.usefixtures("a_disk_that_does_not_wait"),
    pytest.mark.skipif(os.name != "posix", reason="processes are forked"),
]


def anything(rng: random.Random, depth: int = 0):
    """Return a value of any type."""
    kind = rng.randrange(6 if depth < 3 else 2)
    if kind == 0:
        return rng.choice(WORDS)
    if kind == 1:
        return rng.choice(NUMBERS)
    if kind == 2:
        return [anything(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind == 3:
        return {rng.choice(KEYS): anything(rng, depth + 1) for _ in range(rng.randrange(4))}
    return rng.choice([[0, 1], {"low": 0.1, "high": 0.4}, "prior", [0.0, 0.5, 1.0]])


def places(document, found=None):
    """Return every table of a document and of its lists."""
    found = [] if found is None else found
    if isinstance(document, dict):
        found.append(document)
    for value in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        places(value, found)
    return found


def mutated(text: str, rng: random.Random) -> str:
    """Return a document with one to three parts exchanged, moved, copied, renamed or lost."""
    document = tomllib.loads(text)
    for _ in range(rng.randint(1, 3)):
        table = rng.choice(places(document))
        key = rng.choice(list(table) or [rng.choice(KEYS)])
        deed = rng.randrange(6)
        if deed <= 1:
            table[key] = anything(rng)
        elif deed == 2:
            table[rng.choice(KEYS)] = table.pop(key, 1)
        elif deed == 3:
            rng.choice(places(document))[key] = json.loads(json.dumps(table.get(key, 0), default=str))
        elif deed == 4:
            table.pop(key, None)
        else:
            table[key] = [table.get(key, 0)]
    return tomli_w.dumps(document)


def crossed(text: str, rng: random.Random) -> str:
    """Return a CSV table with a cell exchanged, a line doubled, or two columns swapped in part."""
    rows = [line.split(",") for line in text.splitlines()]
    row = rng.choice(rows)
    deed = rng.randrange(4)
    if deed == 0:
        row[rng.randrange(len(row))] = str(rng.choice([*WORDS, *NUMBERS])).replace(",", ";")
    elif deed == 1:
        rows.append(list(row))
    elif deed == 2:
        rng.shuffle(row)
    else:
        del row[rng.randrange(len(row))]
    return "\n".join(map(",".join, rows)) + "\n"


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A folder with a study, its scenario, its cities and a file of points."""
    vary = "[vary]\nbroker.capacity = [0, 2]\nsearch.rate = {low = 0.1, high = 0.5}\n"
    vary += 'broker.strategy = ["random", "equity"]\n'
    more = 'title = "a"\nseed = 3\ncommon_random_numbers = true\n[fixed]\ncontact.baseline = 1.0\n'
    more += '[precision]\noutcome = "contacts_ever"\nhalf_width = 0.3\nmost = 12\n[quick]\nreplicates = 2\n'
    design = '[design]\nkind = "latin-hypercube"\npoints = 4\n[baseline]\nbroker.capacity = 0\n'
    write_study(tmp_path / "origin", more, replicates=3, months=3, vary=vary + design)
    (tmp_path / "origin" / "points.csv").write_text("broker.capacity,scenario\n0,tiny\n2,tiny\n", encoding="utf-8")
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", cheap)
    monkeypatch.setattr(forecast, "timed_sample", lambda study, points: (1, 0.001))
    monkeypatch.setattr("experiments.terminal.compile_if_needed", lambda: None)
    for name in ("analysis.tables", "lab.verify", "lab.live", "lab.provenance", "lab.exports"):
        importlib.import_module(f"experiments.{name}")  # what is imported here, no process imports again
    return tmp_path


def lived(work: Path, out: Path) -> None:
    """Live the life of a study in this process, and end it: the codes of its verbs go to a file."""
    os.chdir(work)
    handle = os.open(out / "said", os.O_WRONLY | os.O_CREAT)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    codes = []
    try:
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        for verb in (["sweep", "trial.toml"], ["resume", ""], ["export", ""], ["verify", ""]):
            signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of the processor, which others may have meanwhile
            signal.alarm(6 * SECONDS)  # for one that only waits
            name = next((path.name for path in Path("outputs").glob("*")), None) if Path("outputs").is_dir() else None
            if verb[1] == "" and name is None:
                break
            codes.append(cli.answer([verb[0], verb[1] or name]))
    except BaseException:
        traceback.print_exc()
        codes.append(1)
    sys.stdout.flush()
    sys.stderr.flush()
    (out / "codes").write_text(json.dumps(codes), encoding="utf-8")
    os._exit(0)


def judged(room: Path, x: int) -> tuple[list[int], str]:
    """Return the codes of a mutant's verbs, and what is wrong with how it was answered; empty if nothing is."""
    rng = random.Random(x)
    work, out = room / "work", room / "out"
    for folder in (work, out):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(room / "origin", work)
    out.mkdir()
    name = rng.choice(["trial.toml"] * 4 + ["tiny.toml"] * 2 + ["tiny.csv", "points.csv"])
    change = mutated if name.endswith(".toml") else crossed
    (work / name).write_text(change((work / name).read_text(encoding="utf-8"), rng), encoding="utf-8")
    before = {path for path in room.rglob("*") if work not in path.parents}
    child = os.fork()
    if not child:
        lived(work, out)
    _, status, used = os.wait4(child, 0)
    said = (out / "said").read_text(encoding="utf-8", errors="replace")
    codes = json.loads((out / "codes").read_text(encoding="utf-8")) if (out / "codes").exists() else []
    new = {path for path in room.rglob("*") if work not in path.parents} - before - {out / "said", out / "codes"}
    wrong = [
        "it hung or died" * bool(status),
        "it took a gigabyte" * (used.ru_maxrss > MEGABYTES * 1024),
        "a traceback" * ("Traceback" in said or 1 in codes),
        "a line too long" * any(len(line) > LONGEST for line in said.splitlines() if line.startswith("twinhelix:")),
        "an escape sequence" * bool(set(said) & set("\x1b\u202e\x07")),
        f"codes {codes}" * bool(set(codes) - {0, 2, 3} or set(codes[1:]) - {0, 3}),
        f"{len(new)} files outside" * bool(new),
    ]
    return codes, "; ".join(filter(None, wrong)) + f"\n{said}" * any(wrong)


def fuzzed(room: Path, mutants: range) -> None:
    """Check many mutants; a good part of them must have run."""
    found = {x: judged(room, x) for x in mutants}
    wrong = {x: said for x, (_, said) in found.items() if said}
    assert not wrong, f"{len(wrong)} of {len(found)}: " + "\n".join(f"mutant {x}: {s[:1500]}" for x, s in wrong.items())
    ran = sum(len(codes) == 4 for codes, _ in found.values())
    assert len(found) * 0.1 < ran < len(found) * 0.9, f"{ran} of {len(found)} ran"


def test_eighty_strange_studies_live_or_are_refused_in_one_line(room):
    fuzzed(room, range(80))


@pytest.mark.slow
def test_three_thousand_strange_studies_live_or_are_refused_in_one_line(room):
    fuzzed(room, range(1000, 4000))


@pytest.mark.parametrize("bug", ["experiments.design.files.check_baseline", "experiments.lab.provenance.resolved"])
def test_the_fuzz_sees_a_refusal_that_is_forgotten(room, monkeypatch, bug):
    monkeypatch.setattr(bug, lambda *_: 1 / 0)
    with pytest.raises(AssertionError, match="a traceback"):
        fuzzed(room, range(12))


def endless(*_) -> None:
    """Work for ever."""
    while True:
        pass


@pytest.mark.parametrize("hang", [endless, lambda *_: signal.pause()], ids=["works", "waits"])
def test_the_fuzz_sees_what_hangs_and_what_is_written_outside(room, monkeypatch, hang):
    monkeypatch.setattr(f"{__name__}.SECONDS", 1)
    monkeypatch.setattr("experiments.design.files.check_baseline", hang)
    assert any("hung" in judged(room, x)[1] for x in range(12))
    monkeypatch.undo()
    monkeypatch.setattr("experiments.cli.answer", lambda _: (room / "escaped").write_text("x") and 0)
    assert "1 files outside" in judged(room, 1)[1]
