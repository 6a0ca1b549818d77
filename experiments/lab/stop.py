"""How a program that is asked to stop ends: what is finished is made safe first, and the last line says so."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


class Interrupted(BaseException):
    """Somebody asked the program to end; says what is safe, unless that has been said, and with which code it ends."""

    def __init__(self, line: str, code: int) -> None:
        super().__init__(line)
        self.code = code


@contextmanager
def asked_to_stop() -> Iterator[list[int]]:
    """Yield a list that holds a signal as soon as one asks to stop; a second one stops at once."""
    asked: list[int] = []

    def ask(number: int, _: Any) -> None:
        """Note the signal."""
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.signal(number, ask) for number in CODES}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
