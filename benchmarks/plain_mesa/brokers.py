"""Brokers align expectations and introduce cities to each other (E9)."""

from __future__ import annotations

import heapq
import math
from itertools import combinations
from statistics import fmean

import mesa

from abm.input.entries import BrokerEntry
from abm.rules.scouting import EXHAUSTIVE
from abm.state.words import Origin, Stage, Strategy


class Broker(mesa.Agent):
    """A broker, who aligns expectations and introduces the cities that complement each other most (E9)."""

    def __init__(self, model: mesa.Model, entry: BrokerEntry) -> None:
        super().__init__(model)
        for name in ("capacity", "alignment_share", "noise", "sample", "strategy"):
            own = getattr(entry, name)
            setattr(self, name, model.p[f"broker.{name}"] if own is None else own)
        n = len(model.plan.cities)
        if (
            self.strategy != Strategy.COMPLEMENTARITY
            or entry.region
            or n * (n - 1) // 2 * model.n_themes > EXHAUSTIVE * self.sample
        ):
            raise NotImplementedError("the plain program knows brokers who see all pairs and go by complementarity")
        self.units = 0  # sessions held and introductions offered so far

    def work(self) -> None:
        units = self.rounded(self.capacity)
        sessions = min(units, self.rounded(self.alignment_share * units))
        self.align(sessions)
        self.introduce(units - sessions)

    def rounded(self, x: float) -> int:
        return math.floor(x + self.random.random())

    def align(self, n: int) -> None:
        early = [tie for tie in self.model.living if tie.stage <= Stage.ACTION_PLAN]
        for tie in heapq.nlargest(n, early, key=lambda tie: tie.gap + self.random.gauss(0.0, self.noise)):
            tie.sessions += 1
            tie.met += 1.0
            self.units += 1

    def introduce(self, n: int) -> None:
        model = self.model
        free = [city for city in model.cities if city.standing and city.has_room()]
        candidates = [
            (i, j, theme)
            for i, j in combinations(free, 2)
            if model.may_form(i, j)
            for theme in range(model.n_themes)
            if not model.ties.has_edge(i, j, theme)
        ]
        if not candidates or not n:
            return
        scores = [i.complementarity(j, theme) for i, j, theme in candidates]
        centre = fmean(scores)
        spread = math.sqrt(fmean((score - centre) ** 2 for score in scores))
        noise = self.noise * max(spread, 1e-12)  # it misjudges standardised scores
        judged = [score + self.random.gauss(0.0, noise) for score in scores]
        for x in heapq.nlargest(n, range(len(judged)), key=judged.__getitem__):
            model.meet(*candidates[x], Origin.BROKER)
            self.units += 1
