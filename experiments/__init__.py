"""Questions asked of the model: designs, runs, effects, figures and the command line."""
