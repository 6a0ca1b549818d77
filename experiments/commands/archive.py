"""``twinhelix archive``: a finished study as one file, from which another machine repeats it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands import options

ENDING = ".zip"


def archive(
    study: Annotated[str, typer.Argument(help="Name or file of a finished study.")],
    output: Annotated[Path | None, typer.Option(help="ZIP file.", show_default="outputs/NAME.zip")] = None,
    outputs: options.Outputs = Path("outputs"),
    json: options.AsJson = False,
) -> None:
    """Pack a study, its results and its code into one file (RO-Crate) from which another machine repeats it."""
    from experiments.commands.report import writable
    from experiments.files import strict_json
    from experiments.lab.crate import archive as packed
    from experiments.lab.exports import EXPORT
    from experiments.lab.folder import find_begun
    from experiments.terminal import say

    writable(output, (ENDING,))
    described, _, folder = find_begun(study, outputs)
    target = output or outputs / f"{described.name}{ENDING}"
    made = packed(described, folder, target)
    if json:
        say(strict_json({"study": described.name, "file": str(target)} | made))
        return
    say(f"{described.name}: {made['files']:,} files, {made['bytes'] / 1000:,.0f} kB in {target}")
    if not (folder / EXPORT).exists() and not described.keeps:
        say(f"Without tables of its runs; `twinhelix export {described.name}` makes them, then archive it again.")
