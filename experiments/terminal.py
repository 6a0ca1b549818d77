"""How commands speak: tables and sentences on standard output, notices on standard error, names shown as they are.

What a file says of itself is text: nothing in it steers the terminal or turns the direction of writing.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, Group

PIPED_WIDTH = 120
LONGEST_NOTICE = 280
CONTROLS = {c: " " for c in (*range(0x20), *range(0x7F, 0xA0)) if chr(c) not in "\n\t"}
BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
HARMLESS: dict[int, str | None] = {**CONTROLS, **BIDI}


def tolerant_streams() -> None:
    """Let a terminal that lacks a character show a question mark, and a stream that is closed take what comes."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, StringIO())
        elif hasattr(stream := getattr(sys, name), "reconfigure"):
            stream.reconfigure(errors="replace")


def harmless(text: str) -> str:
    """Return text without what would steer a terminal."""
    return text.translate(HARMLESS)


def console(error: bool = False) -> Console:
    """Return a console that takes text literally: a name in square brackets is no markup, a number gets no colour."""
    from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
    from rich.segment import Segment

    class Literal:
        """Something to print, whose text steers nothing."""

        def __init__(self, inner: ConsoleRenderable) -> None:
            self.inner = inner

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
            for part in console.render(self.inner, options):
                yield part if part.control else Segment(harmless(part.text), part.style)

    class Literally(RenderHook):
        """Everything that is printed passes here."""

        def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
            """Wrap what is to be printed."""
            return [Literal(renderable) for renderable in renderables]

    stream = sys.stderr if error else sys.stdout
    made = Console(
        stderr=error, markup=False, highlight=False, emoji=False, width=None if stream.isatty() else PIPED_WIDTH
    )
    made.push_render_hook(Literally())
    return made


def say(text: str) -> None:
    """Say something on standard output as it is, of whatever width."""
    sys.stdout.write(f"{harmless(text)}\n")


def notice(line: str) -> None:
    """Say one line on standard error, whatever stands in it."""
    line = one_line(line)
    line = line if len(line) <= LONGEST_NOTICE else f"{line[: LONGEST_NOTICE - 1]}…"
    sys.stderr.write(f"twinhelix: {line}\n")
    sys.stderr.flush()


def one_line(text: str) -> str:
    """Return text on one line, control characters as spaces."""
    return " ".join(harmless(text).split())


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], left: int = 1) -> Group:
    """Return a titled table of words; the first ``left`` columns stand left, the others right.

    Parameters
    ----------
    title
        Heading over the table.
    columns
        Headings of the columns.
    rows
        One sequence of words or numbers a row, as many as there are columns.
    """
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for x, name in enumerate(columns):
        made.add_column(Text(name), justify="left" if x < left else "right", overflow="fold")
    for row in rows:
        made.add_row(*[cell if isinstance(cell, Text) else Text(one_line(str(cell))) for cell in row])
    return Group(Text(title, style="bold"), made)


def short(value: Any) -> str:
    """Return a number as people read it: whole ones whole, others with three digits that count; – where missing."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if value != value:
        return "–"
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.3g}"


def number_of(n: int, thing: str) -> str:
    """Return a number with what it counts, one or many: ``1 run``, ``1,200 runs``."""
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def unit(name: str) -> str:
    """Return a unit for a table: nothing for a pure number."""
    return "" if name == "1" else name


def compile_if_needed() -> None:
    """Compile the rules where no run before has left them compiled, and say so, for it takes a while."""
    from abm import warm
    from abm.machine.cache import cache_is_kept

    if warm.is_needed():
        how_often = "once for this version" if cache_is_kept() else "for this time only, as the cache cannot be written"
        notice(f"compiling the rules of the model, {how_often}; it takes about half a minute …")
        with interrupts_kept():
            warm.compile_rules()


@contextmanager
def interrupts_kept() -> Iterator[None]:
    """Let Ctrl-C end what is inside as such, also where a callback of the compiler swallows it and stumbles later."""
    before, met = signal.getsignal(signal.SIGINT), list[int]()
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield
        return

    def note(number: int, frame: FrameType | None) -> None:
        """Keep in mind that it came."""
        met.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    except Exception:
        if met:
            raise KeyboardInterrupt from None
        raise
    finally:
        signal.signal(signal.SIGINT, before)
