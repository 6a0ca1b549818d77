"""A dashboard that runs: what an answer costs, many who ask at once, and memory that does not grow."""

import asyncio
import json
import statistics
import sys
import time

import numpy as np
import pytest

from abm.runs import recorded_pairs
from experiments.dashboard.answer import answer
from experiments.dashboard.asked import asked
from experiments.dashboard.desk import KEPT_ANSWERS, KEPT_RUNS
from experiments.dashboard.runs import more
from tests.experiments.dashboard.served import served

for extra in ("starlette", "uvicorn", "httpx"):
    pytest.importorskip(extra, reason="needs the extra `test`")
pytestmark = [
    pytest.mark.compiled("thousands of runs"),
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


@pytest.fixture(scope="module")
def board():
    """Give a dashboard of its own process."""
    with served() as one:
        yield one.wait_until_ready()


def question(capacity, seeds=24, scale=1.0):
    """Return a question as the page asks it."""
    return {"a": {}, "b": {"set": {"broker.capacity": capacity, "calendar.scale": scale}}, "seeds": seeds}


def answers(board, questions, at_once=20):
    """Return the answers to questions that many ask at once."""
    import httpx

    async def all_of_them():
        gate = asyncio.Semaphore(at_once)
        async with httpx.AsyncClient(base_url=board.link, timeout=120) as client:

            async def one(asked):
                async with gate:
                    return await client.post("/answer", json=asked)

            return await asyncio.gather(*map(one, questions))

    return asyncio.run(all_of_them())


def test_a_new_setting_costs_little_more_than_its_runs(board, offered):
    scenarios = [offered["iuc-asia"].scenario.with_changes({"broker.capacity": c}) for c in (9.5, 10.5, 11.5)]
    recorded_pairs(scenarios[0], range(1, 17))
    began = time.process_time()
    for scenario in scenarios:
        recorded_pairs(scenario, range(1, 101))
    engine = (time.process_time() - began) / 3
    answers(board, [question(4, 100)])
    spent = []
    for capacity in (9.5, 10.5, 11.5):
        before = board.cpu
        answers(board, [question(capacity, 100)])
        spent.append(board.cpu - before)
    assert statistics.median(spent) <= 1.3 * engine + 0.1, (spent, engine)


def test_a_setting_seen_before_costs_next_to_nothing(board):
    answers(board, [question(8, 100)])
    before = board.cpu
    answers(board, [question(8, 100)] * 10, at_once=1)
    assert (board.cpu - before) / 10 <= 0.1


def test_twenty_ask_three_settings_and_all_are_answered_rightly(board, offered):
    settings = [question(c, 24, s) for c, s in ((6, 1.0), (8, 0.5), (12, 2.0))]
    found = answers(board, settings * 20)
    assert {one.status_code for one in found} == {200}
    for x, said in enumerate(settings):
        assert len({one.content for one in found[x::3]}) == 1
        assert found[x].json() == right(said, offered)


def right(said, offered):
    """Return the answer to a question as the engine gives it, here."""
    one = asked(said, offered)
    runs = [more(arm.built(offered, one.months), None, one.seeds, lambda: False) for arm in one.arms]
    return json.loads(json.dumps(answer(one, *runs, offered)))


def room(board, clients, seconds, new):
    """Let clients move levers for a while, a share of them to where nobody was, some before they are answered.

    Returns what each question got, seconds until the first answer and until others, and questions that were lost.
    """
    import httpx

    found, first, again, lost = {}, [], [], []

    async def move(client, rng, ends):
        while time.monotonic() < ends:
            capacity = rng.uniform(0, 16) if rng.random() < new else rng.integers(0, 17)
            said = question(round(float(capacity), 3), 24, float(rng.choice([0.0, 0.5, 1.0, 1.5])))
            began, patience = time.monotonic(), 0.05 if rng.random() < 0.1 else 300
            try:
                answer = await client.post("/answer", json=said, timeout=patience)
            except httpx.TimeoutException:
                lost.extend([said] * (patience == 300))
                continue
            (again if json.dumps(said) in found else first).append(time.monotonic() - began)
            found.setdefault(json.dumps(said), set()).add((answer.status_code, answer.content))
            await asyncio.sleep(float(rng.uniform(0.2, 2.0)))

    async def all_of_them():
        ends, limits = time.monotonic() + seconds, httpx.Limits(max_connections=clients)
        async with httpx.AsyncClient(base_url=board.link, limits=limits) as client:
            await asyncio.gather(*(move(client, np.random.default_rng(x), ends) for x in range(clients)))

    asyncio.run(all_of_them())
    return found, first, again, lost


def test_fifty_who_move_levers_for_a_minute_are_all_answered_rightly(board, offered, pytestconfig):
    room(board, 50, 15, 0.0)
    memory, cpu = board.memory, board.cpu
    found, first, again, lost = room(board, 50, 60, 0.2)
    late, soon = (f"{len(waits)}, p95 {np.quantile(waits, 0.95):.2f} s" for waits in (first, again))
    each = 1000 * (board.cpu - cpu) / (len(first) + len(again))
    grown = board.memory - memory
    tell = f"first answers {late}; others {soon}; {each:.0f} ms CPU an update; {grown:.0f} MB more"
    pytestconfig.get_terminal_writer().line(tell)
    assert not lost and {status for got in found.values() for status, _ in got} == {200}
    assert all(len(got) == 1 for got in found.values())
    for said in list(found)[::40]:
        ((_, content),) = found[said]
        assert json.loads(content) == right(json.loads(said), offered)
    assert grown < 20 + (KEPT_RUNS + KEPT_ANSWERS) / 2**20


def test_memory_does_not_grow_with_requests(board):
    settings = [question(c) for c in np.linspace(1, 15, 10)]
    answers(board, settings * 20)
    before = board.memory
    answers(board, settings * 200)
    assert board.memory - before < 20
