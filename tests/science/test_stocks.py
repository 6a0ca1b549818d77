"""Whole runs that reduce to textbook processes: an immigration–death stock and on/off dyads (V10, V11)."""

import numpy as np
import pytest

import abm
from abm.input.entries import MonthName
from tests.helpers import (
    EVERYBODY_AGREES,
    NO_EFFECTS,
    NOBODY_MEETS,
    assert_within,
    share_error,
    tiny,
    towns,
)

pytestmark = pytest.mark.compiled("hundreds of runs")
MONTHS = 100
BARE = {"practice.per_theme": 1, "world.universities": 0, "world.firms": 0}
ONLY_CONTACTS = {**NO_EFFECTS, "ladder.memorandum_rate": 0.0}  # a contact stays one, or ends


def monthly_conferences(seats):
    """Return a calendar with one conference a month to which everybody comes."""
    line = '[[events]]\ntype = "conference"\nmonth = "{}"\nseats = {}\nappeal = 1000'
    return "\n".join(line.format(month.name.lower(), seats) for month in MonthName if month != MonthName.ANY)


def test_v10_stock_of_contacts_that_arrive_at_random(tmp_path):
    n_cities, arrivals, exit_rate, seeds = 100, 3.0, 0.16, 400
    override = {
        **ONLY_CONTACTS,
        **EVERYBODY_AGREES,
        **BARE,
        "pairing.partners": 0,
        "world.cross_bloc_only": False,
        "search.rate": arrivals / n_cities,
        "search.triadic_share": 0.0,
        "search.proximity": 0.0,
        "search.domestic_factor": 1.0,
        "ladder.contact_exit": exit_rate,
    }
    stock = abm.run_many(
        tiny(tmp_path, n_cities, override=override, months=MONTHS), seeds=seeds, outcomes=["contacts"], progress=False
    )["contacts"]
    stays = np.exp(-exit_rate)  # a new contact is exposed in its month
    mean = arrivals * stays / (1 - stays)
    assert mean == pytest.approx(17.29, abs=5e-3)
    assert_within(stock.mean(), mean, np.sqrt(mean / seeds))
    assert_within(stock.var(), mean, mean * np.sqrt(2 / seeds + 1 / (mean * seeds)))  # Poisson: variance = mean


def test_v11_density_of_on_off_dyads(tmp_path):
    n_cities, on, off, seeds = 31, 0.02, 0.05, 60
    agree = np.sqrt(on)  # each of the two cities, at the monthly conference where everybody meets everybody
    override = {
        **ONLY_CONTACTS,
        **NOBODY_MEETS,
        **EVERYBODY_AGREES,
        **BARE,
        "world.n_themes": 1,
        "world.cross_bloc_only": False,
        "event.contacts_per_attendee": 1000.0,
        "event.cost_sensitivity": 0.0,
        "contact.baseline": float(np.log(agree / (1 - agree))),
        "ladder.contact_exit": float(-np.log(1 - off)),
    }
    scenario = tiny(tmp_path, towns(n_cities), "brokers = []\n" + monthly_conferences(n_cities), override, MONTHS)
    contacts = abm.run_many(scenario, seeds=seeds, outcomes=["contacts"], progress=False)["contacts"]
    dyads = n_cities * (n_cities - 1) // 2
    density = on * (1 - off) / (on * (1 - off) + off)
    assert density == pytest.approx(0.2754, abs=5e-5)
    assert_within(contacts.mean() / dyads, density, share_error(density, dyads * seeds))
