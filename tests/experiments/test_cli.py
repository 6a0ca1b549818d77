import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import abm
from abm import catalog
from abm.input.load import load
from abm.machine import jit
from experiments.cli import answer
from experiments.commands import demo as demo_command
from experiments.commands.parameters import explain
from experiments.files import inert, plain, strict_json, whole_folder
from experiments.lab.conduct import conduct
from experiments.terminal import console, one_line, short

QUICK = ["run", "--months", "6"]
NAMES = ['Vila "Nova", de Gaia', "<script>alert(1)</script>", "重庆", "O'Brien & Söhne", "[red]bold[/red]", "=1+1"]


def strict(text: str) -> dict:
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_help_is_light_and_names_the_verbs():
    code = (
        "import sys; from experiments.cli import answer; code = answer(['--help']); "
        "heavy = {'numpy', 'numba', 'pandas', 'matplotlib', 'mesa', 'scipy', 'calibration.check'} & set(sys.modules); "
        "sys.exit(f'{heavy} were imported' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert all(verb in done.stdout for verb in ("run", "demo", "parameters", "scenarios", "doctor"))


def test_a_run_loads_nothing_to_draw_with():
    code = (
        "import sys; from experiments.cli import answer; code = answer(sys.argv[1:]); "
        "heavy = {'matplotlib', 'seaborn', 'mesa', 'scipy.stats'} & set(sys.modules); "
        "sys.exit(f'{heavy} were imported' if heavy else code)"
    )
    asked = [sys.executable, "-c", code, *QUICK]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_without_a_verb_the_help_is_shown(capsys):
    assert answer([]) == 0
    assert "Commands" in capsys.readouterr().out


def test_version(capsys):
    assert answer(["--version"]) == 0
    assert capsys.readouterr().out == f"twinhelix {abm.__version__}\n"


def test_run_prints_strict_json_with_the_digest_of_the_run(capsys):
    assert (
        answer([*QUICK, "--seed", "3", "--set", "broker.capacity=8", "--set", "broker.strategy=equity", "--json"]) == 0
    )
    said = strict(capsys.readouterr().out)
    result = abm.run("iuc-asia", seed=3, months=6, override={"broker.capacity": 8, "broker.strategy": "equity"})
    assert said["digest"] == result.digest
    assert (said["scenario"], said["seed"], said["months"], said["engine"]) == ("iuc-asia", 3, 6, jit.engine())
    assert said["set"] == {"broker.capacity": 8, "broker.strategy": "equity"}
    assert said["outcomes"]["contacts_ever"] == result.outcomes["contacts_ever"].iloc[0]


def test_an_outcome_that_does_not_exist_is_null(capsys):
    assert answer(["run", "--months", "1", "--json"]) == 0
    assert strict(capsys.readouterr().out)["outcomes"]["mean_trust"] is None


def test_engine_and_mesa_face_say_the_same(capsys):
    digests = set()
    for engine in (jit.engine(), "mesa"):
        assert answer([*QUICK, "--engine", engine, "--json"]) == 0
        digests.add(strict(capsys.readouterr().out)["digest"])
    assert len(digests) == 1


def test_run_says_what_came_of_it(capsys):
    assert answer([*QUICK, "no-broker"]) == 0
    said = capsys.readouterr()
    assert "IUC Asia without a broker, seed 1, 6 months" in said.out
    assert "memoranda" in said.out and "mean_trust" in said.out and "Digest" in said.out
    assert said.err == ""


def test_a_scenario_is_named_by_option_or_argument(tmp_path, capsys):
    (tmp_path / "mine.toml").write_text("extends = 'no-events'\nmonths = 2", encoding="utf-8")
    assert answer(["run", "--scenario", str(tmp_path / "mine.toml"), "--json"]) == 0
    assert strict(capsys.readouterr().out)["scenario"] == "mine"
    assert answer(["run", "no-events", "--scenario", "no-broker"]) == 2
    assert "two scenarios are named" in capsys.readouterr().err


def test_a_tilde_that_the_shell_left_is_the_home_folder(tmp_path, monkeypatch, capsys):  # B-E
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "mine.toml").write_text("extends = 'no-events'\nmonths = 1", encoding="utf-8")
    assert answer(["run", "~/mine.toml", "--output=~/out", "--json"]) == 0
    assert strict(capsys.readouterr().out)["scenario"] == "mine" and (tmp_path / "out" / "versions.json").is_file()
    assert load("~/mine.toml").name == "mine"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["rn"], "no such command 'rn'"),
        (["run", "--sed", "3"], "--seed"),
        (["run", "--seed", "many"], "--seed"),
        (["run", "--seed", "-3"], "seed = -3: must be a whole number from 0"),
        (["run", "--seed", str(2**63)], "must be a whole number from 0"),
        (["run", "--months", "-3"], "months = -3: must be a whole number from 1 to 12000"),
        (["run", "--engine", "steam"], "compiled"),
        (["run", "iuc-asa"], "did you mean iuc-asia?"),
        (["run", "nowhere.toml"], "nowhere.toml: there is no such scenario file"),
        (["run", "a", "b"], "b"),
        (["run", "--set", "broker.capcity=3"], "broker.capcity = '3'; did you mean broker.capacity?"),
        (["run", "--set", "broker.capacity=99"], "broker.capacity = '99': must be a number from 0 to 64"),
        (["run", "--set", "broker.capacity=nan"], "broker.capacity = 'nan': must be a number from 0 to 64"),
        (["run", "--set", "broker.capacity"], "must be key=value"),
        (["parameters", "brokr"], "did you mean broker?"),
        (["demo", "--replicates", "1"], "--replicates"),
    ],
)
def test_a_mistake_is_told_in_one_line(arguments, line, capsys):
    assert answer(arguments) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert line.lower() in said.err.lower() and said.err.startswith("twinhelix: ")


def test_a_line_stays_one_line_whatever_a_file_is_called(tmp_path, capsys):
    (tmp_path / "two\nlines.toml").write_text("x = 1", encoding="utf-8")
    assert answer(["run", str(tmp_path / "two\nlines.toml")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("verb", ["run", "demo"])
def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(verb, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("abm.runs.run", lambda *_, **__: pytest.fail("it ran"))
    monkeypatch.setitem(conduct.__kwdefaults__, "work", lambda _: pytest.fail("it ran"))
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert answer([verb, "--output", str(tmp_path / "file" / "folder")]) == 4
    assert answer([verb, "--output", str(tmp_path / "file")]) == 4
    said = capsys.readouterr()
    assert said.err.count("\n") == 2 and "Traceback" not in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_nothing_half_written(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("experiments.files.write_json", full)
    assert answer([*QUICK, "--output", str(tmp_path / "mine")]) == 4
    assert "No space left on device" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_bug_of_ours_is_not_dressed_up_as_a_mistake_of_the_user(monkeypatch):
    def broken(*_):
        raise ValueError("a bug")

    monkeypatch.setattr(demo_command, "tell", broken)
    monkeypatch.setattr("experiments.report.demo.demonstrate", broken)
    with pytest.raises(ValueError, match="a bug"):
        answer(["demo"])


def test_a_new_folder_comes_whole_and_an_old_one_keeps_what_is_not_ours(tmp_path):
    for turn in ("first", "second"):
        with whole_folder(tmp_path / "out") as room:
            (room / "table.csv").write_text(turn, encoding="utf-8")
            assert turn == "second" or not (tmp_path / "out").exists()
        (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    assert (tmp_path / "out" / "table.csv").read_text(encoding="utf-8") == "second"
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "out") as room:
        (room / "table.csv").write_text("third", encoding="utf-8")
        raise RuntimeError
    assert (tmp_path / "out" / "table.csv").read_text(encoding="utf-8") == "second"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["notes.txt", "out", "table.csv"]


@pytest.fixture(scope="module")
def strange(tmp_path_factory) -> Path:
    """A run of cities with strange names, written to a folder."""
    folder = tmp_path_factory.mktemp("strange")
    with (folder / "cities.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["city_id", "name", "country", "region", "latitude", "longitude", "population"])
        for x, name in enumerate(NAMES):
            writer.writerow([name if x != 2 else "chongqing", name, "NA", "东" if x % 2 else "NA", x, 10 * x, 1e6])
    (folder / "strange.toml").write_text(
        "title = '<b>[red] 重庆'\ncities = 'cities.csv'\nmonths = 12\n[search]\nrate = 2\n[contact]\nbaseline = 20",
        encoding="utf-8",
    )
    assert answer(["run", str(folder / "strange.toml"), "--output", str(folder / "out")]) == 0
    return folder / "out"


def test_names_survive_from_the_city_file_to_every_table(strange):
    cities = pd.read_parquet(strange / "cities.parquet")
    assert sorted(cities["name"]) == sorted(NAMES) and set(cities["country"]) == {"NA"}
    assert set(cities["region"]) == {"NA", "东"}
    ties = pd.read_parquet(strange / "partnerships.parquet")
    known = {name if name != "重庆" else "chongqing" for name in NAMES}
    assert len(ties) and set(ties["city_a"]) | set(ties["city_b"]) <= known
    with (strange / "scenario_cities.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["name"] for row in rows) == sorted(map(inert, NAMES))
    assert {row["country"] for row in rows} == {"NA"}
    assert (strange / "map.png").stat().st_size > 10_000


def test_a_spreadsheet_takes_names_for_text(strange):
    text = (strange / "partnerships.csv").read_text(encoding="utf-8")
    assert "'=1+1" in text and "\n=1+1" not in text and ",=1+1" not in text
    assert [inert(cell) for cell in ("@x", "-x", "x=", None, 3)] == ["'@x", "'-x", "x=", None, 3]


def test_the_written_scenario_is_the_one_that_ran(strange):
    provenance = strict((strange / "versions.json").read_text(encoding="utf-8"))
    again = abm.load(strange / "scenario.toml")
    assert [city.name for city in again.cities].count("=1+1") == 1
    assert abm.run(again, seed=1).digest == provenance["digest"]
    assert provenance["seeds"] == [1] and provenance["packages"]["numba"] and provenance["code"]


def test_names_are_shown_as_they_are(capsys, strange):
    assert answer(["run", str(strange / "scenario.toml")]) == 0
    assert "<b>[red] 重庆, seed 1" in capsys.readouterr().out


def test_parameters_are_explained(capsys):
    assert answer(["parameters", "broker"]) == 0
    said = capsys.readouterr().out
    assert "broker.capacity = 4  units a month" in said and "prior 0 to 16" in said and "lever" in said
    assert "contact." not in said and "without a prior, which no study samples: none." in said
    assert answer(["parameters", "--measures"]) == 0
    assert "pilots_ever" in capsys.readouterr().out
    assert answer(["parameters", "--policies"]) == 0
    assert "living-lab  for named cities" in capsys.readouterr().out
    assert answer(["parameters", "--json"]) == 0
    said = strict(capsys.readouterr().out)
    assert {"parameters", "measures", "policies", "salib"} == set(said) and said["salib"]["num_vars"] > 20


def test_an_uncertainty_without_a_prior_is_named_at_the_end(capsys):
    chosen = catalog.parameters(["search"])
    explain(console(), [p | {"prior": None} if p["name"] == "search.rate" else p for p in chosen])
    assert capsys.readouterr().out.rstrip().endswith("which no study samples: search.rate.")


def test_scenarios_are_listed(capsys):
    assert answer(["scenarios", "--json"]) == 0
    assert {"iuc-asia", "no-broker", "no-events", "covid-none"} <= {s["name"] for s in strict(capsys.readouterr().out)}
    assert answer(["scenarios"]) == 0
    assert "no-broker" in capsys.readouterr().out


def test_the_doctor_says_whether_results_can_be_written(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert answer(["doctor", "--json"]) == 0
    found = strict(capsys.readouterr().out)
    assert found["results_writable"] and found["cores"] >= 1 and found["packages"]["numpy"]
    monkeypatch.setattr("experiments.commands.doctor.writable", lambda _: False)
    assert answer(["doctor"]) == 4
    assert "results writable" in capsys.readouterr().out


def test_json_is_strict_and_plain():
    from abm.state.words import Stage

    assert plain({"a": [float("nan"), float("inf"), Stage.PILOT, True, None]}) == {
        "a": [None, None, "pilot", True, None]
    }
    assert strict_json({"重庆": 1}).isascii()


def test_numbers_and_lines_for_readers():
    assert [short(x) for x in (3.0, 1234.6, 0.12345, float("nan"), True, "x")] == [
        "3",
        "1,235",
        "0.123",
        "–",
        "True",
        "x",
    ]
    assert one_line("a\nb\x1b[31m\u2028 c") == "a b [31m c"


def test_a_cache_that_cannot_be_written_leaves_no_kernels_beside_the_sources(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    code = """
from abm.machine import cache, jit
f = jit.kernel(lambda x: x + 1)
print(f(1), cache.cache_is_kept(), f.stats.cache_path)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"TWINHELIX_ENGINE": "compiled", "TWINHELIX_CACHE": str(tmp_path / "file")},
    )
    assert done.stdout.split() == ["2", "False", "None"], done.stderr


def test_compare_prints_paired_differences_as_table_json_and_csv_and_draws_them(capsys, tmp_path):
    arms = ["compare", "iuc-asia", "no-broker", "no-events", "--seeds", "8", "--months", "12"]
    assert answer([*arms, "--output", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "8 pairs of runs of 12 months, each against iuc-asia" in said and "P(more)" in said
    assert (tmp_path / "out" / "differences.png").stat().st_size > 10_000
    again = abm.load(tmp_path / "out" / "scenario-2" / "scenario.toml")
    assert again.name == "no-broker" and again.values["broker.capacity"] == 0 and again.months == 12
    assert answer([*arms, "--json"]) == 0
    found = strict(capsys.readouterr().out)
    assert (found["baseline"], found["months"], found["seeds"]) == ("iuc-asia", 12, 8)
    row = next(r for r in found["differences"] if (r["scenario"], r["outcome"]) == ("no-events", "contacts_ever"))
    seeds = range(1, 9)
    by_hand = [
        abm.run("no-events", seed=s, months=12).outcomes["contacts_ever"].iloc[0]
        - abm.run("iuc-asia", seed=s, months=12).outcomes["contacts_ever"].iloc[0]
        for s in seeds
    ]
    assert row["difference"] == pytest.approx(sum(by_hand) / 8) and row["pairs"] == 8
    assert row["p_greater"] == sum((d > 0) + (d == 0) / 2 for d in by_hand) / 8
    assert answer([*arms, "--csv", "--outcome", "pilots_ever@6"]) == 0
    lines = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [(line["scenario"], line["outcome"]) for line in lines] == [
        ("no-broker", "pilots_ever@6"),
        ("no-events", "pilots_ever@6"),
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["iuc-asia"], "compare needs at least two scenarios"),
        (["iuc-asia", "iuc-asia"], "two of the scenarios have the name 'iuc-asia'"),
        (["iuc-asia", "no-brokr"], "unknown scenario 'no-brokr'; did you mean no-broker?"),
        (["iuc-asia", "no-broker", "--outcome", "pilot"], "unknown outcome 'pilot'; did you mean pilots?"),
    ],
)
def test_compare_refuses_in_one_line(capsys, arguments, line):
    assert answer(["compare", *arguments, "--seeds", "2"]) == 2
    said = capsys.readouterr().err
    assert line in said and said.count("\n") == 1


def test_a_wrong_policy_is_told_in_one_line_with_its_place(capsys, tmp_path):
    text = 'extends = "iuc-asia"\n\n[[policies]]\nkind = "joint-cal"\n'
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    assert answer(["run", str(tmp_path / "mine.toml")]) == 2
    said = capsys.readouterr().err
    assert "mine.toml:4: policies.kind = 'joint-cal': no such policy; did you mean joint-call?" in said
    assert said.count("\n") == 1
