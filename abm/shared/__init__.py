"""What several rules share: pairs of cities, organisations, how practices pass on."""
