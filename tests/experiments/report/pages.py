"""A page as a browser reads it, and a file of claims."""

from html.parser import HTMLParser

CLAIMS = """
[arms.much]
at = {{ "broker.capacity" = 8 }}
en = "{name}"
zh = "{name}"

[arms.none]
at = {{ "broker.capacity" = 0 }}
en = "none"
zh = "无"

[[claims]]
outcome = "pilots_ever"
a = "much"
b = "none"
what = {{ en = "{name}", zh = "{name}" }}
"""


class Reading(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and the text of each table row."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.rows, self.text, self.cell = [], [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append((dict(attrs), []))
        if tag in ("td", "th") and self.rows:
            self.rows[-1][1].append("")
            self.cell = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        self.text.append(data)
        if self.cell:
            self.rows[-1][1][-1] += data
