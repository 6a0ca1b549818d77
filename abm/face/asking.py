"""The decisions of the month that somebody's own classes take: each is asked in turn and its answer is checked.

The model decides for everybody first, so that ``super()`` finds what it would have decided; then those are asked whose
class has a method of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from abm.face.agents import Actor, Broker, City, Organisation
from abm.face.views import Meeting, Offer, Practice
from abm.parameters import ConfigError, nearest, shown
from abm.rules import broker as broker_rule
from abm.rules import contact, helix, trial
from abm.rules import theme as theme_rule
from abm.state.practices import ladder
from abm.state.words import THEMES, Ladder

if TYPE_CHECKING:
    from abm.face.model import CityPartnershipModel


def asked(model: CityPartnershipModel) -> dict[str, Callable]:
    """Return the decisions of the month in which some agent's class decides for itself, as the month calls them."""
    decisions: list[tuple[str, Callable, Sequence[Actor], type, str]] = [
        ("consent", ask_consent, model.city_agents, City, "consent"),
        ("choose_theme", ask_theme, model.city_agents, City, "choose_theme"),
        ("join", ask_join, model.organisation_agents, Organisation, "join"),
        ("score", ask_score, model.broker_agents, Broker, "score"),
        ("try_practices", ask_trials, model.city_agents, City, "try_practice"),
    ]
    return {
        step: partial(ask, model)
        for step, ask, agents, base, method in decisions
        if any(overrides(agent, base, method) for agent in agents)
    }


def overrides(agent: Actor, base: type, decision: str) -> bool:
    """Say whether an agent's class decides for itself."""
    return getattr(type(agent), decision) is not getattr(base, decision)


def ask_consent(model: CityPartnershipModel, w: Any, p: Any, seed: np.uint64, t: int) -> None:
    """Ask both cities of every meeting that may become a contact."""
    contact.decide(w, p, seed, t)
    rows = model.tables.encounters
    for x in np.flatnonzero(rows.asked[: int(model.tables.count.encounters)]):
        one, other = model.city_at(rows.i[x]), model.city_at(rows.j[x])
        theme, meeting = THEMES[rows.theme[x]], Meeting(model, int(x))
        if overrides(one, City, "consent"):
            rows.consent_i[x] = yes(one, "consent", one.consent(other, theme, meeting))
        if overrides(other, City, "consent"):
            rows.consent_j[x] = yes(other, "consent", other.consent(one, theme, meeting))


def ask_theme(model: CityPartnershipModel, w: Any, p: Any, seed: np.uint64, t: int) -> None:
    """Ask the city on whose initiative a meeting is what it is about."""
    rows, n = model.tables.encounters, int(model.tables.count.encounters)
    is_open = np.flatnonzero((rows.theme[:n] < 0) & rows.may_form[:n])
    theme_rule.decide(w, p, seed, t)
    for x in is_open:
        city = model.city_at(rows.i[x])
        if overrides(city, City, "choose_theme"):
            rows.theme[x] = theme_of(city, city.choose_theme(model.city_at(rows.j[x]), Meeting(model, int(x))))


def ask_join(model: CityPartnershipModel, w: Any, p: Any, seed: np.uint64, t: int) -> None:
    """Ask every organisation that is offered a role."""
    helix.decide(w, p, seed, t)
    rows = model.tables.offers
    for x in range(int(model.tables.count.offers)):
        organisation, offer = model.organisation_agents[rows.organisation[x]], Offer(model, x)
        if overrides(organisation, Organisation, "join"):
            rows.joins[x] = yes(organisation, "join", organisation.join(offer.partnership, offer))


def ask_trials(model: CityPartnershipModel, w: Any, p: Any, seed: np.uint64, t: int) -> None:
    """Ask cities about every practice that they know and have not tried."""
    trial.decide(w, p, seed, t)
    rows, count = model.tables.trials, model.tables.count
    listed = [(int(rows.city[x]), int(rows.practice[x])) for x in range(int(count.trials))]
    cities = [city for city in model.city_agents if overrides(city, City, "try_practice")]
    themselves = {city.row for city in cities}
    listed = [pair for pair in listed if pair[0] not in themselves]
    known = ladder(model.tables, slice(len(model.city_agents))) == Ladder.AWARE
    listed += [
        (city.row, int(k))
        for city in cities
        for k in np.flatnonzero(known[city.row])
        if yes(city, "try_practice", city.try_practice(Practice(model, int(k))))
    ]
    count.trials = 0
    practices = model.tables.practices
    for city, k in sorted(listed, key=lambda pair: (pair[0], practices.theme[pair[1]], practices.ordinal[pair[1]])):
        trial.list_trial(w, city, k)


def ask_score(model: CityPartnershipModel, w: Any, p: Any, seed: np.uint64, t: int, b: int) -> None:
    """Ask a broker about every candidate and theme."""
    broker_rule.score(w, p, seed, t, b)
    agent, rows = model.broker_agents[b], model.tables.candidates
    if overrides(agent, Broker, "score"):
        for x in range(int(model.tables.count.candidates)):
            one, other = model.city_at(rows.i[x]), model.city_at(rows.j[x])
            for theme in np.flatnonzero(int(rows.themes[x]) >> np.arange(len(THEMES)) & 1):
                rows.score[x, theme] = score_of(agent, agent.score(one, other, THEMES[theme], x))


def yes(agent: Actor, decision: str, answer: Any) -> bool:
    """Return an answer that is true or false; ``"no"`` and a forgotten ``return`` are neither."""
    if not isinstance(answer, bool | np.bool_):
        raise refusal(agent, decision, answer, "True or False")
    return bool(answer)


def theme_of(agent: Actor, answer: Any) -> int:
    """Return the number of the theme that an agent chose."""
    if not isinstance(answer, str) or answer not in THEMES:
        raise refusal(agent, "choose_theme", answer, f"one of {'; '.join(THEMES)}{nearest(str(answer), THEMES)}")
    return THEMES.index(answer)


def score_of(agent: Actor, answer: Any) -> float:
    """Return a score; scores are compared with their mean, so that none can be infinite."""
    is_number = isinstance(answer, int | float | np.integer | np.floating) and not isinstance(answer, bool)
    if not is_number or not math.isfinite(answer):
        raise refusal(agent, "score", answer, "a finite number")
    return float(answer)


def refusal(agent: Actor, decision: str, answer: Any, legal: str) -> ConfigError:
    """Return what is said of an answer that cannot be used: class and method, whose it is, what would be legal."""
    return ConfigError(
        f"{type(agent).__name__}.{decision} of {agent.name} returned {shown(answer)}: must return {legal}"
    )
