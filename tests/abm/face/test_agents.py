"""Somebody's own agents: what is misspelt or answers nonsense is refused by name, never passed over."""

import re

import numpy as np
import pytest

import abm
from abm.face.model import rehearse
from abm.state import tidy
from tests.abm.face.small import small_scenario


class Mayor(abm.City):
    """Decides as the model does."""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return small_scenario(tmp_path_factory.mktemp("small"))


def cast(**methods):
    """Return classes by kind, each with those of the given methods that it can have."""
    bases = {"city": abm.City, "university": abm.University, "firm": abm.Firm, "broker": abm.Broker}
    return {
        kind: type("Own", (base,), {n: f for n, f in methods.items() if hasattr(base, n)})
        for kind, base in bases.items()
    }


@pytest.mark.parametrize(
    ("agents", "line"),
    [
        ({"city": {"City01": Mayor}}, "city = {'City01': …}: no such city; did you mean city01?"),
        ({"city": "Mayor"}, "city = 'Mayor': must be a subclass of abm.City"),
        ({"city": None}, "city = None: must be a subclass of abm.City"),
        ({"firm": Mayor}, "must be a subclass of abm.Firm"),
        ({"university": {"city01/firm-1": abm.University}}, "no such university; did you mean city01/university-1?"),
        ({"broker": {"brigde": abm.Broker}}, "broker = {'brigde': …}: no such broker; did you mean bridge?"),
        ({"citty": Mayor}, "no kind of agent 'citty'; did you mean city?; there are city, university, firm, broker"),
        ({"seed": 3}, "no kind of agent 'seed'"),
        ([Mayor], "must be a dictionary"),
    ],
)
def test_a_misspelt_agent_is_refused_with_the_nearest_name(scenario, agents, line):
    with pytest.raises(abm.ConfigError, match=re.escape(line)) as said:
        rehearse(agents, scenario)
    assert len(str(said.value)) < 300 and "\n" not in str(said.value)
    if isinstance(agents, dict) and set(agents) <= {"city", "university", "firm", "broker"}:
        with pytest.raises(abm.ConfigError, match=re.escape(line)):
            abm.CityPartnershipModel(scenario, **agents)


@pytest.mark.parametrize(
    ("methods", "line"),
    [
        (
            {"concent": lambda self, partner, theme, meeting: True},
            "Own.concent: no decision of a city; did you mean cons",
        ),
        (
            {"try_practices": lambda self, practice: True},
            "Own.try_practices: no decision of a city; did you mean try_p",
        ),
        (
            {"consent": lambda self, partner: True},
            "Own.consent: must be a method that takes (self, partner, theme, mee",
        ),
        ({"consent": True}, "Own.consent: must be a method that takes"),
    ],
)
def test_a_decision_that_would_never_be_asked_is_refused(scenario, methods, line):
    with pytest.raises(abm.ConfigError, match=re.escape(line)):
        rehearse({"city": type("Own", (abm.City,), methods)}, scenario)


def test_methods_of_ones_own_and_further_arguments_are_nobodys_business(scenario):
    methods = {
        "consent": lambda self, partner, theme, meeting, *, patience=1: True,
        "likes": lambda self, partner: True,
        "visits": 3,
    }
    rehearse({"city": type("Own", (abm.City,), methods)}, scenario)


def test_what_a_class_raises_when_it_is_made_is_one_line(scenario):
    def broken(self, model, row):
        raise KeyError("budget")

    with pytest.raises(abm.ConfigError, match="cannot be made: KeyError: 'budget'"):
        rehearse({"city": type("Own", (abm.City,), {"__init__": broken})}, scenario)


@pytest.mark.parametrize(
    ("decision", "answer", "line"),
    [
        ("consent", "no", "Own.consent of city.. returned 'no': must return True or False"),
        ("consent", None, "Own.consent of city.. returned None: must return True or False"),
        ("consent", 0.3, "Own.consent of city.. returned 0.3: must return True or False"),
        ("try_practice", 1, "Own.try_practice of city.. returned 1: must return True or False"),
        ("join", "yes", "Own.join of city../(university|firm)-. returned 'yes': must return True or False"),
        ("choose_theme", "mobilty", "Own.choose_theme of city.. returned 'mobilty': .*; did you mean mobility"),
        ("choose_theme", 1, "Own.choose_theme of city.. returned 1: must return one of smart & digital"),
        ("score", "3", "Own.score of (bridge|fair|chance) returned '3': must return a finite number"),
        ("score", float("nan"), "returned nan: must return a finite number"),
        ("score", float("-inf"), "returned -inf: must return a finite number"),
        ("score", True, "returned True: must return a finite number"),
    ],
)
def test_an_answer_of_a_wrong_type_is_refused_by_class_and_method(scenario, decision, answer, line):
    model = abm.CityPartnershipModel(scenario, seed=5, **cast(**{decision: lambda *_: answer}))
    with pytest.raises(abm.ConfigError, match=line):
        model.run()
    model.close()


def test_answers_out_of_numpy_count(scenario):
    answers = {"consent": np.True_, "join": np.False_, "score": np.float32(1), "try_practice": np.False_}
    model = abm.CityPartnershipModel(
        scenario, seed=5, **cast(**{name: lambda *_, a=answer: a for name, answer in answers.items()})
    )
    assert len(model.run().partnerships)
    model.close()


def test_a_city_that_is_not_there_is_refused(scenario):
    model = abm.CityPartnershipModel(scenario, seed=5)
    with pytest.raises(abm.ConfigError, match=r"no such city 'City01'; did you mean city01\?"):
        model.city_named("City01")
    model.close()


@pytest.mark.parametrize("seed", [-1, 1.5, "3", 2**63])
def test_a_seed_is_checked_as_by_the_engine(scenario, seed):
    with pytest.raises(abm.ConfigError, match="must be a whole number from 0"):
        abm.CityPartnershipModel(scenario, seed=seed)


def test_who_remembers_a_partnership_still_has_it_when_rows_change(monkeypatch):
    monkeypatch.setattr(tidy, "LARGE", 0)
    model = abm.CityPartnershipModel("iuc-asia", months=24)
    for _ in range(24):
        model.step()
    held = model.partnerships()
    before = [(p.i, p.j, p.theme, p.begun, p.row) for p in held]
    tidy.put_in_order(model.w)
    assert [(p.i, p.j, p.theme, p.begun) for p in held] == [row[:4] for row in before]
    assert [p.row for p in held] != [row[4] for row in before]
