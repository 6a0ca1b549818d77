"""Every scenario that comes with the package runs in both faces, with one digest."""

import pytest

import abm
from abm.input.load import shipped

A_FEW = ("eit-hubs", "iurc-scaled", "urban-eu-china")
TOO_MANY = ("twin-cities", "world-3000", "world-3000-programmes", "world-30000")  # agents for Mesa


@pytest.mark.parametrize(
    "name", [n if n in A_FEW else pytest.param(n, marks=pytest.mark.slow) for n in shipped() if n not in TOO_MANY]
)
def test_a_shipped_scenario_has_one_history(name):
    compiled = abm.run(name, seed=3)
    model = abm.CityPartnershipModel(name, seed=3)
    result = model.run()
    model.close()
    assert result.digest == compiled.digest
    assert len(compiled.series) == compiled.scenario.months
    due = compiled.policies["start"] < compiled.scenario.months
    picks = compiled.policies["kind"].isin(["joint-call", "award", "thematic-cluster"])
    assert (compiled.policies[due & picks]["n_served"] > 0).all(), "a policy served nobody"
