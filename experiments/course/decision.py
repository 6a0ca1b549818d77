"""Assignment 4, change one decision: a rule of consent in Python, a prediction first, and twenty pairs of runs.

The seeds follow from the prediction, so nobody has them before predicting, and another prediction is another sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from abm.parameters import ConfigError, nearest, shown
from abm.state.words import THEMES
from experiments.course.draws import OTHER_SEEDS, Student, choice, seeds
from experiments.course.remarks import Given, Remark, Slips, measured, no_number, reasoned, told
from experiments.intervals import t_interval

if TYPE_CHECKING:
    from abm.face.agents import City

TASK, TITLE, FILE = 4, "Change one decision", "4_decision.ipynb"
POINTS = 5
RUNS = 20
MONTHS = 48
MOST_WORDS = 60
OUTCOMES = ("contacts_ever", "pilots_ever", "adoptions_ever")
WORDS = ("more", "fewer", "the same")
ANSWERS = {
    "prediction": "what you expect of each outcome: more, fewer or the same",
    **dict.fromkeys(OUTCOMES, "what your rule changes, mean of your twenty seeds"),
    "half_width": "half the width of the 95 % interval of the change in pilots",
    "surprise": "where you were wrong and what you make of it: two sentences",
}


class Rule(NamedTuple):
    """A rule of consent: in words, and as a condition beside what the model decides."""

    sentence: str
    allows: Callable[[Any, Any, str], bool]


def of_one_theme(theme: str) -> Rule:
    """Return the rule of cities that talk about nothing else."""
    return Rule(f"agrees only where the theme is {theme!r}", lambda city, partner, meant: meant == theme)


RULES = {
    "loyal": Rule(
        "with four partner cities or more (`self.n_partners`) agrees only with one that it is in partnership with "
        "already (`self.partners()`)",
        lambda city, partner, theme: city.n_partners < 4 or partner in city.partners(),
    ),
    "cautious": Rule(
        "agrees only while it looks after less than half of what it has room for (`self.load`, `self.capacity`)",
        lambda city, partner, theme: city.load < city.capacity / 2,
    ),
    "proud": Rule(
        "agrees only with a city that has at least as many partner cities (`n_partners`)",
        lambda city, partner, theme: partner.n_partners >= city.n_partners,
    ),
    "its size": Rule(
        "agrees only with a city of its own size: `self.table.log_size[self.row]`, the natural logarithm of "
        "population, differs by less than 1",
        lambda city, partner, theme: abs(city.table.log_size[city.row] - partner.table.log_size[partner.row]) < 1,
    ),
    **{f"only {theme}": of_one_theme(theme) for theme in THEMES},
}
FIRST, LAST = ("loyal", "cautious", "proud", "its size"), tuple(f"only {theme}" for theme in THEMES)


class Mine(NamedTuple):
    """What a student has: a rule. With every draw there are clearly fewer contacts and fewer pilots."""

    student: Student
    rule: str
    sentence: str

    def seeds(self, prediction: Mapping[str, str]) -> range:
        """Return the seeds that go with a prediction, such as ``{"pilots_ever": "fewer", …}``."""
        return seeds(self.student, TASK, RUNS, checked(prediction))

    def rehearse(self, city: type[City], months: int = 12) -> str:
        """Return what a year of one history says of a class: how often it was asked, and where it leaves the rule."""
        return rehearsed(self.rule, city, months)

    def __repr__(self) -> str:
        return f"{self.rule}: a city {self.sentence}, and where the model would agree"


def draw(student: Student) -> Mine:
    """Return what a student has in this assignment: each of the four rules, or one of the themes."""
    kind = choice(student, TASK, "rule", (*FIRST, ""))
    rule = kind or choice(student, TASK, "theme", LAST)
    return Mine(student, rule, RULES[rule].sentence)


def checked(prediction: Any) -> str:
    """Return a prediction as text, or refuse what is none."""
    if not isinstance(prediction, Mapping):
        raise ConfigError(f"prediction = {shown(prediction)}: must say of {', '.join(OUTCOMES)} what you expect")
    for outcome in prediction:
        if outcome not in OUTCOMES:
            raise ConfigError(f"prediction: unknown outcome {shown(outcome)}{nearest(str(outcome), OUTCOMES)}")
    for outcome in OUTCOMES:
        if prediction.get(outcome) not in WORDS:
            word = shown(prediction.get(outcome))
            raise ConfigError(f"prediction.{outcome} = {word}: must be one of {', '.join(WORDS)}")
    return "; ".join(f"{outcome} {prediction[outcome]}" for outcome in OUTCOMES)


def by_rule(rule: str) -> type[City]:
    """Return a city that decides by a rule."""
    from abm.face.agents import City

    class Ruled(City):
        """A city that decides by the rule of an assignment."""

        def consent(self, partner: City, theme: str, meeting: Any) -> bool:
            """Agree where the rule and the model do."""
            return RULES[rule].allows(self, partner, theme) and super().consent(partner, theme, meeting)

    return Ruled


def rehearsed(rule: str, city: type[City], months: int) -> str:
    """Return what a short run of a student's class says of it."""
    from abm.face.agents import City
    from abm.face.model import CityPartnershipModel

    if city.consent is City.consent:
        return "consent is not overridden: the model never asks your rule"
    asked, apart = [0], list[str]()

    class Watched(city):  # type: ignore[misc, valid-type]
        """The student's class, beside the rule."""

        def consent(self, partner: City, theme: str, meeting: Any) -> bool:
            """Decide as the class does, and note where the rule would not."""
            said = super().consent(partner, theme, meeting)
            meant = RULES[rule].allows(self, partner, theme) and City.consent(self, partner, theme, meeting)
            asked[0] += 1
            if bool(said) != bool(meant):
                apart.append(f"{self.name} and {partner.name}, {theme}, month {self.world.month}: yours says {said}")
            return said

    model = CityPartnershipModel("iuc-asia", seed=OTHER_SEEDS[0], months=months, city=Watched)
    model.run()
    model.close()
    if apart:
        return f"asked {asked[0]} times, {len(apart)} answers differ from the rule; the first: {apart[0]}"
    return f"asked {asked[0]} times, all answers are those of the rule"


@lru_cache(maxsize=64)
def changes(rule: str, seeds: range) -> np.ndarray:
    """Return what a rule changes in each outcome, seed by seed, shape (n_seeds, n_outcomes)."""
    from abm.face.model import CityPartnershipModel

    found = np.empty((len(seeds), len(OUTCOMES)))
    for x, seed in enumerate(seeds):
        model = CityPartnershipModel("iuc-asia", seed=seed, months=MONTHS, city=by_rule(rule))
        found[x] = model.run().outcomes.iloc[0][list(OUTCOMES)]
        model.close()
    return found - without(seeds)


def without(seeds: range) -> np.ndarray:
    """Return every outcome of the model as it is, seed by seed, shape (n_seeds, n_outcomes)."""
    from abm.runs import run_many

    base = run_many("iuc-asia", seeds=seeds, months=MONTHS, outcomes=OUTCOMES, progress=False)
    return base[list(OUTCOMES)].to_numpy()


def remarks(mine: Mine, given: Given, folder: Path) -> Iterator[Remark]:
    """Yield what is said of every answer."""
    prediction = given.answers.get("prediction")
    try:
        drawn = mine.seeds(prediction)  # type: ignore[arg-type]
        own, base = changes(mine.rule, drawn), without(drawn)
    except ConfigError as error:
        yield Remark("prediction", 0.0, "not answered yet" if prediction is None else str(error))
        yield from (no_number(given, answer) for answer in (*OUTCOMES, "half_width"))
    else:
        yield Remark("prediction", 1.0, "made; that it is wrong costs nothing")
        for x, outcome in enumerate(OUTCOMES):
            slips: Slips = {
                "what comes of a rule that is never asked": 0.0,
                "what comes of your first ten seeds alone": float(np.mean(own[:10, x])),
                "what comes of one run": float(own[0, x]),
                "the change with the sign turned": -float(np.mean(own[:, x])),
                "what is there with your rule: subtract what is there without it": float(np.mean((own + base)[:, x])),
            }
            others = partial(column, mine.rule, x)
            yield measured(given, outcome, float(np.mean(own[:, x])), RUNS, others, partial(dict, slips))
        mean, low, _ = t_interval(own[:, 1])
        yield reasoned(given, "half_width", mean - low)
    yield told(given, "surprise", MOST_WORDS)


def column(rule: str, x: int) -> np.ndarray:
    """Return what a rule changes in one outcome with seeds of nobody."""
    return changes(rule, OTHER_SEEDS[:RUNS])[:, x]
