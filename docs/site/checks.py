"""Look through the pages that were made: nothing comes from elsewhere, and no link ends nowhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")


class Page(HTMLParser):
    """What a page names: ids, links, and what a browser fetches to show it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one tag names."""
        said = {key: value or "" for key, value in attrs}
        self.ids |= {said[key] for key in ("id", "name") if key in said}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if (
            tag in LOADS
            and LOADS[tag] in said
            and said.get("rel") not in ("canonical", "index", "search", "next", "prev")
        ):
            self.loads.append(said[LOADS[tag]])


def problems(site: Path) -> list[str]:
    """Return what is wrong with the pages and styles of a site, a sentence each."""
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site.resolve())
        found += [f"{name}: loads {url} from elsewhere" for url in page.loads if is_elsewhere(url)]
        for url in [*page.links, *page.loads]:
            if not is_elsewhere(url) and (why := dead_end(path, url, pages)):
                found.append(f"{name}: {url} {why}")
    for path in sorted(site.rglob("*.css")):
        if IN_STYLES.search(path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(site)}: a style loads something from elsewhere")
    return found


def is_elsewhere(url: str) -> bool:
    """Say whether an address is on another machine, or none that is fetched from this folder."""
    parts = urlsplit(url)
    return bool(parts.scheme or parts.netloc)


def dead_end(page: Path, url: str, pages: dict[Path, Page]) -> str:
    """Return why a link of a page ends nowhere, or nothing."""
    parts = urlsplit(url)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file():
        return "is no file of the site"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
        return "is no place on that page"
    return ""
