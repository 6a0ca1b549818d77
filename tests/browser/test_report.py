"""The report as a reader has it: in Chromium, offline, without scripts, on a telephone, on paper, read aloud."""

import re
from itertools import product

import numpy as np
import pandas as pd
import pytest

from experiments.cli import answer
from experiments.figures.text import decimals, number
from experiments.intervals import paired
from experiments.report.page import build, parts
from experiments.report.page.evidence import evidence

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "zh")
PAPER = 673  # pixels of the width of A4 between its margins
OUTSIDE = """(language) => {
    const found = [];
    for (const svg of document.querySelectorAll(`.in-${language} svg`)) {
        const box = svg.viewBox.baseVal;
        for (const text of svg.querySelectorAll("text")) {
            const b = text.getBBox();
            if (b.x < 0 || b.y < 0 || b.x + b.width > box.width || b.y + b.height > box.height)
                found.push(text.textContent);
        }
    }
    return [document.querySelectorAll(`.in-${language} svg text`).length, found];
}"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Give the evidence of a shipped study, a quick look at it."""
    outputs = tmp_path_factory.mktemp("outputs")
    assert answer(["sweep", "brokerage-events", "--quick", "--outputs", str(outputs)]) == 0
    return evidence("brokerage-events-quick", outputs)


@pytest.fixture(scope="module")
def report(study, tmp_path_factory):
    """Give the file of its report."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(build.page(parts.report(study), LANGUAGES), encoding="utf-8")
    return path


def changed(report, before, after):
    """Return the path of a copy of a report in which some text is another."""
    text = report.read_text(encoding="utf-8")
    assert before in text
    path = report.with_name("changed.html")
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


def pages_of(pdf):
    """Return the number of pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_it_asks_for_nothing_and_complains_of_nothing(opened, report):
    page = opened(report)
    page.wait_for_selector("body[data-done]")
    assert page.seen == [f"request {report.as_uri()}"]


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_a_hostile_title_is_a_title(opened, study, tmp_path, name):
    path = tmp_path / "hostile.html"
    hostile = study._replace(study=study.study._replace(title=name))
    path.write_text(build.page(parts.report(hostile), LANGUAGES), encoding="utf-8")
    page = opened(path)
    assert name in page.title() and name in page.inner_text(".in-en .study")
    assert page.seen == [f"request {path.as_uri()}"]


def test_a_script_that_was_changed_does_not_run(opened, report):
    page = opened(changed(report, '"use strict";', '"use  strict";'))
    page.wait_for_timeout(300)
    assert page.locator("body[data-done]").count() == 0
    assert any("Content Security Policy" in said for said in page.seen)


@pytest.mark.parametrize(("language", "length"), list(product(LANGUAGES, ("all", "one"))))
def test_nothing_bars_a_screen_reader(opened, report, language, length):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra `browser`").Axe()
    page = opened(report, bypass_csp=True)
    page.click(f"#language-{language}")
    page.click(f"#length-{length}")
    found = [(said["id"], said["nodes"][0]["html"][:120]) for said in axe.run(page).response["violations"]]
    assert not found


def test_without_scripts_all_but_the_explorer_is_there(opened, report):
    page = opened(report, java_script_enabled=False)
    for shown, hidden in (("en", "zh"), ("zh", "en")):
        page.click(f"#language-{shown}")
        part = page.locator(f"div.in-{shown}")
        assert part.locator("h1").is_visible() and not page.locator(f"div.in-{hidden}").is_visible()
        assert part.locator(".claims li").count() == 3 and part.locator("figure svg").first.is_visible()
        assert part.locator("table").first.is_visible() and part.locator(".needs").is_visible()
        assert not part.locator(".explorer").is_visible()
    page.click("#length-one")
    assert not page.locator("div.in-zh .long").is_visible()


def test_the_language_of_the_page_is_the_one_that_was_chosen(opened, report):
    page = opened(report)
    page.wait_for_selector("body[data-done]")
    page.click("#language-zh")
    page.click("#length-one")
    assert page.get_attribute("html", "lang") == "zh-Hans"


def test_the_explorer_prints_what_the_engine_computes(opened, report, study):
    page = opened(report)
    page.wait_for_selector("body[data-done]")
    points, rng = study.study.points(), np.random.default_rng(7)
    wide = study.runs.pivot(index="replicate", columns="point", values=list(study.study.outcomes))
    form = page.locator(".in-en form.explorer")
    for _ in range(20):
        a, b = (points[int(x)] for x in rng.choice(len(points), 2, replace=False))
        for side, point in (("A", a), ("B", b)):
            for x, (factor, value) in enumerate(zip(study.study.factors, point.settings, strict=True)):
                select = form.locator(f"select[data-side={side}][data-factor='{x}']")
                select.select_option(str(factor.levels.index(value)))
        rows = form.locator("tbody tr")
        for x, outcome in enumerate(study.study.outcomes):
            left, right = (wide[outcome, point.id].to_numpy(float) for point in (a, b))
            n, _, mean, low, high, _, more, _ = paired(left, right)
            places = decimals((high - low) / 2)
            there = ~np.isnan(left + right)
            wanted = [
                number(float(np.mean(left[there])), places),
                number(float(np.mean(right[there])), places),
                number(mean, places, True),
                number(low, places),
                number(high, places),
                number(more, 3),
                str(n),
            ]
            assert rows.nth(x).locator("td").all_inner_texts()[:7] == wanted, (outcome, a, b)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mayors_page_is_page_one_alone(opened, report, language):
    page = opened(report)
    page.click(f"#language-{language}")
    everything = pages_of(page.pdf(prefer_css_page_size=True, tagged=True))
    page.click("#length-one")
    pdf = page.pdf(prefer_css_page_size=True, tagged=True)
    assert pages_of(pdf) == 1 < everything
    assert b"/StructTreeRoot" in pdf and b"/MarkInfo" in pdf, "the PDF is not tagged"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_leaves_its_picture(opened, report, language):
    page = opened(report)
    page.click(f"#language-{language}")
    n, outside = page.evaluate(OUTSIDE, language)
    assert n > 30 and not outside


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_leaves_the_paper(opened, study, tmp_path, language):
    (tmp_path / "tables").mkdir()
    names = ["mean", "best", "regret", "worst", "enough"]
    row = {"wish": "pilots_ever", "wanted": ">= 25", "programme": "introductions only"}
    row |= {f"{name}{end}": 115.123 for name in names for end in ("", "_low", "_high")}
    pd.DataFrame([row] * 3).to_parquet(tmp_path / "tables" / "robust.parquet")
    path = tmp_path / "report.html"
    said = parts.report(study._replace(folder=tmp_path))
    path.write_text(build.page(said, LANGUAGES), encoding="utf-8")
    page = opened(path, viewport={"width": PAPER, "height": 1000})
    page.click(f"#language-{language}")
    page.emulate_media(media="print")
    wide = page.evaluate("[...document.querySelectorAll('table')].map((t) => [t.id, t.getBoundingClientRect().right])")
    assert any(name.startswith("section_robust") for name, _ in wide)
    assert not [name for name, right in wide if right > PAPER]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_telephone_scrolls_one_way(opened, report, language):
    page = opened(report, viewport={"width": 360, "height": 740})
    page.click(f"#language-{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
