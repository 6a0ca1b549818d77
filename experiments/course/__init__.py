"""The course: five assignments with draws of one's own, checked with what luck allows.

In a folder that ``twinhelix course new`` made, :func:`mine` says what you are given and :func:`check` what your answers
are worth.
"""

from experiments.course.folder import check, mine

__all__ = ["check", "mine"]
