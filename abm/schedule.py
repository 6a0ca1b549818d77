"""The order of one month, and nothing else.

Read :func:`month` to know what happens when. The functions named in :data:`DECISIONS` fill a column that the next step
settles; :func:`order` gives the same month with some of them exchanged, for a Mesa agent that decides in Python or for
a rule of one's own.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType

from abm import measures
from abm.machine.jit import Key, Settings, State, kernel
from abm.rules import (
    adoption,
    awareness,
    broker,
    calendar,
    city,
    contact,
    cooperation,
    event,
    helix,
    ladder,
    learning,
    membership,
    own_links,
    pairing,
    policies,
    practice,
    search,
    trial,
)
from abm.rules import theme as themes
from abm.state import neighbours

choose_theme = themes.decide
consent = contact.decide
score = broker.score
join = helix.decide
try_practices = trial.decide

DECISIONS = ("choose_theme", "consent", "score", "join", "try_practices")


def month(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let one month happen to world ``w`` under parameters ``p``: the one order of the model."""
    # 1 exogenous: entry of members, policies, leadership
    w.count.encounters = 0
    membership.enter(w, t)
    policies.act(w, seed, t)
    city.change_leaders(w, p, seed, t)
    contact.weigh(w)
    # 2 the programme pairs its entrants
    pairing.invite(w, p, seed, t)
    # 3 events
    w.count.first_event = w.count.events
    calendar.schedule(w, p, seed, t)
    for e in range(w.count.first_event, w.count.events):
        first_encounter = w.count.encounters
        if event.hold(w, p, seed, t, e):
            own_links.meet(w, p, seed, t, e, first_encounter)
    # 4 brokers
    for b in range(len(w.brokers)):
        broker.scout(w, p, seed, t, b)
        score(w, p, seed, t, b)
        broker.introduce(w, p, seed, t, b)
    # 5 cities search
    search.look(w, p, seed, t)
    # 6 meetings become contacts
    choose_theme(w, p, seed, t)
    contact.gather(w, p, seed, t)
    consent(w, p, seed, t)
    contact.settle(w, p, seed, t)
    # 7 partnerships: trust and gap, helix, ladder
    cooperation.begin(w, p, seed, t)
    cooperation.interact(w, p, seed, t)
    helix.offer(w, p, seed, t)
    join(w, p, seed, t)
    helix.settle(w, p, seed, t)
    ladder.climb(w, p, seed, t)
    own_links.end(w, t)
    neighbours.list_links(w)
    # 8 knowledge: all decide on the state at the start of the phase
    w.count.first_lesson = w.count.lessons
    awareness.hear(w, p, seed, t)
    try_practices(w, p, seed, t)
    trial.settle(w, t)
    adoption.conclude(w, p, seed, t)
    learning.master(w, p, seed, t)
    learning.invent(w, p, seed, t)
    # 9 the steps are taken; evidence, needs, skills
    adoption.settle(w, p, t)
    practice.learn(w, p)
    # 10 record
    measures.record(w, p, t)


def order(**decisions: Callable) -> Callable:
    """Return the month with some decisions exchanged, as plain Python over the kernels.

    ``order(consent=mine)`` calls ``mine(w, p, seed, t)`` where the month asks for consent. Compile the result with
    :func:`abm.machine.jit.kernel` if ``mine`` is a kernel too.
    """
    unknown = set(decisions) - set(DECISIONS)
    if unknown:
        raise TypeError(f"no decision named {', '.join(sorted(unknown))}; the month has {', '.join(DECISIONS)}")
    return FunctionType(month.__code__, {**globals(), **decisions}, "month")


compiled_month = kernel(month, inline=True)
