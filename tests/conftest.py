"""Before the first test the rules are compiled on two cores; afterwards every test finds them in the cache."""

import hypothesis
import pytest
from filelock import FileLock

from abm import warm
from abm.machine.jit import is_compiled

# The first example may compile a rule, and a machine may be busy.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


def pytest_collection_modifyitems(items):
    """With plain rules, skip what is marked ``compiled`` and say why."""
    for item in items:
        if not is_compiled() and (mark := item.get_closest_marker("compiled")):
            item.add_marker(pytest.mark.skip(reason=f"rules are plain Python: {mark.args[0]}"))


@pytest.fixture(scope="session", autouse=True)
def compiled_rules(tmp_path_factory):
    """Compile what no earlier run has left compiled; of several workers (``-n``) one does it for all."""
    with FileLock(tmp_path_factory.getbasetemp().parent / "rules.lock"):
        warm.get_ready(progress=False)
