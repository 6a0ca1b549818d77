"""What is told to people: the demonstration and the description of the model."""
