"""A study as one file to hand on: what was asked, what came of it, and the code that made it, as an RO-Crate.

Everything in the folder of a study goes in but its ledger, which the runs can be made anew from: with the packages as
installed here pinned in ``requirements.txt``, the code beside the study runs it anywhere to the same digest. Two
archives of one study are the same, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
import zipfile
from collections.abc import Iterator, Mapping
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from abm.machine.cache import code_digest
from abm.parameters import ConfigError
from experiments.design.study import Study
from experiments.files import OWN, whole_file
from experiments.lab.folder import LOCK, PROVENANCE, RESOLVED
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.store import OtherResults

METADATA = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
CODE = "code"
OURS = "twinhelix"
FLOORS = ("abm", "experiments", "calibration")
LICENCE = "https://spdx.org/licenses/Apache-2.0"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP file knows
NEEDED = re.compile(r"[\w.-]+")
README = """{title}
{rule}

{hypothesis}

{runs:,} runs, TwinHelix {version}, {written}. `{metadata}` says what every file is.

To repeat it, with Python {python} (results are told to be the same bit for bit on {platform}):

    python -m venv venv
    venv/bin/python -m pip install -r requirements.txt      # Windows: venv\\Scripts\\python
    PYTHONPATH=code venv/bin/python -m experiments {command}

It ends with `Digest of the table: {digest}`, if the results are these.
"""


class Unfinished(ConfigError):
    """A study that has not all its runs."""

    code = 3


def archive(study: Study, folder: Path, target: Path) -> dict[str, Any]:
    """Write the archive of a finished study, and return its digest, number of files and bytes.

    Raises
    ------
    Unfinished
        If a run is missing or failed.
    OtherResults
        If other code than that of today made results, which could not go along.
    """
    made = provenance(study, folder)
    given = dict(of_study(folder)) | {f"{CODE}/{name}": data for name, data in of_code()}
    given["requirements.txt"] = requirements().encode()
    given["README.md"] = readme(study, made).encode()
    given[METADATA] = (json.dumps(described(study, made, given), indent=1, ensure_ascii=False) + "\n").encode()
    with whole_file(target) as path, zipfile.ZipFile(path, "w") as packed:
        for name in sorted(given, key=lambda name: (name != METADATA, name)):
            packed.writestr(zipfile.ZipInfo(name, LONG_AGO), given[name], zipfile.ZIP_DEFLATED)
    return {"table_digest": made["table_digest"], "files": len(given), "bytes": target.stat().st_size}


def provenance(study: Study, folder: Path) -> dict[str, Any]:
    """Return how the results came about, if they are all there and the code of today made them."""
    with Ledger(folder / FILE, write=False) as ledger:
        finished, codes, digest = ledger.count("run"), ledger.codes(), ledger.digest()
    try:
        said: dict[str, Any] = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        whole = said["table_digest"] == digest and not said["runs"]["failed"] and finished == said["runs"]["finished"]
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole or finished < len(study.points()) * study.replicates * (study.precision is None):
        raise Unfinished(
            f"{study.name}: is not finished, or runs of it failed; `twinhelix resume {study.name}` goes on"
        )
    if other := sorted(codes - {code_digest()}):
        raise OtherResults(f"{folder}: results come from other code ({', '.join(other)}; this is {code_digest()})")
    return said


def of_study(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a study by their names in it, but the ledger; what a link leads to stays out."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        ledger = name.name.startswith(Path(FILE).stem) or name.name == LOCK
        if path.is_file() and not path.is_symlink() and not ledger and not name.parts[0].startswith(OWN):
            yield name.as_posix(), path.read_bytes()


def of_code() -> Iterator[tuple[str, bytes]]:
    """Yield the files of the packages, and what tells Python that they are installed: their name and entry points."""
    for floor in FLOORS:
        home = Path(str(import_module(floor).__file__)).parent
        for path in sorted(home.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{floor}/{path.relative_to(home).as_posix()}", path.read_bytes()
    known = metadata.distribution(OURS)
    room = f"{OURS}-{known.version}.dist-info"
    yield f"{room}/METADATA", str(known.metadata).encode()
    yield f"{room}/entry_points.txt", (known.read_text("entry_points.txt") or "").encode()
    yield "LICENSE", (known.read_text("licenses/LICENSE") or known.read_text("../LICENSE") or LICENCE).encode()


def requirements() -> str:
    """Return what the packages need, as it is installed here, a line each."""
    needed = [line for line in metadata.requires(OURS) or () if "extra ==" not in line]
    names = sorted({found[0].lower() for line in needed if (found := NEEDED.match(line))})
    return "".join(f"{name}=={metadata.version(name)}\n" for name in [*names, "llvmlite"])


def readme(study: Study, made: Mapping[str, Any]) -> str:
    """Return what is told to whoever opens the archive."""
    return README.format(
        title=study.title,
        rule="=" * len(study.title),
        hypothesis=study.hypothesis or "(No expectation was written down.)",
        runs=made["runs"]["finished"],
        version=metadata.version(OURS),
        written=made["written"],
        metadata=METADATA,
        python=made["machine"]["python"],
        platform=made["machine"]["platform"],
        command=made["command"].partition(" ")[2],
        digest=made["table_digest"][:16],
    )


def described(study: Study, made: Mapping[str, Any], given: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what every file is and how the results came about, in the terms of RO-Crate 1.1."""
    files = {name: data for name, data in given.items() if not name.startswith(f"{CODE}/")}
    results = [name for name in files if name not in (RESOLVED, "requirements.txt", "README.md")]
    version = metadata.version(OURS)
    about = {"@id": METADATA, "@type": "CreativeWork", "conformsTo": {"@id": SPECIFICATION}, "about": {"@id": "./"}}
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": study.title,
        "description": study.hypothesis or study.title,
        "datePublished": made["written"],
        "license": {"@id": LICENCE},
        "hasPart": [{"@id": name} for name in (*files, f"{CODE}/")],
        "mentions": {"@id": "#runs"},
    }
    code = {
        "@id": f"{CODE}/",
        "@type": ["Dataset", "SoftwareSourceCode"],
        "name": f"TwinHelix {version}",
        "version": version,
        "identifier": made["code"],
        "programmingLanguage": f"Python {made['machine']['python']}",
    }
    runs = {
        "@id": "#runs",
        "@type": "CreateAction",
        "name": made["command"],
        "description": f"{made['runs']['finished']} runs; digest of the table {made['table_digest']}",
        "endTime": made["written"],
        "instrument": {"@id": f"{CODE}/"},
        "object": {"@id": RESOLVED},
        "result": [{"@id": name} for name in results],
    }
    licence = {"@id": LICENCE, "@type": "CreativeWork", "name": "Apache-2.0"}
    graph = [about, root, code, runs, licence, *(of_file(name, data) for name, data in files.items())]
    return {"@context": f"{SPECIFICATION}/context", "@graph": graph}


def of_file(name: str, data: bytes) -> dict[str, Any]:
    """Return what is said of one file."""
    kind = {".toml": "application/toml", ".parquet": "application/vnd.apache.parquet", ".md": "text/markdown"}
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "contentSize": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "encodingFormat": kind.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
    }
