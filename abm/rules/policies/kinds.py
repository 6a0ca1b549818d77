"""The kinds of policy, one declaration each: copy one to add a new kind.

A declaration says in a sentence what the kind is, what its strength means and may be, what it costs, where and how long
it acts if the scenario does not say, and which columns it sets to what. Strengths and costs are assumed unless a source
says otherwise; a scenario file may set its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from abm.state.words import Act, Target

Where = Literal["cities", "named cities", "one city", "winners", "partnerships", "region", "broker", "programme"]


class Sets(NamedTuple):
    """One column that a kind sets: to a number, or to a function of the policy's strength."""

    target: Target
    value: float | Callable[[float], float]


class PolicyKind(NamedTuple):
    """A kind of policy.

    ``where`` says whom it concerns: *cities* (all, unless some are named), *named cities*, *one city*, *winners*
    (named, or picked by merit), *partnerships* (all, or those of named cities), a *region*, a *broker* (all, unless one
    is named), or the whole *programme*. ``months`` is how long it acts where no end is given; None means on and on.
    ``whole`` strengths count something.
    """

    sentence: str
    strength_is: str
    strength: float
    legal: tuple[float, float]
    cost: float
    where: Where = "cities"
    months: int | None = None
    themed: bool = False
    whole: bool = False
    sets: tuple[Sets, ...] = ()
    act: Act = Act.NOTHING
    source: str = "assumed"


def strength(x: float) -> float:
    """Return the strength of the policy itself, as the value of a column."""
    return x


KINDS: dict[str, PolicyKind] = {
    "joint-call": PolicyKind(
        sentence="funds the best partnerships with a memorandum and a university, by trust, helix and chance",
        strength_is="partnerships funded",
        strength=10.0,
        legal=(1, 10_000),
        cost=10.0,
        whole=True,
        where="partnerships",
        months=36,
        themed=True,
        act=Act.FUND,
        source="JPI Urban Europe with NSFC; effect of funding: Creative Credits (ladder.funding_effect)",
    ),
    "award": PolicyKind(
        sentence="makes its winners attractive partners: named cities, or those with most trust from the plan on",
        strength_is="winners, where none is named",
        strength=1.0,
        legal=(1, 1000),
        cost=0.5,
        whole=True,
        where="winners",
        months=12,
        act=Act.AWARD,
        source="URBAN-EU-CHINA innovation award; effect assumed (contact.award_bonus)",
    ),
    "grant": PolicyKind(
        sentence="pays a city curated online sessions of its own theme, at which it is present",
        strength_is="sessions",
        strength=3.0,
        legal=(1, 100),
        cost=1.0,
        whole=True,
        where="one city",
        months=2,
        themed=True,
        source="IUC competitive award to Granada: three webinars",
    ),
    "hub": PolicyKind(
        sentence="an outpost in a region: travel there costs nothing, and people at events there meet more others",
        strength_is="factor of meetings at events in person",
        strength=1.25,
        legal=(1, 10),
        cost=4.0,
        where="region",
        sets=(Sets(Target.CITIES_TRAVEL, 0.0), Sets(Target.CITIES_MINGLING, strength)),
        source="EIT outreach programme; size assumed",
    ),
    "lighthouse": PolicyKind(
        sentence="a city shows what it does: it documents more, and partners hear more of what it has adopted",
        strength_is="factor of documentation and of partners' hearing",
        strength=2.0,
        legal=(1, 20),
        cost=2.0,
        where="named cities",
        sets=(Sets(Target.CITIES_DOCUMENTING, strength), Sets(Target.CITIES_EXAMPLE, strength)),
        source="IRIS lighthouse Utrecht; size assumed",
    ),
    "expansion": PolicyKind(
        sentence="admits cities that were outside and pairs each with counterparts",
        strength_is="factor of the counterparts found for each entrant",
        strength=1.0,
        legal=(0, 10),
        cost=1.0,
        where="named cities",
        source="IURC, from January 2021",
    ),
    "evidence-base": PolicyKind(
        sentence="a database of success stories in which cities find documented practices (awareness.evidence)",
        strength_is="on",
        strength=1.0,
        legal=(1, 1),
        cost=1.0,
        sets=(Sets(Target.CITIES_EVIDENCE_BASE, 1.0),),
        source="Urban Norway-China network; effect assumed",
    ),
    "kpi": PolicyKind(
        sentence="cities measure themselves, as by U4SSC, and are surer of what a practice would bring "
        "(trial.kpi_relief)",
        strength_is="on",
        strength=1.0,
        legal=(1, 1),
        cost=1.0,
        sets=(Sets(Target.CITIES_KPI, 1.0),),
        source="U4SSC in Ålesund and Bærum; effect assumed",
    ),
    "digital-twin": PolicyKind(
        sentence="cities try a practice out in a digital twin and are surer of what it would bring (trial.twin_relief)",
        strength_is="on",
        strength=1.0,
        legal=(1, 1),
        cost=2.0,
        sets=(Sets(Target.CITIES_TWIN, 1.0),),
        source="data-driven co-creation; effect assumed",
    ),
    "student-assignments": PolicyKind(
        sentence="students work on the partnerships of a city: its universities join more readily, adoptions are "
        "documented more often",
        strength_is="factor of joining and of documentation",
        strength=1.5,
        legal=(1, 20),
        cost=0.5,
        sets=(Sets(Target.CITIES_UNIVERSITY_JOINING, strength), Sets(Target.CITIES_DOCUMENTING, strength)),
        source="Urban Norway-China network; size assumed",
    ),
    "think-do-tank": PolicyKind(
        sentence="a think and do tank at the universities of a city: they join its partnerships more readily",
        strength_is="factor of joining",
        strength=1.5,
        legal=(1, 20),
        cost=1.0,
        sets=(Sets(Target.CITIES_UNIVERSITY_JOINING, strength),),
        source="Urban Norway-China network; size assumed",
    ),
    "living-lab": PolicyKind(
        sentence="a living lab: its city tries practices of the theme sooner and documents twice as often what it "
        "adopts",
        strength_is="factor of the hazard of a trial",
        strength=1.5,
        legal=(1, 20),
        cost=2.0,
        where="named cities",
        themed=True,
        sets=(Sets(Target.CITIES_TRYING, strength), Sets(Target.CITIES_DOCUMENTING, 2.0)),
        source="TRANS-URBAN-EU-CHINA; size assumed",
    ),
    "thematic-cluster": PolicyKind(
        sentence="cities plan a theme together: every quarter each of their partnerships in it gets an alignment "
        "session",
        strength_is="sessions a quarter",
        strength=1.0,
        legal=(1, 10),
        cost=1.0,
        whole=True,
        where="named cities",
        themed=True,
        act=Act.ALIGN,
        source="IUC Asia: four thematic clusters; size assumed",
    ),
    "twinning-guide": PolicyKind(
        sentence="a guide that cities read before they meet: expectations differ less at first contact",
        strength_is="share of the first gap that it closes (η_G)",
        strength=0.1,
        legal=(0, 1),
        cost=0.2,
        sets=(Sets(Target.CITIES_FIRST_GAP, lambda share: 1.0 - share),),
        source="URBAN-EU-CHINA; size assumed",
    ),
    "climate-network": PolicyKind(
        sentence="cities of a network imitate each other: they hear of what their peers have adopted",
        strength_is="hazard of hearing of what all peers have adopted (a_I), per month",
        strength=0.05,
        legal=(0, 10),
        cost=2.0,
        sets=(Sets(Target.CITIES_IMITATION, strength),),
        source="city-led climate networks; size assumed, as one sustained partnership with an adopter",
    ),
    "broker-capacity": PolicyKind(
        sentence="gives brokers more work, or less, than they had",
        strength_is="factor of the capacity",
        strength=2.0,
        legal=(0, 16),
        cost=0.0,
        where="broker",
        sets=(Sets(Target.BROKERS_EFFORT, strength),),
        source="scenario; the work itself counts as broker units",
    ),
    "closing": PolicyKind(
        sentence="ends the programme: no more events, no more brokers; its cities go on by themselves",
        strength_is="on",
        strength=1.0,
        legal=(1, 1),
        cost=0.0,
        where="programme",
        sets=(Sets(Target.PROGRAMMES_CALENDAR, 0.0), Sets(Target.BROKERS_EFFORT, 0.0)),
        source="scenario",
    ),
}
