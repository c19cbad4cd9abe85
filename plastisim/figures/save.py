"""A figure goes to disk: the same bytes for the same run, and word of where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from xarray import DataTree

DPI = 200
FORMATS = (".png", ".pdf")


def save(figure: Figure, path: Path | str, tree: DataTree) -> list[Path]:
    """Write a figure of the run `tree`; the paths written.

    Parameters
    ----------
    figure
        As `draw` gives it.
    path
        With the ending ``.png`` or ``.pdf``, that file; with neither, both, the ending added.
    tree
        The run that it shows; its title, seed, protocol and version go into the file's metadata.
    """
    from plastisim.figures.style import house_style

    path = Path(path)
    paths = [path]
    if path.suffix not in FORMATS:
        paths = [path.with_name(path.name + ending) for ending in FORMATS]
    with house_style():
        for each in paths:
            told = _png(tree) if each.suffix == ".png" else _pdf(tree)
            figure.savefig(each, dpi=DPI, metadata=told)
    return paths


def provenance_line(tree: DataTree) -> str:
    """Which run a figure shows, in one line."""
    attrs = tree.attrs
    version = attrs.get("versions", {}).get("plastisim", "unknown")
    return (
        f"store {attrs.get('protocol_sha256', 'unknown')}, seed {attrs.get('seed', 'unknown')}, "
        f"plastisim {version}"
    )


def _png(tree: DataTree) -> dict[str, Any]:
    return {
        "Title": tree.attrs.get("title", ""),
        "Source": provenance_line(tree),
        "Description": tree.attrs.get("source", ""),
    }


def _pdf(tree: DataTree) -> dict[str, Any]:
    return {
        "Title": tree.attrs.get("title", ""),
        "Keywords": provenance_line(tree),
        "Subject": tree.attrs.get("source", ""),
        "CreationDate": None,  # the time of day would make every file another
    }
