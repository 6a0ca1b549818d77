"""Figures of a calibration: its tables in, matplotlib figures out; each says in its title what the tables say."""

from calibration.figures.boxes import prior_and_posterior
from calibration.figures.effects import headline_under_beliefs
from calibration.figures.intervals import predictive_intervals
from calibration.figures.proof import proof_of_posterior
from calibration.figures.ridges import tied_unknowns

__all__ = [
    "headline_under_beliefs",
    "predictive_intervals",
    "prior_and_posterior",
    "proof_of_posterior",
    "tied_unknowns",
]
