"""Tables of a study for pandas, R and DuckDB: one row a run, made from the ledger piece by piece, and the effects."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from abm.parameters import ConfigError
from experiments.analysis import effects
from experiments.design.points import layout, told
from experiments.design.study import Study
from experiments.factor import worded
from experiments.files import inert_text, whole_file, whole_folder, write_table
from experiments.lab.exports import write_export
from experiments.lab.folder import TABLES
from experiments.lab.ledger import FILE, Ledger, with_failures

PIECE = 50_000
MOST_COMPARED, MOST_ARMS = 2_000_000, 20_000  # cells and arms of a table that is compared in memory


def check_outcomes(study: Study) -> None:
    """Refuse a study that keeps what runs left instead of outcomes, such as a calibration."""
    if study.keeps:
        raise ConfigError(f"{study.name}: keeps what runs left ({study.outcomes[0]}), of which there is no table")


def export(study: Study, folder: Path, to: Path | None = None) -> dict[str, list[str]]:
    """Write the tables of a study, each whole or not at all; return their names, and what was left out.

    Parameters
    ----------
    folder
        Folder of the study.
    to
        Folder to write into, the study's own if left out.
    """
    check_outcomes(study)
    to = to or folder
    to.mkdir(parents=True, exist_ok=True)
    written, left_out = ["runs.parquet", "runs.csv"], list[str]()
    with Ledger(folder / FILE, write=False) as ledger:
        digest = write_runs(study, ledger, to)
        failures = pd.DataFrame(ledger.failures(), columns=["point", "replicate", "seed", "error"])
        arms = ledger.count("point")
    tables = {"design": design_of(study)} | ({"failures": failures} if len(failures) else {})
    cells = pq.read_metadata(to / "runs.parquet").num_rows * len(study.outcomes)
    if cells > MOST_COMPARED or arms > MOST_ARMS:
        size = f"{cells:,} values at {arms:,} points; at most {MOST_COMPARED:,} at {MOST_ARMS:,} are compared here"
        left_out.append(f"means and differences, of {size}")
    else:
        table = pq.read_table(to / "runs.parquet").to_pandas()
        tables |= compare(study, table, tables["design"])
        left_out += without_partner(study, table)
    for name, made in tables.items():
        with whole_folder(to / TABLES) as room:
            write_table(room, name, made)
        written += [f"{TABLES}/{name}.parquet", f"{TABLES}/{name}.csv"]
    write_export(to, digest, written, left_out)
    return {"written": written, "left_out": left_out}


def write_runs(study: Study, ledger: Ledger, to: Path) -> str:
    """Write a row a run, twice; return the digest of the table."""
    schema, digest = schema_of(study), hashlib.sha256()
    with (
        whole_file(to / "runs.parquet") as parquet,
        whole_file(to / "runs.csv") as text,
        pq.ParquetWriter(parquet, schema) as exact,
        pc.CSVWriter(text, schema) as spreadsheet,
    ):
        for piece in pieces(study, ledger, digest):
            exact.write_table(pa.Table.from_pandas(piece, schema, preserve_index=False))
            spreadsheet.write_table(pa.Table.from_pandas(inert_text(piece), schema, preserve_index=False))
    return with_failures(digest, ledger.failures())


def factor_columns(study: Study) -> dict[str, Any]:
    """Return the columns of the factors with the type of their levels."""
    found = {}
    for factor in study.factors:
        sample = (factor.levels or (0 if factor.whole else 0.0,))[0]
        kinds = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
        found[factor.name] = kinds.get(type(sample), pa.string())
    return found


def schema_of(study: Study) -> Any:
    """Return the columns of a row a run: point, replicate, seed, draw (of a posterior), factors, outcomes."""
    keys = ["replicate", "seed", *([effects.DRAW] if study.n_draws > 1 else [])]
    columns = {"point": pa.string(), **dict.fromkeys(keys, pa.int64()), **factor_columns(study)}
    return pa.schema(list((columns | dict.fromkeys(study.outcomes, pa.float64())).items()))


def pieces(study: Study, ledger: Ledger, digest: Any = None) -> Iterator[pd.DataFrame]:
    """Yield the runs that the study asks for in order, some thousands at a time, and at least one table."""
    said = list(ledger.texts("point"))
    settings = pd.DataFrame([json.loads(text) for _, _, text in said], [point for point, *_ in said])
    kind, some = layout(len(study.outcomes)), list[bytes]()
    for row, data in ledger.sealed_rows():
        if len(data) != kind.itemsize:
            raise OSError(errno.EIO, "a run in it has other outcomes than the study", str(ledger.path))
        if digest is not None:
            digest.update(told(data))
        if row.replicate <= study.most_replicates:
            some.append(data)
        if len(some) == PIECE:
            yield piece_of(study, settings, np.frombuffer(b"".join(some), kind))
            some = []
    yield piece_of(study, settings, np.frombuffer(b"".join(some), kind))


def piece_of(study: Study, settings: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Return runs as a table; ``rows`` have the layout of the ledger, shape (n_runs,)."""
    points = [point.hex() for point in rows["point"].tolist()]
    keys = pd.DataFrame({"point": points, "replicate": rows["replicate"], "seed": rows["seed"]})
    if study.n_draws > 1:
        keys[effects.DRAW] = [study.draw_of(replicate) for replicate in rows["replicate"].tolist()]
    known = settings.reindex(points)[[factor.name for factor in study.factors]].reset_index(drop=True)
    if known.isna().any(axis=None):
        raise OSError(errno.EIO, "a run in it is of no point of the study; `twinhelix verify` says more", FILE)
    outcomes = pd.DataFrame(rows["outcomes"].reshape(len(rows), len(study.outcomes)), columns=list(study.outcomes))
    return pd.concat([keys, known, outcomes], axis=1)


def runs(study: Study, folder: Path) -> pd.DataFrame:
    """Return one row a run: point, replicate, seed, factors, outcomes."""
    with Ledger(folder / FILE, write=False) as ledger:
        return pd.concat(list(pieces(study, ledger)), ignore_index=True)


def design_of(study: Study) -> pd.DataFrame:
    """Return the design as it was asked for: row, counted from 0, point and factors; rows of equal settings have one.

    Methods that take outcomes by position, such as SALib's on a Saltelli sample, need a value for each of its rows.
    """
    points, asked = study.points(), study.rows()
    ids = {point.settings: point.id for point in points} if len(points) < len(asked) else {}
    named = [ids[settings] for settings in asked] if ids else [point.id for point in points]
    rows = [(point, *study.shown(settings).values()) for point, settings in zip(named, asked, strict=True)]
    columns = ["point", *[factor.name for factor in study.factors]]
    return pd.DataFrame(rows, columns=columns).rename_axis("row").reset_index()


def compare(study: Study, table: pd.DataFrame, design: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return means by arm, and for every factor with a baseline the paired differences to it, all else equal.

    A fraction of a two-level design has the effects of its factors instead, over all settings of the others. Arms stand
    in the order of the design, with the first ``row`` in which it has them; those that have no partner at a baseline
    are left out of its differences.
    """
    row = design.drop_duplicates("point").set_index("point")["row"]
    table = table.assign(row=table["point"].map(row)).sort_values("row", kind="stable")
    by, outcomes = columns_of_arms(study), list(study.outcomes)
    found, parts = {"means": effects.means(table, ["row", *by], outcomes)}, list[pd.DataFrame]()
    arms = pd.MultiIndex.from_frame(table[by])
    for key, word in baseline_of(study).items():
        paired = table[~arms.isin(alone(arms, key, word))]
        if len(paired):
            part = effects.differences(paired, by, {key: word}, outcomes)
            parts.append(effects.with_replicates(part).assign(baseline=f"{key} = {word}"))
    if study.design.kind == "fractional" and study.common_random_numbers:
        levels = {f.name: [worded(v) for v in f.spread(2)] for f in study.factors}
        found["effects"] = effects.main_effects(table, levels, outcomes)
    if parts:
        found["differences"] = pd.concat(parts, ignore_index=True)
    return found


def without_partner(study: Study, table: pd.DataFrame) -> list[str]:
    """Return a line for each baseline at which some arms have no partner to be compared with."""
    arms = pd.MultiIndex.from_frame(table[columns_of_arms(study)].drop_duplicates())
    lonely = {f"{key} = {word}": len(alone(arms, key, word)) for key, word in baseline_of(study).items()}
    return [f"differences to {said} of {n:,} arms, which have no partner there" for said, n in lonely.items() if n]


def columns_of_arms(study: Study) -> list[str]:
    """Return the columns that tell arms apart."""
    return [factor.name for factor in study.factors] or ["point"]


def baseline_of(study: Study) -> dict[str, Any]:
    """Return the levels with which paired differences are made; without shared luck there are no pairs."""
    said = study.baseline if study.common_random_numbers else {}
    return {key: worded(value) for key, value in said.items()}


def alone(arms: pd.MultiIndex, key: str, word: Any) -> pd.MultiIndex:
    """Return the arms that differ in more than one factor from all others at a level of that factor."""
    partners = pd.MultiIndex.from_frame(arms.to_frame(index=False).assign(**{key: word}))
    return arms[~partners.isin(arms)]
