"""The files of the page: vendored ones as they were published, ours without an address; and a grid without a server."""

import hashlib
import json
import re

import pytest

from experiments.dashboard import export, page
from experiments.dashboard.offered import menu, offers

VENDOR = page.STATIC / "vendor"


@pytest.mark.parametrize("name", ["d3.min.js", "plot.umd.min.js"])
def test_a_vendored_file_is_the_one_that_is_told(name):
    row = next(line for line in (VENDOR / "README.md").read_text(encoding="utf-8").splitlines() if f"`{name}`" in line)
    version, digest = re.search(r"\| ([\d.]+) \| `([0-9a-f]{64})` \|", row).groups()
    content = (VENDOR / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == digest and f"v{version} ".encode() in content[:120]


def test_the_pages_own_files_name_no_address():
    for path in page.STATIC.glob("*.*"):
        found = set(re.findall(r"\w+://[^\s\"']+", path.read_text(encoding="utf-8")))
        assert not found - {"http://www.w3.org/2000/svg"}, path.name


def test_nothing_but_text_is_put_into_the_page():
    for path in page.STATIC.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|setAttribute\(.style",
            path.read_text(encoding="utf-8"),
        )


def test_levers_that_no_broker_goes_by_are_told(tmp_path):
    brokers = '[[brokers]]\nname = "b"\ncapacity = 2\n'
    (tmp_path / "mine.toml").write_text(f'extends = "iuc-asia"\n{brokers}', encoding="utf-8")
    first, second = menu(offers(["iuc-asia", str(tmp_path / "mine.toml")]))["scenarios"]
    assert (first["idle"], second["idle"]) == ([], ["broker.capacity"])


@pytest.mark.compiled("two hundred runs")
def test_an_exported_page_holds_its_grid(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "LEVELS", {"broker.capacity": (0,)})
    path = tmp_path / "short.toml"
    path.write_text('extends = "iuc-asia"\nmonths = 6\n', encoding="utf-8")
    said = export.write(offers([str(path)]), tmp_path / "room")
    assert said.startswith("3 finished answers of short")
    grid = json.loads(
        (tmp_path / "room" / "grid.js").read_text(encoding="utf-8").removeprefix("window.grid = ").rstrip(";\n")
    )
    assert list(grid["answers"]) == list(grid["histories"]) == ["0", "4", "8"]
    assert grid["answers"]["4"]["same"] and not grid["answers"]["8"]["same"]
    text = (tmp_path / "room" / "index.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in text and text.index("grid.js") < text.index("app.js")
