"""Finds in a figure what carries a name, and notes the words that were drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text


def named(figure: Figure, gid: str) -> list[Any]:
    """Artists of that gid, in the order they stand in the figure."""
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def words(figure: Figure) -> str:
    """All text of a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(Text))


@contextmanager
def drawn_texts() -> Iterator[list[tuple[str, Any, float]]]:
    """Every text drawn meanwhile: words, extent in pixels, size in points."""
    seen: list[tuple[str, Any, float]] = []
    draw = Text.draw

    def noting(self: Text, renderer: Any, *args: Any, **kwargs: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            extent = Text.get_window_extent(self, renderer)
            seen.append((self.get_text(), extent, float(self.get_size())))
        draw(self, renderer, *args, **kwargs)

    Text.draw = noting  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        Text.draw = draw  # type: ignore[method-assign]
