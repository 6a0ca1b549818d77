"""``twinhelix verify`` and ``repair``: is every stored run right, and what to keep of a damaged ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands import options

DAMAGED, OTHER = 4, 5
MOST_REPEATED = 1_000_000
CURES = {
    "repair": "keeps every run that is intact, and the damaged ledger aside",
    "resume": "writes it anew",
    "export": "writes them anew",
}


def verify(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    again: Annotated[
        int, typer.Option("--rerun", help="Run so many stored runs again, compare bits.", min=0, max=MOST_REPEATED)
    ] = 0,
    outputs: Annotated[Path, typer.Option(help="Folder of all studies.")] = Path("outputs"),
    allow_code: Annotated[bool, typer.Option("--allow-code", help="Run its agents for --rerun.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check every stored run of a study, and repeat some."""
    from experiments.files import strict_json
    from experiments.lab import verify as checks
    from experiments.lab.folder import find_begun
    from experiments.terminal import compile_if_needed, notice, number_of, say

    described, _, folder = find_begun(study, outputs, damaged=True)
    found, n, other = checks.verify(described, folder), 0, list[str]()
    wrong = [finding for finding in found if finding.damage]
    if again and not wrong:
        options.check_code(described, allow_code)
        compile_if_needed()
        n, other = checks.rerun(described, folder, again)
    if json:
        old = [finding.what for finding in found if not finding.damage]
        said = {"wrong": [finding.what for finding in wrong], "old": old, "repeated": n, "other_bits": other}
        say(strict_json({"study": described.name} | said))
    for line in (*(finding.what for finding in found), *other):
        notice(f"{folder}: {line}")
    for cure in dict.fromkeys(finding.cure for finding in found):
        notice(f"`twinhelix {cure} {described.name}` {CURES[cure]}")
    if wrong:
        raise typer.Exit(DAMAGED)
    if other:
        raise typer.Exit(OTHER)
    if not json:
        repeated = f"; {number_of(n, 'run')} repeated, all bits the same" if n else ""
        say(f"{described.name}: every stored run is intact{repeated}.")


def repair(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    outputs: Annotated[Path, typer.Option(help="Folder of all studies.")] = Path("outputs"),
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Keep every intact run of a damaged ledger; `resume` then runs the others again."""
    from experiments.files import strict_json
    from experiments.lab import repair as mending
    from experiments.lab.folder import find_begun
    from experiments.terminal import say

    described, _, folder = find_begun(study, outputs, damaged=True)
    kept, foreign = mending.repair(described, folder)
    if json:
        say(strict_json({"study": described.name, "kept": kept, "not_of_this_study": foreign}))
        return
    more = f"; {foreign:,} are not of this study and stay in the old ledger" if foreign else ""
    say(f"{described.name}: {kept:,} intact runs are kept{more}. `twinhelix resume {described.name}` runs the others.")
