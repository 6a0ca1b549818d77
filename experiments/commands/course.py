"""``twinhelix course``: assignments for students, their check, and the marks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands import options

course = typer.Typer(
    help="Give a course: assignments with draws of their own.", no_args_is_help=True, rich_markup_mode=None
)
Course = Annotated[str | None, typer.Option("--name", help="Name of the course.", show_default="as the folders say")]


@course.command()
def new(
    folder: Annotated[Path, typer.Argument(help="New or empty folder, to be handed out.")],
    name: Annotated[str, typer.Option(help='Name of the course, such as "Cities 2027"; draws follow from it.')],
) -> None:
    """Write the folder of a course: five notebooks and a page that says how to begin."""
    from experiments.course.folder import SETTINGS
    from experiments.course.folder import new as write
    from experiments.terminal import say

    files = write(folder, name)
    say(f"{len(files)} files in {folder}. A student fills in {SETTINGS}, then opens {files[2]} in Jupyter.")


@course.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of a student.")] = Path("."),
) -> None:
    """Check the answers in a folder again; exit 3 while something is not right."""
    from experiments.course.folder import checked_again
    from experiments.terminal import compile_if_needed, say

    compile_if_needed()
    student, found = checked_again(folder)
    say(f"{student.name}, {student.course}")
    for mark in found.values():
        say(repr(mark))
    if not all(mark.passed for mark in found.values()):
        raise typer.Exit(options.UNFINISHED)


@course.command()
def mark(
    folder: Annotated[Path, typer.Argument(help="Folder with the folders that students handed in.")],
    name: Course = None,
    output: Annotated[
        Path | None, typer.Option(help="CSV file to write.", show_default="standard output", dir_okay=False)
    ] = None,
) -> None:
    """Mark all folders that were handed in, a row each, as CSV. Nothing that students wrote is run."""
    from experiments.course.marking import marks
    from experiments.files import inert_text, whole_file
    from experiments.terminal import compile_if_needed, notice

    compile_if_needed()
    table = inert_text(marks(folder, name, lambda each: notice(f"marking {each.name} …")))
    if output is None:
        typer.echo(table.to_csv(index=False, lineterminator="\n"), nl=False)
        return
    with whole_file(output) as path:
        table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
