"""Tables of a study for pandas, R and DuckDB: one row a run, made from the ledger piece by piece, and the effects."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from abm.parameters import spelled
from experiments.analysis import effects
from experiments.design.study import Study
from experiments.files import inert_text, whole_file, whole_folder, write_table
from experiments.lab.ledger import FILE, Ledger

PIECE = 50_000
MOST_COMPARED = 2_000_000  # cells of a table that is compared in memory


def export(study: Study, folder: Path) -> list[str]:
    """Write the tables of a study into its folder, each whole or not at all; return their names."""
    written = ["runs.parquet", "runs.csv"]
    with (
        Ledger(folder / FILE, write=False) as ledger,
        whole_file(folder / written[0]) as parquet,
        whole_file(folder / written[1]) as text,
    ):
        schema = schema_of(study)
        with pq.ParquetWriter(parquet, schema) as writer, text.open("w", encoding="utf-8", newline="") as file:
            header = True
            for piece in pieces(study, ledger):
                writer.write_table(pa.Table.from_pandas(piece, schema, preserve_index=False))
                inert_text(piece).to_csv(file, index=False, header=header, lineterminator="\n")
                header = False
        failures = pd.DataFrame(ledger.failures(), columns=["point", "replicate", "seed", "error"])
    compared = compare(study, pq.read_table(folder / "runs.parquet").to_pandas()) if comparable(study, folder) else {}
    tables = compared | ({"failures": failures} if len(failures) else {})
    for name, table in tables.items():
        with whole_folder(folder / "tables") as room:
            write_table(room, name, table)
        written += [f"tables/{name}.parquet", f"tables/{name}.csv"]
    return written


def factor_columns(study: Study) -> dict[str, Any]:
    """Return the columns of the factors with the type of their levels."""
    found = {}
    for factor in study.factors:
        sample = (factor.levels or (0 if factor.whole else 0.0,))[0]
        kinds = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
        found[factor.name] = kinds.get(type(sample), pa.string())
    return found


def schema_of(study: Study) -> Any:
    """Return the columns of a row a run: point, replicate, seed, factors, outcomes."""
    columns = {"point": pa.string(), "replicate": pa.int64(), "seed": pa.int64(), **factor_columns(study)}
    return pa.schema(list((columns | dict.fromkeys(study.outcomes, pa.float64())).items()))


def pieces(study: Study, ledger: Ledger) -> Iterator[pd.DataFrame]:
    """Yield the runs that the study asks for in order, so many at a time that memory stays small."""
    settings = {point.id: study.shown(point.settings) for point in study.points()}
    rows: list[tuple[Any, ...]] = []
    columns = schema_of(study).names
    for row in ledger.rows():
        if row.outcomes is not None and row.replicate <= study.most_replicates:
            known = settings[row.point]
            rows.append((row.point, row.replicate, row.seed, *known.values(), *row.outcomes.tolist()))
        if len(rows) == PIECE:
            yield pd.DataFrame(rows, columns=columns)
            rows = []
    yield pd.DataFrame(rows, columns=columns)


def runs(study: Study, folder: Path) -> pd.DataFrame:
    """Return one row a run: point, replicate, seed, factors, outcomes."""
    with Ledger(folder / FILE, write=False) as ledger:
        return pd.concat(list(pieces(study, ledger)), ignore_index=True)


def comparable(study: Study, folder: Path) -> bool:
    """Say whether arms can be compared in memory."""
    return pq.read_metadata(folder / "runs.parquet").num_rows * len(study.outcomes) <= MOST_COMPARED


def compare(study: Study, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return means by arm, and for every factor with a baseline the paired differences to it, all else equal.

    Arms stand in the order of the design.
    """
    place = {point.id: x for x, point in enumerate(study.points())}
    table = table.sort_values("point", key=lambda ids: ids.map(place), kind="stable")
    by = [factor.name for factor in study.factors] or ["point"]
    outcomes = list(study.outcomes)
    found = {"means": effects.means(table, by, outcomes)}
    if study.baseline and study.common_random_numbers:
        parts = []
        for key, value in study.baseline.items():
            word = spelled(value) if isinstance(value, IntEnum) else value
            part = effects.differences(table, by, {key: word}, outcomes)
            parts.append(effects.with_replicates(part).assign(baseline=f"{key} = {word}"))
        found["differences"] = pd.concat(parts, ignore_index=True)
    return found
