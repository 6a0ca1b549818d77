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


# The lightness of the colours falls evenly from 59 to 14: told apart on white, in grey and by everybody.
STAGES = (
    Rung(Stage.CONTACT, Label("Contact", "接触"), "#b8860b", "contacts", "contacts_ever"),
    Rung(Stage.MEMORANDUM, Label("Memorandum", "谅解备忘录"), "#c04c18", "memoranda", "memoranda_ever"),
    Rung(Stage.ACTION_PLAN, Label("Action plan", "行动计划"), "#a0245a", "action_plans", "action_plans_ever"),
    Rung(Stage.PILOT, Label("Pilot", "试点"), "#651a70", "pilots", "pilots_ever"),
    Rung(Stage.SUSTAINED, Label("Sustained", "持续合作"), "#2d1160", "sustained", "sustained_ever"),
)
