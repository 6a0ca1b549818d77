"""The dashboard: what changes if this changes, and is it more than luck? One page that a room asks together."""
