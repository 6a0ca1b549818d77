"""What a month is made of: meetings, offers and steps, and what rules list on their way to them."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from abm.state.memory import Bits8, Col, Floats, Int8, Int16, Int32, Ints32, Record
from abm.state.words import N_THEMES, NONE


class Encounter(Record):
    """One meeting of two cities in this month, from any source."""

    key: Annotated[np.uint64, Col("lasting key, of the source and the two cities")]
    i: Annotated[Int32, Col("city that took the initiative")]
    j: Annotated[Int32, Col("the other city")]
    theme: Annotated[Int8, Col("theme of the meeting, −1 until it is chosen", start=NONE)]
    origin: Annotated[Int8, Col("what brought them together (Origin)")]
    source: Annotated[Int32, Col("row of the event, broker or programme, or −1", start=NONE)]
    curated: Annotated[bool, Col("organisations were brought along in person")]
    waived: Annotated[bool, Col("consent and room are not asked for")]
    may_form: Annotated[bool, Col("the rules of the world let a contact arise from it", start=1)]
    weight: Annotated[float, Col("interaction weight if the two are partners", "meetings", start=1)]
    counts: Annotated[float, Col("probability that a first meeting counts", "0…1", start=1)]
    row: Annotated[Int32, Col("living partnership of the two in the theme, or −1", start=NONE)]
    asked: Annotated[bool, Col("both cities are asked for consent")]
    consent_i: Annotated[bool, Col("the first city agrees")]
    consent_j: Annotated[bool, Col("the second city agrees")]
    priority: Annotated[np.uint64, Col("drawn priority; the lowest goes first")]


class Lesson(Record):
    """One step of an actor on the ladder of a practice."""

    actor: Annotated[Int32, Col("actor that moves")]
    practice: Annotated[Int32, Col("row of the practice")]
    month: Annotated[Int16, Col("month", "month")]
    before: Annotated[Int8, Col("where it stood (Ladder)")]
    after: Annotated[Int8, Col("where it stands now (Ladder)")]
    path: Annotated[Int8, Col("how it came to it (Path)")]
    source: Annotated[Int32, Col("actor that it learnt from, or −1")]


class Trial(Record):
    """A city's decision of this month to try a practice."""

    city: Annotated[Int32, Col("row of the city")]
    practice: Annotated[Int32, Col("row of the practice")]


class Candidate(Record):
    """Two cities that a broker might introduce to each other this month."""

    key: Annotated[np.uint64, Col("lasting key of the two cities")]
    i: Annotated[int, Col("one city")]
    j: Annotated[int, Col("the other city")]
    themes: Annotated[np.uint64, Col("themes in which the broker might, a bit each")]
    score: Annotated[Floats, Col("the broker's score by theme, before its misjudgement", "1", N_THEMES)]


class Offer(Record):
    """A role in a partnership offered to an organisation this month."""

    partnership: Annotated[Int32, Col("row of the partnership")]
    side: Annotated[Int8, Col("0: home city is i, 1: home city is j")]
    kind: Annotated[Int8, Col("which role (Kind)")]
    organisation: Annotated[Int32, Col("organisation asked")]
    joins: Annotated[bool, Col("it agrees")]
    priority: Annotated[np.uint64, Col("drawn priority; the lowest goes first")]


class Attendee(Record):
    """A city that wants to come to the event at hand."""

    city: Annotated[int, Col("row of the city")]
    in_person: Annotated[bool, Col("comes in person")]
    distance: Annotated[float, Col("how far it is from the event, if that may be in person", "km")]
    weight: Annotated[float, Col("what attracts it, what travel deters included")]
    luck: Annotated[np.uint64, Col("its draw")]
    wait: Annotated[float, Col("exponential waiting time, if seats are short; the shortest get the seats")]
    priority: Annotated[np.uint64, Col("drawn priority; of two that meet, the lower has the initiative")]


class Neighbour(Record):
    """Another city that a city has or had partnerships with."""

    partner: Annotated[Int32, Col("row of the other city")]
    bond: Annotated[Int32, Col("row of what the two have with each other (Bond)")]
    living: Annotated[Bits8, Col("themes of the living partnerships with it, a bit each")]
    memorandum: Annotated[bool, Col("they ever signed a memorandum")]


class Bond(Record):
    """The living partnerships of a city with a neighbour."""

    row: Annotated[Ints32, Col("living partnership in each theme, or −1", "row", N_THEMES, start=NONE)]


class Linked(Record):
    """A link of an actor, in its list."""

    other: Annotated[Int32, Col("the actor it is linked with")]
    link: Annotated[Int32, Col("row of the link")]
