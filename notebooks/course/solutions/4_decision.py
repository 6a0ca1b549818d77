"""Change one decision: the rule as a subclass, a prediction, twenty pairs of runs."""

import pandas as pd

import abm
from experiments.intervals import t_interval

OUTCOMES = ["contacts_ever", "pilots_ever", "adoptions_ever"]


class Loyal(abm.City):
    def consent(self, partner, theme, meeting):
        known = self.n_partners < 4 or partner in self.partners()
        return known and super().consent(partner, theme, meeting)


class Cautious(abm.City):
    def consent(self, partner, theme, meeting):
        return self.load < self.capacity / 2 and super().consent(partner, theme, meeting)


class Proud(abm.City):
    def consent(self, partner, theme, meeting):
        return partner.n_partners >= self.n_partners and super().consent(partner, theme, meeting)


class ItsSize(abm.City):
    def consent(self, partner, theme, meeting):
        apart = self.table.log_size[self.row] - partner.table.log_size[partner.row]
        return abs(apart) < 1 and super().consent(partner, theme, meeting)


def only(wanted):
    """Return the class of cities that talk about one theme."""

    class Only(abm.City):
        def consent(self, partner, theme, meeting):
            return theme == wanted and super().consent(partner, theme, meeting)

    return Only


def class_for(rule):
    """Return the class that follows a rule."""
    named = {"loyal": Loyal, "cautious": Cautious, "proud": Proud, "its size": ItsSize}
    return named[rule] if rule in named else only(rule.removeprefix("only "))


def solve(mine, folder):
    """Return the answers of a student."""
    prediction = dict.fromkeys(OUTCOMES, "fewer")
    seeds = mine.seeds(prediction)
    changed = []
    for seed in seeds:
        model = abm.CityPartnershipModel("iuc-asia", seed=seed, city=class_for(mine.rule))
        changed.append(model.run().outcomes[OUTCOMES])
        model.close()
    base = abm.run_many("iuc-asia", seeds=seeds, outcomes=OUTCOMES, progress=False)
    change = pd.concat(changed, ignore_index=True) - base[OUTCOMES]
    _, low, high = t_interval(change["pilots_ever"].to_numpy())
    return {
        "prediction": prediction,
        **change.mean().to_dict(),
        "half_width": (high - low) / 2,
        "surprise": "Fewer contacts mean fewer pilots, but by a smaller share: what is refused were the unlikely ones. "
        "Adoptions hardly depend on whom one partner more or less is.",
    }
