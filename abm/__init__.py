"""TwinHelix: city-to-city partnerships, the triple helix, and how practices spread."""
