"""What the cell, the task and the regularizers find wrong with themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from plastisim.protocol.checks.partial import Part, Unknown, as_model
from plastisim.protocol.findings import Finding
from plastisim.protocol.foreign import Foreign
from plastisim.protocol.text import Path

TOO_LARGE = (MemoryError, OverflowError, ValueError)  # what NumPy says of arrays that are


def cell_agrees_with_itself(p: Any) -> Iterator[Finding]:
    """Parameters exist, have a distribution that fits them, and suit the task."""
    cell = as_model(p.cell)
    try:
        n_inputs, n_outputs = known_of_task(p, "n_inputs"), known_of_task(p, "n_outputs")
    except Unknown:
        n_inputs = n_outputs = 1  # no parameter's name depends on them
    yield from _placed(("cell",), p.cell, lambda: cell.problems(n_inputs, n_outputs))


def task_agrees_with_itself(p: Any) -> Iterator[Finding]:
    """A trial can be made from the task's keys."""
    if not isinstance(p.task, Foreign):
        task = as_model(p.task)
        yield from _placed(("task",), p.task, lambda: task.problems())


def regularizers_fit_the_cell(p: Any) -> Iterator[Finding]:
    """The cell has what a regularizer looks at."""
    cell = as_model(p.cell)
    for i, part in enumerate(p.loss.regularizers):
        try:
            one = as_model(part)
        except Unknown:
            continue
        incomplete = part if isinstance(part, Part) else p.cell
        yield from _placed(
            ("loss", "regularizers", i), incomplete, lambda one=one: one.problems(cell)
        )


def known_of_task(p: Any, name: str) -> Any:
    """What a task says of itself: ``n_inputs``, ``scores`` ….

    Raises
    ------
    Unknown
        If the task is not imported, or its keys are not right.
    """
    if isinstance(p.task, Foreign):
        raise Unknown(name)
    try:
        return getattr(as_model(p.task), name)
    except (AttributeError, *TOO_LARGE):  # a key is wrong, or the file that it names
        raise Unknown(name) from None


def _placed(
    path: Path, part: Any, ask: Callable[[], Iterable[tuple[Path, str]]]
) -> Iterator[Finding]:
    """Findings with their place; of what is incomplete, as many as can be told."""
    try:
        for below, message in ask():
            yield Finding((*path, *below), message)
    except AttributeError:
        if not isinstance(part, Part):
            raise
    except TOO_LARGE:
        yield Finding(path, "its arrays do not fit in memory; write smaller numbers")
