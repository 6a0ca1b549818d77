"""Verbs of ``twinhelix`` that set the model against evidence."""
