"""Fixtures of the tests of reports."""

import pandas as pd
import pytest


@pytest.fixture
def page(verb, folder):
    """Give a function that writes the report of the study and returns its text."""

    def write(*options):
        code, _, err = verb("report", "trial", *options)
        assert code == 0, err
        return (folder / "report.html").read_text(encoding="utf-8")

    assert verb("sweep", "trial.toml")[0] == 0
    return write


@pytest.fixture
def table(folder):
    """Give a function that puts a table of another command into the folder of the study."""

    def write(name, **columns):
        (folder / "tables").mkdir(exist_ok=True)
        pd.DataFrame(columns).to_parquet(folder / "tables" / f"{name}.parquet")

    return write
