"""From tables of runs to answers: effects, comparisons, positions, networks."""
