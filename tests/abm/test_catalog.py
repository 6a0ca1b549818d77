import math
from collections import Counter

import pytest

from abm import ConfigError, catalog
from abm.input.load import load
from abm.input.scenario import PARAMETERS
from abm.measures import MEASURES
from abm.parameters import coerce
from abm.rules import SECTIONS


def test_every_parameter_and_measure_is_in_the_catalogue_once_and_explained():
    rows = catalog.parameters()
    assert [row["name"] for row in rows] == list(PARAMETERS)
    assert all(row["sentence"] and row["unit"] and row["source"] and row["legal"] for row in rows)
    assert [row["name"] for row in catalog.measures()] == list(MEASURES)
    assert all(row["sentence"] and row["unit"] for row in catalog.measures())


def test_every_uncertainty_can_be_sampled():
    assert not [p["name"] for p in catalog.parameters() if p["control"] == "uncertainty" and not p["prior"]]


@pytest.mark.parametrize("row", catalog.parameters(), ids=lambda row: row["name"])
def test_defaults_and_priors_are_legal(row):
    declaration = PARAMETERS[row["name"]]
    assert coerce(declaration, row["default"]) == declaration.default, "as a user would write it"
    if row["prior"]:
        low, high = row["prior"]
        least, most = declaration.par.legal
        assert least <= low < high <= most
        assert low <= declaration.default <= high


def test_sections_come_in_the_order_of_the_model_and_unknown_ones_are_refused():
    assert list(catalog.sections()) == list(SECTIONS)
    assert {row["name"].partition(".")[0] for row in catalog.parameters(["broker", "contact"])} == {"broker", "contact"}
    with pytest.raises(ConfigError, match=r"unknown section 'brokr'; did you mean broker\?"):
        catalog.parameters(["brokr"])


def test_salib_gets_the_priors():
    problem = catalog.salib_problem(["broker.capacity", "contact.baseline"])
    assert problem == {
        "num_vars": 2,
        "names": ["broker.capacity", "contact.baseline"],
        "bounds": [[0, 16], [-2, -0.4]],
        "whole": [],
    }
    everything = catalog.salib_problem()
    assert everything["num_vars"] == len(everything["names"]) == len(everything["bounds"]) > 20
    assert all(math.isfinite(low) and low < high for low, high in everything["bounds"])


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (["broker.capcity"], "unknown parameter 'broker.capcity'; did you mean broker.capacity?"),
        (["broker.capacity", "broker.capacity"], "'broker.capacity' stands there twice"),
        (["broker.strategy"], "'broker.strategy' has no prior"),
    ],
)
def test_salib_is_not_given_what_cannot_be_sampled(names, line):
    with pytest.raises(ConfigError, match=line):
        catalog.salib_problem(names)


def test_salib_samples_the_problem():
    from SALib.sample import latin

    problem = catalog.salib_problem(["broker.capacity", "search.rate"])
    sample = latin.sample(problem, 16, seed=1)
    assert sample.shape == (16, 2) and (sample[:, 0] <= 16).all() and (sample[:, 1] <= 0.1).all()


def test_a_sampled_whole_number_takes_each_value_alike_and_the_model_takes_it():
    from SALib.sample import latin

    problem = catalog.salib_problem(["pairing.partners", "broker.capacity"])
    assert problem["whole"] == ["pairing.partners"]
    rows = [catalog.settings(problem, row) for row in latin.sample(problem, 400, seed=1)]
    assert Counter(row["pairing.partners"] for row in rows) == {1: 100, 2: 100, 3: 100, 4: 100}
    assert [catalog.settings(problem, row)["pairing.partners"] for row in ([1, 0], [2.49, 0], [2.5, 0], [4, 0])] == [
        1,
        2,
        3,
        4,
    ]
    assert {type(value) for value in rows[0].values()} == {int, float}
    assert load("iuc-asia", rows[0]).values["pairing.partners"] == rows[0]["pairing.partners"]
