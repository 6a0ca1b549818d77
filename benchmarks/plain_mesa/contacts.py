"""Meetings become contacts: the theme, the consent of both cities, room, the first trust and gap (E4, E5, E10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abm.state.words import Origin
from benchmarks.plain_mesa.ties import Encounter, Partnership

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel


def make_contacts(model: PlainModel) -> None:
    """Let partners interact and others decide whether they want to be partners; those who come first find room."""
    waiting = []
    for meeting in model.encounters:
        if model.may_form(meeting.i, meeting.j):
            if meeting.theme is None:
                meeting.theme = meeting.i.meeting_theme(meeting.j)
            tie = living_tie(model, meeting)
            if tie:
                tie.interact(meeting)
            elif meeting.waived or model.random.random() < meeting.counts:
                waiting.append(meeting)
    willing = {
        meeting
        for meeting in waiting
        if meeting.waived or (meeting.i.wants(meeting.j, meeting) and meeting.j.wants(meeting.i, meeting))
    }
    model.random.shuffle(waiting)
    for meeting in waiting:
        tie = living_tie(model, meeting)
        if tie:
            tie.interact(meeting)
        elif meeting in willing and (meeting.waived or (meeting.i.has_room() and meeting.j.has_room())):
            form(model, meeting)


def living_tie(model: PlainModel, meeting: Encounter) -> Partnership | None:
    found = model.ties.get_edge_data(meeting.i, meeting.j, meeting.theme)
    return found["partnership"] if found else None


def form(model: PlainModel, meeting: Encounter) -> None:
    p, rng, (i, j) = model.p, model.random, (meeting.i, meeting.j)
    trust = rng.uniform(p["cooperation.first_trust_low"], p["cooperation.first_trust_high"])
    tie = Partnership(i, j, meeting.theme, meeting.origin, trust, gap=0.0, begun=model.month)
    gap = tie.ambitions_apart() + rng.uniform(0, p["cooperation.chance_gap"])
    gap += p["cooperation.bloc_gap"] * i.across(j)
    closing = {Origin.BROKER: p["cooperation.broker_closing"], Origin.PROGRAMME: p["cooperation.pairing_closing"]}
    tie.gap = min(1.0, gap) * (1.0 - closing.get(meeting.origin, 0.0))
    model.partnerships.append(tie)
    model.living.append(tie)
    model.ties.add_edge(i, j, meeting.theme, partnership=tie)
