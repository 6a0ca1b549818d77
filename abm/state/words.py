"""The words of the model: themes, and the categories that columns hold as whole numbers."""

from __future__ import annotations

from enum import IntEnum

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
MAX_REGIONS = 6  # blocs that measures tell apart; smaller ones share the last
NONE = -1
OPEN = -1  # a setting that an entry leaves to the parameters


class Standing(IntEnum):
    """What a city may do: a member everything; an associate all but be paired and host events; outside nothing."""

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


class Pairing(IntEnum):
    """Whom a programme finds for its entrants: those who complement them, all members, or nobody."""

    COMPLEMENTARY = 0
    MUTUAL = 1
    NONE = 2


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
