"""How Sphinx makes the site of what :mod:`docs.site.staging` laid out."""

from pygments.lexers import TextLexer
from sphinx.application import Sphinx
from sphinx.highlighting import lexers

from abm import __version__

project = "TwinHelix"
author = "The TwinHelix authors"
copyright = "The TwinHelix authors, Apache-2.0"
release = __version__
root_doc = "docs/index"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "docs.site.month"]
exclude_patterns = ["**/.ipynb_checkpoints"]
templates_path = ["templates"]
html_additional_pages = {"index": "to_first_page.html"}

nb_execution_mode = "off"  # they are saved with their outputs, and a test runs them
myst_enable_extensions = ["deflist", "attrs_inline"]
myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid"]
suppress_warnings = ["ref.python"]  # two rooms may call a type alike, such as the City of a rule and that of Mesa

lexers["csv"] = TextLexer()  # Pygments has none for it

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_ivar = True
add_module_names = False

html_theme = "furo"
html_title = f"TwinHelix {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False


def leave_bars(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Leave the bars of |x| in an equation what they are: docstrings have no substitutions."""
    lines[:] = [line.replace("|", "\\|") for line in lines]


def leave_out(app: Sphinx, what: str, name: str, thing: object, skip: bool, options: object) -> bool | None:
    """Leave out the fields of a tuple of which nothing is said but that they are fields: its head names them."""
    return True if (getattr(thing, "__doc__", None) or "").startswith("Alias for field number") else None


def setup(app: Sphinx) -> None:
    """Have docstrings read as they are meant."""
    app.connect("autodoc-process-docstring", leave_bars)
    app.connect("autodoc-skip-member", leave_out)
