"""What the report says of its claims in one language: headline, sentences, pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from experiments.figures.text import percent
from experiments.intervals import paired, replicates_needed
from experiments.report.page.claims import DIFFERENCE, Arm, Claim, aligned, mean_of
from experiments.report.page.drawing import Mark, Panel, intervals, running
from experiments.report.page.evidence import Evidence
from experiments.report.page.sections import Driver
from experiments.report.page.story import STEPS, Story
from experiments.report.page.turns import Elsewhere
from experiments.report.page.verdicts import MORE, UNCLEAR, Difference, printed
from experiments.report.page.words import Words, name, sentence

TENTH = 0.1


def bare(text: Markup | str) -> str:
    """Return the text of a piece of the page, without elements: for pictures, which have none."""
    return Markup(text).striptags()


class Told(NamedTuple):
    """The claims of a study in the words of one language; ``figure``: the arms of its figure, else those compared."""

    words: Words
    found: Evidence
    claims: tuple[Claim, ...]
    figure: tuple[Arm, ...] = ()

    def headline(self, drivers: Sequence[Driver] = ()) -> Markup:
        """Return what the first two claims found, else what moves most, else the title of the study."""
        parts = [self.short(claim) for claim in [c for c in self.claims if c.template == DIFFERENCE][:2]]
        parts = parts or [
            self.words.say(
                "least" if d.kind == "regrets" else "depends",
                outcome=self.words.label(d.outcome),
                factor=self.leading(d),
            )
            for d in drivers[:1]
        ]
        said = self.words.say("and_so").join(parts)
        return Markup(said[:1].upper() + said[1:]) if said else name(self.found.study.title)

    def short(self, claim: Claim) -> Markup:
        """Return a claim in a few words."""
        said = claim.texts.get("who", {}).get(self.words.language)
        who = name(said) if said else self.arm(claim.a)
        direction = self.words.direction(claim.outcome, "alike" if claim.found.alike else claim.verdict)
        key = "brings" if said or self.words.language in claim.a.name else "brings_at"
        return self.words.say(key, who=who, more=direction, what=self.words.what(claim))

    def arm(self, arm: Arm) -> Markup:
        """Return the name of an arm."""
        return self.words.arm(arm, self.found.study)

    def big(self, claim: Claim) -> str:
        """Return the number of a claim: its difference, or its share."""
        return percent(claim.share[0]) if claim.share else claim.found.shown["difference"]

    def sentence(self, claim: Claim) -> Markup:
        """Return what follows the number of a claim."""
        what = self.words.what(claim)
        if claim.share:
            that = name(claim.texts.get("that", {}).get(self.words.language) or self.pair(claim, rest=True))
            return self.words.say("hangs" if claim.verdict == MORE else "hangs_not", what=what, that=that)
        key = "than_alike" if claim.found.alike else "than_unclear" if claim.verdict == UNCLEAR else "than"
        more = self.words.direction(claim.outcome, claim.verdict)
        return self.words.say(key, more=more, what=what, a=self.arm(claim.a), b=self.arm(claim.b))

    def pair(self, claim: Claim, rest: bool = False) -> Markup:
        """Return the two arms of a claim."""
        a, b = claim.rest if rest and claim.rest else (claim.a, claim.b)
        return self.words.say("against", a=self.arm(a), b=self.arm(b))

    def sure(self, claim: Claim) -> Markup:
        """Return interval and pairs of a claim."""
        shown = claim.found.shown
        if claim.share and claim.left:
            low, high = map(percent, claim.share[1:])
            left = claim.left.shown["difference"]
            return self.words.say("becomes", low=low, high=high, full=shown["difference"], left=left)
        way = "more" if claim.found.difference >= 0 else "fewer"
        more = self.words.direction(claim.outcome, way)
        n, pairs = claim.found.n_with, claim.found.pairs
        return self.words.say("interval", low=shown["low"], high=shown["high"], more=more, n=n, pairs=f"{pairs:,}")

    def verdict(self, claim: Claim) -> Markup:
        """Return the word of verdict of a claim."""
        if claim.found.on_average_only and claim.verdict != UNCLEAR:
            return self.words.say("on_average")
        return self.verdict_of(claim.outcome, claim.found, claim.verdict)

    def verdict_of(self, outcome: str, found: Difference, word: str = "") -> Markup:
        """Return the word of verdict of a difference; ``word``: another verdict than its own."""
        if found.alike:
            return self.words.say("the_same")
        word = word or found.verdict
        return self.words.say("not_told") if word == UNCLEAR else self.words.direction(outcome, word)

    def holds(self, claim: Claim) -> Markup:
        """Return whether what was expected was found."""
        if claim.expects != claim.verdict:
            return self.words.say("no")
        return self.words.say("nearly" if claim.found.on_average_only else "yes")

    def moved(self, driver: Driver) -> Markup:
        """Return what moves an outcome most, or which programme is regretted least."""
        factor, outcome = self.words.label(driver.factor), self.words.label(driver.outcome)
        return self.words.say(
            "regrets" if driver.kind == "regrets" else "moves", factor=factor, outcome=outcome, month=driver.month
        )

    def moved_surely(self, driver: Driver) -> Markup:
        """Return the interval of an index or regret, or the noise that an elementary effect exceeds."""
        key = {"moves": "moves_sure", "regrets": "range"}.get(driver.kind, driver.kind)
        sure = self.words.say(key, **driver.shown)
        if not driver.rival:
            return sure
        return sure + "; " + self.words.say("not_apart", factor=self.words.label(driver.rival))

    def leading(self, driver: Driver) -> Markup:
        """Return what leads, with what comes next where the two cannot be told apart."""
        first, second = self.words.label(driver.factor), self.words.label(driver.rival)
        return self.words.say("either", a=first, b=second) if driver.rival else first

    def takes(self) -> list[Markup]:
        """Return what to take from the claims, each only where its verdict is the one it was written for."""
        said = [(claim, claim.texts.get("take", {}).get(claim.verdict, {})) for claim in self.claims]
        return [sentence(text[self.words.language]) for _, text in said if self.words.language in text]

    def turning(self, others: Sequence[Elsewhere]) -> list[Elsewhere]:
        """Return what is said on page one: of its claims, and of one more that does not stay."""
        some = [other for other in others if other.turns]
        first = [other for other in some if other.claim in self.claims[:3]]
        return first + [other for other in some if other not in first and not other.stays][:1]

    def turned(self, other: Elsewhere) -> Markup:
        """Return how a claim does at other settings of its study."""
        if other.stays and other.claim.verdict == UNCLEAR:
            return self.words.say("stays_unclear", key=other.claim.key, n=len(other.turns))
        if other.stays:
            least = other.smallest.shown["difference"]
            return self.words.say("stays", key=other.claim.key, n=len(other.turns), least=least)
        level = self.words.direction(other.claim.outcome, MORE) == self.words.say("more_level")
        return self.words.say(
            "same_elsewhere_level" if level else "same_elsewhere",
            key=other.claim.key,
            n=len(other.turns),
            **other.counts,
        )

    def at_once(self, looked: int) -> dict[str, int]:
        """Return how many differences are told from chance, and how many still are among all that were looked at."""
        told = [claim.found for claim in self.claims if claim.found.verdict != UNCLEAR]
        return {"told": len(told), "still": sum(each.among(looked) != UNCLEAR for each in told)}

    def needed(self, claim: Claim) -> str:
        """Return the pairs that would know a difference to a tenth of itself; unknown where pairs share draws."""
        s, d = claim.found.deviation, abs(claim.found.difference)
        return f"{replicates_needed(s, TENTH * d):,}" if s > 0 and d > 1e-6 * s and not claim.found.draws else "–"

    def drawn(self, claims: Sequence[Claim]) -> list[Arm]:
        """Return the arms whose means are drawn for some claims."""
        arms = {arm.points: arm for claim in claims for arm in (claim.b, claim.a, *(claim.rest or ()))}
        return list(self.figure or arms.values())

    def arms_chart(self, claims: Sequence[Claim]) -> Markup:
        """Return the means of the arms of some claims, a panel an outcome."""
        arms = self.drawn(claims)
        outcomes = {claim.outcome: claim for claim in reversed(claims)}
        panels = []
        for claim in sorted(outcomes.values(), key=claims.index):
            rows = []
            for arm in arms:
                mean, low, high, _ = mean_of(self.found, arm, claim.outcome)
                rows.append([Mark(mean, low, high, printed(mean, (high - low) / 2))])
            what = bare(self.words.what(claim))
            panels.append(Panel(what[:1].upper() + what[1:], rows))
        about = bare(self.words.say("figure_arms"))
        return intervals(bare(self.headline()), about, [bare(self.arm(arm)) for arm in arms], panels)

    def differences_chart(self, claims: Sequence[Claim]) -> Markup:
        """Return the paired differences of claims of one outcome."""
        rows = []
        for claim in claims:
            shown = claim.found.shown
            text = f"{shown['difference']} ({bare(self.words.say('range', low=shown['low'], high=shown['high']))})"
            rows.append([Mark(claim.found.difference, claim.found.low, claim.found.high, text)])
        what = bare(self.words.label(claims[0].outcome))
        labels = [f"{claim.key}  {bare(self.pair(claim))}" for claim in claims]
        return intervals(what, bare(self.words.say("figure_differences")), labels, [Panel(what, rows)], zero=True)

    def running_chart(self, claim: Claim) -> Markup:
        """Return the mean difference of a claim after so many pairs."""
        a, b = aligned(self.found, claim.outcome, claim.a, claim.b)
        d = (a - b)[~np.isnan(a - b)]
        found = [paired(d[: n + 1], np.zeros(n + 1)) for n in range(len(d))] if len(d) <= 400 else sampled(d)
        mean, low, high = (np.array([row[x] for row in found]) for x in (2, 3, 4))
        title = bare(self.words.say("running_title", key=claim.key))
        axis = bare(self.words.say("running_axis"))
        return running(title, bare(self.sentence(claim)), mean, (title, f"{axis} {len(d):,}"), (high - low) / 2)

    def story_chart(self, told: Story) -> Markup:
        """Return the steps of one partnership with either arm, a row a step."""
        w, rows = self.words, []
        for step in STEPS:
            there = [(of[step], hollow) for of, hollow in ((told.b, True), (told.a, False)) if step in of]
            both = f"{told.a.get(step, '–')} / {told.b.get(step, '–')}" if there else ""
            marks = [Mark(float(n), math.nan, math.nan, "", hollow) for n, hollow in there]
            rows.append([mark._replace(text=both * (mark is marks[0])) for mark in marks])
        about = w.say("story_about", a=self.arm(told.first), b=self.arm(told.second))
        labels = [bare(w.say(step)) for step in STEPS]
        return intervals(bare(self.cities(told)), bare(about), labels, [Panel(bare(w.say("story_axis")), rows)])

    def cities(self, told: Story) -> Markup:
        """Return the two cities of a story."""
        return Markup("{} – {}").format(*map(name, told.cities))


def sampled(d: np.ndarray) -> list[tuple[float, ...]]:
    """Return paired differences of the first n of many pairs, for 200 n evenly apart."""
    return [paired(d[:n], np.zeros(n)) for n in np.linspace(2, len(d), 200).astype(int)]
