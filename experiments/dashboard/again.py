"""How to say a view again, exactly: arms as scenario files, and the command that compares them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from abm.input.entries import PolicyEntry
from abm.parameters import spelled
from experiments.dashboard.asked import Arm, Asked
from experiments.dashboard.offered import SESSIONS, Offer
from experiments.files import toml

FILES = {"a": "A.toml", "b": "B.toml"}
USUAL = PolicyEntry._field_defaults


def again(asked: Asked, offered: Mapping[str, Offer]) -> dict[str, Any]:
    """Return the files of both arms and the command that gives the numbers of the page."""
    sides = dict(zip(FILES, asked.arms, strict=True))
    names = {side: offered[arm.scenario].said if arm.plain else FILES[side] for side, arm in sides.items()}
    if names["a"] == names["b"]:
        names["b"] = FILES["b"]  # no two that are compared have one name
    files = {names[side]: file(arm, offered) for side, arm in sides.items() if names[side] == FILES[side]}
    words = ["twinhelix", "compare", *names.values(), "--seeds", str(asked.seeds), "--months", str(asked.months)]
    return {"files": files, "command": shlex.join(words)}


def file(arm: Arm, offered: Mapping[str, Offer]) -> str:
    """Return an arm as a scenario file that lies beside the one it extends."""
    offer = offered[arm.scenario]
    said: dict[str, Any] = {"extends": offer.said}
    events = [kind for kind in arm.without if kind in offer.events]
    if dropped := [kind for kind in arm.without if kind in offer.policies]:
        said["drop_policies"] = dropped
    if left_out := [kind for kind in events if kind != SESSIONS]:
        kept = [entry for entry in offer.scenario.calendar if spelled(entry.type) not in left_out]
        said["events"] = kept
    values = dict(arm.values) | ({"calendar.online_sessions": 0.0} if SESSIONS in events else {})
    for name, value in values.items():
        section, _, field = name.partition(".")
        said.setdefault(section, {})[field] = value
    if arm.policies:
        said["policies"] = [
            {key: of for key, of in one._asdict().items() if of != USUAL.get(key)} for one in arm.policies
        ]
    return toml(said)
