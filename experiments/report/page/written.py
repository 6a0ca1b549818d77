"""A file of claims, checked to the last word: what is wrong in it is told by file, line, key and value.

It has arms, each settings with a name in English and Chinese, and claims, each a difference of two arms in an outcome.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from abm.input.files import Source
from abm.parameters import ConfigError, nearest, shortened, shown
from experiments.design.factors import flat
from experiments.factor import Factor, worded
from experiments.report.page.claims import DIFFERENCE, SHARE, Arm, Claim, Claims, Text, Two, arm_at, claim_of
from experiments.report.page.evidence import Evidence
from experiments.report.page.verdicts import VERDICTS
from experiments.report.page.words import LANGUAGES
from experiments.terminal import short

KEY = re.compile(r"[A-Z][0-9]{1,3}")
TEMPLATES = (DIFFERENCE, SHARE)
TEXTS = ("what", "who", "that")
KEYS = ("key", "template", "outcome", "a", "b", "rest", "take", "expects", *TEXTS)


def written(found: Evidence, source: Source) -> Claims:
    """Return the claims that a file makes, with their numbers.

    Raises
    ------
    ConfigError
        One line with file, line, key, value, what is legal and the nearest name.
    """
    document = source.document
    with source.located():
        known_keys(document, ("arms", "claims", "limits", "figure"), "")
        arms = {key: arm_of(found, key, said) for key, said in table(document.get("arms", {}), "arms").items()}
        limits = texts(document.get("limits", {}), "limits")
        figure = tuple(arm(arms, key, "figure") for key in listed(document.get("figure", []), "figure"))
        said = listed(document.get("claims", []), "claims", ", [[claims]]")
        if not said:
            raise ConfigError("claims: there are none; [[claims]] makes one")
    made: list[Claim] = []
    for x, each in enumerate(said):
        with source.located(("claims", x)):
            made.append(claim(found, arms, each, f"claims[{x + 1}]"))
            if made[-1].key in [claim.key for claim in made[:-1]]:
                raise ConfigError(f"claims[{x + 1}].key = {shown(made[-1].key)}: another claim has it")
    return Claims(tuple(made), source.path.name, limits, figure)


def arm_of(found: Evidence, key: str, said: Any) -> Arm:
    """Return an arm, or refuse one of no point."""
    said = table(said, f"arms.{key}")
    known_keys(said, ("at", *LANGUAGES), f"arms.{key}.")
    factors = {factor.name: factor for factor in found.study.factors}
    at = flat(table(said.get("at", {}), f"arms.{key}.at"))
    for name, value in at.items():
        if name not in factors:
            near = nearest(name, factors)
            raise ConfigError(f"arms.{key}.at: {shown(name)} = {shown(value)}: does not vary in this study{near}")
        if not is_level(factors[name], value):
            legal = shortened(", ".join(short(worded(level)) for level in factors[name].levels))
            raise ConfigError(f"arms.{key}.at: {name} = {shown(value)}: must be one of {legal}")
    made = arm_at(found, at, texts({lang: said[lang] for lang in LANGUAGES if lang in said}, f"arms.{key}"))
    if not made.points:
        raise ConfigError(f"arms.{key}.at: the study has no point there")
    return made


def is_level(factor: Factor, value: Any) -> bool:
    """Return whether a value may be one of a factor; ``true`` is no 1, as it is none in a study."""
    return not factor.levels or any(
        worded(level) == value and isinstance(value, bool) == isinstance(level, bool) for level in factor.levels
    )


def claim(found: Evidence, arms: Mapping[str, Arm], said: Any, at: str) -> Claim:
    """Return a claim, or refuse it."""
    said = table(said, at)
    known_keys(said, KEYS, f"{at}.")
    for needed in ("outcome", "a", "b"):
        if needed not in said:
            raise ConfigError(f"{at} needs {needed}")
    key = said.get("key", f"C{at[len('claims[') : -1]}")
    if not KEY.fullmatch(str(key)):
        raise ConfigError(f"{at}.key = {shown(key)}: must be a letter and digits, such as C1")
    template = one_of(said.get("template", DIFFERENCE), TEMPLATES, f"{at}.template")
    rest = listed(said.get("rest", []), f"{at}.rest")
    if len(rest) != 2 * (template == SHARE):
        raise ConfigError(f"{at}.rest = {shown(rest)}: a share has two arms there, another claim none")
    take = {word: texts(text, f"{at}.take.{word}") for word, text in table(said.get("take", {}), f"{at}.take").items()}
    known_keys(take, VERDICTS, f"{at}.take.")
    return claim_of(
        found,
        key,
        one_of(said["outcome"], found.study.outcomes, f"{at}.outcome"),
        two(arms, [said["a"], said["b"]], (f"{at}.a", f"{at}.b")),
        two(arms, rest, (f"{at}.rest", f"{at}.rest")) if rest else None,
        texts={name: texts(said[name], f"{at}.{name}") for name in TEXTS if name in said} | {"take": take},
        expects=one_of(said["expects"], VERDICTS, f"{at}.expects") if "expects" in said else "",
    )


def two(arms: Mapping[str, Arm], names: Sequence[Any], keys: Sequence[str]) -> Two:
    """Return two arms that are compared, or refuse two of the same points."""
    a, b = (arm(arms, name, key) for name, key in zip(names, keys, strict=True))
    if a.points == b.points:
        raise ConfigError(f"{keys[1]} = {shown(names[1])}: is the arm that it is compared with")
    return a, b


def arm(arms: Mapping[str, Arm], name: Any, key: str) -> Arm:
    """Return an arm by its name."""
    return arms[one_of(name, arms, key)]


def table(value: Any, key: str, how: str = "") -> Mapping[str, Any]:
    """Return a table, or refuse what is none."""
    if not isinstance(value, Mapping):
        raise ConfigError(f"{key} = {shown(value)}: must be a table{how}")
    return value


def listed(value: Any, key: str, how: str = "") -> list[Any]:
    """Return a list, or refuse what is none."""
    if not isinstance(value, list):
        raise ConfigError(f"{key} = {shown(value)}: must be a list{how}")
    return value


def texts(value: Any, key: str) -> Text:
    """Return what is said in English, Chinese or both, or refuse what is no text."""
    said = table(value, key, ' of texts, {en = "…", zh = "…"}')
    known_keys(said, LANGUAGES, f"{key}.")
    for language, text in said.items():
        if not isinstance(text, str) or not text.strip():
            raise ConfigError(f"{key}.{language} = {shown(text)}: must be a text")
    return said


def known_keys(said: Mapping[str, Any], known: Collection[str], at: str) -> None:
    """Refuse a key that is not known."""
    for key in said:
        if key not in known:
            raise ConfigError(f"unknown key {shown(at + key)}{nearest(key, known)}")


def one_of(value: Any, known: Collection[str], key: str) -> Any:
    """Return a word, or refuse one that is not known."""
    if not isinstance(value, str) or value not in known:
        near = nearest(value, known) if isinstance(value, str) else ""
        raise ConfigError(f"{key} = {shown(value)}: must be one of {shortened(', '.join(known))}{near}")
    return value
