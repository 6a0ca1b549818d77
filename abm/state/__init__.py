"""The state of the world: tables, their memory, and how rows are added and found."""
