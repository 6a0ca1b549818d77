"""A figure as a reader has it before the eyes: the words that are drawn, where they stand, and what lies under them."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from experiments.figures.style import contrast


class Word(NamedTuple):
    """A text that is drawn: what it says, its colour and box in pixels, and the paper of its own if it has any."""

    says: str
    colour: object
    box: Bbox
    paper: object


def drawn(fig: Figure) -> list[Word]:
    """Return all texts that are drawn: tick labels out of the limits of their axis are not."""
    found: list[Word] = []
    own = Text.draw

    def draw(text: Text, renderer) -> None:
        if text.get_visible() and text.get_text().strip():
            patch = text.get_bbox_patch()
            box = Text.get_window_extent(text, renderer)  # without the arrow of an annotation
            found.append(Word(text.get_text(), text.get_color(), box, patch.get_facecolor() if patch else None))
        own(text, renderer)

    Text.draw = draw
    try:
        fig.canvas.draw()
        found.clear()
        fig.canvas.draw()  # the first settles the layout
    finally:
        Text.draw = own
    return found


def without_words(fig: Figure) -> np.ndarray:
    """Return the pixels of a figure without its texts, shape (height, width, 3), from 0 to 1, the lowest row first."""
    own = Text.draw, Annotation.draw
    Text.draw = Annotation.draw = lambda text, renderer: None
    try:
        fig.canvas.draw()
        return np.asarray(fig.canvas.buffer_rgba())[::-1, :, :3] / 255
    finally:
        Text.draw, Annotation.draw = own


def ground(word: Word, pixels: np.ndarray) -> tuple[float, ...]:
    """Return the colour that most of a word stands on."""
    if word.paper is not None and word.paper[3] == 1:
        return tuple(word.paper[:3])
    (x0, y0), (x1, y1) = np.floor(word.box.min).astype(int), np.ceil(word.box.max).astype(int)
    under = pixels[max(0, y0) : y1, max(0, x0) : x1].reshape(-1, 3)
    colours, counts = np.unique(under.round(2), axis=0, return_counts=True)
    return tuple(colours[counts.argmax()])


def faint(fig: Figure, least: float = 4.5) -> list[tuple[str, float]]:
    """Return the words whose contrast with what they stand on is less than it must be."""
    pixels = without_words(fig)
    found = [(word.says, contrast(word.colour, ground(word, pixels))) for word in drawn(fig)]
    return [(says, round(ratio, 2)) for says, ratio in found if ratio < least]


def cut_off(fig: Figure) -> list[str]:
    """Return the words that reach beyond the page."""
    page = fig.bbox.padded(1)
    return [word.says for word in drawn(fig) if not (page.contains(*word.box.min) and page.contains(*word.box.max))]


def overlapping(fig: Figure, slack: float = 2.0) -> list[tuple[str, str]]:
    """Return pairs of words that stand on each other, by more than some pixels of their boxes."""
    words = [(word.says, word.box.padded(-slack)) for word in drawn(fig)]
    return [(a, b) for k, (a, one) in enumerate(words) for b, other in words[:k] if one.overlaps(other)]


def threads_through_words(fig: Figure) -> list[tuple[str, str]]:
    """Return names whose thread to what they name runs through another word, with that word."""
    words, found = drawn(fig), []
    for text in fig.findobj(Annotation):
        if text.arrow_patch is not None:
            way = text.arrow_patch.get_path().interpolated(50).vertices
            for word in words:
                box = word.box.padded(-1)
                if word.says != text.get_text() and any(box.contains(*point) for point in way):
                    found.append((text.get_text(), word.says))
    return found
