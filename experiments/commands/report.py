"""``twinhelix report``: one page on a study, in English and Chinese, for those who decide and those who check."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands import options

FILE = "report.html"
ENDINGS = (".html", ".htm")


def report(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun, or folder of `compare`.")],
    output: Annotated[Path | None, typer.Option(help="HTML file.", show_default="in the study's folder")] = None,
    languages: Annotated[str, typer.Option(help="Of en and zh, the first shown first.")] = "en,zh",
    so_far: Annotated[bool, typer.Option("--so-far", help="Report a study that is not finished.")] = False,
    no_runs: Annotated[bool, typer.Option("--no-runs", help="Leave the runs out of the page.")] = False,
    outputs: options.Outputs = Path("outputs"),
    accept_other_code: Annotated[
        bool, typer.Option("--accept-other-code", help="Report results of other code.")
    ] = False,
    json: options.AsJson = False,
) -> None:
    """Write what a study found as one page that needs no network."""
    from experiments.files import strict_json, whole_file
    from experiments.lab.folder import owned
    from experiments.lab.ledger import FILE as LEDGER
    from experiments.report.page import build, parts
    from experiments.report.page.evidence import evidence
    from experiments.terminal import compile_if_needed, say

    wanted = build.languages_of(languages)
    writable(output)
    found = evidence(study, outputs, so_far, accept_other_code)
    compile_if_needed()
    said = parts.report(found, with_runs=not no_runs)
    target = output or found.folder / FILE
    ours = output is None and (found.folder / LEDGER).exists()
    with owned(found.folder) if ours else nullcontext(), whole_file(target) as path:
        path.write_text(build.page(said, wanted), encoding="utf-8", newline="\n")
    claims, size, source = [claim.key for claim in said.claims.claims], target.stat().st_size, said.claims.source
    if json:
        made = {"study": found.study.name, "file": str(target), "claims": claims, "claims_from": source, "bytes": size}
        say(strict_json(made))
        return
    told = f"{len(claims)} claim{'s' * (len(claims) != 1)}"
    origin = f" ({source or 'its largest effects'})" if claims else ""
    say(f"{found.study.name}: {told}{origin}, {size / 1000:,.0f} kB in {target}")


def writable(output: Path | None, endings: Sequence[str] = ENDINGS) -> None:
    """Refuse a file with another ending, so that no study is replaced, or in no folder."""
    from abm.parameters import ConfigError

    if output is None:
        return
    if output.suffix.lower() not in endings or output.is_dir():
        raise ConfigError(f"--output {output}: must be a file that ends in {' or '.join(endings)}")
    if not output.parent.is_dir():
        raise ConfigError(f"--output {output}: there is no folder {output.parent}")
    if not os.access(output.parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "the folder cannot be written", str(output.parent))
