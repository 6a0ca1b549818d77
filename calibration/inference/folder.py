"""The folder of a calibration: found by a name or a file, and written so that it needs nothing else."""

from __future__ import annotations

from pathlib import Path

from abm.input.load import DATA
from abm.parameters import ConfigError, nearest, shown
from calibration.inference.study import Asked, read
from calibration.record import CASES, EVENTS, FACTS, NAMED
from experiments.design.files import check_name
from experiments.files import toml, whole_file, whole_folder
from experiments.lab.folder import RESOLVED, inside
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.provenance import scenario_folders

SHIPPED = Path(__file__).parents[1] / "studies"
SAID = "calibration.toml"  # the calibration, with every default in it
RECORDED = "record"  # the record's files, if they are not the shipped ones


def shipped() -> dict[str, Path]:
    """Return the calibrations that come with the package, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def find(name: str, outputs: Path, quick: bool = False, runs: int | None = None) -> tuple[Asked, Path]:
    """Return a calibration and its folder, by its file, by the name of a shipped one, or of its folder.

    Raises
    ------
    ConfigError
        One line on a file that is wrong, a name that is unknown, or fewer runs than there are.
    OtherResults
        If the folder holds the runs of another study.
    """
    file = file_of(name, outputs, quick)
    asked = read(file, quick, runs)
    if file.name == SAID:
        asked = asked._replace(study=asked.study._replace(name=check_name(name, "calibration")))
    folder = inside(outputs, asked.name)
    grown = as_long_as(asked, folder)
    if runs is not None and runs < grown.study.size:
        raise ConfigError(f"--runs {runs:,}: there are {grown.study.size:,} already, and runs are only added")
    return grown, folder


def as_long_as(asked: Asked, folder: Path) -> Asked:
    """Return a calibration with at least the runs that its folder was asked for, or refuse one of another study."""
    if not (folder / FILE).exists():
        return asked
    with Ledger(folder / FILE, write=False) as ledger:
        ledger.check(asked.study.identity())
        return asked._replace(study=asked.study.extended(points=ledger.extension().get("points", 0)))


def file_of(name: str, outputs: Path, quick: bool) -> Path:
    """Return the file that describes a calibration."""
    if name.endswith(".toml"):
        return Path(name)
    check_name(name, "calibration")
    file = outputs / name / SAID
    if file.is_file() and file.with_name(RESOLVED).is_file() and not quick:  # else its writer was killed in between
        return file
    if name not in shipped():
        known = [*shipped(), *(path.parent.name for path in outputs.glob(f"*/{SAID}"))]
        raise ConfigError(f"unknown calibration {shown(name)}{nearest(name, known)}; a file ends in .toml")
    return shipped()[name]


def write(asked: Asked, folder: Path) -> None:
    """Write the calibration as it is meant, which needs nothing but its folder, and its record's files."""
    if asked.record != DATA and asked.record.resolve() != (folder / RECORDED).resolve():
        with whole_folder(folder / RECORDED) as room:
            for name in (CASES, NAMED, FACTS, EVENTS):
                (room / name).write_bytes((asked.record / name).read_bytes())
    said = {
        "name": asked.name,
        "title": asked.study.title,
        "hypothesis": asked.study.hypothesis,
        "scenario": f"{scenario_folders(asked.study)[0]}/scenario.toml",
        "seed": asked.study.seed,
        "runs": asked.study.size,
        "record": "" if asked.record == DATA else RECORDED,
        "fit": asked.fit,
        "hold_outs": asked.hold_outs,
        "vary": {factor.name: {"low": factor.low, "high": factor.high} for factor in asked.study.factors},
        "list": {x.name.partition(".")[2]: {"low": x.low, "high": x.high} for x in asked.of_list},
    }
    with whole_file(folder / SAID) as path:
        path.write_text(toml(said), encoding="utf-8")
