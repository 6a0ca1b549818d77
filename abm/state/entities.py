"""Who there is: cities, organisations, practices, and the partnerships and links between them.

Partnerships and links are append-only: a row is an episode. Cities and organisations share one numbering as *actors*:
city ``i`` is actor ``i``, organisation ``o`` is actor ``n_cities + o``. Months count from 0; −1 is "never" or "none".
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from abm.state.memory import Col, Floats, Int8, Int16, Int32, Ints8, Ints16, Ints32, Record
from abm.state.words import N_THEMES, NONE


class City(Record):
    """A city of the world."""

    key: Annotated[np.uint64, Col("lasting key, a hash of city_id")]
    region: Annotated[Int8, Col("bloc, as a row of the region names")]
    country: Annotated[Int32, Col("country, as a row of the country names")]
    longitude: Annotated[float, Col("longitude", "degrees east")]
    latitude: Annotated[float, Col("latitude", "degrees north")]
    globe_x: Annotated[float, Col("place on the globe: towards 0° N 0° E", "Earth radii")]
    globe_y: Annotated[float, Col("towards 0° N 90° E", "Earth radii")]
    globe_z: Annotated[float, Col("towards the North Pole", "Earth radii")]
    log_size: Annotated[float, Col("natural logarithm of population in millions")]
    weight: Annotated[float, Col("multiplies engagement; a city of weight 0 takes part in nothing")]
    engagement: Annotated[float, Col("how active the city is abroad, mean 1")]
    ambition: Annotated[float, Col("what the city expects of cooperation", "0…1")]
    ambition_before: Annotated[float, Col("ambition before this month's change of leadership", "0…1")]
    context_x: Annotated[float, Col("first coordinate of the local context", "0…1")]
    context_y: Annotated[float, Col("second coordinate of the local context", "0…1")]
    capacity: Annotated[int, Col("how many partnerships the city can look after", "partnerships")]
    load: Annotated[float, Col("how many it looks after: a contact counts ¼, more counts 1", "partnerships")]
    award_until: Annotated[Int32, Col("month in which the lustre of an award ends", "month")]
    standing: Annotated[Int8, Col("highest standing in any programme this month (Standing)")]
    cohort: Annotated[
        Int16, Col("year in which it entered its first programme, from 0; −1: never, or by an expansion", start=NONE)
    ]
    n_partners: Annotated[Int32, Col("partner cities at any living stage", "cities")]
    component: Annotated[Int32, Col("connected component of the living ties at the month's start")]
    first_organisation: Annotated[Int32, Col("first row of its organisations")]
    n_organisations: Annotated[Int32, Col("number of its organisations")]
    twin: Annotated[bool, Col("has a digital twin")]
    kpi: Annotated[bool, Col("measures itself by key performance indicators")]
    evidence_base: Annotated[bool, Col("can look up what is documented")]
    need: Annotated[Floats, Col("need for practices, by theme", "0…1", N_THEMES)]
    first_need: Annotated[Floats, Col("need at the start, by theme", "0…1", N_THEMES)]
    adopted: Annotated[Ints32, Col("practices adopted, by theme", "practices", N_THEMES)]
    skill: Annotated[Floats, Col("skill by theme (E1)", "0…1", N_THEMES)]
    portfolio: Annotated[Floats, Col("share of each theme in what the city does (E2)", "0…1", N_THEMES)]
    documenting: Annotated[
        Floats, Col("factor of p_doc for what it adopts, by theme", "1", N_THEMES, start=1, quiet=True)
    ]
    trying: Annotated[Floats, Col("factor of its hazard of a trial, by theme", "1", N_THEMES, start=1, quiet=True)]
    example: Annotated[
        float, Col("factor of the hazard with which partners hear of what it adopted", start=1, quiet=True)
    ]
    imitation: Annotated[float, Col("hazard of hearing of what all its peers have adopted", "per month", quiet=True)]
    network: Annotated[Int32, Col("network of cities whose members are its peers, or −1", start=NONE, quiet=True)]
    university_joining: Annotated[float, Col("factor of the rate at which its universities join", start=1, quiet=True)]
    first_gap: Annotated[
        float, Col("factor of the first gap of its partnerships; the lower of two counts", start=1, quiet=True)
    ]
    travel: Annotated[float, Col("factor of what travel to it costs", start=1, quiet=True)]
    mingling: Annotated[float, Col("factor of the meetings at events that it hosts in person", start=1, quiet=True)]


class Organisation(Record):
    """A university or a firm, an actor with a portfolio and slots of its own."""

    key: Annotated[np.uint64, Col("lasting key, of (city, kind, ordinal)")]
    kind: Annotated[Int8, Col("university or firm (Kind)")]
    city: Annotated[Int32, Col("home city")]
    theme: Annotated[Ints8, Col("main and second theme", "theme", 2)]
    mastered: Annotated[Ints32, Col("practices mastered in its main and second theme", "practices", 2)]
    slots_taken: Annotated[Int32, Col("partnerships it has a role in", "partnerships")]
    said: Annotated[
        Ints8, Col("main and second theme as the scenario says, −1: drawn", "theme", 2, start=NONE, quiet=True)
    ]


class Practice(Record):
    """A practice that cities may implement and organisations may master."""

    key: Annotated[np.uint64, Col("lasting key, of (theme, ordinal)")]
    theme: Annotated[int, Col("theme")]
    ordinal: Annotated[int, Col("how many practices of the theme are older")]
    place: Annotated[int, Col("its bit among those of all practices: word after word, in each a theme's next 64")]
    origin: Annotated[int, Col("city it comes from")]
    inventor: Annotated[int, Col("organisation that invented it, or −1", start=NONE)]
    quality: Annotated[float, Col("true quality", "0…1")]
    evidence: Annotated[float, Col("how well it is documented", "0…1")]
    born: Annotated[int, Col("month it appeared; −1 before the start", "month", start=NONE)]


class Partnership(Record):
    """One episode of cooperation of two cities in one theme."""

    key: Annotated[np.uint64, Col("lasting key, of (city, city, theme)")]
    i: Annotated[Int32, Col("city with the lower row")]
    j: Annotated[Int32, Col("city with the higher row")]
    theme: Annotated[Int8, Col("theme")]
    stage: Annotated[Int8, Col("where it stands (Stage)")]
    ever: Annotated[Int8, Col("highest stage reached (Stage)")]
    reached: Annotated[Ints16, Col("month in which each stage was reached, by stage", "month", 6, start=NONE)]
    begun: Annotated[Int16, Col("month of the contact", "month")]
    ended: Annotated[Int16, Col("month of dissolution, or −1", "month", start=NONE)]
    trust: Annotated[float, Col("trust between the two", "0…1")]
    gap: Annotated[float, Col("gap between what the two expect", "0…1")]
    origin: Annotated[Int8, Col("what brought them together (Origin)")]
    source: Annotated[Int32, Col("row of the event, broker or programme that did, or −1", start=NONE)]
    programme: Annotated[
        Int32, Col("programme that brought them together, or that both are of if none did; −1 without", quiet=True)
    ]
    university: Annotated[
        Ints32, Col("organisations in the university role, from city i and from city j", "row", 2, start=NONE)
    ]
    firm: Annotated[Ints32, Col("organisations in the firm role, from city i and from city j", "row", 2, start=NONE)]
    helix_at_pilot: Annotated[float, Col("helix (0, ½, 1) on entry to the pilot; −1 before", "0…1", start=NONE)]
    funded_until: Annotated[Int32, Col("month in which its funding ends", "month")]
    met: Annotated[float, Col("interaction weight of this month's meetings and sessions", "meetings")]
    sessions: Annotated[Int32, Col("alignment sessions this month", "sessions")]
    matched: Annotated[bool, Col("the two met at a matchmaking event this month")]
    successes: Annotated[
        Int32, Col("last month's adoptions, in its theme, of a practice that the partner had before", "adoptions")
    ]


class Tie(Record):
    """A partnership that stands when a run begins."""

    i: Annotated[Int32, Col("city with the lower row")]
    j: Annotated[Int32, Col("city with the higher row")]
    theme: Annotated[Int8, Col("theme, −1: each run draws it", start=NONE)]
    stage: Annotated[Int8, Col("where it stands (Stage)")]


class Participant(Record):
    """A further city in the project of a partnership, beside the partnership's own two."""

    partnership: Annotated[Int32, Col("partnership whose pilot founded the project", start=NONE, quiet=True)]
    city: Annotated[Int32, Col("city that was invited", start=NONE, quiet=True)]
    month: Annotated[Int16, Col("month it joined", "month", start=NONE, quiet=True)]


class Link(Record):
    """One triple-helix link between two actors."""

    kind: Annotated[Int8, Col("which two kinds it joins (LinkKind)")]
    a: Annotated[Int32, Col("first actor")]
    b: Annotated[Int32, Col("second actor")]
    theme: Annotated[Int8, Col("theme")]
    partnership: Annotated[
        Int32, Col("partnership it belongs to, or −1 for a link of the organisations' own", start=NONE)
    ]
    begun: Annotated[Int16, Col("month it began", "month")]
    met: Annotated[Int16, Col("month of the last meeting", "month")]
    ended: Annotated[Int16, Col("month it ended, or −1", "month", start=NONE)]
