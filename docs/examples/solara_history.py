"""One history, month by month, with Mesa's own page: ``solara run docs/examples/solara_history.py``.

Needs ``pip install "solara==1.58.*" "solara-assets==1.58.*" "ipyvuetify<2"`` beside TwinHelix, and then no network. It
shows *one* history, which is no result: another seed is another history, and what a change brings is asked of many
pairs of runs (``twinhelix dashboard``).
"""

import matplotlib

matplotlib.use("agg")  # a page draws in threads of its own

from mesa.visualization import SolaraViz, make_plot_component

from abm import CityPartnershipModel


class History(CityPartnershipModel):
    """The programme with a broker that a slider sets; Play stops when the scenario ends."""

    def __init__(self, capacity: float = 4.0, seed: int = 7, months: int = 48) -> None:
        super().__init__("iuc-asia", seed=seed, months=months, override={"broker.capacity": capacity})


CONTROLS = {
    "capacity": {
        "type": "SliderFloat",
        "value": 4.0,
        "label": "Broker (units a month)",
        "min": 0,
        "max": 16,
        "step": 1,
    },
    "seed": {"type": "SliderInt", "value": 7, "label": "Seed: which history", "min": 1, "max": 50},
}

page = SolaraViz(
    History(),
    components=[make_plot_component(["contacts", "memoranda", "action_plans", "pilots", "sustained"])],
    model_params=CONTROLS,
    name="One history of many",
)
