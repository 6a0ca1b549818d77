"""What is told to people: the report of a study, the demonstration and the description of the model."""
