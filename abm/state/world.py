"""All tables of one run, how many rows of each are in use, and how many a month may bring."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np

from abm.machine.records import NAMES
from abm.state.blocks import Block
from abm.state.entities import City, Link, Organisation, Participant, Partnership, Practice, Tie
from abm.state.memory import Col, Record, Rows
from abm.state.month import Attendee, Bond, Candidate, Encounter, Lesson, Linked, Neighbour, Offer, Trial
from abm.state.programmes import Broker, Effect, Entry, Event, Member, Policy, Programme, Window
from abm.state.words import NONE

if TYPE_CHECKING:
    from abm.measures.census import CityTally, Tally


class Growing(IntEnum):
    """The tables to which rows are appended."""

    PRACTICES = 0
    EVENTS = 1
    ENCOUNTERS = 2
    PARTNERSHIPS = 3
    BONDS = 4
    OFFERS = 5
    LINKS = 6
    LESSONS = 7
    TRIALS = 8
    CANDIDATES = 9
    ATTENDEES = 10
    PARTICIPANTS = 11


class Count(Record):
    """How many rows of each growing table are in use (one row)."""

    months: Annotated[int, Col("months that are over", "month")]
    partnerships: Annotated[int, Col("episodes so far")]
    first_new: Annotated[int, Col("first episode of this month")]
    live: Annotated[int, Col("living partnerships")]
    past_partnerships: Annotated[int, Col("episodes that had ended when rows last changed, which stand first")]
    labelled: Annotated[int, Col("month in which cities last had their components labelled", "month", start=NONE)]
    bonds: Annotated[int, Col("what cities have with neighbours, with that of a stranger")]
    neighbours: Annotated[int, Col("rows of the cities' lists of neighbours, those left behind included")]
    participants: Annotated[int, Col("cities that projects have invited so far")]
    links: Annotated[int, Col("links so far")]
    living_links: Annotated[int, Col("links that have not ended")]
    past_links: Annotated[int, Col("links that had ended when rows last changed, which stand first")]
    linked: Annotated[int, Col("links in the actors' lists: those that were there at the month's start")]
    entries: Annotated[int, Col("rows of the actors' lists of links, those left behind included")]
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


class Most(Record):
    """How many rows the rules announced for the month at hand, or allow (one row each)."""

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
    participants: Annotated[int, Col("cities that projects invite")]


class World(NamedTuple):
    """All tables of one run; what is not a table is an index into one."""

    cities: Rows[City]
    bloc: np.ndarray  # (n_cities,) the region of a city as measures tell regions apart
    programmes: Rows[Programme]
    members: Rows[Member]
    first_membership: np.ndarray  # (n_cities,) a city's first row in `members`, or −1; `following` tells the next
    organisations: Rows[Organisation]
    ties: Rows[Tie]
    by_theme: np.ndarray  # (n_cities * …,) the organisations of a city, kind and theme: see `shared.organisations`
    next_by_theme: np.ndarray  # (1 + 2 * n_organisations,)
    practices: Rows[Practice]
    rungs: np.ndarray  # (4, n_actors, n_words) the practices on each rung, a bit each at their place
    calendar: Rows[Entry]
    shocks: Rows[Window]
    events: Rows[Event]
    brokers: Rows[Broker]
    partnerships: Rows[Partnership]
    participants: Rows[Participant]
    links: Rows[Link]
    encounters: Rows[Encounter]
    candidates: Rows[Candidate]
    offers: Rows[Offer]
    attendees: Rows[Attendee]
    lessons: Rows[Lesson]
    trials: Rows[Trial]
    of_place: np.ndarray  # (WORD * n_words,) rows of the practices, by place, with room for new ones
    n_of_theme: np.ndarray  # (N_THEMES,)
    live: np.ndarray  # (…,) rows of the living partnerships, in order
    of_programme: np.ndarray  # (…,) those of the month's start by programme: see `rules.membership`
    living_links: np.ndarray  # (…,) rows of the links that have not ended, in order
    neighbours_of: Rows[Block]  # a city's list in `neighbours`
    watched: np.ndarray  # (…,) the partnerships that lived when the measures last counted them, in order
    counted: np.ndarray  # (…,) stage at which the measures last counted each partnership
    piloted: np.ndarray  # (…,) the partnerships that ever reached a pilot
    waiting: np.ndarray  # (months,) living partnerships that never reached a pilot, by month of the contact
    neighbours: Rows[Neighbour]
    bonds: Rows[Bond]
    partners: np.ndarray  # (n_cities, n_words) whom each city has a living partnership with: see `neighbours`
    acquaintances: np.ndarray  # (n_cities, n_words) whom it ever had one with
    links_of: Rows[Block]  # an actor's list in `linked`
    linked: Rows[Linked]
    n_before: np.ndarray  # from here to `linked_before`: see `tidy`
    in_order: np.ndarray
    moved_to: np.ndarray
    partnerships_before: Rows[Partnership]
    links_before: Rows[Link]
    neighbours_before: Rows[Neighbour]
    linked_before: Rows[Linked]
    formed_by: np.ndarray  # from here to `histogram`: lists within a step, see `LISTS` where they are made
    meetings_in_turn: np.ndarray
    seated: np.ndarray
    free_cities: np.ndarray
    engaged: np.ndarray
    open_roles: np.ndarray
    agreed_offers: np.ndarray
    best_rows: np.ndarray
    best_values: np.ndarray
    counterparts: np.ndarray
    promises: np.ndarray
    looked_at: np.ndarray
    guests: np.ndarray
    eagerness: np.ndarray
    winners: np.ndarray
    merits: np.ndarray
    lowest_priority: np.ndarray
    memoranda: np.ndarray
    pilots: np.ndarray
    full_members: np.ndarray
    tied_pairs: np.ndarray  # (…, 2)
    in_pilot_with: np.ndarray  # by row of `bonds`: whether the two were ever in a pilot together
    sources: np.ndarray
    near: np.ndarray
    horizon: np.ndarray
    wider: np.ndarray
    labels: np.ndarray
    labels_ever: np.ndarray
    helices: np.ndarray
    histogram: np.ndarray
    told: np.ndarray  # (n_cities, n_words) practices that a city could be told of in this step, at their places
    news: np.ndarray  # (n_words,) practices that are news to somebody
    count: Count  # type: ignore[assignment]  # hides the method of a tuple
    most: Most
    limit: Most  # rows that each table may have in use when the month ends
    tally: Tally  # what the measures count in the month, see `abm.measures.census`
    city_tally: Rows[CityTally]
    series: Any
    policies: Rows[Policy]
    effects: Rows[Effect]
    covered: np.ndarray  # (n_policies, n_cities) of 0 and 1: which cities a policy concerns
    cities_given: Rows[City]  # what the scenario says of each row, all else at its start: so every run begins
    members_given: Rows[Member]
    programmes_given: Rows[Programme]
    organisations_given: Rows[Organisation]
    brokers_given: Rows[Broker]
    policies_given: Rows[Policy]
    peers: np.ndarray  # (networks, n_practices) share of the other cities of a network that have adopted a practice


NAMES["World"] = World._fields
