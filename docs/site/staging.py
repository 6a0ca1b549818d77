"""Lay the documents out as in the repository, with the pages that are made from code, so that their links hold."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    "*.md",
    "docs/*.md",
    "docs/howto/*.md",
    "docs/figures/*",
    "docs/examples/*",
    "notebooks/*.ipynb",
    "notebooks/course/*.md",
    "notebooks/course/solutions/*.md",
    "calibration/*.md",
    "abm/data/README.md",
)


def lay_out(folder: Path, made: Mapping[str, str], root: Path = ROOT) -> None:
    """Copy the documents of the repository into an empty folder, and write the pages that were made, by their paths.

    Raises
    ------
    FileExistsError
        If a page that is made has the name of a document.
    """
    for pattern in PAGES:
        for path in sorted(root.glob(pattern)):
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for name, text in made.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
