"""What files may say, key by key, read from the declarations: scenarios, cities, studies and their designs."""

from __future__ import annotations

import re
from pathlib import Path

from abm.input.cities import CityRow
from abm.input.entries import LISTS, EveryEntry, MembersEntry, ProgrammeEntry
from abm.input.load import HEAD, TABLES
from abm.parameters import Declaration, declarations, legal_text
from docs.site.staging import ROOT
from experiments.design.designs import DESIGNS
from experiments.design.files import Head
from experiments.design.posterior import Asked
from experiments.design.schema import SAYS
from experiments.design.study import Precision
from experiments.design.values import default
from experiments.report.odd import markdown


def files() -> str:
    """Return the page of all that is read from files and written into them."""
    head = markdown(("key", "what it is"), [(f"`{key}`", SAYS[key]) for key in (*HEAD, "extends")])
    parts = [
        *("# Files and keys", LEAD),
        *("## Scenario", SCENARIO, example("abm/scenarios/iurc.toml"), head),
        *(of_entry(f"[[{name}]]", entry) for name, entry in LISTS.items()),
        *(of_entry("[[programmes]]", ProgrammeEntry), of_entry("[every_programme]", EveryEntry)),
        *(of_entry("members", MembersEntry), *(of_entry(f"[{name}]", entry) for name, entry in TABLES.items())),
        *("## City file", CITIES, keys(CityRow)),
        *("## Study", STUDY, example("docs/examples/brokers-or-events.toml"), keys(Head), MORE_OF_STUDY),
        *(of_entry(f'[design] kind = "{name}"', kind.options) for name, kind in DESIGNS.items()),
        *(of_entry("[precision]", Precision), of_entry("[posterior]", Asked)),
        *("## What a study leaves", outputs()),
    ]
    return "\n\n".join(parts) + "\n"


def of_entry(title: str, entry: type) -> str:
    """Return what is said of one table of a file: what it is, and its keys."""
    said = (entry.__doc__ or "").partition("\n")[0].replace("``", "`")
    return f"### `{title}`\n\n{said}\n\n{keys(entry)}"


LEAD = """Text files are UTF-8: scenarios and studies TOML, cities CSV. What is not legal is refused in one line that
names file, line, key, value, what would be legal and the nearest name; nothing is run then (exit 2). `twinhelix schema
scenario > scenario.schema.json` gives an editor what it needs to complete and check a file that begins with
`#:schema ./scenario.schema.json`; `twinhelix schema study` the same for studies."""
SCENARIO = """One that comes with the package; its other tables are sections of [parameters](parameters.md)."""
CITIES = "A row a city; further columns `iso2`, `source`, `note` and `geonames_id` are read past."
STUDY = "An example, and every key; [experiments](../experiments.md#a-study-of-ones-own) explains them."
MORE_OF_STUDY = """`months` and `outcomes` stand at the top too; `[vary]`, `[fixed]`, `[baseline]`, `[programmes]` name
[parameters](parameters.md), `[groups]` factors, `success` conditions, `[quick]` what a quick look changes."""


def keys(entry: type) -> str:
    """Return the keys of an entry as a table: sentence, legal values, and what they are if left out."""
    known = entry._field_defaults  # type: ignore[attr-defined]
    declared = {d.name.rpartition(".")[2]: d for d in declarations("", entry)}
    rows = [
        (f"`{key}`", sentence(d), legal(d), left_out(d) if key in known else "needed") for key, d in declared.items()
    ]
    return markdown(("key", "what it is", "legal", "left out"), rows)


def sentence(d: Declaration) -> str:
    """Return what a key is, with its unit."""
    return d.par.sentence + ("" if d.par.unit == "1" else f" ({d.par.unit})")


def legal(d: Declaration) -> str:
    """Return the legal values of a key in words."""
    return "a list of texts, or a table" if d.kind is MembersEntry else legal_text(d)


def left_out(d: Declaration) -> str:
    """Return what a key is if it is left out."""
    said = default(d).get("default", "–")
    return str(said).lower() if isinstance(said, bool) else str(said)


def example(name: str) -> str:
    """Return a file of the repository as a block, without the line for editors."""
    text = re.sub(r"^#:schema .*\n", "", (ROOT / name).read_text(encoding="utf-8"))
    return f"```toml\n{text}```"


def outputs() -> str:
    """Return the page that explains the folder of results, without its title."""
    return Path(ROOT / "outputs/README.md").read_text(encoding="utf-8").partition("\n")[2].strip()
