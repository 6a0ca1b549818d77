"""What other commands leave in the folder of a study, and draws of a posterior, on the page of its report."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.cli import answer
from experiments.intervals import by_draw
from experiments.lab import conduct
from experiments.report.page.chosen import claims_of
from experiments.report.page.evidence import evidence
from tests.experiments.laboratory import cheap, posterior, write_study
from tests.experiments.report.pages import CLAIMS, Reading

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


def test_sections_appear_where_their_tables_lie(page, table):
    table("boxes", box=[1], density=[0.76], density_low=[0.7], density_high=[0.8], coverage=[0.28], mass=[None])
    table("boxes-says", sentence=["Sixty are <i>likely</i>." + " And so on." * 40])
    text = page()
    assert "Discovery: where it holds" in text and "情景发现" in text and "Robust choice" not in text
    assert "Sixty are &lt;i&gt;likely" in text and text.count("And so on.") == 2 * 40, "a sentence is cut"
    row = re.findall(r"<td>(.*?)</td>", text.split('id="section_boxes-table-en"')[1].split("</table>")[0])
    assert row == ["1", "0.76 (0.70 to 0.80)", "0.28", "–"]
    assert "twinhelix discover study.toml" in text


@pytest.mark.parametrize("name", ["boxes", "robust", "indices", "turns"])
def test_a_table_that_is_damaged_is_told_by_its_name(verb, folder, name):
    assert verb("sweep", "trial.toml")[0] == 0
    (folder / "tables").mkdir(exist_ok=True)
    path = folder / "tables" / f"{name}.parquet"
    path.write_bytes(b"junk")
    code, _, err = verb("report", "trial")
    assert code == 4 and err.count("\n") == 1 and f"{name}.parquet: is damaged" in err
    if name in ("robust", "indices"):
        pd.DataFrame({"factor": ["a"]}).to_parquet(path)
        code, _, err = verb("report", "trial")
        assert code == 4 and err.count("\n") == 1 and f"{name}.parquet: has no column" in err


def test_columns_of_other_commands_have_words(page, table):
    table(
        "robust",
        wish=["pilots_ever"],
        wanted=[">= 5"],
        programme=["busy"],
        regret=[0.5],
        regret_low=[0.4],
        regret_high=[0.6],
    )
    table("turns", wish=["pilots_ever + contacts_ever"], first=["busy"], second=["idle"], ahead=[0.2])
    text = page()
    assert "Wish|Enough|Programme|Mean regret" in "|".join(Reading(text.split('id="section_robust-table-en"')[1]).text)
    assert "愿望" in text and "Pilots ever + Contacts ever" in text


@pytest.mark.parametrize("low, head", [(1.1, "least regret with busy or idle"), (1.6, "least regret with busy")])
def test_what_leads_by_less_than_its_interval_is_named_with_what_comes_next(verb, table, tmp_path, folder, low, head):
    write_study(tmp_path, vary='[vary]\nsearch.rate = "prior"\n[design]\nkind = "latin-hypercube"\npoints = 4\n')
    file = tmp_path / "trial.toml"
    file.write_text(f"common_random_numbers = false\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    assert verb("sweep", "trial.toml")[0] == 0
    ends = {"regret": [1.0, 2.0], "regret_low": [0.5, low], "regret_high": [1.5, 2.5]}
    table("robust", wish=["pilots_ever"] * 2, programme=["busy", "idle"], **ends)
    assert verb("report", "trial")[0] == 0
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<h1[^>]*>(.*?)</h1>", text)[1].replace("<bdi>", "").replace("</bdi>", "").endswith(head)


def test_at_draws_of_a_posterior_intervals_are_those_of_draws_and_the_verdict_stands_on_page_one(
    verb, tmp_path, folder
):
    fitted = posterior(tmp_path / "fitted", [(x / 10, 1, 0) for x in range(-9, -1)])
    fitted.joinpath("posterior.json").write_text('{"gate": "not calibrated: <b>" }', encoding="utf-8")
    assert verb("sweep", "trial.toml", "--posterior", "fitted", "--draws", "4")[0] == 0
    code, _, err = verb("report", "trial-posterior")
    assert code == 0, err
    found = evidence("trial-posterior", Path("outputs"))
    claims = claims_of(found).claims
    for claim in claims:
        arms = [found.runs[found.runs["point"].isin(arm.points)] for arm in (claim.a, claim.b)]
        a, b = (runs.groupby("replicate")[claim.outcome].mean() for runs in arms)
        whole = [runs.groupby("replicate")[claim.outcome].count() == len(arm.points)
                 for runs, arm in zip(arms, (claim.a, claim.b), strict=True)]  # fmt: skip
        d = (a - b)[whole[0] & whole[1]].dropna()
        assert (claim.found.difference, claim.found.low, claim.found.high) == pytest.approx(
            by_draw(d.to_numpy(), (d.index.to_numpy() - 1) % 4)[:3]
        )
        assert claim.found.draws == 4 and claim.found.pairs == len(d)
    assert claims
    text = (tmp_path / "outputs" / "trial-posterior" / "report.html").read_text(encoding="utf-8")
    mayor = text.split('<section class="mayor"')[1].split("</section>")[0]
    assert "draws of the posterior" in mayor and "not calibrated: &lt;b&gt;" in mayor
    assert "Calibration: draws of a posterior" in text and 'id="runs"' not in text
    assert "an interval takes the runs of a draw as one" in text


def test_nothing_is_said_of_runs_and_means_that_are_not_there(verb, tmp_path, folder):
    vary = '[programmes]\na = {broker.capacity = 0}\nb = {broker.capacity = 8}\n[vary]\nsearch.rate = "prior"\n'
    write_study(tmp_path, vary=f'{vary}[design]\nkind = "worlds"\npoints = 5\n')
    assert verb("sweep", "trial.toml")[0] == 0
    assert verb("report", "trial")[0] == 0
    text = " ".join(Reading((folder / "report.html").read_text(encoding="utf-8")).text)
    assert "means below" not in text and "the same at points that belong together" in text
    assert "twinhelix robust study.toml" in text and "sensitivity study.toml" not in text


def test_what_is_the_same_in_every_run_is_said_so(verb, tmp_path, folder, monkeypatch):
    def level(chunk):
        made = cheap(chunk)
        return made._replace(rows=[row._replace(outcomes=np.zeros(3)) for row in made.rows])

    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", level)
    assert verb("sweep", "trial.toml")[0] == 0
    assert verb("report", "trial")[0] == 0
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "No two arms differ in any outcome" in text and "compares no two arms" not in text
    (tmp_path / "trial.claims.toml").write_text(CLAIMS.format(name="much"), encoding="utf-8")
    assert verb("report", "trial.toml")[0] == 0
    text = " ".join(Reading((folder / "report.html").read_text(encoding="utf-8")).text)
    assert "the same in every run" in text and "cannot be told from chance" not in text.split("Look for yourself")[0]


def test_a_comparison_at_draws_has_a_report_and_is_made_again_with_all_that_was_asked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    posterior(tmp_path / "fitted", [(x / 10, 1, 0) for x in range(-9, -1)])
    asked = ["--seeds", "2", "--months", "12", "--outcome", "contacts_ever@9", "--posterior", "fitted", "--draws", "3"]
    assert answer(["compare", "iuc-asia", "no-broker", *asked, "--output", "mine"]) == 0
    assert answer(["report", "mine"]) == 0, capsys.readouterr().err
    found = evidence("mine", Path("outputs"))
    told = pd.read_parquet("mine/differences.parquet").iloc[0]
    (claim,) = claims_of(found).claims
    assert (claim.found.low, claim.found.high, claim.found.draws) == (told["low"], told["high"], 3)
    before = pd.read_parquet("mine/results.parquet")
    monkeypatch.chdir(tmp_path / "mine")
    assert answer([*found.again[0].split()[1:], "--output", "../again"]) == 0
    after = pd.read_parquet("../again/results.parquet")
    assert before["contacts_ever@9"].tolist() == after["contacts_ever@9"].tolist()
    assert before.columns.tolist() == after.columns.tolist()
