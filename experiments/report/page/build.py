"""The page itself: one file of HTML, with its style, its script and its data, that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from abm.parameters import ConfigError, nearest, shown
from experiments.report.page.parts import Report, part
from experiments.report.page.words import LANGUAGES, Words, plain

HERE = Path(__file__).parent


def page(said: Report, languages: Sequence[str], today: str | None = None) -> str:
    """Return a report as HTML, in some languages, the first of which is shown first."""
    style, script = read("report.css"), read("report.js")
    parts = [part(said, Words(language)) for language in languages]
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src '{digest_of(style)}'",
            f"script-src '{digest_of(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    return environment().get_template("page.html.j2").render(
        title=plain(said.found.study.title),
        policy=policy,
        style=Markup(style),
        script=Markup(script),
        runs=Markup(in_script(said.runs)) if said.runs else "",
        parts=parts,
        today=today or datetime.now(UTC).date().isoformat(),
    )  # fmt: skip


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates: everything that is put in is escaped, and what is missing is an error."""
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def read(file: str) -> str:
    """Return a file that lies beside this one."""
    return (HERE / file).read_text(encoding="utf-8")


def digest_of(text: str) -> str:
    """Return the hash of a style or script as a policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


def in_script(value: Any) -> str:
    """Return JSON that ends no element and begins none."""
    made = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return made.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def languages_of(said: str) -> list[str]:
    """Return languages as they are asked for, ``en,zh``, or refuse one that there is not."""
    wanted = list(dict.fromkeys(word.strip() for word in said.split(",") if word.strip()))
    for word in wanted:
        if word not in LANGUAGES:
            known = f"{', '.join(LANGUAGES)}{nearest(word, LANGUAGES)}"
            raise ConfigError(f"--languages {shown(word)}: must be some of {known}")
    if not wanted:
        raise ConfigError(f"--languages: must be some of {', '.join(LANGUAGES)}")
    return wanted
