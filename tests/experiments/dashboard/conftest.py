"""What is offered, and a small request."""

import pytest

from experiments.dashboard.asked import asked
from experiments.dashboard.offered import offers


@pytest.fixture(scope="session")
def offered():
    """Give all shipped scenarios as they are offered."""
    return offers([])


@pytest.fixture(scope="session")
def request_of(offered):
    """Give a function that makes a request of IUC Asia from what B has else."""

    def make(seeds=24, months=12, **b):
        said = {"a": {"scenario": "iuc-asia"}, "b": {"scenario": "iuc-asia", **b}, "seeds": seeds, "months": months}
        return asked(said, offered)

    return make
