"""The diagram of a month on the site: drawn as a list, without the script from elsewhere that Mermaid would need."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

BOX = re.compile(r'^\s*(\w+)\["(.*?)<br/><small>(.*)</small>"\]$', re.MULTILINE)
STEP = re.compile(r"(<b>)?([^<]+)(?:</b>)?")


class Flowchart(SphinxDirective):
    """A flowchart whose boxes follow one another: a numbered list of boxes, each with its steps, decisions in bold."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the list, or refuse a flowchart that has no boxes of this form."""
        found = BOX.findall("\n".join(self.content))
        if not found:
            raise self.error("mermaid: only a flowchart of boxes with small print is drawn here")
        boxes = nodes.enumerated_list(enumtype="arabic", classes=["month"])
        for _, title, steps in found:
            boxes += nodes.list_item("", nodes.paragraph("", re.sub(r"^\d+ ", "", title)), self.steps(steps))
        return [boxes]

    @staticmethod
    def steps(written: str) -> nodes.paragraph:
        """Return the steps of a box with arrows between."""
        line = nodes.paragraph(classes=["steps"])
        for x, step in enumerate(written.split(" → ")):
            bold, name = STEP.fullmatch(step).groups()  # type: ignore[union-attr]
            line += [nodes.Text(" → ")] if x else []
            line += nodes.strong("", name) if bold else nodes.Text(name)
        return line


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx know the directive."""
    app.add_directive("mermaid", Flowchart)
    return {"parallel_read_safe": True}
