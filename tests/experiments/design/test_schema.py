"""The schemas of scenario and study files: what ships is as it is made, and editors refuse what the loader refuses."""

import math
import random
import re
import tomllib
from enum import IntEnum
from pathlib import Path

import jsonschema
import pytest
import tomli_w

from abm.input.load import SHIPPED, load, shipped
from abm.input.scenario import PARAMETERS
from abm.parameters import ConfigError, coerce
from experiments.cli import answer
from experiments.design import schema
from experiments.design.files import read_study
from experiments.files import scenario_toml
from experiments.lab import folder
from experiments.lab.provenance import resolved

ROOT = Path(__file__).parents[3]
EXAMPLES = [*(ROOT / "docs" / "examples").glob("*.toml"), *folder.SHIPPED.glob("scenarios/*.toml")]
SCENARIOS = [*shipped().values(), *(path for path in EXAMPLES if "vary" not in path.read_text(encoding="utf-8"))]
STUDIES = [*folder.shipped().values(), *(path for path in EXAMPLES if path not in SCENARIOS)]
LARGE = ("twin-cities", "world-3000", "world-3000-programmes", "world-30000")  # as long as their cities are many
VALIDATORS = {kind: jsonschema.Draft7Validator(made()) for kind, made in schema.SCHEMAS.items()}
SAID_OF_FORM = re.compile(
    r"unknown (key|parameter)|needs |"
    r"must be (a number|a whole number|one of|true or false|text|a table|a list|\"prior\")"
)
NEEDS_MORE = re.compile(r"no such |did not|\.strength = |vary\.scenario|group|baseline|outcome ")
ODD = ["", "x", -1, 0, 1, 2.5, 1e9, True, [], {}, [[]], ["x"], {"low": 2, "high": 1}, 1979, "2020-13", None]


def faults(kind, document):
    """Return what an editor marks in a document."""
    return [f"{error.json_path}: {error.message[:120]}" for error in VALIDATORS[kind].iter_errors(document)]


@pytest.mark.parametrize("kind", schema.SCHEMAS)
def test_what_ships_is_what_is_made(kind):
    jsonschema.Draft7Validator.check_schema(schema.SCHEMAS[kind]())
    assert schema.FILES[kind].read_text(encoding="utf-8") == schema.text(kind), (
        "run python -m experiments.design.schema"
    )


@pytest.mark.parametrize("kind", schema.SCHEMAS)
def test_the_verb_prints_it(kind, capsys):
    assert answer(["schema", kind]) == 0
    printed = capsys.readouterr().out == schema.text(kind)
    assert printed, "what is printed is not what is made"


@pytest.mark.parametrize("path", [*SCENARIOS, *STUDIES], ids=lambda path: path.stem)
def test_a_file_of_ours_is_legal_and_names_its_schema(path):
    kind = "scenario" if path in SCENARIOS else "study"
    text = path.read_text(encoding="utf-8")
    assert faults(kind, tomllib.loads(text)) == []
    first = re.match(r"#:schema (\S+)\n", text)
    assert first and (path.parent / first[1]).resolve() == schema.FILES[kind]


@pytest.mark.parametrize("name", [name for name in shipped() if name not in LARGE])
def test_a_scenario_as_resolved_is_legal(name):
    assert faults("scenario", tomllib.loads(scenario_toml(load(name), "cities.csv"))) == []


@pytest.mark.parametrize("name", folder.shipped())
def test_a_study_as_resolved_is_legal(name):
    assert faults("study", tomllib.loads(resolved(read_study(folder.shipped()[name])))) == []


@pytest.mark.parametrize("page", ["experiments.md", "discovery.md", "posterior.md"])
def test_examples_of_documents_are_legal(page):
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    studies = [document for document in map(tomllib.loads, blocks) if "claims" not in document]
    found = [faults("study", {"outcomes": ["pilots_ever"]} | document) for document in studies]
    assert found and not any(found), found


def beyond(declared):
    """Return values of a parameter at the ends of what is legal, and values past them."""
    low, high = (float(x) for x in declared.par.legal)
    if issubclass(declared.kind, IntEnum) or declared.kind is bool:
        return [], ["neither", 7.5]
    step = 1 if declared.kind is int else 1e-6 * max(1.0, abs(low), abs(high) if math.isfinite(high) else 0.0)
    ends, past = (
        [x for x in (low, high) if math.isfinite(x)],
        [x for x in (low - step, high + step) if math.isfinite(x)],
    )
    return [declared.kind(x) for x in ends], [*past, "many", [1], *([0.5] if declared.kind is int else [])]


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_ends_where_the_loader_has_it_end(name):
    declared, (section, _, field) = PARAMETERS[name], name.partition(".")
    legal, wrong = beyond(declared)

    def refused(value):
        """Say whether the loader and the schema refuse a value."""
        try:
            coerce(declared, value)
            loader = False
        except ConfigError:
            loader = True
        return loader, bool(faults("scenario", {"cities": "x.csv", section: {field: value}}))

    assert [refused(value) for value in legal] == [(False, False)] * len(legal)
    assert [refused(value) for value in wrong] == [(True, True)] * len(wrong)


def changed(document, rng):
    """Exchange, rename or remove one part of a document, however deep."""
    tables = [document]
    for table in tables:
        values = table.values() if isinstance(table, dict) else table
        tables += [value for value in values if isinstance(value, dict | list)]
    table = rng.choice([table for table in tables if table])
    key = rng.choice(list(table) if isinstance(table, dict) else range(len(table)))
    odd = rng.choice(ODD[:-1])
    if isinstance(table, list) or rng.random() < 0.6:
        table[key] = odd
    elif rng.random() < 0.7:
        table[f"{key}x"] = table.pop(key)
    else:
        del table[key]
    return document


@pytest.mark.parametrize("kind", ["scenario", "study"])
def test_what_the_loader_refuses_for_its_form_an_editor_refuses(kind, tmp_path):
    counted, missed, source = 0, [], SHIPPED / "iuc-asia.toml" if kind == "scenario" else folder.SHIPPED / "demo.toml"
    read = load if kind == "scenario" else read_study
    for seed in range(150):
        document = changed(tomllib.loads(source.read_text(encoding="utf-8")), random.Random(seed))
        path = tmp_path / "mine.toml"
        path.write_text(tomli_w.dumps(document), encoding="utf-8")
        try:
            read(path)
        except ConfigError as error:
            if SAID_OF_FORM.search(str(error)) and not NEEDS_MORE.search(str(error)):
                counted += 1
                missed += [] if faults(kind, document) else [str(error)]
    assert counted > 40 and missed == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("scenario", "[brokr]\ncapacity = 3"),
        ("scenario", "start = '2020-13'"),
        ("scenario", "[[policies]]\nkind = 'grnt'"),
        ("scenario", "[[policies]]\nkind = 'kpi'\nstrength = 2"),
        ("scenario", "[[policies]]\nkind = 'joint-call'\nstrength = 1.5"),
        ("scenario", "[[events]]\ntype = 'expo'"),
        ("study", "replicats = 3"),
        ("study", "name = '../x'"),
        ("study", "outcomes = ['pilots_evr']"),
        ("study", "outcomes = []"),
        ("study", "[vary]\nbroker.capacity = []"),
        ("study", "[vary]\nbroker.capacity = [1, 1]"),
        ("study", "[vary]\nbroker.capacity = {low = 1}"),
        ("study", "[vary]\nbroker.strategy = 'prior'"),
        ("study", "[vary]\neverything = 'all'"),
        ("study", "[vary]\n'broker.capacty' = [1]"),
        ("study", "[design]\nkind = 'sobol'\nlevels = 3"),
        ("study", "[design]\nkind = 'csv'"),
        ("study", "[precision]\noutcome = 'pilots_ever'"),
        ("study", "[quick]\nseed = 3"),
    ],
)
def test_both_refuse(kind, text, tmp_path):
    head = {"scenario": 'cities = "iuc_cities.csv"\n', "study": ""}[kind]
    head += "" if "outcomes" in text or kind == "scenario" else 'outcomes = ["pilots_ever"]\n'
    path = tmp_path / "mine.toml"
    path.write_text(head + text, encoding="utf-8")
    with pytest.raises(ConfigError):
        (load if kind == "scenario" else read_study)(path)
    assert faults(kind, tomllib.loads(head + text))
