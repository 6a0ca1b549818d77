"""Before the first test the rules are compiled on two cores; afterwards every test finds them in the cache."""

import pytest

from abm import warm


@pytest.fixture(scope="session", autouse=True)
def compiled_rules():
    """Compile what no earlier run has left compiled."""
    warm.get_ready(progress=False)
