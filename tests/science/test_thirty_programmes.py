"""What holds in small worlds holds among 3,000 cities in 30 programmes, too (V5, V6, V17, V18, V19, V23)."""

import csv
import random

import numpy as np
import pytest

import abm
from abm.input.load import load
from experiments.cli import answer
from tests.helpers import (
    EVERYBODY_AGREES,
    NO_EFFECTS,
    NOBODY_MEETS,
    NOTHING_ENDS,
    assert_within,
)
from tests.science.test_common_luck import same, same_before

pytestmark = [pytest.mark.slow, pytest.mark.compiled("3,000 cities in 30 programmes")]

NAME, MONTHS = "world-3000-programmes", 36
PROGRAMMES, PAIRS = 30, 100 * 99 // 2  # pairs of the members of one programme
# Nothing passes from programme to programme: no own search, no practice that is invented or better documented.
APART = {"search.rate": 0.0, "learning.invention_rate": 0.0, "adoption.documented": 0.0}
AT_ONCE = '[every_programme]\nper_cities = 100\nentry = "2017-01"\nbrokers = [{}]\n'


def variant(folder, toml="", override=None, months=MONTHS):
    """Return the world of thirty programmes with more in its file."""
    path = folder / "variant.toml"
    path.write_text(f'extends = "{NAME}"\n{toml}', encoding="utf-8")
    return load(path, override, months)


@pytest.fixture(scope="module")
def base():
    return abm.run(NAME, months=MONTHS)


def test_v5_as_many_meet_at_events_as_their_attendees_say(base):
    events = base.events[base.events["cities"] > 1]
    pairs = events["cities"] * (events["cities"] - 1) / 2
    chance = np.minimum(1.0, base.scenario.values["event.contacts_per_attendee"] / (events["cities"] - 1))
    assert len(events) > 1000 and events["programme"].nunique() == PROGRAMMES
    error = np.sqrt((pairs * chance * (1 - chance)).sum())
    assert_within(events["meetings"].sum(), (pairs * chance).sum(), error)


@pytest.mark.parametrize(("capacity", "months"), [(4, 24), (64, 80)])
def test_v6_every_broker_introduces_its_capacity_a_month_until_all_pairs_are_partners(tmp_path, capacity, months):
    override = {
        **NO_EFFECTS,
        **NOBODY_MEETS,
        **EVERYBODY_AGREES,
        **NOTHING_ENDS,
        "world.n_themes": 1,
        "practice.per_theme": 1,
        "broker.capacity": capacity,
        "broker.alignment_share": 0.0,
    }
    result = abm.run(variant(tmp_path, AT_ONCE, override, months))
    expected = PROGRAMMES * np.minimum(capacity * np.arange(1, months + 1), PAIRS)
    assert result.series["contacts_ever"].to_list() == expected.tolist()
    assert set(result.programmes["contacts"]) == {expected[-1] // PROGRAMMES}
    assert set(result.brokers["n_accepted"]) == {expected[-1] // PROGRAMMES}


def test_v18_nobody_meets_without_search_events_brokers_and_pairing(tmp_path):
    nothing = {**NOBODY_MEETS, "calendar.scale": 0.0, "broker.capacity": 0.0, "contact.baseline": 20.0}
    result = abm.run(variant(tmp_path, override=nothing))
    assert result.partnerships.empty and result.links.empty and len(result.brokers) == PROGRAMMES


def test_v18_brokers_without_capacity_are_no_brokers(tmp_path):
    idle = abm.run(variant(tmp_path, override={"broker.capacity": 0.0}))
    absent = abm.run(idle.scenario.filtered("brokers", lambda _: False))
    assert len(idle.brokers) == PROGRAMMES and len(absent.brokers) == 0 and len(absent.partnerships) > 5000
    for table in ("series", "partnerships", "links", "events", "cities", "organisations"):
        same(getattr(idle, table), getattr(absent, table))


def test_v19_runs_are_identical_before_the_shock(tmp_path, base):
    shock = '[[shocks]]\nstart = "2018-07"\nend = "2019-01"\n'
    same_before(base, abm.run(variant(tmp_path, shock)), month=18)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return the folder of the files of this world."""
    folder = tmp_path_factory.mktemp("files") / "world"
    assert answer(["world", NAME, "--check", "--output", str(folder)]) == 0
    return folder


def rewritten(files, change):
    """Return a run of the files of this world whose rows of cities are changed."""
    path = next(files.glob("*cities*.csv"))
    before = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(before.splitlines()))
    changed = change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(changed)
    try:
        return abm.run(files / "scenario.toml", months=MONTHS)
    finally:
        path.write_text(before, encoding="utf-8")


def test_v23_files_of_a_world_in_another_order_have_its_history(files, base):
    shuffled = rewritten(files, lambda rows: random.Random(1).sample(rows, len(rows)))
    assert shuffled.digest == base.digest


def test_v23_a_city_of_weight_0_changes_nothing(files, base):
    nobody = {"city_id": "city-000100-b", "name": "Nowhere", "weight": "0"}
    beside = rewritten(files, lambda rows: [*rows[:101], {**rows[100], **nobody}, *rows[101:]])
    assert len(beside.cities) == len(base.cities) + 1
    for table in ("partnerships", "links", "events", "brokers", "programmes"):
        same(getattr(beside, table), getattr(base, table))


def test_v23_without_a_broker_the_other_programmes_have_the_same_history(tmp_path):
    scenario = variant(tmp_path, override=APART)
    first, *others = scenario.programmes
    with_it, without = (
        abm.run(one) for one in (scenario, scenario._replace(programmes=(first._replace(brokers=()), *others)))
    )
    tables = [run.partnerships for run in (with_it, without)]
    assert not tables[0].equals(tables[1]), "the broker does nothing"
    theirs = [rows[rows["programme"] != first.name].drop(columns="source", errors="ignore") for rows in tables]
    order = ["begun", "city_a", "city_b", "theme"]
    organisations = [f"{kind}_{side}" for kind in ("university", "firm") for side in "ab"]
    assert len(theirs[0]) > 5000 and set(organisations) < set(theirs[0])
    same(*(rows.sort_values(order) for rows in theirs))
