"""The command ``twinhelix``.

Exit codes: 0 done · 1 a bug, in one line where a rule misspells a column or appends what it did not announce ·
2 usage or configuration, one line · 3 runs failed or did not converge, or an answer is not right · 4 disk, lock,
memory, damaged store or cluster, one line · 5 stored results of other code or another study · 130 and 143 interrupted ·
141 nobody reads what is printed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Annotated

import typer

from abm.machine.home import settle_elsewhere
from experiments.commands.archive import archive
from experiments.commands.compare import compare
from experiments.commands.course import course
from experiments.commands.dashboard import dashboard
from experiments.commands.demo import demo
from experiments.commands.discover import discover
from experiments.commands.doctor import doctor
from experiments.commands.export import export
from experiments.commands.extend import extend
from experiments.commands.network import network
from experiments.commands.odd import odd
from experiments.commands.parameters import parameters
from experiments.commands.report import report
from experiments.commands.robust import robust
from experiments.commands.run import run
from experiments.commands.scenarios import scenarios
from experiments.commands.schema import schema
from experiments.commands.sensitivity import sensitivity
from experiments.commands.status import status
from experiments.commands.sweep import resume, sweep
from experiments.commands.verify import repair, verify
from experiments.commands.world import world
from experiments.lab.stop import CODES, Interrupted
from experiments.terminal import notice, tolerant_streams

DONE, BUG, USAGE, DISK, PIPE = 0, 1, 2, 4, 141
INTERRUPTED, TERMINATED = CODES.values()
NOTHING_NEW = "interrupted; nothing new was written"
# click's own, or the copy of it that newer versions of Typer carry
UsageError: type[Exception] = typer.BadParameter.__base__  # type: ignore[assignment]

app = typer.Typer(name="twinhelix", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
STUDIES: list[Callable[..., None]] = [sweep, status, resume, extend, verify, export, report, archive, repair]
VERBS: list[Callable[..., None]] = [
    run,
    compare,
    dashboard,
    demo,
    *STUDIES,
    sensitivity,
    discover,
    robust,
    network,
    world,
    scenarios,
    parameters,
    schema,
    odd,
    doctor,
]
for verb in VERBS:
    app.command()(verb)
app.add_typer(course, name="course")
for further in entry_points(group="twinhelix.verbs"):  # of the floors above, which nothing here imports
    app.command(further.name)(further.load())


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
        given = sys.argv[1:] if arguments is None else arguments
        code = app([at_home(word) for word in given], standalone_mode=False) or DONE
        return said(NOTHING_NEW, code) if code == INTERRUPTED else code  # Typer keeps Ctrl-C to itself
    except UsageError as error:
        return said(error.format_message(), USAGE)  # type: ignore[attr-defined]
    except Interrupted as stop:
        return said(str(stop), stop.code) if str(stop) else stop.code
    except (KeyboardInterrupt, typer.Abort):
        return said(NOTHING_NEW, INTERRUPTED)
    except SystemExit as end:  # Typer's, where nobody reads on
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        return PIPE
    except MemoryError as error:
        return said(f"memory: {error or 'there is not enough for this'}; what was said to be safe is safe", DISK)
    except OSError as error:
        return said(f"{error.filename or 'disk'}: {error.strerror or error}", DISK)
    except ValueError as error:
        from abm.parameters import ConfigError

        if not isinstance(error, ConfigError):
            raise
        return said(str(error), getattr(error, "code", USAGE))
    except Exception as error:
        from abm.machine.mistakes import misspelt
        from abm.setup.room import TooManyRows

        line = str(error) if isinstance(error, TooManyRows) else misspelt(error)
        if line is None:
            raise
        return said(line, BUG)


def at_home(word: str) -> str:
    """Return a word of the command line with the home folder for a ``~`` that the shell left, as in --output=~/mine."""
    option, equals, path = word.partition("=") if word.startswith("--") else ("", "", word)
    return f"{option}{equals}{os.path.expanduser(path)}"


def said(line: str, code: int) -> int:
    """Say one line on standard error and return the exit code."""
    notice(line)
    return code


def terminate(*_: object) -> None:
    """End as Ctrl-C does, with a code of its own."""
    raise Interrupted("terminated; nothing new was written", TERMINATED)


def main() -> None:
    """Entry point of ``twinhelix``."""
    tolerant_streams()
    if folder := settle_elsewhere():
        notice(f"there is no home folder: compiled rules are kept in {folder} (TWINHELIX_CACHE names another place)")
    signal.signal(signal.SIGTERM, terminate)
    code = answer()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = PIPE
    if code in (INTERRUPTED, TERMINATED, PIPE):
        os._exit(code)  # runs under way are not waited for, and a pipe that is closed is not written to
    sys.exit(code)


if __name__ == "__main__":
    main()
