"""The kind of world: which meetings may become contacts, how many themes and organisations there are (E0)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from abm.parameters import Par
from abm.state.tables import N_THEMES


class Params(NamedTuple):
    """Section ``[world]``."""

    cross_bloc_only: Annotated[
        bool,
        Par(
            "contacts arise only between blocs; a meeting inside one spreads awareness",
            control="constant",
            source="scenario",
        ),
    ] = True
    n_themes: Annotated[
        int,
        Par(
            "how many of the seven themes are in use",
            "themes",
            (1, N_THEMES),
            control="constant",
            source="programme documents",
        ),
    ] = N_THEMES
    universities: Annotated[
        int, Par("universities a city, where the city file does not say", "universities", (0, 20), control="constant")
    ] = 2
    firms: Annotated[
        int, Par("firms a city, where the city file does not say", "firms", (0, 50), control="constant")
    ] = 4
