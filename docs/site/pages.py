"""The pages that are made from code: verbs, parameters, measures, policies, scenarios, studies, words, rooms, works."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import typer

from abm import catalog
from abm.labels.declare import Label
from abm.labels.measures import PARTS, UNITS
from abm.labels.parameters import PARAMETERS
from abm.labels.stages import STAGES
from docs.site import evidence, keys
from docs.site.staging import ROOT
from experiments import cli
from experiments.lab import folder
from experiments.report import house, odd
from experiments.report.odd import markdown

REFERENCE = "docs/reference"
API = (  # what one calls, or reads to change a rule; the rest is told by its sources
    *("abm.attribution", "abm.catalog", "abm.chances", "abm.draws", "abm.face", "abm.measures", "abm.outcomes"),
    *("abm.rules", "abm.schedule", "abm.shared", "abm.state"),
    *(
        "experiments.analysis",
        "experiments.design",
        "experiments.discovery",
        "experiments.factor",
        "experiments.figures",
    ),
    *("experiments.intervals", "experiments.sensitivity"),
    *("calibration.diagnostics", "calibration.docking", "calibration.posterior", "calibration.predictive"),
)
BIBLIOGRAPHY = re.compile(r"^@\w+\{(\w+),\n(.*?)\n\}$", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"(\w+)\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
CODE = re.compile(r"^(\d+(?: and \d+)?) (.*)$", re.DOTALL)


def made() -> dict[str, str]:
    """Return every page that is made from code, by its path among the documents."""
    pages = {
        "verbs": verbs(),
        "exit-codes": exit_codes(),
        "parameters": parameters(),
        "measures": measures(),
        "policies": page(
            "Policies", "A scenario has them as `[[policies]]`; what it leaves out is as here.", odd.policies()
        ),
        "scenarios": page("Scenarios", "`twinhelix run --scenario NAME` runs one.", odd.scenarios()),
        "studies": studies(),
        "files": keys.files(),
        "glossary": glossary(),
        "works": works(),
        "trace": evidence.trace(),
        "comses": evidence.checklist(),
        **api(),
    }
    return {f"{REFERENCE}/{name}.md": text for name, text in pages.items()}


def page(title: str, lead: str, *parts: str) -> str:
    """Return a page: its title, what it is, and its parts."""
    return "\n\n".join([f"# {title}", lead, *parts]) + "\n"


def verbs() -> str:
    """Return every verb of the command line with its arguments and options."""
    command: Any = typer.main.get_command(cli.app)
    return page(
        "Verbs",
        "`twinhelix VERB --help` says the same at the prompt; `python -m experiments` is another name of the command.",
        *(verb(name, command.commands[name]) for name in command.commands),
    )


def verb(name: str, command: Any) -> str:
    """Return what one verb does, takes and can be asked."""
    places = " ".join(p.name.upper() if p.required else f"[{p.name.upper()}]" for p in command.params if is_place(p))
    rows = [(f"`{spelled(p)}`", shown(p), getattr(p, "help", "") or "") for p in command.params if p.name != "help"]
    call = f"twinhelix {name} {places}".strip()
    table = [markdown(("argument or option", "default", "what it is"), rows)] if rows else []
    return "\n\n".join([f"## {name}", f"`{call}`: {(command.help or '').strip()}", *table])


def is_place(parameter: Any) -> bool:
    """Say whether a parameter of a verb is known by its place, not by a name."""
    return bool(parameter.param_type_name == "argument")


def spelled(parameter: Any) -> str:
    """Return a parameter as one types it."""
    return parameter.name.upper() if is_place(parameter) else ", ".join((*parameter.opts, *parameter.secondary_opts))


def shown(parameter: Any) -> str:
    """Return the default of a parameter of a verb in a word."""
    if parameter.required:
        return "needed"
    told = getattr(parameter, "show_default", None)
    if isinstance(told, str):
        return told
    value = getattr(parameter.default, "value", parameter.default)
    return "–" if value is None or value is False or value == () else str(value)


def exit_codes() -> str:
    """Return what the numbers mean with which every verb ends."""
    said = re.search(r"Exit codes: (.*?)\.\n", f"{cli.__doc__}\n", re.DOTALL)
    assert said, "experiments/cli.py says no exit codes"
    codes = " ".join(said[1].split()).split(" · ")
    rows = [CODE.fullmatch(code).groups() for code in codes]  # type: ignore[union-attr]
    return page(
        "Exit codes",
        "Every verb ends with one of these; what is said goes to standard error.",
        markdown(("code", "what it means"), rows),
    )


def parameters() -> str:
    """Return every parameter, a table a section."""
    lead = """A name is the same in TOML (`[section]` and key), on the command line (`--set broker.capacity=8`), in a
rule (`p.broker.capacity`) and in a table of results. A *lever* is set by a programme, a *constant* by the model, an
*uncertainty* by nobody."""
    sections = {section: catalog.parameters([section]) for section in catalog.sections()}
    return page("Parameters", lead, *(f"## {section}\n\n{table_of(known)}" for section, known in sections.items()))


def table_of(known: Iterable[Mapping[str, Any]]) -> str:
    """Return the parameters of a section: what each is and may be, who decides, its source."""
    rows = [
        (
            f"`{p['name']}`",
            p["sentence"],
            (f"{p['default']:.4g}" if isinstance(p["default"], float) else str(p["default"]).lower())
            + ("" if p["unit"] == "1" else f" {p['unit']}"),
            p["legal"] + ("; prior {:g} to {:g}".format(*p["prior"]) if p["prior"] else ""),
            f"{p['control']}; {p['source']}",
        )
        for p in known
    ]
    return markdown(("parameter", "what it is", "default", "legal; prior", "control; source"), rows)


def measures() -> str:
    """Return every measure with its label in both languages."""
    rows = [
        (
            f"`{m['name']}`" + (f" by {m['by']}" if m["by"] else ""),
            m["label"]["english"],
            m["label"]["chinese"],
            m["unit"],
            m["sentence"],
        )
        for m in catalog.measures()
    ]
    lead = """An outcome is a measure, of one region or theme if it has several, in a month: `pilots_ever` at the end,
`pilots_ever@24` after 24 months, `gini_ties.Europe@24` of one bloc."""
    return page("Measures", lead, markdown(("measure", "label", "中文", "unit", "what it is"), rows))


def studies() -> str:
    """Return the studies that come with the package."""
    found = {name: tomllib.loads(path.read_text(encoding="utf-8")) for name, path in folder.shipped().items()}
    rows = [(f"`{name}`", said["title"], said["hypothesis"].replace("\n", " ")) for name, said in found.items()]
    lead = "`twinhelix sweep NAME` runs one; [experiments](../experiments.md) has what was found."
    return page("Studies", lead, markdown(("study", "title", "what is expected"), rows))


def glossary() -> str:
    """Return words of the field and labels of figures, English and Chinese side by side."""
    path = ROOT / "experiments/report/page/glossary.toml"
    words = tomllib.loads(path.read_text(encoding="utf-8")).values()
    told = markdown(("word", "what it means", "中文", "意义"), [(*word["en"], *word["zh"]) for word in words])
    stages = {rung.name: rung.label for rung in STAGES}
    labels = [("Stages", stages), ("Regions and themes", PARTS), ("Parameters", PARAMETERS), ("Units", UNITS)]
    lead = "Words of reports and figures; [measures](measures.md) have theirs on a page of their own."
    return page("Glossary 词汇", lead, told, *(f"## {title}\n\n{both(known)}" for title, known in labels))


def both(labels: Mapping[str, Label]) -> str:
    """Return labels, English and Chinese, by what they stand for."""
    rows = [(f"`{name}`", label.english, label.chinese) for name, label in labels.items() if label.english]
    return markdown(("name", "label", "中文"), rows)


def works() -> str:
    """Return the works that rules, parameters and documents quote."""
    text = (ROOT / "abm/references.bib").read_text(encoding="utf-8")
    rows = []
    for _, fields in BIBLIOGRAPHY.findall(text):
        said = {name: " ".join(re.sub(r"[{}]", "", value).split()) for name, value in FIELD.findall(fields)}
        home = next(
            (said[key] for key in ("journal", "booktitle", "publisher", "institution", "howpublished") if key in said),
            "",
        )
        rows.append((said["author"].replace(" and ", "; "), said["year"], said["title"], home))
    rows.sort()
    return page(
        "Works cited",
        "`abm/references.bib` has them for a reference manager.",
        markdown(("who", "year", "title", "in"), rows),
    )


def api() -> dict[str, str]:
    """Return a page for each room that is meant to be used from Python, and the page that lists all rooms."""
    rooms = {name.rstrip("/").removesuffix(".py").replace("/", "."): sentence for name, sentence in house.rooms()}
    rooms = {"abm": "What `import abm` gives.", **rooms}
    told = ["abm", *API]
    if unknown := set(told) - set(rooms):
        raise ValueError(f"no such room: {', '.join(unknown)}")
    lead = "What there is to be used from Python, from its docstrings, and what every room of the packages is for."
    rows = [(f"[{name}](api/{name}.md)" if name in told else f"`{name}`", said) for name, said in rooms.items()]
    menu = "```{toctree}\n:hidden:\n\n" + "\n".join(f"{name} <api/{name}>" for name in told) + "\n```"
    return {"api": page("API", lead, markdown(("room", "what is in it"), rows), menu)} | {
        f"api/{name}": room(name) for name in told
    }


def room(name: str) -> str:
    """Return the page of a room: what it offers, if it says what that is, else every module in it."""
    module = import_module(name)
    names = [name]
    if not hasattr(module, "__all__"):
        names += sorted(found.name for found in walk_packages(getattr(module, "__path__", []), f"{name}."))
    directives = [[f".. automodule:: {x}"] for x in names]
    if name == "abm":  # which imports what it offers when it is asked for
        kinds = {x: "class" if isinstance(getattr(module, x), type) else "function" for x in module.__all__}
        directives[0] += [f".. auto{kind}:: abm.{x}" for x, kind in kinds.items()]
    blocks = ["```{eval-rst}\n" + "\n\n".join(lines) + "\n```" for lines in directives]
    return "\n\n".join(f"{'#' * (1 + (x != name))} {x}\n\n{block}" for x, block in zip(names, blocks)) + "\n"
