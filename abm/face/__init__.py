"""The Mesa face: agents that decide in Python over the tables of the engine. Only here is Mesa imported."""
