"""A run that is written in blocks of epochs, several of which share a chunk.

As a program, `python -m tests.store.curves`, it is a writer that can be killed:
`write STORE N_EPOCHS SECONDS` writes a run, sleeping after each block; `crash DIRECTORY EVERY
[WHERE]` writes one run after another, each in a process of its own that dies a few changes of the
disk later than the last, of those that have WHERE in their path.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from plastisim.store import Coordinate, Group, Layout, StoreWriter, Variable, create
from tests.store.runs import crash_everywhere

N_EPOCHS, N_NETWORKS, SHARED = 11, 3, 4
STOPS = (0, 3, 6, 8, 11)  # a run's commits; SHARED divides few of them
BEST = np.array([7, 2, 5])


def layout(n_epochs: int = N_EPOCHS, shared: int = SHARED) -> Layout:
    """Chunks of `shared` epochs, cut along another dimension too, beside chunks of one."""
    network = Coordinate(range(N_NETWORKS), "1", "network")
    return Layout(
        {
            "curves": Group(
                {
                    "loss": Variable(("epoch", "network"), "float64", "1", "x", (shared, 2)),
                    "n_correct": Variable(("epoch",), "int64", "1", "x", (shared,)),
                    "gradient": Variable(("epoch", "network"), "float32", "1", "x"),
                },
                {"epoch": Coordinate(range(1, n_epochs + 1), "1", "epoch"), "network": network},
            ),
            "tests": Group(
                {
                    "is_distinct": Variable(("epoch",), "bool", "1", "x", (3,)),
                    "eigenvalues": Variable(
                        ("epoch", "network"), "complex128", "1/tau", "x", (2, N_NETWORKS)
                    ),
                    "best": Variable(("network",), "int64", "1", "x", at="end"),
                },
                {"epoch": Coordinate(range(0, n_epochs + 1, 3), "1", "epoch"), "network": network},
            ),
        }
    )


def values(group: str, epochs: Iterable[int]) -> dict[str, np.ndarray]:
    """What some epochs add to a group, an epoch a row."""
    rows = [_epoch(epoch)[group] for epoch in epochs]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def _epoch(epoch: int) -> dict[str, dict[str, np.ndarray]]:
    draw = np.random.default_rng(epoch)
    return {
        "curves": {
            "loss": draw.normal(size=N_NETWORKS),
            "n_correct": draw.integers(9),
            "gradient": draw.normal(size=N_NETWORKS).astype("f4"),
        },
        "tests": {
            "is_distinct": np.bool_(draw.random() < 0.5),
            "eigenvalues": draw.normal(size=N_NETWORKS) + 1j * draw.normal(size=N_NETWORKS),
        },
    }


def checkpoint(epoch: int) -> dict[str, np.ndarray]:
    """What the run needs to go on."""
    return {"n": np.int64(epoch)}


def write_block(writer: StoreWriter, first: int, last: int, *, singly: bool = False) -> None:
    """Write the epochs from `first` to `last`, together or each by itself; commit nothing."""
    for group, described in layout(max(last, 1)).groups.items():
        epochs = [epoch for epoch in described.epochs() if first <= epoch <= last]
        if singly:
            for epoch in epochs:
                one = {name: value[0] for name, value in values(group, [epoch]).items()}
                writer.write(group, one, epoch=epoch)
        elif epochs:
            writer.write(group, values(group, epochs), epochs=epochs)


def go_on(
    writer: StoreWriter, stops: Iterable[int] = STOPS, *, pause: float = 0.0, finish: bool = True
) -> None:
    """Write all that is still to be written, with a commit at each stop."""
    for stop in stops:
        if stop > writer.epoch:
            write_block(writer, writer.epoch + 1, stop)
            writer.commit(stop, checkpoint(stop))
            time.sleep(pause)
    if finish:
        writer.write("tests", {"best": BEST})
        writer.finish()


def written(path: Path, stops: Iterable[int] = STOPS, *, finish: bool = True) -> Path:
    """A store with a commit at each stop."""
    with create(path, layout(), {}) as writer:
        go_on(writer, stops, finish=finish)
    return path


if __name__ == "__main__":
    command, path, *rest = sys.argv[1:]
    if command == "write":
        n_epochs, pause = int(rest[0]), float(rest[1])
        with create(path, layout(n_epochs), {}) as a_writer:
            print("started", flush=True)
            go_on(a_writer, itertools.chain(range(0, n_epochs, 3), [n_epochs]), pause=pause)
    else:
        every, where = int(rest[0]), "".join(rest[1:])
        crash_everywhere(Path(path), every, lambda store: create(store, layout(), {}), go_on, where)
