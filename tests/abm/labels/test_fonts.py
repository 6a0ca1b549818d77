"""No name becomes boxes, whatever fonts a machine has and whatever matplotlib's list says of them."""

import json
import os
import subprocess
import sys

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from abm.labels import fonts

DRAW = """
import json, logging, os, sys, warnings
warnings.simplefilter("error")
logging.disable()  # a slow machine says that it lists its fonts for the first time
from matplotlib import font_manager
logging.disable(logging.NOTSET)
listed, installed, gone = json.loads(sys.argv[1])
manager, latin = font_manager.fontManager, [e for e in font_manager.fontManager.ttflist if "DejaVu" in e.name]
manager.ttflist[:] = latin
for path in listed:
    manager.addfont(path)
for path in gone:
    os.remove(path)
font_manager.findSystemFonts = lambda *_, **__: [e.fname for e in latin] + installed
import pandas as pd
from abm.labels.fonts import families, literal
from abm.labels.stages import STAGES
from abm.plot import stages_over_time
from experiments.figures import paired_differences, save, signed
series = pd.DataFrame({rung.now: [1, 2] for rung in STAGES})
stages_over_time(series, "重庆", "chongqing").savefig("own.png")
save(stages_over_time(series, "重庆"), "stages.png")
rows = [(name, "pilots", 1.0, 0.0, 2.0) for name in ("重庆", "重庆庆", "Ǻ\U00013000")]
table = pd.DataFrame(rows, columns=["contrast", "outcome", "difference", "low", "high"])
save(signed(paired_differences(table, "重"), "重庆 · abc"), "differences.png")
print(json.dumps([families(), literal("重庆", "chongqing")]))
"""


def font(path, family, characters):
    """Write a font that draws some characters as triangles."""
    names = {ord(c): f"u{ord(c):04X}" for c in characters}
    order = [".notdef", *names.values()]
    pen = TTGlyphPen(None)
    for move, point in ((pen.moveTo, (0, 0)), (pen.lineTo, (500, 800)), (pen.lineTo, (900, 0))):
        move(point)
    pen.closePath()
    builder, triangle = FontBuilder(1000, isTTF=True), pen.glyph()
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys(order, triangle))
    builder.setupHorizontalMetrics(dict.fromkeys(order, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return str(path)


@pytest.mark.parametrize(
    ("there", "drawn"),
    [
        ("none", "chongqing"),
        ("listed", "重庆"),
        ("beside a stale list", "重庆"),
        ("listed and removed since", "chongqing"),
        ("listed, removed, another installed", "重庆"),
        ("of the name, without the glyphs", "chongqing"),
        ("unreadable", "chongqing"),
    ],
)
def test_a_chinese_name_is_drawn_or_told_otherwise(tmp_path, there, drawn):
    good = font(tmp_path / "good.ttf", "WenQuanYi Zen Hei", map(chr, fonts.SAMPLE))
    other = font(tmp_path / "other.ttf", "SimHei", map(chr, fonts.SAMPLE))
    poor = font(tmp_path / "poor.ttf", "Noto Sans CJK SC", "重ab")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    listed, installed, gone = {
        "none": ([], [], []),
        "listed": ([good], [good], []),
        "beside a stale list": ([], [good], []),
        "listed and removed since": ([good], [], [good]),
        "listed, removed, another installed": ([good], [other], [good]),
        "of the name, without the glyphs": ([poor], [poor], []),
        "unreadable": ([], [str(tmp_path / "broken.ttf")], []),
    }[there]
    done = subprocess.run(
        [sys.executable, "-c", DRAW, json.dumps([listed, installed, gone])],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.getcwd(), "MPLCONFIGDIR": str(tmp_path)},
    )
    assert (done.returncode, done.stderr) == (0, ""), "a glyph is missing, or matplotlib said something"
    families, shown = json.loads(done.stdout)
    assert shown == drawn
    assert families[0] == fonts.LATIN and len(families) == 1 + (drawn == "重庆")


def test_a_letter_whose_accents_no_font_draws_becomes_plain(monkeypatch):
    monkeypatch.setattr(fonts, "drawable", lambda: frozenset(map(ord, "abcdefghijklmnopqrstuvwxyzM 1?é½")))
    assert [fonts.literal(name, "id") for name in ("Málaga", "é", "①b", "ảb", "庆")] == [
        "Malaga",
        "é",
        "id",
        "ab",
        "id",
    ]
