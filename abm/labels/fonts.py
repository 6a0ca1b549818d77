"""Which fonts draw a name: the fonts themselves are asked, so that no name ever becomes a row of boxes.

matplotlib keeps a list of the fonts of a machine, which is not made anew when one is installed or removed. Where none
of the list draws Chinese, the machine is looked over once more, for this process only.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

from matplotlib.font_manager import FontProperties, findSystemFonts, fontManager, get_font

LATIN = "DejaVu Sans"  # ships with matplotlib, so a figure is the same on every machine
CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "SimHei",
    "SimSun",
    "Noto Sans CJK JP",  # the first of the fonts in Noto's file, and all that older versions of matplotlib see
    "Noto Serif CJK SC",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
THIN = "\N{THIN SPACE}"
SAMPLE = frozenset(map(ord, "重庆伙伴关系"))


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Return the font families in which a glyph is looked for: the Latin font, then one that draws Chinese if any."""
    with quiet():
        found = drawing_chinese()
        if not found:
            look_anew()
            found = drawing_chinese()
    return LATIN, *found[:1]


def drawing_chinese() -> list[str]:
    """Return the Chinese families of matplotlib's list that can draw what they are for."""
    listed = {entry.name for entry in fontManager.ttflist}
    return [name for name in CHINESE if name in listed and glyphs(name) >= SAMPLE]


def look_anew() -> None:
    """Add fonts that came after matplotlib made its list; one that cannot be read draws nothing."""
    known = {entry.fname for entry in fontManager.ttflist}
    for path in findSystemFonts():
        if path not in known:
            with suppress(Exception):  # what a broken font raises is not said
                fontManager.addfont(path)


def glyphs(family: str) -> frozenset[int]:
    """Return the code points that a family draws in both weights; none if its file is gone or cannot be read."""
    found = []
    for weight in ("normal", "bold"):
        try:
            wanted = FontProperties(family=[family], weight=weight)
            file = fontManager.findfont(wanted, fallback_to_default=False, rebuild_if_missing=False)
            found.append(frozenset(get_font(file).get_charmap()))
        except (OSError, RuntimeError, ValueError):
            return frozenset()
    return frozenset.intersection(*found)


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """Return the code points that figures can draw."""
    with quiet():
        return frozenset().union(*map(glyphs, families()))


@contextmanager
def quiet() -> Iterator[None]:
    """Let matplotlib take the weight of a font that there is without saying so."""
    log = logging.getLogger("matplotlib.font_manager")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def literal(text: object, fallback: object = "", limit: int = 80) -> str:
    """Return a name as it can be drawn: literally, on one line, with no missing glyph.

    Parameters
    ----------
    text
        A name out of a data file; it may hold quotes, markup, dollar signs or any script.
    fallback
        Drawn instead where a glyph is missing on this machine, such as the ``city_id`` of a name in Chinese.
    limit
        Longest length in characters; what is cut shows as an ellipsis.
    """
    line = romanised(one_line(text))
    if not line or not is_drawable(line):
        line = romanised(one_line(fallback)) or line
    line = "".join(c if is_drawable(c) else "?" for c in line)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def is_drawable(line: str) -> bool:
    """Say whether every character has a glyph."""
    return all(ord(c) in drawable() for c in line)


def romanised(line: str) -> str:
    """Return text with the plain Latin letter for one whose accents no font here draws."""
    letters = ((c, unicodedata.normalize("NFKD", c)[0]) for c in line)
    return "".join(plain if plain.isascii() and c.isalpha() and not is_drawable(c) else c for c, plain in letters)


def one_line(value: object) -> str:
    """Return text without control characters and repeated spaces; a thin one, as before a per cent sign, stays."""
    plain = "".join(" " if (c.isspace() and c != THIN) or unicodedata.category(c)[0] == "C" else c for c in str(value))
    return " ".join(word for word in plain.split(" ") if word)
