"""What is built installs without the repository: every file of the packages travels, and verbs run from the wheel."""

import os
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from fnmatch import fnmatch
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]
BUILT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
PACKAGES = ("abm", "experiments", "calibration")
BESIDE = {"experiments/dashboard/static/globals.d.ts"}  # types, for whoever checks the page's scripts
QUICK = (
    "tests/docs/test_house.py tests/docs/test_metadata.py tests/abm/input/test_entries.py tests/abm/test_parameters.py"
)


def tracked(*places):
    """Return the files that git keeps below some places, or skip the test outside a checkout."""
    try:
        said = subprocess.run(["git", "ls-files", "-z", *places], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return {name for name in said.decode().split("\0") if name and (ROOT / name).is_file()}


def travels(name):
    """Say whether a file of a package is code, or data that the package declares."""
    package, _, inside = name.partition("/")
    patterns = BUILT["package-data"][package]
    return name.endswith(".py") or any(
        fnmatch(inside, p) or fnmatch(f"/{inside}", p.replace("**/", "*/")) for p in patterns
    )


def test_every_file_of_the_packages_travels():
    assert {name for name in tracked(*PACKAGES) if not travels(name)} == BESIDE


def test_every_room_is_a_package():
    folders = {str(Path(name).parent) for name in tracked(*PACKAGES) if name.endswith(".py")}
    assert [folder for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()] == []


def clean():
    """Return an environment that knows nothing of the repository, and that prints at once."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "TWINHELIX"))}
    return kept | {"MPLBACKEND": "Agg", "PYTHONUNBUFFERED": "1"}


def run(python, *arguments, **more):
    """Run Python in an environment that knows nothing of the repository; return what it says."""
    known = clean() | more.pop("env", {})
    said = subprocess.run([python, *arguments], capture_output=True, text=True, encoding="utf-8", env=known, **more)
    assert said.returncode == 0, f"{arguments}: {said.stdout[-2000:]}{said.stderr[-4000:]}"
    return said.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build both from a copy of what git keeps, and give the folder."""
    copy, dist = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    for name in tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    run(sys.executable, "-m", "build", "--outdir", str(dist), str(copy))
    return dist


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """Install the wheel in a fresh environment, and give its Python and a cache of its own."""
    room = tmp_path_factory.mktemp("fresh")
    venv.create(room / "venv", with_pip=True)
    python = next((room / "venv").glob("[bS]*/python*"))
    pins = ["-c", str(ROOT / "constraints.txt")]
    (wheel,) = built.glob("*.whl")
    run(python, "-m", "pip", "install", "-q", f"{wheel}[dashboard]", *pins)
    return python, {"TWINHELIX_CACHE": str(room / "cache")}


@pytest.mark.slow
def test_the_wheel_has_what_git_has(built):
    (wheel,) = built.glob("*.whl")
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(PACKAGES)}
    assert inside == tracked(*PACKAGES) - BESIDE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("commands", "left"),
    [
        ("demo --replicates 2 && report demo", ["outputs/demo/factorial.png", "outputs/demo/report.html"]),
        ("odd", []),
        ("schema study", []),
        ("check --seeds 20", []),
        ("sweep demo --quick && archive demo-quick", ["outputs/demo-quick.zip"]),
    ],
)
def test_verbs_run_in_an_empty_folder(installed, tmp_path, commands, left):
    python, environment = installed
    for command in commands.split(" && "):
        assert run(python, "-m", "experiments", *command.split(), cwd=tmp_path, env=environment)
    assert [name for name in left if not (tmp_path / name).is_file()] == []


@pytest.mark.slow
def test_the_dashboard_answers_from_an_empty_folder(installed, tmp_path):
    python, environment = installed
    command = [python, "-m", "experiments", "dashboard", "iuc-asia", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, cwd=tmp_path, env=clean() | environment, stdout=subprocess.PIPE, text=True)
    try:
        link = server.stdout.readline().partition("Dashboard: ")[2].strip()
        with urlopen(link, timeout=60) as answer:
            assert b"<html" in answer.read()
    finally:
        server.terminate()
        server.communicate()


@pytest.mark.slow
def test_the_sdist_passes_its_own_quick_tests(built, installed, tmp_path):
    python, environment = installed
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    run(python, "-m", "pip", "install", "-q", f"{source}[test]", "-c", str(source / "constraints.txt"))
    environment |= {"TWINHELIX_ENGINE": "plain"}
    assert " passed" in run(python, "-m", "pytest", "-q", *QUICK.split(), cwd=source, env=environment)
