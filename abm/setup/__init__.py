"""From what is given to the tables of a world, and the room that they need."""
