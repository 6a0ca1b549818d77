"""The command ``twinhelix``.

Exit codes: 0 done · 1 a bug of ours · 2 usage or configuration, one line · 4 disk, one line · 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from experiments.commands.check import check, is_there
from experiments.commands.compare import compare
from experiments.commands.demo import demo
from experiments.commands.doctor import doctor
from experiments.commands.odd import odd
from experiments.commands.parameters import parameters
from experiments.commands.run import run
from experiments.commands.scenarios import scenarios
from experiments.terminal import notice, tolerant_streams

DONE, USAGE, DISK, INTERRUPTED = 0, 2, 4, 130
# click's own, or the copy of it that newer versions of Typer carry
UsageError: type[Exception] = typer.BadParameter.__base__  # type: ignore[assignment]

app = typer.Typer(name="twinhelix", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
VERBS: list[Callable[..., None]] = [
    run,
    compare,
    demo,
    scenarios,
    parameters,
    odd,
    *([check] if is_there() else []),
    doctor,
]
for verb in VERBS:
    app.command()(verb)


@app.callback(invoke_without_command=True)
def twinhelix(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Simulate how cities become partners, and compare what brokers and events change."""
    if version:
        from abm import __version__

        typer.echo(f"twinhelix {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def answer(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what the user can mend is said in one line, a bug is raised."""
    try:
        return app(arguments, standalone_mode=False) or DONE
    except UsageError as error:
        return said(error.format_message(), USAGE)  # type: ignore[attr-defined]
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except OSError as error:
        return said(f"{error.filename or 'disk'}: {error.strerror or error}", DISK)
    except ValueError as error:
        from abm.parameters import ConfigError

        if not isinstance(error, ConfigError):
            raise
        return said(str(error), USAGE)


def said(line: str, code: int) -> int:
    """Say one line on standard error and return the exit code."""
    notice(line)
    return code


def main() -> None:
    """Entry point of ``twinhelix``."""
    tolerant_streams()
    code = answer()
    if code == INTERRUPTED:
        notice("interrupted; nothing was written")
    sys.exit(code)
