"""Tables on stdout, plain enough to be read in a log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_pairs(title: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Names and values under a title."""
    table = Table(title=Text(title), title_justify="left", show_header=False, box=box.SIMPLE_HEAD)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(Text(name), Text(value))
    Console(highlight=False).print(table)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Rows under named columns."""
    table = Table(*columns, title=Text(title) if title else None, title_justify="left",
                  box=box.SIMPLE_HEAD)  # fmt: skip
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(table)
