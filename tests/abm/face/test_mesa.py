"""What people do with any Mesa model: look at it half-way, let Mesa run it, copy it, send it to another process."""

import copy
import pickle
from inspect import signature

import pandas as pd
import pytest

import abm
from tests.abm.face.small import small_scenario
from tests.helpers import towns, write_scenario

TABLES = (
    "series",
    "cities",
    "organisations",
    "partnerships",
    "projects",
    "practices",
    "portfolio",
    "links",
    "events",
    "brokers",
)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return small_scenario(tmp_path_factory.mktemp("small"))


@pytest.fixture
def model(scenario):
    made = abm.CityPartnershipModel(scenario, seed=5)
    yield made
    made.close()


def stepped(model, months):
    for _ in range(months):
        model.step()
    return model


def test_a_result_half_way_is_that_of_a_run_of_so_many_months(model, scenario):
    half_way, short = stepped(model, 6).result(), abm.run(scenario, seed=5, months=6)
    assert half_way.digest == short.digest
    assert half_way.outcomes["contacts_ever"].item() == len(half_way.partnerships) > 0
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(half_way, name), getattr(short, name))
    assert half_way.scenario == short.scenario


def test_a_result_never_changes_after_it_was_made(model):
    half_way = stepped(model, 6).result()
    digest, n = half_way.digest, int(half_way.world.count.partnerships)
    model.run()
    assert (half_way.digest, len(half_way.partnerships), len(half_way.series)) == (digest, n, 6)
    assert len(model.result().partnerships) > n


def test_a_result_before_the_first_month_has_cities_and_no_history(model):
    result = model.result()
    assert (len(result.cities), len(result.series), len(result.outcomes), len(result.partnerships)) == (12, 0, 0, 0)


def test_mesas_own_loop_ends_with_the_scenario(model):
    assert model.running
    model.run_model()
    assert (model.running, model.steps, model.month) == (False, 12, 12)
    with pytest.raises(RuntimeError, match="the scenario ends after 12 months"):
        model.step()


def test_a_model_that_was_stopped_stays_stopped(model):
    model.running = False
    model.step()
    assert not model.running


def test_batch_run_runs_every_model_to_its_end(scenario):
    from mesa.batchrunner import batch_run

    settings = {"scenario": [scenario], "override": [{"broker.capacity": c} for c in (0, 8)]}
    says_rng = "rng" in signature(batch_run).parameters  # from Mesa 3.4 on
    seeds, more = ({}, {"rng": [5, 6]}) if says_rng else ({"seed": [5, 6]}, {})
    rows = pd.DataFrame(batch_run(abm.CityPartnershipModel, settings | seeds, display_progress=False, **more))
    rows = rows[rows["Step"] == rows["Step"].max()]
    assert len(rows) == 4 and rows["Step"].max() in (11, 12)
    by_hand = abm.run(scenario, seed=6, override={"broker.capacity": 8}).outcomes["contacts_ever"].item()
    row = rows[(rows["seed"] == 6) & (rows["override"] == {"broker.capacity": 8})]
    assert row["contacts_ever"].item() == by_hand


class Hermit(abm.City):
    """A city that agrees to nothing."""

    def consent(self, partner, theme, meeting):
        return False


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["deep", "pickle"]
)
@pytest.mark.parametrize("city", [abm.City, {"city01": Hermit}], ids=["plain", "own class"])
def test_a_copy_goes_on_alone_and_as_the_original_would(scenario, copied, city):
    uncopied = abm.CityPartnershipModel(scenario, seed=5, city=city).run().digest
    model = stepped(abm.CityPartnershipModel(scenario, seed=5, city=city), 6)
    half_way, other = model.result().digest, copied(model)
    assert other.run().digest == uncopied
    assert (model.month, model.result().digest) == (6, half_way), "the copy ran on the tables of the original"
    assert model.run().digest == uncopied
    assert other.city_named("city02").world is other and list(other.cities)[2] is other.city_agents[2]


def test_a_copy_of_a_view_looks_at_a_copy_of_the_model(model):
    tie = stepped(model, 6).partnerships()[0]
    for other in (copy.deepcopy(tie), pickle.loads(pickle.dumps(tie))):
        assert (other.trust, other.cities[0].name) == (tie.trust, tie.cities[0].name)
        other.model.tables.partnerships.trust[other.row] = 0.5
        assert tie.trust != 0.5
    assert copy.copy(tie).model is model


def test_a_copy_of_an_agent_and_of_a_result_stands_alone(model):
    city = stepped(model, 6).city_at(0)
    other = pickle.loads(pickle.dumps(city))
    other.engagement = 9.0
    assert city.engagement != 9.0 and other.world is not model
    result = model.result()
    assert copy.deepcopy(result).digest == pickle.loads(pickle.dumps(result)).digest == result.digest


def test_a_column_that_a_partnership_lacks_is_said_with_the_nearest(model):
    tie = stepped(model, 6).partnerships()[0]
    with pytest.raises(AttributeError, match=r"a partnership has no trusts; did you mean trust\?"):
        _ = tie.trusts


def test_without_a_seed_one_is_drawn_and_told(scenario):
    drawn = abm.CityPartnershipModel(scenario, seed=None, months=1)
    assert drawn.run().digest == abm.run(scenario, seed=drawn.seed_used, months=1).digest
    assert drawn.seed_used != abm.CityPartnershipModel(scenario, seed=None).seed_used


def test_actors_know_their_programmes(tmp_path):
    toml = (
        'programme = "all"\n[[more_programmes]]\nname = "club"\nmembers = ["town-000", "town-003"]\n'
        'entry = "2017-02"\nbrokers = [{}]\n'
    )
    model = stepped(abm.CityPartnershipModel(write_scenario(tmp_path, towns(6), toml), months=3), 1)
    assert [model.city_at(row).programmes() for row in (0, 1)] == [["all"], ["all"]]
    stepped(model, 2)
    assert [model.city_at(row).programmes() for row in (0, 1)] == [["all", "club"], ["all"]]
    assert [broker.programme for broker in model.broker_agents] == ["all", "club"]
    assert {tie.programme for tie in model.partnerships()} <= {"all", "club", None}
    rows = model.result().partnerships
    assert rows[rows.stage > 0].programme.tolist() == [tie.programme for tie in model.partnerships()] != []
