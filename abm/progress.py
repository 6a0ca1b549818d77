"""A progress bar, when a thing takes long and somebody is looking."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
PATIENCE_S = 1.5


def shown_while(items: Iterable[Item], total: int | None, wanted: bool = True, what: str = "runs") -> Iterator[Item]:
    """Yield the items; after a moment's patience show on the terminal how many (of ``total``) came."""
    if not wanted or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task, begun = bar.add_task(what, total=total), time.monotonic()
    try:
        for item in items:
            bar.advance(task)
            if time.monotonic() - begun > PATIENCE_S and not bar.live.is_started:
                bar.start()
            yield item
    finally:
        bar.stop()
