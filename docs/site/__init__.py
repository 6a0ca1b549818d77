"""The documentation site: `python -m docs.site` makes it of documents, docstrings and declarations, offline.

Sphinx, as the reference is read from docstrings by the tool that NumPy's own format was made for; MyST, so that the
documents stay the Markdown that a repository's page shows; Furo, which brings its scripts, styles and search along and
asks no network for anything.
"""
