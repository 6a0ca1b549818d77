"""How events are held before, in and after a travel shock (E8)."""

import numpy as np
import pytest

import abm
from abm.rules import calendar
from abm.state.memory import allocate
from abm.state.programmes import Window
from abm.state.words import EventType, Mode, Response

START, END, HYBRID = 10, 40, True
CONVERT, CANCEL = Response.CONVERT, Response.CANCEL
IN_PERSON, ONLINE, BOTH, CANCELLED = Mode.IN_PERSON, Mode.ONLINE, Mode.HYBRID, Mode.CANCELLED


def one_shock(response, hybrid_after=False):
    """Return a table with one travel shock."""
    shocks = allocate(Window, 1)
    shocks.start[0], shocks.end[0], shocks.response[0], shocks.hybrid_after[0] = START, END, response, hybrid_after
    return shocks


@pytest.mark.parametrize(
    ("shocks", "kind", "usual", "expected"),
    [
        (one_shock(CONVERT), EventType.WORKSHOP, IN_PERSON, (IN_PERSON, ONLINE, ONLINE, IN_PERSON)),
        (one_shock(CONVERT), EventType.EXPO, IN_PERSON, (IN_PERSON, CANCELLED, ONLINE, IN_PERSON)),
        (one_shock(CONVERT), EventType.EXPO, ONLINE, (ONLINE, ONLINE, ONLINE, ONLINE)),
        (one_shock(CONVERT), EventType.EXPO, BOTH, (BOTH, CANCELLED, ONLINE, BOTH)),
        (one_shock(CONVERT, HYBRID), EventType.WORKSHOP, IN_PERSON, (IN_PERSON, ONLINE, ONLINE, BOTH)),
        (one_shock(CONVERT, HYBRID), EventType.SESSION, ONLINE, (ONLINE, ONLINE, ONLINE, ONLINE)),
        (one_shock(CANCEL, HYBRID), EventType.SESSION, ONLINE, (ONLINE, CANCELLED, CANCELLED, ONLINE)),
        (one_shock(CANCEL), EventType.WORKSHOP, IN_PERSON, (IN_PERSON, CANCELLED, CANCELLED, IN_PERSON)),
    ],
)
def test_the_mode_of_an_event_before_in_the_first_year_of_later_in_and_after_a_shock(shocks, kind, usual, expected):
    found = [calendar.mode_at(shocks, np.int64(kind), np.int64(usual), t) for t in (START - 1, START, START + 12, END)]
    assert [Mode(mode).name for mode in found] == [mode.name for mode in expected]


def test_peer_sessions_online_of_themselves_stay_online_where_the_others_become_hybrid(tmp_path):
    shock = '[[shocks]]\nstart = "2018-01"\nend = "2018-06"\nhybrid_after = true\n'
    path = tmp_path / "peers.toml"
    path.write_text(f'extends = "climate-network"\n{shock}', encoding="utf-8")
    after = abm.run(path, seed=1).events.query("month >= 18")
    assert set(after[after["type"] == "session"]["mode"]) == {"online"}
    assert set(after[after["type"] != "session"]["mode"]) == {"hybrid"}
