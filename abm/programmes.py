"""What came of each programme of a run, as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from abm.digest import in_use
from abm.setup.names import Names
from abm.state.words import Stage

COLUMNS = {
    "contacts": Stage.CONTACT,
    "memoranda": Stage.MEMORANDUM,
    "action_plans": Stage.ACTION_PLAN,
    "pilots": Stage.PILOT,
    "sustained": Stage.SUSTAINED,
}


def programme_table(w: Any, known: Names, months: int) -> pd.DataFrame:
    """Return one row a programme: members and events of ``months``, its partnerships ever by the stage reached."""
    n, t, m = len(known.programmes), in_use(w, "partnerships"), np.asarray(w.members)
    its, entered = t[t["programme"] >= 0], (m["programme"] >= 0) & (m["entry"] < months)
    counts = {
        "members": m["programme"][entered],
        "events": in_use(w, "events")["programme"],
        **{column: its["programme"][its["ever"] >= stage] for column, stage in COLUMNS.items()},
    }
    table = {column: np.bincount(rows, minlength=n) for column, rows in counts.items()}
    return pd.DataFrame({"programme": known.programmes, **table})
