"""Settings of brokers that change nothing, as every broker has a value of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from abm.input.entries import BrokerEntry
from abm.input.scenario import Scenario


def unheeded(scenarios: Iterable[Scenario], names: Sequence[str]) -> list[str]:
    """Return those settings that change nothing in any of some scenarios, as none of their brokers goes by them."""
    brokers = [broker for scenario in scenarios for part in scenario.parts() for broker in part.brokers]
    keys = {name: name.removeprefix("broker.") for name in names if name.startswith("broker.")}
    return [
        name
        for name, key in keys.items()
        if key in BrokerEntry._fields and all(getattr(broker, key) is not None for broker in brokers)
    ]
