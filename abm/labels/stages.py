"""The ladder of a partnership as readers see it: words, colours, and the measures that count each stage."""

from __future__ import annotations

from typing import NamedTuple

from abm.labels.declare import Label
from abm.parameters import spelled
from abm.state.words import Stage


class Rung(NamedTuple):
    """A stage: its label, its colour, and the measures of partnerships that stand there now and that ever did."""

    stage: Stage
    label: Label
    colour: str
    now: str
    ever: str

    @property
    def name(self) -> str:
        """The word for it in tables of results, such as ``action plan``."""
        return spelled(self.stage).replace("-", " ")


# The lightness of the colours falls evenly from 69 to 13, so that they can be told apart in grey and by everybody.
STAGES = (
    Rung(Stage.CONTACT, Label("Contact", "接触"), "#d9a01f", "contacts", "contacts_ever"),
    Rung(Stage.MEMORANDUM, Label("Memorandum", "谅解备忘录"), "#dd6b2f", "memoranda", "memoranda_ever"),
    Rung(Stage.ACTION_PLAN, Label("Action plan", "行动计划"), "#bd3161", "action_plans", "action_plans_ever"),
    Rung(Stage.PILOT, Label("Pilot", "试点"), "#7b2382", "pilots", "pilots_ever"),
    Rung(Stage.SUSTAINED, Label("Sustained", "持续合作"), "#2d1160", "sustained", "sustained_ever"),
)
