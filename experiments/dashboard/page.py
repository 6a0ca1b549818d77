"""The files of the page, and what a browser may do with them: nothing but what lies beside it, and no inline script."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from experiments.files import plain

STATIC = Path(__file__).parent / "static"
INDEX = "index.html"
FILES = (
    INDEX,
    "app.js",
    "charts.js",
    "closer.js",
    "controls.js",
    "gallery.js",
    "maps.js",
    "style.css",
    "vendor/d3.min.js",
    "vendor/plot.umd.min.js",
    "vendor/LICENSE-d3",
    "vendor/LICENSE-plot",
)
# Plot puts one style element into each of its pictures, always the same: its hash instead of any inline style.
PLOT_STYLE = "'sha256-+TfQir1nvDucAdvE6XUQBt4ayUjpAWkbw2kCdSfekHM='"
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    f"style-src 'self' {PLOT_STYLE}",
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
)


def read(name: str) -> bytes:
    """Return a file of the page."""
    return (STATIC / name).read_bytes()


def packed(value: Any) -> bytes:
    """Return a value as strict JSON without a blank too much."""
    return json.dumps(value, default=plain, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
