"""The kind of world: which meetings may become contacts, how many themes and organisations there are (E0)."""

from __future__ import annotations

from abm.parameters import constant
from abm.state.words import N_THEMES


class Params:
    """Section ``[world]``."""

    # fmt: off
    cross_bloc_only = constant(True, "contacts arise only between blocs; a meeting inside one spreads awareness",
                               source="scenario")
    n_themes = constant(N_THEMES, "how many of the seven themes are in use",
                        "themes", (1, N_THEMES), source="programme documents")
    universities = constant(2, "universities a city, where the city file does not say", "universities", (0, 20))
    firms = constant(4, "firms a city, where the city file does not say", "firms", (0, 50))
