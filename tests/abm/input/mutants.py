"""Spoilt scenario and city files, made the way that hands, editors and disks spoil them."""

import random
from collections.abc import Iterator

VALUES = (
    "",
    "nan",
    "inf",
    "-1",
    "0",
    "1e308",
    "-0.0",
    "1_0",
    "true",
    "[]",
    "{}",
    "[[]]",
    '"x"',
    "'NA'",
    '"\\u0000"',
    "0x10",
    "1979-05-27",
    "9" * 20,
    '"2020-13"',
    '"重庆"',
    '[1, "a"]',
    "{a = {b = [{}]}}",
    '"' + "é" * 300 + '"',
    "'../../x.csv'",
)
CELLS = (
    "",
    " ",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "-91",
    "181",
    "0",
    "-1",
    "member",
    "outside",
    "x" * 5000,
    '"',
    '""',
    "'",
    ",",
    "\n",
    "\x00",
    "NA",
    "重庆",
    "<script>",
    "=1+1",
    "1,000",
    "٣",
    "1_000",
    "0x1F",
    " 5 ",
    "true",
    "None",
    "\ufeff",
    "\r",
    "\u2028",
    "½",
)
BYTES = (
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"[",
    b"]",
    b'"',
    b"'",
    b"=",
    b"\n",
    b"\r",
    b",",
    b"#",
    b"\\",
    b".",
    b"-",
    b"9",
    b"e",
)


def spoilt_bytes(text: str, rng: random.Random) -> bytes:
    """Return the text with bytes put in, left out, exchanged or doubled, or its end lost."""
    data = bytearray(text.encode())
    for _ in range(rng.randint(1, 4)):
        at, what = rng.randrange(len(data) + 1), rng.randrange(5)
        if what == 0:
            data[at:at] = rng.choice(BYTES)
        elif what == 1:
            del data[at : at + rng.randint(1, 20)]
        elif what == 2:
            data[at : at + 1] = rng.choice(BYTES)
        elif what == 3:
            del data[at:]
        else:
            other = rng.randrange(len(data) + 1)
            data[at:at] = data[other : other + 30]
    return bytes(data)


def spoilt_toml(text: str, rng: random.Random) -> bytes:
    """Return a scenario with values exchanged, keys misspelt, and lines lost, doubled or moved."""
    lines = text.splitlines()
    for _ in range(rng.randint(1, 3)):
        at, what = rng.randrange(len(lines)), rng.randrange(6)
        key, equals, _ = lines[at].partition("=")
        if what <= 2 and equals:
            lines[at] = f"{key}= {rng.choice(VALUES)}"
        elif what == 3 and equals:
            lines[at] = lines[at].replace(key, key.strip()[::-1] + " ")
        elif what == 4:
            lines.insert(rng.randrange(len(lines)), lines[at])
        else:
            del lines[at]
        lines = lines or [""]
    return "\n".join(lines).encode()


def spoilt_csv(text: str, rng: random.Random) -> bytes:
    """Return a city file with cells exchanged, lost or added, and rows doubled."""
    rows = [line.split(",") for line in text.splitlines()]
    for _ in range(rng.randint(1, 3)):
        row, what = rng.choice(rows), rng.randrange(6)
        at = rng.randrange(len(row) or 1)
        if what <= 2 and row:
            row[at] = rng.choice(CELLS)
        elif what == 3:
            del row[at : at + 1]
        elif what == 4:
            row.insert(at, rng.choice(CELLS))
        else:
            rows.insert(rng.randrange(len(rows)), list(row))
    return "\n".join(map(",".join, rows)).encode()


def mutants(scenario: str, cities: str, n: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield ``n`` pairs of a scenario file and a city file, one of the two spoilt, by bytes or by its structure."""
    for x in range(n):
        rng = random.Random(x)
        if x % 2:
            yield (spoilt_bytes, spoilt_toml)[x // 2 % 2](scenario, rng), cities.encode()
        else:
            yield scenario.encode(), (spoilt_bytes, spoilt_csv)[x // 2 % 2](cities, rng)
