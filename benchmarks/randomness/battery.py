"""Put the keyed draws, laid out as a run makes them, through dieharder.

python benchmarks/randomness/battery.py                 # every layout, every test listed below
python benchmarks/randomness/battery.py cities seeds    # some layouts
python benchmarks/randomness/battery.py --feed pairs    # the endless stream itself, for another battery
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np

from abm import draws
from abm.draws import NOBODY, child, draw
from abm.input.cities import read_cities
from abm.input.load import DATA
from abm.machine.jit import kernel
from abm.state.neighbours import both

CITIES = np.array([draws.entity("city", row.city_id) for row in read_cities(DATA / "iuc_cities.csv")], np.uint64)
WHY = draws.process("contact.consent")
MONTHS, THEMES, COUNTERS = 96, 7, 4
TESTS = {  # number in dieharder, and further arguments
    "birthdays": ("0",),
    "operm5": ("1",),
    "rank 32x32": ("2", "-p", "50"),
    "rank 6x8": ("3",),
    "bitstream": ("4",),
    "count the 1s, stream": ("8",),
    "count the 1s, bytes": ("9",),
    "parking lot": ("10",),
    "minimum distance 2d": ("11",),
    "minimum distance 3d": ("12",),
    "squeeze": ("13",),
    "runs": ("15",),
    "craps": ("16",),
    "gcd": ("17", "-t", "1000000", "-p", "50"),
    "monobit": ("100",),
    "serial": ("102",),
    "bit distribution 8": ("200", "-n", "8", "-p", "50"),
    "permutations 5": ("202", "-n", "5"),
    "lagged sum 30": ("203", "-n", "30", "-t", "50000"),  # the lag of one city to the next month of the same
    "Kolmogorov-Smirnov": ("204",),
    "bytes": ("205", "-t", "5000000"),
    "dct": ("206", "-t", "10000"),
    "fill tree": ("207", "-t", "2000000"),
    "fill tree 2": ("208", "-t", "1000000"),
    "monobit 2": ("209", "-t", "10000000"),
}


@kernel
def cities(seed, keys, out):
    """One seed: month after month and counter after counter, every city in turn."""
    n = 0
    for month in range(MONTHS):
        for counter in range(COUNTERS):
            for i in range(len(keys)):
                out[n] = draw(seed, WHY, month, keys[i], NOBODY, counter)
                n += 1
    return n


@kernel
def pairs(seed, keys, out):
    """One seed: month after month and theme after theme, every pair of cities in turn."""
    n = 0
    for month in range(MONTHS):
        for theme in range(THEMES):
            for i in range(len(keys)):
                for j in range(i):
                    out[n] = draw(seed, WHY, month, keys[0], both(keys[i], keys[j]), theme)
                    n += 1
    return n


@kernel
def seeds(block, keys, out):
    """One city, month and counter after the other: 256 consecutive seeds in turn, as common random numbers use them."""
    n = 0
    for month in range(MONTHS):
        for i in range(len(keys)):
            for x in range(256):
                out[n] = draw(np.uint64(256) * block + np.uint64(x), WHY, month, keys[i], NOBODY, 0)
                n += 1
    return n


@kernel
def children(seed, keys, out):
    """One seed: every draw of a city and month, followed by its first children."""
    n = 0
    for month in range(MONTHS):
        for i in range(len(keys)):
            luck = draw(seed, WHY, month, keys[i], NOBODY, 0)
            out[n] = luck
            for x in range(COUNTERS):
                out[n + 1 + x] = child(luck, x)
            n += 1 + COUNTERS
    return n


LAYOUTS = {layout.__name__: layout for layout in (cities, pairs, seeds, children)}


def feed(layout: str) -> None:
    """Write the draws of a layout to standard output, seed after seed, both halves of each, until nobody reads."""
    room = np.empty(MONTHS * len(CITIES) * 256, np.uint64)  # the longest block, of consecutive seeds
    block = 0
    try:
        while True:
            block += 1
            n = LAYOUTS[layout](np.uint64(block), CITIES, room)
            sys.stdout.buffer.write(room[:n].data)
    except BrokenPipeError:
        os.close(1)


def judge(layout: str, arguments: tuple[str, ...]) -> list[str]:
    """Run one test of dieharder on a layout; return a line a p-value, such as ``0.4213 PASSED``."""
    feeder = subprocess.Popen([sys.executable, __file__, "--feed", layout], stdout=subprocess.PIPE)
    columns = [argument for column in ("pvalues", "assessment") for argument in ("-D", column)]
    done = subprocess.run(
        ["dieharder", "-g", "200", "-c", " ", *columns, "-d", *arguments],
        stdin=feeder.stdout,
        capture_output=True,
        text=True,
    )
    feeder.stdout.close()
    feeder.wait()
    return [" ".join(line.split()) for line in done.stdout.splitlines() if line.strip()]


def told(lines: list[str]) -> str:
    """Return the p-values of a test in short, with the judgements that dieharder passed."""
    values, judgements = zip(*(line.split() for line in lines), strict=True)
    shown = values[0][:6] if len(values) == 1 else f"{len(values)}: {min(values)[:6]}–{max(values)[:6]}"
    return shown + "".join(f" **{judgements.count(word)} {word}**" for word in ("WEAK", "FAILED") if word in judgements)


def main(layouts: list[str]) -> None:
    """Print a table: a row a test, a column a layout."""
    print("| test | " + " | ".join(layouts) + " |\n|---|" + "---|" * len(layouts))
    start = time.perf_counter()
    for name, arguments in TESTS.items():
        cells = [told(judge(layout, arguments)) for layout in layouts]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--feed"]:
        feed(sys.argv[2])
    else:
        main(sys.argv[1:] or list(LAYOUTS))
