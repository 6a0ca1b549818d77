"""What a city and month take does not depend on how many other cities there are."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from abm.machine.jit import is_compiled

ROOT = Path(__file__).parents[2]
PLAIN = {**os.environ, "TWINHELIX_ENGINE": "plain", "PYTHONPATH": str(ROOT)}
SIZES, SEARCHED = ("300", "1200"), ("--set", "search.rate=1")
COUNTED = ("--months", "3", "--steps", "2", "--count", "--json")
SCAN = """
import sys
from abm.rules import search
from benchmarks.worlds import main


def scanned(sums, x):
    j = 0
    while j < len(sums) - 1 and sums[j] <= x:
        j += 1
    return j


search.first_above = scanned
main(sys.argv[1:])
"""


def lines(*begin: str, more: tuple[str, ...] = ()) -> list[dict[str, float]]:
    """Return the lines that every step goes through, a city and month, in a small and a larger world."""
    command = [sys.executable, *begin, *SIZES, *COUNTED, *SEARCHED, *more]
    done = subprocess.run(command, env=PLAIN, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def growing(small: dict[str, float], large: dict[str, float]) -> list[str]:
    """Return the steps that take more, a city, in a world four times as large: at an exponent above 1.35."""
    return [step for step, n in large.items() if n > 5 and n > 4**0.35 * small[step]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    [(), ("--set", "broker.strategy=bridging"), ("--set", "project.invited=0.5")],
    ids=["as usual", "bridging", "projects invite"],
)
def test_no_step_takes_a_city_more_in_a_larger_world(more):
    assert growing(*lines("-m", "benchmarks.worlds", more=more)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    ['shocks = [{ start = "2017-01", end = "2018-01" }]', 'policies = [{ kind = "joint-call" }]'],
    ids=["nobody travels", "a policy a programme"],
)
def test_nor_where_every_programme_has_more(tmp_path, more):
    like = tmp_path / "like.toml"
    like.write_text(
        'extends = "world-3000-programmes"\n[every_programme]\nper_cities = 100\ncalendar = "iuc-asia"\n'
        f'brokers = [{{}}]\nentry = {{ from = "2017-01", to = "2017-01" }}\n{more}\n',
        encoding="utf-8",
    )
    assert growing(*lines("-m", "benchmarks.worlds", more=("--like", str(like)))) == []


@pytest.mark.slow
def test_a_search_that_scans_all_cities_is_noticed():
    assert growing(*lines("-c", SCAN)) == ["5 search.look"]


@pytest.mark.slow
@pytest.mark.compiled("it times machine code")
def test_the_second_year_of_a_city_takes_as_long_in_a_world_thirty_times_as_large():
    from benchmarks import worlds

    assert is_compiled()
    worlds.profile(100, 2, 1)
    rounds = [{n: sum(worlds.profile(n, 24, 12).values()) for n in (1000, 3000, 10_000, 30_000)} for _ in range(3)]
    fastest = {n: min(one[n] for one in rounds) for n in rounds[0]}
    assert max(fastest.values()) <= 2.0 * min(fastest.values()), f"µs of CPU a city and month: {fastest}"


@pytest.mark.slow
@pytest.mark.compiled("it runs 30,000 cities for ten years")
@pytest.mark.skipif(sys.platform != "linux", reason="the room of a process is limited as Linux does it")
def test_30_000_cities_and_ten_years_need_at_most_three_gigabytes_of_room():
    limited = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)); "
        "from benchmarks.worlds import main; main(['30000', '--months', '120'])"
    )
    done = subprocess.run([sys.executable, "-c", limited], cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-500:]
