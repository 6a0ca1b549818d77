"""The state of the world: tables of named columns, each with a sentence and a unit.

Cities, organisations, practices, partnerships, links, events and brokers are structured arrays; ``table.column[row]``
reads alike in a compiled rule, in NumPy and behind a Mesa agent. Partnerships and links are append-only: a row is an
episode. Cities and organisations share one numbering as *actors*: city ``i`` is actor ``i``, organisation ``o`` is
actor ``n_cities + o``. Months count from 0; −1 means "never" or "none".
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Annotated, Any, NamedTuple, get_args, get_type_hints

import numpy as np

from abm.machine.records import NAMES, by_name

THEMES = (
    "smart & digital",
    "mobility",
    "health & biotech",
    "energy & circular",
    "culture, education & tourism",
    "business & manufacturing",
    "governance",
)
N_THEMES = len(THEMES)
MAX_REGIONS = 6
NONE = -1


class Standing(IntEnum):
    """What a city may do: a member everything; an associate attend, search and be introduced; outside nothing."""

    OUTSIDE = 0
    ASSOCIATE = 1
    MEMBER = 2


class Kind(IntEnum):
    """The two kinds of organisation of the triple helix beside the city."""

    UNIVERSITY = 0
    FIRM = 1


class Stage(IntEnum):
    """The ladder of a partnership."""

    DISSOLVED = 0
    CONTACT = 1
    MEMORANDUM = 2
    ACTION_PLAN = 3
    PILOT = 4
    SUSTAINED = 5


class Origin(IntEnum):
    """What brought two cities together."""

    SEARCH = 0
    EVENT = 1
    BROKER = 2
    PROGRAMME = 3


class EventType(IntEnum):
    """The kinds of event; a bilateral session is an interaction of one living partnership."""

    CONFERENCE = 0
    SEMINAR = 1
    EXPO = 2
    WORKSHOP = 3
    MATCHMAKING = 4
    MISSION = 5
    SUMMER_SCHOOL = 6
    SESSION = 7
    BILATERAL = 8


class Mode(IntEnum):
    """How the participants of an event meet."""

    IN_PERSON = 0
    ONLINE = 1
    HYBRID = 2
    CANCELLED = 3


class Response(IntEnum):
    """What a programme does with its events while nobody travels."""

    CONVERT = 0
    CANCEL = 1


class Strategy(IntEnum):
    """How a broker chooses whom to introduce."""

    RANDOM = 0
    COMPLEMENTARITY = 1
    BRIDGING = 2
    EQUITY = 3
    DEEPENING = 4


class LinkKind(IntEnum):
    """The five triple-helix links."""

    CITY_UNIVERSITY = 0
    CITY_FIRM = 1
    UNIVERSITY_FIRM = 2
    UNIVERSITY_UNIVERSITY = 3
    FIRM_FIRM = 4


class Ladder(IntEnum):
    """How far an actor is with a practice; for a city ADOPTED is implemented, for an organisation mastered."""

    UNAWARE = 0
    AWARE = 1
    TRIAL = 2
    ADOPTED = 3


class Path(IntEnum):
    """How an actor came to the next rung of a practice's ladder."""

    CHANCE = 0
    PARTNER = 1
    EVENT = 2
    EVIDENCE = 3
    ORGANISATION = 4
    HOME = 5
    DECISION = 6
    INVENTION = 7
    NETWORK = 8


class Target(IntEnum):
    """What a policy can set while it acts: a column that some rule reads, named table_column."""

    CITIES_EVIDENCE_BASE = 0
    CITIES_KPI = 1
    CITIES_TWIN = 2
    CITIES_DOCUMENTING = 3
    CITIES_TRYING = 4
    CITIES_EXAMPLE = 5
    CITIES_IMITATION = 6
    CITIES_UNIVERSITY_JOINING = 7
    CITIES_FIRST_GAP = 8
    CITIES_TRAVEL = 9
    CITIES_MINGLING = 10
    BROKERS_EFFORT = 11
    PROGRAMMES_CALENDAR = 12


class Act(IntEnum):
    """What a policy does to partnerships and cities that it picks, beside the columns that it sets."""

    NOTHING = 0
    FUND = 1
    AWARD = 2
    ALIGN = 3


class ThemeChoice(IntEnum):
    """The theme of an event or policy: one of the seven, none, or drawn anew for each event."""

    DRAWN = -2
    NONE = -1
    SMART = 0
    MOBILITY = 1
    HEALTH = 2
    ENERGY = 3
    CULTURE = 4
    BUSINESS = 5
    GOVERNANCE = 6


class Col(NamedTuple):
    """A column: what it holds, in which unit, its length where a row holds several numbers, and where it starts.

    Every row has the value ``start`` when it is appended, and in every run when it begins; policies leave a column
    there that they do not set. Where a ``quiet`` column stays at its start throughout, the digest of a run leaves it
    out: a new kind of policy moves no history of a world without it.
    """

    sentence: str
    unit: str = "1"
    length: int | tuple[int, ...] = 0
    start: float = 0
    quiet: bool = False


class City(NamedTuple):
    """A city of the world."""

    key: Annotated[np.uint64, Col("lasting key, a hash of city_id")]
    region: Annotated[int, Col("bloc, as a row of the region names")]
    country: Annotated[int, Col("country, as a row of the country names")]
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
    award_until: Annotated[int, Col("month in which the lustre of an award ends", "month")]
    standing: Annotated[int, Col("highest standing in any programme this month (Standing)")]
    n_partners: Annotated[int, Col("partner cities at any living stage", "cities")]
    component: Annotated[int, Col("connected component of the living ties at the month's start")]
    first_organisation: Annotated[int, Col("first row of its organisations")]
    n_organisations: Annotated[int, Col("number of its organisations")]
    twin: Annotated[bool, Col("has a digital twin")]
    kpi: Annotated[bool, Col("measures itself by key performance indicators")]
    evidence_base: Annotated[bool, Col("can look up what is documented")]
    need: Annotated[float, Col("need for practices, by theme", "0…1", N_THEMES)]
    first_need: Annotated[float, Col("need at the start, by theme", "0…1", N_THEMES)]
    adopted: Annotated[int, Col("practices adopted, by theme", "practices", N_THEMES)]
    skill: Annotated[float, Col("skill by theme (E1)", "0…1", N_THEMES)]
    portfolio: Annotated[float, Col("share of each theme in what the city does (E2)", "0…1", N_THEMES)]
    documenting: Annotated[
        float, Col("factor of p_doc for what it adopts, by theme", "1", N_THEMES, start=1, quiet=True)
    ]
    trying: Annotated[float, Col("factor of its hazard of a trial, by theme", "1", N_THEMES, start=1, quiet=True)]
    example: Annotated[
        float, Col("factor of the hazard with which partners hear of what it adopted", start=1, quiet=True)
    ]
    imitation: Annotated[float, Col("hazard of hearing of what all its peers have adopted", "per month", quiet=True)]
    network: Annotated[int, Col("network of cities whose members are its peers, or −1", start=NONE, quiet=True)]
    university_joining: Annotated[float, Col("factor of the rate at which its universities join", start=1, quiet=True)]
    first_gap: Annotated[
        float, Col("factor of the first gap of its partnerships; the lower of two counts", start=1, quiet=True)
    ]
    travel: Annotated[float, Col("factor of what travel to it costs", start=1, quiet=True)]
    mingling: Annotated[float, Col("factor of the meetings at events that it hosts in person", start=1, quiet=True)]


class Member(NamedTuple):
    """A city's membership of a programme."""

    programme: Annotated[int, Col("row of the programme")]
    city: Annotated[int, Col("row of the city")]
    role: Annotated[int, Col("standing once it has entered (Standing)")]
    entry: Annotated[int, Col("month of entry", "month")]
    leaves: Annotated[int, Col("month in which it leaves", "month")]
    pairing: Annotated[float, Col("factor of the counterparts that the programme finds it")]
    standing: Annotated[int, Col("standing this month (Standing)")]
    paired: Annotated[bool, Col("the programme has found its first counterparts")]


class Programme(NamedTuple):
    """A programme: some member cities, a calendar, brokers."""

    key: Annotated[np.uint64, Col("lasting key")]
    first_member: Annotated[int, Col("first row of its members")]
    n_members: Annotated[int, Col("number of its members and associates")]
    calendar: Annotated[float, Col("factor of the scale of its calendar, at most 1", start=1, quiet=True)]


class Organisation(NamedTuple):
    """A university or a firm, an actor with a portfolio and slots of its own."""

    key: Annotated[np.uint64, Col("lasting key, of (city, kind, ordinal)")]
    kind: Annotated[int, Col("university or firm (Kind)")]
    city: Annotated[int, Col("home city")]
    theme: Annotated[int, Col("main and second theme", "theme", 2)]
    mastered: Annotated[int, Col("practices mastered in its main and second theme", "practices", 2)]
    slots_taken: Annotated[int, Col("partnerships it has a role in", "partnerships")]


class Practice(NamedTuple):
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


class Partnership(NamedTuple):
    """One episode of cooperation of two cities in one theme."""

    key: Annotated[np.uint64, Col("lasting key, of (city, city, theme)")]
    i: Annotated[int, Col("city with the lower row")]
    j: Annotated[int, Col("city with the higher row")]
    theme: Annotated[int, Col("theme")]
    stage: Annotated[int, Col("where it stands (Stage)")]
    ever: Annotated[int, Col("highest stage reached (Stage)")]
    reached: Annotated[int, Col("month in which each stage was reached, by stage", "month", 6, start=NONE)]
    begun: Annotated[int, Col("month of the contact", "month")]
    ended: Annotated[int, Col("month of dissolution, or −1", "month", start=NONE)]
    trust: Annotated[float, Col("trust between the two", "0…1")]
    gap: Annotated[float, Col("gap between what the two expect", "0…1")]
    origin: Annotated[int, Col("what brought them together (Origin)")]
    source: Annotated[int, Col("row of the event or broker that did, or −1", start=NONE)]
    university: Annotated[
        int, Col("organisations in the university role, from city i and from city j", "row", 2, start=NONE)
    ]
    firm: Annotated[int, Col("organisations in the firm role, from city i and from city j", "row", 2, start=NONE)]
    helix_at_pilot: Annotated[float, Col("helix (0, ½, 1) on entry to the pilot; −1 before", "0…1", start=NONE)]
    funded_until: Annotated[int, Col("month in which its funding ends", "month")]
    met: Annotated[float, Col("interaction weight of this month's meetings and sessions", "meetings")]
    sessions: Annotated[int, Col("alignment sessions this month", "sessions")]
    matched: Annotated[bool, Col("the two met at a matchmaking event this month")]
    successes: Annotated[
        int, Col("last month's adoptions, in its theme, of a practice that the partner had before", "adoptions")
    ]


class Link(NamedTuple):
    """One triple-helix link between two actors."""

    kind: Annotated[int, Col("which two kinds it joins (LinkKind)")]
    a: Annotated[int, Col("first actor")]
    b: Annotated[int, Col("second actor")]
    theme: Annotated[int, Col("theme")]
    partnership: Annotated[
        int, Col("partnership it belongs to, or −1 for a link of the organisations' own", start=NONE)
    ]
    begun: Annotated[int, Col("month it began", "month")]
    met: Annotated[int, Col("month of the last meeting", "month")]
    ended: Annotated[int, Col("month it ended, or −1", "month", start=NONE)]


class Entry(NamedTuple):
    """One line of a programme's event calendar; each year's events of a run are drawn from it."""

    key: Annotated[np.uint64, Col("lasting key, of (programme, type, ordinal)")]
    programme: Annotated[int, Col("row of the programme")]
    type: Annotated[int, Col("kind of event (EventType)")]
    month: Annotated[int, Col("month of the year counted from the start, or −1: spread over the year", "month")]
    yearly: Annotated[float, Col("events a year", "events a year")]
    seats: Annotated[int, Col("seats", "cities")]
    theme: Annotated[int, Col("theme; −1 none; −2 drawn for each event")]
    mode: Annotated[int, Col("how people meet (Mode)")]
    curated: Annotated[bool, Col("organisations are brought along")]
    appeal: Annotated[float, Col("attraction a of this type of event (E7)")]
    venue: Annotated[int, Col("host city, or −1: drawn")]
    start: Annotated[int, Col("first month in which it is held", "month")]
    end: Annotated[int, Col("first month in which it is no longer held", "month")]
    hosted: Annotated[bool, Col("a grant pays for it: its host is sure to come, and no scale multiplies it")]


class Window(NamedTuple):
    """One travel shock: from its first month to the month before its last."""

    start: Annotated[int, Col("first month", "month")]
    end: Annotated[int, Col("first month after it", "month")]
    response: Annotated[int, Col("what becomes of the events (Response)")]
    hybrid_after: Annotated[bool, Col("events stay hybrid when it is over")]


class Event(NamedTuple):
    """One event of the calendar of this run."""

    key: Annotated[np.uint64, Col("lasting key")]
    programme: Annotated[int, Col("row of the programme that holds it")]
    type: Annotated[int, Col("kind of event (EventType)")]
    mode: Annotated[int, Col("how people meet (Mode)")]
    month: Annotated[int, Col("month", "month")]
    seats: Annotated[int, Col("seats", "cities")]
    theme: Annotated[int, Col("theme, or −1", start=NONE)]
    curated: Annotated[bool, Col("organisations are brought along")]
    appeal: Annotated[float, Col("attraction of the type of event", "1")]
    turn: Annotated[int, Col("counts the events of a type, so that blocs alternate as hosts")]
    venue: Annotated[int, Col("host city, or −1", start=NONE)]
    n_cities: Annotated[int, Col("cities that took part", "cities")]
    n_meetings: Annotated[int, Col("pairs of cities that met", "meetings")]
    travel: Annotated[float, Col("distance travelled, both ways", "km")]
    cost: Annotated[float, Col("cost of the event", "cost units")]
    hosted: Annotated[bool, Col("its host is sure to come", quiet=True)]


class Broker(NamedTuple):
    """A broker, who introduces cities and aligns their expectations."""

    key: Annotated[np.uint64, Col("lasting key")]
    programme: Annotated[int, Col("row of the programme it works for")]
    capacity: Annotated[float, Col("work a month", "units a month")]
    alignment_share: Annotated[float, Col("share of the work spent on alignment sessions", "0…1")]
    noise: Annotated[float, Col("standard deviation of its misjudgement")]
    sample: Annotated[int, Col("candidates looked at in a month, where there are too many to see all")]
    strategy: Annotated[int, Col("how it chooses (Strategy)")]
    region: Annotated[int, Col("one side of every introduction is of this bloc, or −1")]
    introductions: Annotated[int, Col("introductions it can make this month", "units")]
    n_sessions: Annotated[int, Col("alignment sessions held so far", "sessions")]
    n_offered: Annotated[int, Col("introductions offered so far", "introductions")]
    n_accepted: Annotated[int, Col("introductions that became a contact so far", "introductions")]
    effort: Annotated[float, Col("factor of its capacity", start=1, quiet=True)]
    most_effort: Annotated[float, Col("largest factor of its capacity in the whole run", start=1, quiet=True)]


class Policy(NamedTuple):
    """One line of the policy calendar."""

    key: Annotated[np.uint64, Col("lasting key, of (kind, start, ordinal)")]
    act: Annotated[int, Col("what it does to those it picks (Act)")]
    start: Annotated[int, Col("first month in which it acts", "month")]
    end: Annotated[int, Col("first month in which it no longer acts", "month")]
    theme: Annotated[int, Col("theme; −1 for all")]
    strength: Annotated[float, Col("how strong it is, in the unit of its kind")]
    cost: Annotated[float, Col("cost while it acts", "cost units a month")]
    broker: Annotated[int, Col("row of the broker whom it concerns; −1 for all")]
    named: Annotated[bool, Col("cities are named; else it picks them itself or concerns all")]
    network: Annotated[int, Col("row of its network in `peers`, or −1")]
    n_served: Annotated[int, Col("partnerships funded or aligned, or cities awarded, so far")]


class Effect(NamedTuple):
    """One column that a policy sets while it acts."""

    policy: Annotated[int, Col("row of the policy")]
    target: Annotated[int, Col("which column (Target)")]
    value: Annotated[float, Col("factor of the column, or what it becomes")]


class Encounter(NamedTuple):
    """One meeting of two cities in this month, from any source."""

    key: Annotated[np.uint64, Col("lasting key, of the source and the two cities")]
    i: Annotated[int, Col("city that took the initiative")]
    j: Annotated[int, Col("the other city")]
    theme: Annotated[int, Col("theme of the meeting, −1 until it is chosen", start=NONE)]
    origin: Annotated[int, Col("what brought them together (Origin)")]
    source: Annotated[int, Col("row of the event or broker, or −1", start=NONE)]
    curated: Annotated[bool, Col("organisations were brought along in person")]
    waived: Annotated[bool, Col("consent and room are not asked for")]
    may_form: Annotated[bool, Col("the rules of the world let a contact arise from it", start=1)]
    weight: Annotated[float, Col("interaction weight if the two are partners", "meetings", start=1)]
    counts: Annotated[float, Col("probability that a first meeting counts", "0…1", start=1)]
    row: Annotated[int, Col("living partnership of the two in the theme, or −1", start=NONE)]
    asked: Annotated[bool, Col("both cities are asked for consent")]
    consent_i: Annotated[bool, Col("the first city agrees")]
    consent_j: Annotated[bool, Col("the second city agrees")]
    priority: Annotated[np.uint64, Col("drawn priority; the lowest goes first")]


class Lesson(NamedTuple):
    """One step of an actor on the ladder of a practice."""

    actor: Annotated[int, Col("actor that moves")]
    practice: Annotated[int, Col("row of the practice")]
    month: Annotated[int, Col("month", "month")]
    before: Annotated[int, Col("where it stood (Ladder)")]
    after: Annotated[int, Col("where it stands now (Ladder)")]
    path: Annotated[int, Col("how it came to it (Path)")]
    source: Annotated[int, Col("actor that it learnt from, or −1")]


class Trial(NamedTuple):
    """A city's decision of this month to try a practice."""

    city: Annotated[int, Col("row of the city")]
    practice: Annotated[int, Col("row of the practice")]


class Candidate(NamedTuple):
    """Two cities that a broker might introduce to each other this month."""

    key: Annotated[np.uint64, Col("lasting key of the two cities")]
    i: Annotated[int, Col("one city")]
    j: Annotated[int, Col("the other city")]
    themes: Annotated[np.uint64, Col("themes in which the broker might, a bit each")]
    score: Annotated[float, Col("the broker's score by theme, before its misjudgement", "1", N_THEMES)]


class Offer(NamedTuple):
    """A role in a partnership offered to an organisation this month."""

    partnership: Annotated[int, Col("row of the partnership")]
    side: Annotated[int, Col("0: home city is i, 1: home city is j")]
    kind: Annotated[int, Col("which role (Kind)")]
    organisation: Annotated[int, Col("organisation asked")]
    joins: Annotated[bool, Col("it agrees")]
    priority: Annotated[np.uint64, Col("drawn priority; the lowest goes first")]


class Attendee(NamedTuple):
    """A city that wants to come to the event at hand."""

    city: Annotated[int, Col("row of the city")]
    in_person: Annotated[bool, Col("comes in person")]
    distance: Annotated[float, Col("how far it is from the event, if that may be in person", "km")]
    weight: Annotated[float, Col("what attracts it, what travel deters included")]
    luck: Annotated[np.uint64, Col("its draw")]
    wait: Annotated[float, Col("exponential waiting time, if seats are short; the shortest get the seats")]
    priority: Annotated[np.uint64, Col("drawn priority; of two that meet, the lower has the initiative")]


class Neighbour(NamedTuple):
    """Another city that a city has or had partnerships with."""

    partner: Annotated[int, Col("row of the other city; behind the last of a list, the number of cities")]
    following: Annotated[int, Col("row of the next in the list of the city, by the row of the other city")]
    living: Annotated[np.uint64, Col("themes of the living partnerships with it, a bit each")]
    memorandum: Annotated[bool, Col("they ever signed a memorandum")]
    row: Annotated[int, Col("living partnership in each theme, or −1", "row", N_THEMES, start=NONE)]


class Growing(IntEnum):
    """The tables to which rows are appended."""

    PRACTICES = 0
    EVENTS = 1
    ENCOUNTERS = 2
    PARTNERSHIPS = 3
    NEIGHBOURS = 4
    OFFERS = 5
    LINKS = 6
    LESSONS = 7
    TRIALS = 8
    CANDIDATES = 9
    ATTENDEES = 10


class Count(NamedTuple):
    """How many rows of each growing table are in use (one row)."""

    partnerships: Annotated[int, Col("episodes so far")]
    first_new: Annotated[int, Col("first episode of this month")]
    live: Annotated[int, Col("living partnerships")]
    neighbours: Annotated[int, Col("rows in the cities' lists of neighbours, with that of a stranger")]
    links: Annotated[int, Col("links so far")]
    linked: Annotated[int, Col("links in the actors' lists: those that were there at the month's start")]
    practices: Annotated[int, Col("practices so far")]
    events: Annotated[int, Col("events so far, those of this month included")]
    first_event: Annotated[int, Col("first event of this month")]
    encounters: Annotated[int, Col("meetings this month")]
    candidates: Annotated[int, Col("pairs of cities that the broker at work looks at")]
    offers: Annotated[int, Col("roles offered this month")]
    lessons: Annotated[int, Col("steps on ladders so far")]
    first_lesson: Annotated[int, Col("first step of this month")]
    trials: Annotated[int, Col("trials decided this month")]
    attendees: Annotated[int, Col("cities that take part in the event at hand")]
    full: Annotated[int, Col("table that first had no room for a row (Growing), or −1", start=NONE)]
    full_by: Annotated[np.uint64, Col("process that wanted the row")]


class Most(NamedTuple):
    """How many rows the rules announced for the month at hand (one row)."""

    practices: Annotated[int, Col("inventions")]
    events: Annotated[int, Col("events")]
    encounters: Annotated[int, Col("meetings")]
    partnerships: Annotated[int, Col("new episodes")]
    offers: Annotated[int, Col("roles offered")]
    links: Annotated[int, Col("new links")]
    lessons: Annotated[int, Col("steps on ladders")]
    trials: Annotated[int, Col("trials")]
    candidates: Annotated[int, Col("pairs of cities that one broker looks at")]
    attendees: Annotated[int, Col("cities that want to come to one event")]


class World(NamedTuple):
    """All tables of one run; what is not a table is an index into one."""

    cities: Any
    programmes: Any
    members: Any
    organisations: Any
    by_theme: Any  # (n_cities * …,) the organisations of a city, kind and theme: see `shared.organisations`
    next_by_theme: Any  # (1 + 2 * n_organisations,)
    practices: Any
    ladder: Any  # (n_actors, n_practices) of Ladder, u1
    rungs: Any  # (4, n_actors, n_words) the practices on each rung, a bit each at their place
    n_adopted: Any  # (n_actors,) practices that an actor has adopted or masters
    calendar: Any
    shocks: Any
    events: Any
    brokers: Any
    partnerships: Any
    links: Any
    encounters: Any
    candidates: Any
    offers: Any
    attendees: Any
    lessons: Any
    trials: Any
    of_place: Any  # (WORD * n_words,) rows of the practices, by place, with room for new ones
    n_of_theme: Any  # (N_THEMES,)
    live: Any  # (…,) rows of the living partnerships, in order of birth
    first_neighbour: Any  # (n_cities,) where a city's list begins in `neighbours`
    watched: Any  # (…,) the partnerships that lived when the measures last counted them, in order of birth
    counted: Any  # (…,) stage at which the measures last counted each partnership
    piloted: Any  # (…,) the partnerships that ever reached a pilot
    waiting: Any  # (months,) living partnerships that never reached a pilot, by month of the contact
    neighbours: Any
    partners: Any  # (n_cities, n_words) cities that each city has a living partnership with, a bit each
    first_link: Any  # (n_actors,) the links of each actor: see `abm.state.neighbours.list_links`
    next_link: Any  # (1 + 2 * …,)
    meetings_in_turn: Any  # from here to `histogram`: lists within a step, see `LISTS` where they are made
    free_cities: Any
    open_cities: Any
    open_roles: Any
    agreed_offers: Any
    best_rows: Any
    best_values: Any
    promises: Any
    lowest_priority: Any
    memoranda: Any
    full_members: Any
    tied_pairs: Any  # (…, 2)
    pilot_pairs: Any  # (…, 2)
    near: Any
    horizon: Any
    wider: Any
    labels: Any
    histogram: Any
    told: Any  # (n_cities, n_words) practices that a city could be told of in this step, at their places
    news: Any  # (n_words,) practices that are news to somebody
    count: Any
    most: Any
    tally: Any  # what the measures count in the month, see `abm.measures.census`
    city_tally: Any
    series: Any
    policies: Any
    effects: Any
    covered: Any  # (n_policies, n_cities) of 0 and 1: which cities a policy concerns
    cities_given: Any  # what the scenario says of each row, all else at its start: so every run begins
    members_given: Any
    programmes_given: Any
    organisations_given: Any
    brokers_given: Any
    policies_given: Any
    peers: Any  # (networks, n_practices) share of the other cities of a network that have adopted a practice

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy has rows that can be written: of a single row, pickle alone would keep the numbers only."""
        single = [np.ndim(table) == 0 for table in self]
        tables = [np.array([t]).view(np.recarray) if one else t for t, one in zip(self, single, strict=True)]
        return _world, (tables, single)


def _world(tables: list[Any], single: list[bool]) -> World:
    """Return a world from its tables, of some the only row."""
    return World(*[table[0] if one else table for table, one in zip(tables, single, strict=True)])


NAMES["World"] = World._fields

_PLAIN = {float: "f8", int: "i8", bool: "b1", np.uint64: "u8"}


def layout(declared: type) -> np.dtype:
    """Return the record layout of a table."""
    fields: list[Any] = []
    for name, hint in get_type_hints(declared, include_extras=True).items():
        kind, col = get_args(hint)
        fields.append((name, _PLAIN[kind], col.length) if col.length else (name, _PLAIN[kind]))
    return np.dtype(fields, align=True)


def columns(declared: type) -> dict[str, Col]:
    """Return the columns of a table with their sentences and units."""
    return {name: get_args(hint)[1] for name, hint in get_type_hints(declared, include_extras=True).items()}


def allocate(declared: type, n: int) -> Any:
    """Return a table of ``n`` rows with every column at its start."""
    table = np.zeros(n, layout(declared))
    for name, column in columns(declared).items():
        if column.start != 0:  # memory that is never written to costs nothing
            table[name] = column.start
    return by_name(table, declared.__name__)


class Sized(NamedTuple):
    """A list that is as long as the tables of a world ask for: its length, what it holds, and how much of it a row."""

    length: Callable[[World], int]
    holds: Any = np.int64  # numbers of a type, or rows as one of the classes above declares them
    width: tuple[int, ...] = ()

    def empty(self) -> Any:
        """Return the list without an entry."""
        return allocate(self.holds, 0) if hasattr(self.holds, "_fields") else np.zeros((0, *self.width), self.holds)


def grown(table: Any, n: int) -> Any:
    """Return a copy of a table with ``n`` rows in all, the new ones empty."""
    larger = np.zeros((n, *table.shape[1:]), table.dtype).view(type(table))
    larger[: len(table)] = table
    return larger
