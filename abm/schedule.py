"""The order of a run's beginning and of one month, and nothing else.

Read :func:`order` to know what happens when. What it takes are decisions: each fills a column that the next step
settles, and can be exchanged, for a Mesa agent that decides in Python or for a rule of one's own.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

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
    founding,
    helix,
    ladder,
    learning,
    membership,
    own_links,
    pairing,
    policies,
    practice,
    project,
    scouting,
    search,
    theme,
    trial,
)
from abm.shared import organisations
from abm.state import given, links, neighbours
from abm.state.tidy import tidy


@kernel
def begin(w: State, p: Settings, seed: Key) -> None:
    """Let a run begin: as every other run does, but for what the seed decides."""
    given.restore(w)
    broker.begin(w.brokers, p)
    city.begin(w.cities, p, seed)
    practice.begin(w, p, seed)
    organisations.list_by_theme(w)
    neighbours.begin(w)
    links.begin(w)
    founding.begin(w, p, seed)
    cooperation.begin(w, p, seed, 0)
    measures.begin(w)


def order(
    choose_theme: Callable = theme.decide,
    consent: Callable = contact.decide,
    score: Callable = broker.score,
    join: Callable = helix.decide,
    try_practices: Callable = trial.decide,
) -> Callable:
    """Return the month, with a decision of one's own where one is given, as plain Python over the kernels.

    ``order(consent=mine)`` calls ``mine(w, p, seed, t)`` where the month asks for consent. Compile the result with
    :func:`abm.machine.jit.kernel` if ``mine`` is a kernel too.
    """

    def month(w: State, p: Settings, seed: Key, t: int) -> None:
        """Let month ``t`` happen to world ``w`` under parameters ``p``: the one order of the model."""
        # 1 exogenous: entry of members, policies, leadership
        w.count.encounters, w.count.first_event = 0, w.count.events
        tidy(w, t)
        membership.enter(w, t)
        policies.act(w, seed, t)
        city.change_leaders(w, p, seed, t)
        contact.weigh(w)
        membership.look_after(w)
        # 2 programmes pair their entrants
        pairing.invite(w, p, seed, t)
        # 3 events
        calendar.schedule(w, p, seed, t)
        for e in range(w.count.first_event, w.count.events):
            first_encounter = w.count.encounters
            if event.hold(w, p, seed, t, e):
                own_links.meet(w, p, seed, t, e, first_encounter)
        # 4 brokers
        for b in range(len(w.brokers)):
            broker.work(w, p, seed, t, b)
            scouting.look(w, p, seed, t, b)
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
        project.invite(w, p, seed, t)
        own_links.end(w, t)
        links.list_links(w)
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

    return month


month = kernel(order(), inline=True)

DECISIONS: dict[str, Callable] = {name: rule.default for name, rule in signature(order).parameters.items()}

# The month again, as a list for those who compile, draw and describe it; a test holds the two together.
STEPS: dict[str, tuple[Callable, ...]] = {
    "1 exogenous: entry of members, policies, leadership": (
        tidy,
        membership.enter,
        policies.act,
        city.change_leaders,
        contact.weigh,
        membership.look_after,
    ),
    "2 programmes pair their entrants": (pairing.invite,),
    "3 events": (calendar.schedule, event.hold, own_links.meet),
    "4 brokers": (broker.work, scouting.look, broker.score, broker.introduce),
    "5 cities search": (search.look,),
    "6 meetings become contacts": (theme.decide, contact.gather, contact.decide, contact.settle),
    "7 partnerships: trust and gap, helix, ladder": (
        cooperation.begin,
        cooperation.interact,
        helix.offer,
        helix.decide,
        helix.settle,
        ladder.climb,
        project.invite,
        own_links.end,
        links.list_links,
    ),
    "8 knowledge: all decide on the state at the start of the phase": (
        awareness.hear,
        trial.decide,
        trial.settle,
        adoption.conclude,
        learning.master,
        learning.invent,
    ),
    "9 the steps are taken; evidence, needs, skills": (adoption.settle, practice.learn),
    "10 record": (measures.record,),
}
