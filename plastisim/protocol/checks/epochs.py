"""What the engines ask alike of epochs that a protocol names: that they come, and come once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from plastisim.protocol.checks.partial import Unknown
from plastisim.protocol.findings import Finding
from plastisim.protocol.text import Path

Lists = Iterable[tuple[Path, list[int]]]  # epochs, and where they are written


def recorded(p: Any, blocks: dict[str, str]) -> Iterator[tuple[Path, list[int]]]:
    """The lists of epochs in `record`; `blocks` says which key of a block holds one."""
    for block, key in blocks.items():
        try:
            asked = getattr(p.record, block)
            epochs = getattr(asked, key) if asked is not None else []
        except Unknown:
            continue
        yield ("record", block, key), epochs


def that_never_come(lists: Lists, last: int, key: str, before: str) -> Iterator[Finding]:
    """Epochs after the last, which is written at `key`; `before` says what epoch 0 is before."""
    for path, epochs in lists:
        for i, epoch in enumerate(epochs):
            if epoch > last:
                yield Finding(
                    (*path, i),
                    f"got {epoch}; {key} is {last}: write 0 (before {before}) to {last}",
                )


def named_twice(lists: Lists) -> Iterator[Finding]:
    """Epochs that are in a list already."""
    for path, epochs in lists:
        for i, epoch in enumerate(epochs):
            if epoch in epochs[:i]:
                yield Finding((*path, i), f"got {epoch} a second time; write every epoch once")


def too_few_tests(asked: int, path: Path, n_epochs: int, every: int) -> Iterator[Finding]:
    """That more tests in a row are waited for than take place."""
    tests = -(-n_epochs // every)  # the last epoch is tested too
    if asked > tests:
        yield Finding(
            path,
            f"got {asked}; {n_epochs} epochs with test.every = {every} hold "
            f"{tests}: write {tests} or less, or test more often",
        )
