"""A world of 12 cities for comparisons that must also run in the interpreter."""

from pathlib import Path

import abm

CITIES = """city_id,name,country,region,latitude,longitude,population,entry_month,role
""" + "\n".join(
    f"city{n:02d},City {n},{'AB'[n % 2]}{n % 3},{'East' if n % 2 else 'West'},{40 + n},{10 + 90 * (n % 2)},"
    f"{200000 * (n + 1)},{n % 3},{'associate' if n == 11 else 'member'}"
    for n in range(12)
)

SCENARIO = """
cities = "cities.csv"
months = 12
[city]
leadership_change = 0.1
[search]
rate = 0.3
[[brokers]]
name = "bridge"
strategy = "bridging"
[[brokers]]
name = "fair"
strategy = "equity"
capacity = 2.5
[[brokers]]
name = "chance"
strategy = "random"
sample = 10
[[events]]
type = "conference"
month = "march"
seats = 10
[[events]]
type = "matchmaking"
yearly = 6
seats = 8
theme = "drawn"
curated = true
[[events]]
type = "mission"
yearly = 8
seats = 5
theme = "drawn"
curated = true
mode = "hybrid"
[[shocks]]
start = "2017-09"
end = "2017-12"
"""


def small_scenario(folder: Path) -> abm.Scenario:
    """Write the small world into a folder and load it."""
    (folder / "cities.csv").write_text(CITIES, encoding="utf-8")
    (folder / "small.toml").write_text(SCENARIO, encoding="utf-8")
    return abm.load(folder / "small.toml")
