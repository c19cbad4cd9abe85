"""How far a run is: a bar on a terminal, a plain line every half minute elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from time import monotonic

from plastisim.runs import Progress

SILENCE = 30.0  # seconds between plain lines


@contextlib.contextmanager
def show_progress(title: str, *, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """Gives the function that a run calls after every epoch; writes to stderr only."""
    if quiet:
        yield lambda progress: None
    elif sys.stderr.isatty():
        with _bar(title) as watch:
            yield watch
    else:
        yield _lines(title)


def _found(progress: Progress) -> str:
    return progress.found or progress.doing


@contextlib.contextmanager
def _bar(title: str) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("epoch"), MofNCompleteColumn(),
        TextColumn("{task.fields[found]}"), TimeElapsedColumn(), TextColumn("left"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None, found="compiling")

        def watch(progress: Progress) -> None:
            found = _found(progress)
            bar.update(task, completed=progress.epoch, total=progress.epochs, found=found)

        yield watch


def _lines(title: str) -> Callable[[Progress], None]:
    began, last, first_epoch = monotonic(), monotonic(), -1

    def watch(progress: Progress) -> None:
        nonlocal last, first_epoch
        now = monotonic()
        if first_epoch < 0:
            first_epoch = progress.epoch
        if now - last < SILENCE and progress.epoch < progress.epochs:
            return
        if now - last < SILENCE and progress.doing != "learning":
            return
        last = now
        done = progress.epoch - first_epoch
        left = (now - began) / done * (progress.epochs - progress.epoch) if done else None
        rest = f", {left:.0f} s left" if left else ""
        print(
            f"{title}: epoch {progress.epoch}/{progress.epochs}, {_found(progress)}{rest}",
            file=sys.stderr, flush=True,
        )  # fmt: skip

    return watch
