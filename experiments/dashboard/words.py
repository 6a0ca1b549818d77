"""The words of the dashboard: those of the report and the model, and the few of its own, in English and Chinese."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from abm.labels import SETTINGS, label_of
from abm.labels.measures import PARTS, UNITS
from abm.labels.stages import STAGES
from abm.measures import MEASURES
from experiments.report.page.words import COUNTED, LANGUAGES, plain
from experiments.report.page.words import catalogue as of_report

__all__ = ["both", "direction", "noun", "outcome", "page", "plain", "scenario", "setting", "unit", "way"]
Both = dict[str, str]
SHARED = ("more", "fewer", "not_told", "on_average", "scenario", "outcome", "difference", "low", "high", "mean",
          "p_more", "shared", "months", "language", "story_axis", "comma")  # fmt: skip


@lru_cache(maxsize=1)
def own() -> dict[str, Any]:
    """Return the words that only the dashboard has."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def both(key: str, **of: Any) -> Both:
    """Return a sentence in both languages; what is put into it may differ by language."""
    said = own().get(key) or of_report()[key]
    return {
        language: said[language].format(**{name: value[language] if isinstance(value, dict) else value
                                           for name, value in of.items()})
        for language in LANGUAGES
    }  # fmt: skip


def setting(name: str) -> Both:
    """Return the word for a setting that is one of several, such as a strategy."""
    label = SETTINGS.get(name)
    return {"en": label.english, "zh": label.chinese} if label else {"en": name, "zh": name}


def noun(name: str) -> Both:
    """Return what an outcome counts or measures, as it stands in a sentence."""
    return own()["nouns"][name]


def outcome(name: str) -> Both:
    """Return the label of an outcome."""
    label = label_of(name)
    return {"en": label.english, "zh": label.chinese} if label else {"en": name, "zh": name}


def way(name: str) -> str:
    """Say whether an outcome is counted, more or fewer, or measured, higher or lower."""
    return "count" if MEASURES[name].unit in COUNTED else "measured"


def direction(name: str, verdict: str) -> Both:
    """Return more or fewer of what is counted, higher or lower of what is measured."""
    return both(verdict if way(name) == "count" else f"{verdict}_level")


def unit(name: str) -> Both:
    """Return a unit of a parameter, nothing for a pure number."""
    label = UNITS.get(name)
    return own()["units"].get(name) or (
        {"en": label.english, "zh": label.chinese} if label else {"en": name, "zh": name}
    )


def scenario(name: str, title: str) -> Both:
    """Return the title of a scenario; one of the shipped has a Chinese one too."""
    said = plain(title or name)
    return {"en": said, "zh": own()["scenarios"].get(name, said)}


def page() -> dict[str, Any]:
    """Return all words that the page itself puts together, by key."""
    made: dict[str, Any] = {key: both(key) for key in SHARED}
    made |= {key: said for key, said in own().items() if "en" in said}
    made |= {f"kind_{key}": said for key, said in own()["kinds"].items()}
    made |= {f"step_{key}": said for key, said in steps().items()}
    made |= {name: {"en": label.english, "zh": label.chinese} for name, label in PARTS.items()}
    made |= {rung.stage.name.lower(): {"en": rung.label.english, "zh": rung.label.chinese} for rung in STAGES}
    return made


def steps() -> dict[str, Both]:
    """Return the steps of a story, as the report names them."""
    return {key.removeprefix("step_"): both(key) for key in of_report() if key.startswith("step_")}
