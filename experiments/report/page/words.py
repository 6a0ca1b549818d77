"""The words of the report, English and Chinese side by side, out of ``words.toml`` and the labels of the model."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup, escape

from abm import labels
from abm.measures import MEASURES
from experiments.design.posterior import POSTERIOR
from experiments.design.study import SCENARIO, Study
from experiments.factor import worded
from experiments.terminal import harmless, one_line, short

if TYPE_CHECKING:
    from experiments.report.page.claims import Arm, Claim

LANGUAGES = {"en": "en", "zh": "zh-Hans"}  # as they are asked for, and as HTML names them
COUNTED = ("partnerships", "memoranda", "plans", "cities", "pairs", "clusters", "practices", "adoptions", "units", "km")
LONGEST = 200  # characters of a name


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Return every sentence of the report by key and language."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def plain(name: object) -> str:
    """Return a name as one line of text that steers nothing: no control characters, no change of direction."""
    line = one_line(str(name).replace("\u2028", " ").replace("\u2029", " "))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def steady(text: str) -> str:
    """Return lines of text as they are, without what would turn their direction."""
    return harmless(text).replace("\u2028", "\n").replace("\u2029", "\n")


def sentence(text: object) -> Markup:
    """Return a sentence that another command or a file says, whole and in one line."""
    return escape(one_line(steady(str(text))))


def name(text: object) -> Markup:
    """Return a name out of a file, in an element of its own direction."""
    return Markup("<bdi>{}</bdi>").format(plain(text))


class Count(int):
    """A number in a sentence, which takes the form of one or of many: ``{runs:# run|# runs}``."""

    def __html_format__(self, forms: str) -> Markup:
        one, _, many = forms.partition("|")
        return escape((one if self == 1 else many).replace("#", f"{self:,}") if forms else str(int(self)))


class Words(NamedTuple):
    """The words of one language: ``en`` or ``zh``."""

    language: str

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return LANGUAGES[self.language]

    def say(self, sentence: str, /, **of: Any) -> Markup:
        """Return a sentence by its key; what is put into it is escaped unless it is markup already."""
        counted = {key: Count(x) if isinstance(x, Integral) else x for key, x in of.items()}
        return escape(catalogue()[sentence][self.language]).format(**counted)

    def head(self, column: str) -> Markup:
        """Return the heading of a column of a table of another command, or its name."""
        known = next((key for key in (f"column_{column}", column) if key in catalogue()), None)
        return self.say(known) if known else name(column)

    def label(self, outcome: str) -> Markup:
        """Return the label of an outcome, a sum of some, or a factor, or its name."""
        if len(parts := outcome.split(" + ")) > 1:
            return Markup(" + ").join(map(self.label, parts))
        if outcome in (SCENARIO, POSTERIOR):
            return self.say("scenario" if outcome == SCENARIO else "draw")
        known = labels.label_of(outcome)
        return escape(known.english if self.language == "en" else known.chinese) if known else name(outcome)

    def level(self, factor: str, level: Any, study: Study) -> Markup:
        """Return a level of a factor: a number, a word, or the title of a scenario."""
        said = worded(level)
        if factor == SCENARIO:
            return name(study.scenarios[said].title or said)
        if isinstance(said, bool):
            return self.say("yes" if said else "no")
        if isinstance(said, int | float):
            return escape(short(said).replace("-", "−"))
        known = labels.SETTINGS.get(said)
        return escape(known.english if self.language == "en" else known.chinese) if known else name(said)

    def settings(self, at: Any, study: Study) -> Markup:
        """Return settings in words: ``Broker (units a month) 8, Events (times the calendar) 1``."""
        said = [
            self.level(key, x, study)
            if key == SCENARIO
            else Markup("{} {}").format(self.label(key), self.level(key, x, study))
            for key, x in at.items()
        ]
        return self.say("comma").join(said) if said else self.say("everything")

    def arm(self, arm: Arm, study: Study) -> Markup:
        """Return the name of an arm, or its settings."""
        return name(arm.name[self.language]) if self.language in arm.name else self.settings(arm.at, study)

    def what(self, claim: Claim) -> Markup:
        """Return what a claim counts."""
        said = claim.texts.get("what", {}).get(self.language)
        if said:
            return name(said)
        label = self.label(claim.outcome)
        return Markup(label[:1].lower() + label[1:]) if label[1:2].islower() and "<" not in label else label

    def direction(self, outcome: str, verdict: str) -> Markup:
        """Return more or fewer of what is counted, higher or lower of what is measured, or that it is not told."""
        measure = MEASURES.get(outcome.partition("@")[0].partition(".")[0])
        return self.say(verdict if measure and measure.unit in COUNTED else f"{verdict}_level")
