"""What docstrings and documents quote is in the bibliography, and nothing else is."""

import re
from pathlib import Path

import abm

ROOT = Path(__file__).parents[2]
BIBLIOGRAPHY = Path(abm.__file__).with_name("references.bib")
QUOTED = re.compile(r"([A-ZÀ-Ý][\w-]+)(?:[’']s)?(?:, [A-Z]\w+)*(?: & [A-Z]\w+| et al\.)? \(?((?:19|20)\d\d)\b")
NO_NAMES = {  # capitalised words before a year that are no authors
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    *("December", "From", "Wuhan", "Techweek", "Cities"),
}


def texts():
    """Yield the sources of the packages and the documents that explain the model."""
    for package in ("abm", "experiments", "calibration"):
        yield from sorted((ROOT / package).rglob("*.py"))
    yield from (ROOT / "MODEL.md", ROOT / "docs" / "docking.md")


def quoted() -> dict[str, str]:
    """Return the keys of all works that are quoted, and where."""
    return {
        f"{name.lower()}{year}": path.name
        for path in texts()
        for name, year in QUOTED.findall(" ".join(path.read_text(encoding="utf-8").split()))
        if name not in NO_NAMES
    }


def test_every_work_that_is_quoted_is_in_the_bibliography_and_the_other_way_round():
    known = re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(known) == len(set(known))
    assert {key: place for key, place in quoted().items() if key not in known} == {}
    assert set(known) - set(quoted()) == set(), "nobody quotes these"
