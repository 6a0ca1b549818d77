"""The worked example of docs/your-own-cities.md is read and runs as it stands there."""

import re
from pathlib import Path

from abm.engine import simulate
from abm.input.load import load
from abm.result import Result

TEXT = (Path(__file__).parents[2] / "docs" / "your-own-cities.md").read_text(encoding="utf-8")


def test_the_example_runs_from_its_ties(tmp_path):
    files = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", TEXT, flags=re.DOTALL))
    assert set(files) == {"cities.csv", "mine.toml", "ties.csv"}
    assert sum(len(files[name].splitlines()) for name in ("cities.csv", "mine.toml")) <= 20
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    scenario = load(tmp_path / "mine.toml", months=2)
    assert scenario.ties.n == 3
    result = Result(scenario, 1, simulate(scenario, [1])[1])
    assert len(result.cities) == 5 and "NA" in set(result.cities["country"])
    assert result.series["contacts_ever"].iloc[0] >= 3
