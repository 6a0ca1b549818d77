"""The site: what its own pages show is true, what is made of code is whole, and a page that is wrong is told."""

import re
import shlex
from pathlib import Path

import pytest

from abm import catalog
from abm.input.load import shipped
from docs.site import checks, evidence, pages, staging
from experiments.cli import STUDIES, VERBS, answer
from experiments.lab import folder

ROOT = Path(__file__).parents[2]
SHOWN = [*sorted((ROOT / "docs" / "howto").glob("*.md")), ROOT / "docs" / "coming-from.md"]
LONG = {"archive": [pytest.mark.slow]}  # it draws a report
BLOCK = re.compile(r"(?:`([\w.-]+\.(?:toml|csv))`[^`]*)?^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def made():
    """Give the pages that are made from code, by their names."""
    return {path.removeprefix(f"{pages.REFERENCE}/").removesuffix(".md"): text for path, text in pages.made().items()}


def follow(page, wanted):
    """Do what a page shows, from top to bottom: save its files, run its commands that are wanted, and its code."""
    done = 0
    for name, kind, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        if name:
            Path(name).write_text(block, encoding="utf-8")
        elif kind == "python":
            exec(compile(block, page.name, "exec"), {"__name__": page.stem})
            done += 1
        for line in block.splitlines() if kind == "sh" else ():
            words = shlex.split(line, comments=True)
            assert words[0] == "twinhelix", "an sh block has commands of ours; console blocks have others"
            if "--engine" in words:  # which is chosen once a process; the results are the same
                del words[(at := words.index("--engine")) : at + 2]
            if wanted(words):
                assert answer(words[1:]) == 0, line
                done += 1
    return done


@pytest.mark.compiled("hundreds of runs")
@pytest.mark.parametrize("page", [pytest.param(p, id=p.stem, marks=LONG.get(p.stem, [])) for p in SHOWN])
def test_what_a_page_shows_works(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    if page.stem == "add":
        assert "```" not in page.read_text(encoding="utf-8")
    else:
        assert follow(page, lambda words: "dask" not in words) > 1


@pytest.mark.slow
@pytest.mark.cluster
def test_a_study_runs_by_processes_as_shown(tmp_path, monkeypatch, capsys):
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    assert follow(ROOT / "docs" / "howto" / "cluster.md", lambda words: "dask" in words) == 1


def test_every_name_is_on_its_page(made):
    names = {
        "verbs": [f"## {verb.__name__}\n" for verb in (*VERBS, *STUDIES)] + ["## check\n", "## calibrate\n"],
        "parameters": [f"| `{p['name']}` |" for p in catalog.parameters()],
        "measures": [f"| `{m['name']}`" for m in catalog.measures()],
        "policies": [f"| `{p['name']}` |" for p in catalog.policies()],
        "scenarios": [f"| `{name}` |" for name in shipped()],
        "studies": [f"| `{name}` |" for name in folder.shipped()],
        "exit-codes": ["| 0 | done |", "| 2 |", "| 130 and 143 | interrupted |", "| 141 |"],
        "files": ["### `[[events]]`", "| `seats` |", "| `city_id` |", '### `[design] kind = "sobol"`', "ledger.sqlite"],
        "glossary": ["谅解备忘录", "`broker.capacity`"],
        "works": ["Burt, Ronald S.", "| 1992 |"],
    }
    assert [(page, name) for page, all_of in names.items() for name in all_of if name not in made[page]] == []


def test_trace_has_eight_elements_and_the_numbers_of_today(made):
    text = made["trace"]
    assert re.findall(r"^## (\d)\.", text, re.MULTILINE) == list("12345678")
    assert f"{len(catalog.parameters())} parameters" in text and "| busiest European city | hold-out |" in text
    assert re.findall(r"^\| V(\d+) \|", text, re.MULTILINE) == [str(x) for x in range(1, 24)]
    assert "| brokerage | .33" in text, "the shares of the experiments"


def test_evidence_that_is_gone_ends_the_making(monkeypatch):
    with pytest.raises(ValueError, match=r"MODEL.md no longer has '### 9.9"):
        evidence.section("MODEL.md", "### 9.9 Nothing")
    with monkeypatch.context() as changed, pytest.raises(ValueError, match="no test holds V22"):
        changed.setattr(evidence, "section", lambda *_: "invariance to labels (V22), a case of old (V2)")
        changed.setattr(evidence, "text", lambda name: "def test_v2_holds(): ...")
        evidence.cases()
    monkeypatch.setattr(evidence, "text", lambda name: '[[line]]\nof="a"\nasked="b"\nmet="c"\nwhere="tests/none.py"')
    with pytest.raises(FileNotFoundError, match=r"tests/none.py"):
        evidence.checklist()


def test_documents_are_laid_out_as_in_the_repository(tmp_path):
    staging.lay_out(tmp_path, {"docs/reference/verbs.md": "# Verbs\n"})
    there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*") if path.is_file()}
    assert {"README.md", "MODEL.md", "docs/howto/change.md", "docs/reference/verbs.md"} <= there
    assert {"notebooks/01_first_run.ipynb", "calibration/RECORD.md"} <= there
    with pytest.raises(FileExistsError):
        staging.lay_out(tmp_path, {"docs/limits.md": ""})


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<a href="other.html#here">', []),
        ('<a href="https://example.org">', []),
        ('<a href="gone.html">', ["index.html: gone.html is no file of the site"]),
        ('<a href="other.html#gone">', ["index.html: other.html#gone is no place on that page"]),
        ('<script src="https://example.org/x.js">', ["index.html: loads https://example.org/x.js from elsewhere"]),
        ('<img src="//example.org/x.png">', ["index.html: loads //example.org/x.png from elsewhere"]),
        ('<link rel="stylesheet" href="a.css">', ["index.html: a.css is no file of the site"]),
    ],
)
def test_a_dead_end_and_what_comes_from_elsewhere_are_told(body, told, tmp_path):
    (tmp_path / "index.html").write_text(body, encoding="utf-8")
    (tmp_path / "other.html").write_text('<h1 id="here">', encoding="utf-8")
    assert checks.problems(tmp_path) == told


def test_a_style_from_elsewhere_is_told(tmp_path):
    (tmp_path / "a.css").write_text("@import url(https://example.org/font.css);", encoding="utf-8")
    assert checks.problems(tmp_path) == ["a.css: a style loads something from elsewhere"]


def test_every_page_is_in_a_menu():
    menus = re.findall(r"```\{toctree\}\n.*?```", (ROOT / "docs" / "index.md").read_text(encoding="utf-8"), re.DOTALL)
    entries = {line for menu in menus for line in menu.splitlines()}
    paths = [path for place in ("*.md", "howto/*.md") for path in (ROOT / "docs").glob(place) if path.stem != "index"]
    names = [path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in paths]
    assert [name for name in names if name not in entries] == [], "docs/index.md lists them"
