"""JSON Schemas of scenario and study files, made from the declarations: what an editor completes, explains, refuses.

``python -m experiments.design.schema`` writes those that ship beside the files; ``twinhelix schema`` prints one. They
ask for values as one writes them (a number without quotes, a category in lower case), where the loader takes ``"4"``
for 4 too. What depends on other parts of a file or on other files, a name of a city or a date after another, only the
loader can tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from abm.input.entries import LISTS, EveryEntry, MembersEntry, PolicyEntry, ProgrammeEntry
from abm.input.load import CITIES, HEAD, SHIPPED, TABLES
from abm.input.members import SPAN
from abm.input.programmes import ADDED, APART, EVERY, LIST, OWN_LISTS
from abm.input.scenario import LONGEST_MONTHS, PARAMETERS
from abm.measures import MEASURES
from abm.parameters import Declaration, Par, declarations
from abm.rules import SECTIONS
from abm.rules.policies.kinds import KINDS
from experiments.design.checks import MOST_OUTCOMES
from experiments.design.designs import DESIGNS
from experiments.design.factors import EVERYTHING, LONGEST_NAME, UNCERTAINTIES
from experiments.design.files import NAME, QUICK, Head
from experiments.design.kept import keepers
from experiments.design.posterior import Asked
from experiments.design.study import SCENARIO, Precision
from experiments.design.values import MONTH, TEXT, Maker, Schema, closed, needed, plain, properties, sentence, value

DIALECT = "http://json-schema.org/draft-07/schema#"  # a name, fetched by nobody
PRIOR: Schema = {"const": "prior", "description": "the range with its declared prior"}
LISTED: Schema = {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True}
SAYS = {
    "name": "short name; the file's own if left out",
    "title": "heading",
    "description": "what it is, in a sentence",
    "source": "where what it says comes from",
    "start": "first month (YYYY-MM)",
    "cities": "CSV file of cities, beside this file or shipped",
    "more_cities": "CSV file of further cities",
    "months": "how long a run is",
    "programme": "name of the scenario's own programme",
    "organisations": "CSV file of organisations, beside this file",
    "calendar": "file of a scenario whose events it has",
    "extends": "shipped scenario, or file beside this one, that this one starts from",
}
RELATIONS = "a sum of outcomes, a relation and a number, such as pilots_ever@24 + sustained_ever >= 60"


def scenario() -> Schema:
    """Return the schema of a scenario file."""
    head: Schema = {key: TEXT | {"description": SAYS[key]} for key in (*HEAD, "extends") if key != "months"}
    head["start"] |= {"pattern": MONTH}
    head["drop_policies"] = {
        "type": "array",
        "items": {"enum": list(KINDS)},
        "description": "kinds of policy that it does without, of those that it starts from",
    }
    lists = {key: rows(table(entry, key)) for key, entry in LISTS.items()}
    tables = {key: table(declared, key) for key, declared in TABLES.items()}
    beside = {key: rows(programme(ProgrammeEntry)) for key in (LIST, ADDED)} | {EVERY: programme(EveryEntry)}
    known = head | {"months": months()} | lists | tables | beside | sections(value)
    return schema("a TwinHelix scenario", known) | {"anyOf": [needed([key]) for key in (*CITIES, "extends")]}


def rows(item: Schema) -> Schema:
    """Return the schema of a list of tables, or of the name of a CSV file that has them."""
    return {"anyOf": [{"type": "array", "items": item}, TEXT | {"pattern": r"\.csv$"}]}


def programme(declared: type) -> Schema:
    """Return the schema of a programme beside the scenario's own, or of many alike: its keys and its lists."""
    known = [d for d in declarations("", declared) if d.name.rpartition(".")[2] not in APART]
    span = {key: TEXT | {"pattern": MONTH} for key in SPAN}
    two = {"type": "array", "items": TEXT | {"pattern": MONTH}, "minItems": 1, "maxItems": 2}
    given = properties(known, value) | {
        "entry": {"anyOf": [TEXT | {"pattern": MONTH}, closed(span) | needed(SPAN), two]},
        "calendar": TEXT | {"description": SAYS["calendar"]},
    }
    if declared is ProgrammeEntry:
        given["members"] = {"anyOf": [LISTED, of_members()]}
    for key in OWN_LISTS:
        item = table(LISTS[key], key)
        if key == "brokers":
            item.pop("required", None)  # a broker of a programme needs no name
        given[key] = {"type": "array", "items": item}
    bare = [name for name in declared._fields if name not in declared._field_defaults]  # type: ignore[attr-defined]
    return closed(given, (declared.__doc__ or "").partition("\n")[0]) | needed(bare)


def of_members() -> Schema:
    """Return the schema of ``members`` as a table: rules by which cities are of a programme."""
    given = table(MembersEntry)
    for key in ("region", "country"):
        given["properties"][key] = {"anyOf": [TEXT, given["properties"][key]]}
    return given


def study() -> Schema:
    """Return the schema of a study file."""
    head = properties(declarations("", Head), value)
    head["name"] |= {"pattern": f"^({NAME.pattern})?$"}
    settings, vary = ({"$ref": f"#/definitions/{name}"} for name in ("settings", "vary"))
    every_option = {key: said for kind in DESIGNS for key, said in options(kind).items()}
    quick = {
        "replicates": head["replicates"],
        "months": months(),
        "design": closed({"kind": {"enum": list(DESIGNS)}} | every_option),
        "vary": vary,
    }
    keys = head | {
        "months": months(),
        "outcomes": outcomes(),
        "success": {"type": "array", "items": TEXT | {"description": RELATIONS}},
        "vary": vary,
        "fixed": settings,
        "programmes": named(settings, 1),
        "groups": named({"type": "array", "items": TEXT, "minItems": 1, "description": "factors that move together"}),
        "design": {"anyOf": [of_design(kind) for kind in DESIGNS]},
        "precision": table(Precision),
        "posterior": table(Asked),
        "baseline": {"$ref": "#/definitions/baseline"},
        "quick": closed({key: quick[key] for key in QUICK}, "what a quick look changes"),
    }
    ways: Schema = {EVERYTHING: PRIOR, UNCERTAINTIES: PRIOR, SCENARIO: LISTED}
    definitions = {
        "settings": closed(by_name("settings", value), "parameters and what they are set to"),
        "vary": closed(by_name("vary", varied) | ways, "what varies, and over what"),
        "baseline": closed(
            by_name("settings") | {SCENARIO: TEXT}, "the level that others of a factor are compared with"
        ),
    }
    return schema("a TwinHelix study", keys, required=["outcomes"]) | {"definitions": definitions}


SCHEMAS = {"scenario": scenario, "study": study}
FILES = {  # where each ships, beside the files that name it in their first line
    "scenario": SHIPPED / "scenario.schema.json",
    "study": Path(__file__).parents[1] / "studies" / "study.schema.json",
}


def schema(title: str, known: Schema, required: Iterable[str] = ()) -> Schema:
    """Return a whole schema of the keys at the top of a file."""
    return {"$schema": DIALECT, "title": title} | closed(known) | {"minProperties": 1} | needed(required)


def table(declared: type, what: str = "") -> Schema:
    """Return the schema of an entry of a file, such as a broker: its keys, and those that it cannot do without."""
    known = declarations(what, declared)
    given = properties(known, value)
    fields = [d.name.rpartition(".")[2] for d in known]
    bare = [name for name in fields if name not in declared._field_defaults]  # type: ignore[attr-defined]
    return closed(given) | needed(bare) | (of_kinds(given) if declared is PolicyEntry else {})


def of_kinds(given: Schema) -> Schema:
    """Let a policy be of a known kind, and return how strong each kind may be."""
    given["kind"] |= {"enum": list(KINDS)}
    strengths = {
        name: plain(Declaration("", int if kind.whole else float, None, Par("", legal=kind.legal)))
        | {"description": kind.strength_is, "default": kind.strength}
        for name, kind in KINDS.items()
    }
    return {
        "allOf": [
            {"if": {"properties": {"kind": {"const": name}}}, "then": {"properties": {"strength": strength}}}
            for name, strength in strengths.items()
        ]
    }


def months() -> Schema:
    """Return the schema of a number of months."""
    return {"type": "integer", "minimum": 1, "maximum": LONGEST_MONTHS, "description": SAYS["months"]}


def sections(made: Maker) -> Schema:
    """Return the schemas of the sections of parameters."""
    return {
        section: closed(properties(declarations(section, declared), made), f"parameters of {section}")
        for section, declared in SECTIONS.items()
    }


def by_name(home: str, made: Maker | None = None) -> Schema:
    """Return the schemas of parameters as studies write them: in sections, or by full names in quotes.

    They are written out once, in the definition ``home``; elsewhere, and under full names, they are referred to.
    """
    at = f"#/definitions/{home}/properties"
    names = {name: {"$ref": f"{at}/{name.replace('.', '/properties/')}"} for name in PARAMETERS}
    if made is None:
        return {section: {"$ref": f"{at}/{section}"} for section in SECTIONS} | names
    return {section: said | {"minProperties": 1} for section, said in sections(made).items()} | names


def named(each: Schema, shortest: int = 0) -> Schema:
    """Return the schema of a table whose keys are names of the user's own."""
    return {"type": "object", "additionalProperties": each} | (
        {"propertyNames": {"minLength": shortest, "maxLength": LONGEST_NAME, "pattern": r"\S"}} if shortest else {}
    )


def varied(declared: Declaration) -> Schema:
    """Return the schema of what one parameter may vary over."""
    level = plain(declared)
    ways: list[Schema] = [{"type": "array", "items": level, "minItems": 1, "uniqueItems": True}]
    ways += [PRIOR] if declared.par.prior else []
    if declared.kind in (int, float):
        ways.append(closed({"low": level, "high": level}) | needed(("low", "high")))
    return {"anyOf": ways, "description": sentence(declared)}


def options(kind: str) -> Schema:
    """Return the schemas of what a kind of design takes beside its name."""
    return properties(declarations("", DESIGNS[kind].options), value)


def of_design(kind: str) -> Schema:
    """Return the schema of ``[design]`` of one kind; a factorial need not say so."""
    declared = DESIGNS[kind].options
    bare = [name for name in declared._fields if name not in declared._field_defaults]
    said = closed({"kind": {"const": kind}} | options(kind), (declared.__doc__ or "").partition("\n")[0])
    return said | needed([*(["kind"] if kind != "factorial" else []), *bare])


def outcomes() -> Schema:
    """Return the schema of the outcomes of a study: measures, of one region or theme, in a month, or what is kept."""
    measured = "|".join(re.escape(name) for name in MEASURES)
    kept = "|".join(keepers())
    each = TEXT | {"pattern": rf"^(({measured})(\.[^@]+)?(@\d+)?|{kept})$"}
    return {"type": "array", "items": each, "minItems": 1, "maxItems": MOST_OUTCOMES, "uniqueItems": True}


def text(name: str) -> str:
    """Return a schema as it is written to a file."""
    return json.dumps(SCHEMAS[name](), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, path in FILES.items():
        path.write_text(text(name), encoding="utf-8")
