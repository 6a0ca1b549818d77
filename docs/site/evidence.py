"""Why the model may be believed, and how far: a TRACE document and the checklist of CoMSES, filled from what there is.

Every number, test and table in them is read from documents, tests and declarations when the site is made; a name that
no longer exists ends the making.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from functools import cache

from abm import catalog, schedule
from abm.rules import RULES
from docs.site.staging import ROOT
from experiments.report.odd import markdown

CASE = re.compile(r"(?<![A-Za-z0-9])[Vv](\d+)(?![A-Za-z0-9])")
MEASURED = ("assumed", "scenario")  # begins the source of what has none


def trace() -> str:
    """Return the TRACE document: eight elements, each from where it is kept."""
    elements = {
        "Problem formulation": [paragraph("MODEL.md", "**Purpose.**"), paragraph("MODEL.md", "**Users.**")],
        "Model description": [
            described(),
            "The whole is [MODEL](../../MODEL.md), by ODD+D; `twinhelix odd` prints it.",
        ],
        "Data evaluation": [data(), sources(), FACTS],
        "Conceptual model evaluation": [section("MODEL.md", "### 4.1 Theoretical and empirical background"), DOUBTS],
        "Implementation verification": [section("MODEL.md", "### 5.5 Verification"), cases(), tests()],
        "Model output verification": [
            "What defaults were set by, over 500 seeds:",
            checked("fit"),
            CALIBRATED,
            section("MODEL.md", "### 5.6 Beside networks of sister cities"),
        ],
        "Model analysis": ["Shares of what makes runs differ, total indices:", sensitivity(), ANALYSED],
        "Model output corroboration": ["What nothing was set by:", checked("hold-out")],
    }
    parts = [f"## {x}. {title}\n\n" + "\n\n".join(said) for x, (title, said) in enumerate(elements.items(), 1)]
    return "\n\n".join(["# TRACE: why and how far the model may be believed", LEAD, *parts]) + "\n"


LEAD = """The eight elements of a TRACE document (Grimm et al. 2014, *Ecological Modelling* 280:129–139). It is made of
documents, tests and declarations whenever this site is made, so that it says what they say."""
FACTS = "City by city, fact by fact: [the data](../../abm/data/README.md), [the record](../../calibration/RECORD.md)."
DOUBTS = "What is doubtful, with numbers: [known risks](../../MODEL.md#6-known-risks)."
CALIBRATED = "What the record tells of ten parameters, and what it does not: [calibration](../calibration.md)."
ANALYSED = """Luck included, over everything that is uncertain, at month 48. The whole:
[experiments](../experiments.md#b-what-drives-cooperation-and-what-is-luck); the method:
[sensitivity](../sensitivity.md)."""


def checklist() -> str:
    """Return the checklist of CoMSES, or refuse a line that points at nothing."""
    lines = tomllib.loads(text("docs/site/comses.toml"))["line"]
    if missing := [line["where"] for line in lines if not (ROOT / line["where"]).exists()]:
        raise FileNotFoundError(f"the checklist names what is not there: {', '.join(missing)}")
    rows = [(line["of"], line["asked"], line["met"], f"`{line['where']}`") for line in lines]
    lead = "What the model library of CoMSES asks of a model, how it is met here, and the file or test that shows it."
    return f"# Checklist of CoMSES\n\n{lead}\n\n{markdown(('of', 'asked', 'met by', 'shown by'), rows)}\n"


@cache
def text(name: str) -> str:
    """Return a document of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def between(name: str, begin: str, end: str) -> str:
    """Return what stands in a document after a mark and before the next, or refuse a mark that is not there."""
    _, found, rest = text(name).partition(begin)
    if not found:
        raise ValueError(f"{name} no longer has {begin!r}")
    return re.split(end, rest, maxsplit=1, flags=re.MULTILINE)[0].strip()


def paragraph(name: str, begin: str) -> str:
    """Return a paragraph by how it begins."""
    return f"{begin} {between(name, begin, r'^$')}"


def section(name: str, heading: str) -> str:
    """Return what stands under a heading."""
    return between(name, f"{heading}\n", r"^#+ ")


def table(name: str, key: str) -> str:
    """Return a marked table of a document."""
    return between(name, f"<!-- table: {key} -->", r"^$(?=\n[^|])|<!-- end -->")


def described() -> str:
    """Return how large the model is."""
    n_steps = sum(map(len, schedule.STEPS.values()))
    return (
        f"{len(RULES)} mechanisms, a file each; {n_steps} steps in {len(schedule.STEPS)} phases of a month; "
        f"{len(schedule.DECISIONS)} decisions that agents take; {len(catalog.parameters())} parameters; "
        f"{len(catalog.measures())} measures; {len(catalog.policies())} kinds of policy."
    )


def data() -> str:
    """Return how many parameters rest on what, by who controls them."""
    counts = Counter((p["control"], not p["source"].startswith(MEASURED)) for p in catalog.parameters())
    kinds = sorted({control for control, _ in counts})
    rows = [(kind, counts[kind, True], counts[kind, False]) for kind in kinds]
    return markdown(("who controls it", "with a source", "assumed, or set by the scenario"), rows)


def sources() -> str:
    """Return the sources that parameters name."""
    named = sorted({p["source"] for p in catalog.parameters() if not p["source"].startswith(MEASURED)})
    return "Sources: " + "; ".join(named) + "."


def functions(path: str) -> list[str]:
    """Return the names of the tests in a file."""
    nodes = ast.walk(ast.parse(text(path)))
    return [node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def cases() -> str:
    """Return the verification cases with the files of tests that hold them, or refuse a case that none holds."""
    homes: dict[int, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(("tests/science", "tests/abm/measures")):
            for number in CASE.findall(text(name)):
                homes.setdefault(int(number), set()).add(name)
    told = map(int, CASE.findall(section("MODEL.md", "### 5.5 Verification")))
    if missing := [f"V{x}" for x in told if x not in homes]:
        raise ValueError(f"no test holds {', '.join(missing)}")
    rows = [(f"V{x}", ", ".join(f"`{name}`" for name in sorted(homes[x]))) for x in sorted(homes)]
    return markdown(("case", "held by"), rows)


def tests() -> str:
    """Return how many tests there are, room by room."""
    counts: Counter[str] = Counter()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = path.relative_to(ROOT)
        counts[name.parts[1].removesuffix(".py")] += len(functions(name.as_posix()))
    rows = [(f"`tests/{room}`", n) for room, n in sorted(counts.items())]
    return f"{counts.total():,} test functions, many of them with several cases:\n\n" + markdown(
        ("room", "tests"), rows
    )


def checked(role: str) -> str:
    """Return the lines of the check against the record that have a role."""
    head, rule, *lines = between("calibration/RECORD.md", "<!-- table: check -->", "^$(?=\nToday)").splitlines()
    return "\n".join([head, rule, *(line for line in lines if f"| {role} |" in line)])


def sensitivity() -> str:
    """Return the shares of ten groups of parameters, as the experiments tell them."""
    return between("docs/experiments.md", "with total indices:\n", r"^$(?=\n- )")
