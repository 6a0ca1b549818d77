"""What people write who use the model from Python: numbers out of NumPy, a look at what they loaded."""

import numpy as np
import pandas as pd
import pytest

import abm


def test_a_scenario_shows_itself_on_one_short_line():
    assert repr(abm.load("iuc-asia")) == "<Scenario 'iuc-asia': 32 cities, 48 months>"


def test_numbers_out_of_numpy_are_numbers():
    few = abm.run_many("iuc-asia", seeds=np.int64(2), months=np.int16(3), progress=False)
    pd.testing.assert_frame_equal(few, abm.run_many("iuc-asia", seeds=2, months=3, progress=False))
    assert type(abm.load("iuc-asia", months=np.int64(3)).months) is int
    model = abm.CityPartnershipModel("iuc-asia", seed=np.uint8(3), months=np.int64(1))
    assert (model.run().digest, type(model.seed_used)) == (abm.run("iuc-asia", seed=3, months=1).digest, int)
    model.close()


@pytest.mark.parametrize("months", [True, 2.0, np.float64(2), "2", np.int64(0), np.bool_(True)])
def test_what_is_no_whole_number_of_months_is_refused(months):
    with pytest.raises(abm.ConfigError, match=r"months = .*: must be a whole number from 1 to 12000"):
        abm.load("iuc-asia", months=months)
