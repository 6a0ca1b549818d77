"""The report of a study: what it says is computed, what others wrote stays text, both languages say the same."""

import base64
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

from abm import run
from experiments.analysis.tables import runs
from experiments.cli import answer
from experiments.intervals import paired, t_interval
from experiments.lab import conduct
from experiments.lab.folder import SHIPPED, find_begun, shipped
from experiments.lab.ledger import FILE, Ledger
from experiments.report.page import build, parts, words
from experiments.report.page.chosen import claims_of
from experiments.report.page.drawing import broken, width_of
from experiments.report.page.evidence import evidence
from experiments.report.page.packing import packed
from experiments.report.page.story import story
from experiments.report.page.verdicts import VERDICTS, difference
from tests.experiments.laboratory import cheap, write_study
from tests.experiments.report.pages import CLAIMS, Reading
from tests.helpers import towns, write_cities

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")

PAGE = Path(build.__file__).parent
STOPPED = re.compile(r"\b(causes?|caused|will|proves?|proven|optimal|optimum)\b|导致|证明|最优|必将", re.IGNORECASE)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><b>",
    "]]>",
    "{{7*7}}",
    "javascript:alert(1)",
    "a\u2028b",
    "a\u202eb",
    "=cmd",
    "x" * 200,
    "深圳",
]


def rows_of(text, language="en"):
    """Return the rows of the register of claims in one language: id -> cells."""
    reading = Reading(text.split(f'data-language="{language}"')[1].split('data-language="')[0])
    return {attrs["data-claim"]: cells for attrs, cells in reading.rows if "data-claim" in attrs}


def numbers(text):
    """Return the numbers of a text, sorted."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", text))


def test_every_claim_is_what_the_ledger_gives(page, folder):
    claimed = rows_of(page())
    study, _, _ = find_begun("trial", Path("outputs"))
    table = runs(study, folder)
    assert 1 <= len(claimed) <= 5
    for key, cells in claimed.items():
        a, b = (side.split() for side in re.search(r"((?:[0-9a-f]{16} ?)+) − ((?:[0-9a-f]{16} ?)+)", cells[1]).groups())
        outcome = cells[2].split()[-1]
        arms = [
            table[table["point"].isin(side)].groupby("replicate")[outcome].apply(lambda x: x.mean(skipna=False))
            for side in (a, b)
        ]
        n, _, mean, low, high, *_ = paired(*map(np.asarray, arms))
        said = [float(cell.replace("−", "-")) for cell in cells[3:6]]
        places = len(cells[4].partition(".")[2])
        assert np.allclose(said, [mean, low, high], atol=0.51 * 10.0**-places), f"{key} says {cells}"
        assert int(cells[6]) == n


def test_every_number_of_page_one_is_in_a_table(page):
    text = page("--languages", "en")
    first, rest = text.split('<div class="long">')
    reading, tables = Reading(first.split("<main")[1]), Reading(rest)
    shown = set(numbers(re.sub(r"\bC\d+\b", "", " ".join(reading.text))))
    there = set(numbers(" ".join(tables.text))) | {"95"}  # of every interval
    digest = set(numbers(re.search(r"[0-9a-f]{16}</p>", first).group()))
    assert shown - there - digest == set()


def test_the_same_study_gives_the_same_bytes(page):
    assert page() == page()


def test_both_languages_have_the_same_numbers(page):
    text = page()
    sides = [side.split("</main>")[0] for side in text.split('data-language="')[1:]]
    english, chinese = (Counter(numbers(" ".join(Reading(side).text))) for side in sides)
    assert english - chinese == chinese - english == Counter()


def test_every_sentence_is_there_in_both_languages():
    for key, said in words.catalogue().items():
        assert set(said) == {"en", "zh"}, key
        fields = [set(re.findall(r"{(\w+)[:}]", text)) for text in said.values()]
        assert fields[0] == fields[1], f"{key}: {fields}"
    assert all(set(entry) == {"en", "zh"} for entry in parts.glossary())


def test_what_is_one_is_told_as_one():
    kicker = {"cities": 20, "digest": "abc"}
    english, chinese = words.Words("en"), words.Words("zh")
    assert english.say("kicker", months=1, runs=1, **kicker) == "Simulated: 20 cities · 1 month · 1 run · abc"
    assert "48 months · 1,200 runs" in english.say("kicker", months=48, runs=np.int64(1200), **kicker)
    assert "1个月 · 1次运行" in chinese.say("kicker", months=1, runs=1, **kicker)
    counted = re.compile(r"{(?!of)\w+} (runs|months|settings|pilots|differences)\b")
    assert [key for key, said in words.catalogue().items() if counted.search(said["en"])] == []


def test_nothing_is_said_that_a_model_cannot_know():
    files = [*PAGE.glob("*.toml"), *PAGE.glob("*.j2"), *SHIPPED.glob("*.claims.toml")]
    found = [f"{path.name}: {hit.group()}" for path in files for hit in STOPPED.finditer(path.read_text("utf-8"))]
    assert not found, found


def test_every_word_that_a_template_asks_for_is_there_and_asked_for():
    sources = " ".join(path.read_text("utf-8") for path in [*PAGE.glob("*.j2"), *PAGE.glob("*.py")])
    asked = set(re.findall(r'say\(\s*"(\w+)"', sources)) | set(re.findall(r'"(\w+)"', sources))
    computed = ("section_", "step_", "column_")
    idle = [key for key in words.catalogue() if key not in asked and not key.startswith(computed)]
    idle = [key for key in idle if not key.endswith("_level")]
    assert not idle, f"nobody says {idle}"


@pytest.mark.parametrize("name", HOSTILE)
def test_what_others_wrote_stays_text(verb, tmp_path, folder, name):
    said = json.dumps(name)
    write_study(tmp_path, f"title = {said}\nhypothesis = {said}")
    write_cities(tmp_path / "tiny.csv", towns(6, name=name))
    (tmp_path / "trial.claims.toml").write_text(CLAIMS.format(name=said[1:-1]), encoding="utf-8")
    assert verb("sweep", "trial.toml")[0] == 0
    code, _, err = verb("report", "trial.toml")
    assert code == 0, err
    text = (folder / "report.html").read_text(encoding="utf-8")
    reading = Reading(text)
    tags = [tag for tag, _ in reading.elements]
    assert tags.count("script") == 2 and "img" not in tags and "b" not in tags
    for tag, attrs in reading.elements:
        assert not [key for key in attrs if key.startswith("on")], (tag, attrs)
        assert not str(attrs.get("href", "")).lower().startswith("javascript"), attrs
    clean = name.replace("\u202e", "").replace("\u2028", " ")
    assert clean in re.sub(r"\s+", " ", " ".join(reading.text)), "the name is not shown"
    assert "\u202e" not in text and "\u2028" not in text
    assert clean in re.search(r"<title>(.*?)</title>", text)[1] or "&" in re.search(r"<title>(.*?)</title>", text)[1]


def test_a_spreadsheet_reads_the_data_as_text(verb, folder, tmp_path):
    write_study(tmp_path, vary='[vary]\nscenario = ["tiny.toml", "other.toml"]\n[baseline]\nscenario = "tiny"\n')
    study = tmp_path / "trial.toml"
    study.write_text(study.read_text(encoding="utf-8").replace('scenario = "tiny.toml"\nm', "m"), encoding="utf-8")
    other = (tmp_path / "tiny.toml").read_text(encoding="utf-8")
    (tmp_path / "other.toml").write_text(f'name = "=cmd"\n{other}', encoding="utf-8")
    assert verb("sweep", "trial.toml")[0] == 0
    assert verb("report", "trial")[0] == 0
    link = re.search(r'href="(data:text/csv[^"]*)"', (folder / "report.html").read_text(encoding="utf-8"))[1]
    assert "'=cmd" in unquote(link)
    cells = [line.split(",") for line in unquote(link).splitlines()]
    assert not [cell for line in cells for cell in line if cell.startswith(("=", "@"))]


def test_unfinished_failed_and_foreign_studies_are_refused_in_one_line(verb, folder, monkeypatch):
    assert verb("sweep", "trial.toml")[0] == 0
    assert verb("extend", "trial", "--replicates", "12")[0] == 0
    code, _, err = verb("report", "trial")
    assert code == 3 and err.count("\n") == 1 and "12 of 72 runs are missing" in err
    assert verb("report", "trial", "--so-far")[0] == 0
    assert "So far: 60 of 72 runs" in (folder / "report.html").read_text(encoding="utf-8")

    def failing(chunk):
        made = cheap(chunk)
        return made._replace(rows=[row._replace(outcomes=None, error="Oops: no") for row in made.rows])

    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", failing)
    assert verb("resume", "trial")[0] == 3
    code, _, err = verb("report", "trial")
    assert code == 3 and err.count("\n") == 1 and "12 of 72 runs failed" in err
    monkeypatch.setattr("experiments.report.page.evidence.code_digest", lambda: "other")
    code, _, err = verb("report", "trial", "--so-far")
    assert code == 5 and err.count("\n") == 1 and "other code" in err
    assert verb("report", "trial", "--so-far", "--accept-other-code")[0] == 0


def test_a_page_replaces_no_study_and_a_wrong_place_is_told_by_its_name(page, verb, tmp_path):
    study = tmp_path / "precious.toml"
    study.write_text("kept", encoding="utf-8")
    (tmp_path / "folder.html").mkdir()
    for place in (study, tmp_path, tmp_path / "folder.html", tmp_path / "none" / "page.html"):
        code, _, err = verb("report", "trial", "--output", str(place))
        assert code == 2 and err.count("\n") == 1 and str(place) in err, err
    assert study.read_text(encoding="utf-8") == "kept"


def test_runs_that_do_not_fit_are_left_out_and_said(page, monkeypatch):
    assert 'id="runs"' in page() and 'id="runs"' not in page("--no-runs")
    monkeypatch.setattr("experiments.report.page.packing.MOST_BYTES", 10)
    text = page()
    assert 'id="runs"' not in text and "they are too many" in text


@pytest.mark.parametrize("vary", ["", "[vary]\nbroker.capacity = [4]\n"])
def test_one_point_has_nothing_to_compare(verb, tmp_path, folder, vary):
    write_study(tmp_path, vary=vary)
    assert verb("sweep", "trial.toml")[0] == 0
    code, _, err = verb("report", "trial")
    assert code == 0, err
    assert "there is one point only" in (folder / "report.html").read_text(encoding="utf-8")


def test_packed_runs_are_the_runs(page, folder):
    page()
    found = evidence("trial", Path("outputs"))
    made = packed(found)
    for outcome, column in zip(made["outcomes"], made["columns"], strict=True):
        values = np.frombuffer(base64.b64decode(column["data"]), f"<{column['type']}").reshape(len(made["points"]), -1)
        wide = found.runs.pivot(index="point", columns="replicate", values=outcome).loc[made["points"]]
        assert np.array_equal(values, wide.to_numpy(float), equal_nan=True), outcome


def test_verdicts_come_from_intervals():
    noise = np.linspace(-1, 1, 40)
    assert difference(noise + 5, noise * 0).verdict == "more"
    assert difference(noise - 5, noise * 0).verdict == "fewer"
    assert difference(noise, noise * 0).verdict == "unclear"
    assert difference(np.array([3.0]), np.array([1.0])).verdict == "unclear", "one pair has no interval"
    seldom = difference(np.array([1.0, -0.2] * 200), np.zeros(400))
    assert seldom.verdict == "more" and seldom.on_average_only and seldom.n_with == 200


def test_a_difference_among_many_needs_more_to_be_told():
    d = np.random.default_rng(3).normal(0.5, 1, 40)
    found = difference(d, np.zeros(40))
    assert found.verdict == found.among(1) == "more" and found.among(100_000) == "unclear"
    for looked in (1, 20, 1000, 100_000):
        _, low, _ = t_interval(d, 1 - 0.05 / looked)
        assert (found.among(looked) == "more") == (low > 0), looked


@pytest.mark.parametrize("name", list(shipped()))
def test_every_shipped_study_has_a_report(verb, name):
    assert verb("sweep", name, "--quick")[0] == 0
    code, said, err = verb("report", f"{name}-quick", "--json")
    assert code == 0, err
    made = json.loads(said)
    assert made["bytes"] <= 2_000_000
    mayor = Path(made["file"]).read_text(encoding="utf-8").split('<section class="mayor"')[1].split("</section>")[0]
    reading = " ".join(Reading(mayor.split('class="reading">')[1]).text).split()
    assert len(reading) <= 130, f"{len(reading)} words beside figure and claims"
    file = SHIPPED / f"{name}.claims.toml"
    if file.exists():
        said = " ".join(Reading(mayor).text)
        assert not re.search(r"[α-ωΑ-Ω]|\b(?:broker|calendar|cooperation|ladder)\.\w", said), "no page for a mayor"
    wanted = tomllib.loads(file.read_text(encoding="utf-8"))["claims"] if file.exists() else []
    assert made["claims"] == [claim["key"] for claim in wanted]


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.claims.toml")), ids=lambda path: path.name)
def test_shipped_claims_speak_both_languages(file):
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    for said in (*document["arms"].values(), document["limits"]):
        assert said["en"] and said["zh"]
    for claim in document["claims"]:
        for key in ("who", "what", "that"):
            assert set(claim.get(key, {"en": "", "zh": ""})) == {"en", "zh"}, claim["key"]
        assert all(word in VERDICTS and set(said) == {"en", "zh"} for word, said in claim.get("take", {}).items())


def test_a_comparison_has_a_report(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    scenarios = ["iuc-asia", "no-broker"]
    assert answer(["compare", *scenarios, "--seeds", "3", "--months", "6", "--output", "mine"]) == 0
    assert answer(["report", "mine"]) == 0
    text = (tmp_path / "mine" / "report.html").read_text(encoding="utf-8")
    again = "twinhelix compare scenario-1/scenario.toml scenario-2/scenario.toml --seeds 3 --months 6\n"
    assert again in text and 'data-claim="C1"' in text
    capsys.readouterr()
    assert answer(["report", str(tmp_path)]) == 2 and "neither a study" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["a broker of eight units, " * 5, "活动照常举办，中介每月八个工作单位" * 4, "x" * 90])
def test_lines_fit_their_room(text):
    lines = broken(text, 200)
    assert max(map(width_of, lines)) <= 200 and "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_study_without_claims_has_its_largest_effects(page):
    page()
    found = claims_of(evidence("trial", Path("outputs")))
    sizes = [abs(claim.found.difference) / claim.found.deviation for claim in found.claims]
    assert not found.source and len(sizes) <= 5
    assert {next(iter(claim.a.at)) for claim in found.claims} == {"broker.capacity", "search.rate"}


def test_a_value_in_the_headline_is_not_taken_for_a_number_of_what_is_counted(page):
    heads = re.findall(r"<h1[^>]*>(.*?)</h1>", page())
    assert re.match(r"With \S.* [\d.]+: (more|fewer|no clear difference in) ", heads[0]), heads[0]


def test_a_claim_that_is_unclear_everywhere_does_not_stay(page):
    text = " ".join(Reading(page()).text)
    assert re.search(r"C\d cannot be told from chance at any of the \d settings", text), (
        "no claim is unclear everywhere"
    )
    claims = claims_of(evidence("trial", Path("outputs"))).claims
    assert not any(claim.verdict == "unclear" and f"{claim.key} stays at all" in text for claim in claims)


def test_other_code_tells_no_story(page, folder, monkeypatch):
    page()
    with Ledger(folder / FILE, write=False) as ledger:
        assert len(ledger.codes()) == 1
    monkeypatch.setattr("experiments.report.page.evidence.code_digest", lambda: "other")
    assert "None is shown" in page("--accept-other-code")


def test_the_story_is_of_the_arm_that_has_more(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    given = ["compare", "iuc-asia", "no-broker", "--seeds", "2", "--months", "36", "--outcome", "pilots_ever"]
    assert answer([*given, "--output", "mine"]) == 0
    found = evidence("mine", Path("outputs"))
    claims = claims_of(found).claims
    assert claims[0].found.difference < 0, "no-broker has more pilots"
    told = story(found, claims)
    assert told.first is claims[0].b and "step_pilot" in told.a and "step_pilot" not in told.b
    assert 0 < told.only <= told.all
    pair, came = {*told.cities}, 0
    for seed in (1, 2):
        result = run("iuc-asia", seed=seed, months=36)
        names = dict(zip(result.cities["city_id"], result.cities["name"], strict=True))
        piloted = result.partnerships[result.partnerships["pilot_month"].notna()]
        came += any({names[a], names[b]} == pair for a, b in zip(piloted["city_a"], piloted["city_b"], strict=True))
    assert told.runs == 2 and told.often[0] == came > 0
    monkeypatch.setattr("experiments.report.page.story.MOST_RUNS", 1)
    assert story(found, claims).runs == 1, "more runs are made again than are wanted"
