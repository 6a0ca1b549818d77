"""Questions are answered once for all who ask the same, so many at a time, and no longer than somebody waits."""

import asyncio
import threading

import numpy as np
import pytest

from abm.parameters import ConfigError
from experiments.dashboard import desk as room
from experiments.dashboard import runs
from experiments.dashboard.desk import Busy, Desk, Shelf
from experiments.dashboard.offered import OUTCOMES
from experiments.dashboard.runs import Runs


class Engine:
    """An engine that counts what it ran and waits while it is held."""

    def __init__(self):
        self.ran, self.free, self.stopped = [], threading.Event(), 0
        self.free.set()

    def more(self, scenario, had, n, stopped):
        """Run what is missing of n seeds."""
        self.ran.append((scenario.values["broker.capacity"], had.n if had else 0, n))
        while not self.free.wait(0.005):
            if stopped():
                self.stopped += 1
                raise runs.Abandoned
        return Runs(np.ones((n, len(OUTCOMES), scenario.months)), np.zeros((n, 32, 32), np.int8))


@pytest.fixture
def engine(monkeypatch):
    """Give the engine that desks of a test use."""
    made = Engine()
    monkeypatch.setattr(runs, "more", made.more)
    return made


@pytest.fixture
def desk(offered, engine):
    """Give a desk with two workers."""
    made = Desk(offered, 2)
    yield made
    engine.free.set()
    made.close()


def test_twenty_who_ask_the_same_are_answered_by_one_computation(desk, engine, request_of):
    async def ask():
        return await asyncio.gather(*(desk.answer(request_of(set={"broker.capacity": 8})) for _ in range(20)))

    found = asyncio.run(ask())
    assert len(set(found)) == 1 and sorted(engine.ran) == [(4.0, 0, 24), (8.0, 0, 24)]


def test_more_seeds_go_on_where_fewer_ended_and_an_arm_is_shared(desk, engine, request_of):
    async def ask():
        await desk.answer(request_of(24, set={"broker.capacity": 8}))
        await desk.answer(request_of(100, set={"broker.capacity": 8}))
        await desk.answer(request_of(24, set={"broker.capacity": 9}))

    asyncio.run(ask())
    assert sorted(engine.ran) == [(4.0, 0, 24), (4.0, 24, 100), (8.0, 0, 24), (8.0, 24, 100), (9.0, 0, 24)]


def test_work_stops_when_the_last_who_waited_has_gone(desk, engine, request_of):
    async def ask():
        engine.free.clear()
        one, other = (asyncio.ensure_future(desk.answer(request_of(set={"broker.capacity": 8}))) for _ in range(2))
        while len(engine.ran) < 2:
            await asyncio.sleep(0.005)
        one.cancel()
        await asyncio.sleep(0.05)
        assert engine.stopped == 0 and desk.questions == 1
        other.cancel()
        while engine.stopped < 2:
            await asyncio.sleep(0.005)
        assert not desk.open

    asyncio.run(asyncio.wait_for(ask(), 20))


def test_who_asks_again_after_all_had_gone_is_answered(desk, engine, request_of):
    async def ask():
        engine.free.clear()
        gone = asyncio.ensure_future(desk.answer(request_of(set={"broker.capacity": 8})))
        while len(engine.ran) < 2:
            await asyncio.sleep(0.005)
        gone.cancel()
        await asyncio.sleep(0)
        engine.free.set()
        return await desk.answer(request_of(set={"broker.capacity": 8}))

    assert asyncio.run(asyncio.wait_for(ask(), 20))


def test_there_is_a_bound_to_how_many_wait(desk, engine, request_of, monkeypatch):
    monkeypatch.setattr(room, "MOST_WAITING", 3)

    async def ask():
        engine.free.clear()
        waiting = [asyncio.ensure_future(desk.answer(request_of(set={"broker.capacity": n}))) for n in (5, 6, 7)]
        await asyncio.sleep(0.05)
        same = asyncio.ensure_future(desk.answer(request_of(set={"broker.capacity": 7})))
        with pytest.raises(Busy):
            await desk.answer(request_of(set={"broker.capacity": 8}))
        engine.free.set()
        await asyncio.gather(*waiting, same)
        await desk.answer(request_of(set={"broker.capacity": 8}))

    asyncio.run(asyncio.wait_for(ask(), 20))


def test_what_went_wrong_is_told_to_all_who_waited_and_not_kept(desk, engine, request_of, monkeypatch):
    def fails(*_):
        raise ConfigError("no such thing")

    async def ask():
        monkeypatch.setattr(runs, "more", fails)
        both = [desk.answer(request_of(set={"broker.capacity": 8})) for _ in range(2)]
        said = await asyncio.gather(*both, return_exceptions=True)
        assert [str(one) for one in said] == ["no such thing"] * 2
        monkeypatch.setattr(runs, "more", engine.more)
        assert await desk.answer(request_of(set={"broker.capacity": 8}))

    asyncio.run(asyncio.wait_for(ask(), 20))


def test_an_arm_that_takes_too_long_is_given_up(desk, engine, request_of, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.05)
    engine.free.clear()
    with pytest.raises(ConfigError, match="takes too long for a dashboard"):
        asyncio.run(asyncio.wait_for(desk.answer(request_of(set={"broker.capacity": 8})), 20))


def test_a_shelf_keeps_what_was_used_last():
    shelf = Shelf(10)
    shelf.put("a", 1, 4)
    shelf.put("b", 2, 4)
    assert shelf.get("a") == 1
    shelf.put("c", 3, 4)
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c"), shelf.bytes) == (1, None, 3, 8)
    shelf.put("a", 4, 2)
    assert shelf.get("a") == 4 and shelf.bytes == 6
