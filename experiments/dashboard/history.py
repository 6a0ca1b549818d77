"""One history of a request: its map, its network, and the story of one pair of cities with A and with B."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abm.attribution import Attribution, attribute
from abm.digest import in_use
from abm.engine import watch
from abm.input.entries import month_name
from abm.input.scenario import Scenario
from abm.result import Result
from abm.state.words import THEMES, Stage
from experiments.dashboard import words
from experiments.dashboard.asked import Moment
from experiments.dashboard.offered import Offer, is_real
from experiments.figures.text import number
from experiments.report.page.story import WHO, best_by_pair, months, pilots

SIDES = ("A", "B")
Key = tuple[str, str, str]  # two city_ids and a theme


def history(moment: Moment, offered: Mapping[str, Offer]) -> dict[str, Any]:
    """Return one history with either arm and the story of one pair in it, as JSON."""
    scenarios = [arm.built(offered, moment.asked.months) for arm in moment.asked.arms]
    twins = [attribute(scenario, moment.seed) for scenario in scenarios]
    told = [best_by_pair(twin.base) for twin in twins]
    came = [pilots(twin.base) for twin in twins]
    chosen = choice(moment, came, twins)
    return {
        "seed": moment.seed,
        "a": picture(twins[0].base),
        "b": picture(twins[1].base),
        "pairs": [list(key) for key in sorted({*came[0], *came[1]})],
        "story": chosen and {
            "pair": list(chosen),
            "arms": [
                part(side, chosen, scenario, moment.seed, twin, rows)
                for side, scenario, twin, rows in zip(SIDES, scenarios, twins, told, strict=True)
            ],
        },
    }  # fmt: skip


def picture(result: Result) -> dict[str, Any]:
    """Return the cities of a history and its partnerships from the memorandum on."""
    ever = result.partnerships
    firm = ever[ever["highest_stage"] >= Stage.MEMORANDUM]
    ties: Any = firm.groupby(WHO[:2])["highest_stage"].max()
    rows: list[Any] = result.cities.to_dict("records")
    cities = [
        {
            "id": row["city_id"],
            "name": words.plain(row["name"]),
            "region": words.plain(row["region"]),
            "at": [row["longitude"], row["latitude"]],
            "about": words.both(
                "city_real" if is_real(result.scenario) else "city_synthetic",
                name=words.plain(row["name"]),
                country=words.plain(row["country"]),
                population=f"{row['population']:,.0f}",
                entry=month_name(result.scenario.start, row["entry_month"]),
                ambition=number(row["ambition"], 2),
                energy=number(row["engagement"], 2),
                capacity=row["capacity"],
            ),
        }
        for row in rows
    ]
    return {
        "cities": cities,
        "ties": [[*pair, int(stage)] for pair, stage in ties.items()],
        "counts": words.both(
            "counts",
            pilots=int((ever["highest_stage"] >= Stage.PILOT).sum()),
            sustained=int((ever["highest_stage"] >= Stage.SUSTAINED).sum()),
        ),
    }


def choice(moment: Moment, came: list[Any], twins: list[Attribution]) -> Key | None:
    """Return the pair whose story is told: the one named, else one that owes its pilot to a broker."""
    known = {*came[0], *came[1]}
    if moment.pair in known:
        return moment.pair  # type: ignore[return-value]
    a, b = (set(twin.pilots[WHO].itertuples(index=False, name=None)) for twin in twins)
    return min(b - came[0].keys() or b or a or known, default=None)


def part(side: str, pair: Key, scenario: Scenario, seed: int, twin: Attribution, rows: Any) -> dict[str, Any]:
    """Return what became of a pair with one arm: its steps, its gap by month, and what is owed to the broker."""
    row = rows.get(pair)
    if row is None:
        return {"side": side, "steps": {}, "course": [], "said": [words.both("story_never", side=side)]}
    taken = months(row)
    lived = range(row["begun"], taken.get("step_ended", scenario.months) + 1)  # the two may have tried before, or again
    course = [one for one in course_of(scenario, seed, pair) if one[0] in lived]
    course = [(row["begun"], course[0][1], 0), *course] if course else []
    said = [
        words.both(
            "story_met",
            side=side,
            month=month_name(scenario.start, row["begun"]),
            origin=words.both(f"origin_{row['origin']}"),
            sessions=sum(n for _, _, n in course),
            first=number(course[0][1] if course else row["gap"], 2),
            last=number(row["gap"], 2),
        )
    ]
    if scenario.brokers:
        said += [words.both(owed(pair, row, twin), side=side)]
        said += [words.both("story_total", side=side, all=twin.summary.loc["pilots", "with"], only=len(twin.pilots))]
    return {
        "side": side,
        "steps": {key.removeprefix("step_"): month for key, month in taken.items()},
        "course": course,
        "said": said,
    }


def owed(pair: Key, row: Mapping[str, Any], twin: Attribution) -> str:
    """Return the key of the words that say what a pair owes to the broker, by the run that lacks one."""
    if pair in set(twin.partnerships[WHO].itertuples(index=False, name=None)):
        return "owed_none"
    there = best_by_pair(twin.twin)[pair]
    lost = row["highest_stage"] >= Stage.PILOT > there["highest_stage"]
    return "owed_pilot" if lost else "owed_not"


def course_of(scenario: Scenario, seed: int, pair: Key) -> list[tuple[int, float, int]]:
    """Return month, gap and alignment sessions of a pair in a theme, month by month while a partnership of it lives."""
    names = [city.city_id for city in scenario.cities]
    i, j, theme = names.index(pair[0]), names.index(pair[1]), THEMES.index(pair[2])
    found: list[tuple[int, float, int]] = []

    def look(w: Any, t: int) -> None:
        """Note the gap and the sessions of the pair in month t."""
        rows = in_use(w, "partnerships")
        own = rows[(rows["i"] == i) & (rows["j"] == j) & (rows["theme"] == theme) & (rows["stage"] > Stage.DISSOLVED)]
        found.extend((t, round(float(row["gap"]), 4), int(row["sessions"])) for row in own)

    watch(scenario, seed, look)
    return found
