"""Worlds are held against networks of sister cities: what is expected, of which worlds, and what is said of them."""

import json

import numpy as np
import pytest

from abm.input.load import load
from abm.parameters import ConfigError
from abm.runs import run
from abm.state.words import Stage
from calibration import check as checking
from calibration import sister_cities
from experiments.analysis.twins import twins
from experiments.analysis.worlds import between, signed
from experiments.cli import answer
from experiments.report.odd import document
from tests.helpers import tiny

OWN_SEARCH = "brokers = []\n[world]\ncross_bloc_only = false\n[search]\nrate = 0.4\n[pairing]\npartners = 0\n"
CLUB = '[[more_programmes]]\nname = "club"\npairing = "{}"\nmembers = {{ count = 7, by = "lot" }}\n'


@pytest.fixture
def small(monkeypatch):
    """Let worlds of twelve cities be large enough."""
    monkeypatch.setattr(sister_cities, "LEAST", 12)


def test_expected_is_what_the_networks_have_in_common():
    known = {t.name: t for t in sister_cities.targets()}
    alone = [twins()[name]["degree_gini"] for name in twins() if name.endswith("without its clique")]
    assert len(alone) == 3 and known["Gini of degrees"].value == pytest.approx(np.mean(alone))
    assert known["Gini of degrees"].tolerance == pytest.approx(np.std(alone, ddof=1))
    assert known["between countries"].sentence == "Wikipedia 0.965, Wikidata 0.951"
    assert all(target.tolerance > 0 for target in known.values())


def test_a_world_with_an_association_is_held_against_the_networks_with_theirs(tmp_path):
    club, none = (tiny(tmp_path, 12, OWN_SEARCH + CLUB.format(pairing)) for pairing in ("mutual", "none"))
    assert sister_cities.expected_of(none) == sister_cities.targets()
    assert sister_cities.expected_of(club) == sister_cities.targets(association=True)
    assert "KONECT 0.111" in sister_cities.expected_of(club)[0].sentence


def test_pairs_that_signed_and_all_pairs_of_an_association_are_tied(tmp_path):
    result = run(tiny(tmp_path, 12, OWN_SEARCH + CLUB.format("mutual"), {"search.rate": 3.0}))
    rows, ties = result.partnerships, signed(result)
    wrote, joined = (
        {frozenset(pair) for pair in rows.loc[those, ["city_a", "city_b"]].to_numpy()}
        for those in (rows["highest_stage"] >= Stage.MEMORANDUM, rows["origin"] == "programme")
    )
    assert len(joined) == 21 and joined - wrote and wrote - joined
    assert {frozenset(tie) for tie in ties.edges} == wrote | joined
    assert all(set(said) == {"country", "latitude", "longitude"} for said in ties.nodes.values())


def test_a_tie_that_is_named_twice_counts_once(tmp_path):
    ties = between(tiny(tmp_path), [("town-000", "town-001"), ("town-001", "town-000")])
    assert ties.number_of_edges() == 1


def test_every_shape_of_a_world_is_judged(tmp_path, small, capsys):
    table = checking.check(tiny(tmp_path, 12, OWN_SEARCH, months=24), seeds=2)
    said = " ".join(capsys.readouterr().out.split())
    assert table["target"].tolist() == [*sister_cities.SHAPES] and "Sister cities and the model" in said
    judged = table[table["runs"] > 1]
    assert len(judged) > 10 and set(judged["verdict"]) == {"hit", "MISS"}
    assert f"fit: {(judged['verdict'] == 'hit').sum()} of {len(judged)} met, missed: " in said


def test_the_verb_has_a_few_seeds_of_a_large_world(tmp_path, small, capsys):
    tiny(tmp_path, 12, OWN_SEARCH)
    assert answer(["check", str(tmp_path / "tiny.toml"), "--json"]) == 0
    assert max(row["runs"] for row in json.loads(capsys.readouterr().out)) == sister_cities.SEEDS


def test_a_world_in_which_nobody_meets_has_no_shape(tmp_path, small):
    table = checking.compare(tiny(tmp_path, 12, OWN_SEARCH, {"search.rate": 0.0}), 2)
    assert set(table["verdict"]) == {"not comparable"}


@pytest.mark.parametrize(
    "toml",
    [
        OWN_SEARCH.replace("partners = 0", "partners = 1"),
        OWN_SEARCH + CLUB.format("none") + "brokers = [{}]\n",
        OWN_SEARCH + CLUB.format("none") + 'calendar = "iuc-asia"\n',
    ],
    ids=["pairing", "brokers", "events"],
)
def test_a_world_of_programmes_is_refused(tmp_path, small, toml):
    with pytest.raises(ConfigError, match="are held against own search"):
        checking.compare(tiny(tmp_path, 12, toml), 2)


def test_a_small_world_is_refused_in_one_line(capsys):
    assert answer(["check", "world-300"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "worlds of 10,000 cities or more" in said


def missed(name: str) -> set[str]:
    """Return the shapes that MODEL.md calls missed, up to the colon."""
    section = document().read_text(encoding="utf-8").partition("### 5.6 ")[2].partition("\n## ")[0]
    said = " ".join(section.split()).partition(f"`twinhelix check {name}` misses ")[2].partition(":")[0]
    return {shape for shape in sister_cities.SHAPES if f"*{shape}*" in said}


@pytest.mark.slow
@pytest.mark.compiled("30,000 cities for ten years")
@pytest.mark.parametrize("name", ["world-30000", "twin-cities"])
def test_the_model_text_says_what_is_missed(name):
    table = checking.compare(load(name))
    assert set(table.loc[table["verdict"] == "MISS", "target"]) == missed(name) != set()
