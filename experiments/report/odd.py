"""The tables of ``MODEL.md`` and of ``CONTRIBUTING.md``, made from the code: ``python -m experiments.report.odd``.

A table stands between ``<!-- table: name -->`` and ``<!-- end -->``. What is declared in the code is never typed in the
document; a test fails when the two part.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from abm import catalog, schedule
from abm.input.load import load, shipped
from abm.parameters import ConfigError
from abm.state.memory import columns
from experiments.report import house
from experiments.report.house import Place

NAME = "MODEL.md"
GIVEN = "the scenario"
MARKED = re.compile(r"<!-- table: (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def document() -> Path:
    """Return where the description of the model lies: in the checkout, or among the files of the installation."""
    here = Path(__file__).parents[2] / NAME
    if here.is_file():
        return here
    for file in metadata.files("twinhelix") or ():
        if file.name == NAME:
            return Path(str(file.locate()))
    raise ConfigError(f"{NAME} is not among the files of this installation")


def markdown(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table in Markdown; what stands in a cell stays in it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: Any) -> str:
    return str(value).replace("``", "`").replace("|", "\\|")


def parameters() -> str:
    """Return every parameter with unit, legal values, prior, who controls it and source."""
    return markdown(
        ("parameter", "default", "unit", "legal", "prior", "control", "source", "what it is"),
        [
            (
                f"`{p['name']}`",
                f"{p['default']:.4g}" if isinstance(p["default"], float) else str(p["default"]).lower(),
                p["unit"],
                p["legal"],
                "{:g} to {:g}".format(*p["prior"]) if p["prior"] else "–",
                p["control"],
                p["source"],
                p["sentence"],
            )
            for p in catalog.parameters()
        ],
    )


def state() -> str:
    """Return every state variable, entity by entity, and which rules write it."""
    writers = house.writers()
    return "\n\n".join(
        f"**{declared.__name__}**: {inspect.getdoc(declared)}\n\n"
        + markdown(
            ("variable", "unit", "what it holds", "written by"),
            [
                (
                    f"`{c}`",
                    col.unit,
                    col.sentence,
                    ", ".join(writers.get(Place(declared.__name__, c), ["the scenario"])),
                )
                for c, col in columns(declared).items()
            ],
        )
        for declared in map(house.RECORDS.__getitem__, house.SHOWN)
    )


def phases() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the phases of a month with their steps, each with the first line of its description."""
    return [(title, [(name_of(step), first_line(step)) for step in steps]) for title, steps in schedule.STEPS.items()]


def name_of(step: Callable) -> str:
    """Return how the schedule calls a step: a decision by its name, others after their rule."""
    decision = next((name for name, rule in schedule.DECISIONS.items() if rule is step), None)
    return decision or f"{step.__module__.split('.')[1:3][-1]}.{step.__name__}"


def first_line(step: Callable) -> str:
    """Return what happens in a step, in a sentence."""
    return (inspect.getdoc(inspect.unwrap(step)) or "").partition("\n")[0]


def processes() -> str:
    """Return every step of a month in its order."""
    return markdown(
        ("phase", "step", "what happens"),
        [(title, f"`{name}`", sentence) for title, steps in phases() for name, sentence in steps],
    )


def month() -> str:
    """Return the diagram of a month, drawn from the schedule: phases from top to bottom, decisions marked."""
    lines = ["```mermaid", "flowchart TD"]
    for n, (title, steps) in enumerate(phases(), 1):
        names = [f"<b>{name}</b>" if name in schedule.DECISIONS else name for name, _ in steps]
        lines.append(f'    P{n}["{title}<br/><small>{" → ".join(names)}</small>"]')
    lines += [f"    P{n} --> P{n + 1}" for n in range(1, len(phases()))]
    lines.append(f"    P{len(phases())} -. next month .-> P1")
    return "\n".join([*lines, "```"])


def decisions() -> str:
    """Return the decisions that agents take, and that can be exchanged."""
    return markdown(
        ("decision", "who", "rule", "what is decided"),
        [
            (
                f"`{name}`",
                DECIDES[name],
                f"`{rule.__module__.removeprefix('abm.')}`",
                first_line(rule),
            )
            for name, rule in schedule.DECISIONS.items()
        ],
    )


DECIDES = {
    "choose_theme": "city with the initiative",
    "consent": "each of the two cities",
    "score": "broker",
    "join": "university or firm",
    "try_practices": "city",
}


def measures() -> str:
    """Return everything that is recorded each month."""
    return markdown(
        ("measure", "unit", "number", "what it is"),
        [
            (f"`{m['name']}`" + (f" by {m['by']}" if m["by"] else ""), m["unit"], m["number"], m["sentence"])
            for m in catalog.measures()
        ],
    )


def policies() -> str:
    """Return the kinds of policy."""
    return markdown(
        ("kind", "for", "what it does", "strength", "cost a month", "acts", "sets", "source"),
        [
            (
                f"`{p['name']}`",
                p["where"],
                p["sentence"],
                f"{p['strength']:g}, {p['strength_is']}",
                f"{p['cost']:g}",
                f"{p['months']} months" if p["months"] else "on and on",
                ", ".join(f"`{column}`" for column in p["sets"]) or p["acts"] or "–",
                p["source"],
            )
            for p in catalog.policies()
        ],
    )


def scenarios() -> str:
    """Return the scenarios that come with the package."""
    found = [load(name) for name in shipped()]
    return markdown(
        ("scenario", "what it is", "cities", "from", "months", "source"),
        [(f"`{s.name}`", s.description, len(s.cities), s.start, s.months, s.source) for s in found],
    )


def rooms() -> str:
    """Return what every room of the packages is for."""
    return markdown(("room", "what is in it"), [(f"`{name}`", sentence) for name, sentence in house.rooms()])


TABLES: dict[str, Callable[[], str]] = {
    made.__name__: made
    for made in (parameters, state, month, processes, decisions, measures, policies, scenarios, rooms)
}


def renewed(text: str, tables: Mapping[str, Callable[[], str]] = TABLES, name: str = NAME) -> str:
    """Return a document with every table between markers made anew; refuse a marker that nothing fills."""

    def fill(marked: re.Match) -> str:
        """Return one table between its markers."""
        if marked[1] not in tables:
            raise ValueError(f"{name}: no table {marked[1]}; there are {', '.join(tables)}")
        return f"<!-- table: {marked[1]} -->\n\n{tables[marked[1]]()}\n\n<!-- end -->"

    return MARKED.sub(fill, text)


if __name__ == "__main__":
    for path in (document(), document().with_name("CONTRIBUTING.md")):
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
