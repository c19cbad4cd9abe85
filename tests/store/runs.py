"""A small run whose every number follows from its place, for the tests of the store.

As a program, `python -m tests.store.runs`, it is a writer that can be killed:
`write STORE N_EPOCHS SECONDS` writes or resumes a run, sleeping after each epoch;
`crash DIRECTORY EVERY` writes one run after another, each in a process of its own that dies a few
changes of the disk later than the last; `race STORE N ROUNDS` lets N processes at a time try to
resume a store; `fill DIRECTORY` writes a run on a disk that fills up, and goes on when it is free.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from plastisim.errors import StoreError, StoreLockedError
from plastisim.store import (
    Coordinate,
    Group,
    Layout,
    StoreWriter,
    Variable,
    check_store,
    create,
    resume,
)

N_POST, N_PRE, N_CUES = 5, 3, 2
ATTRS = {"seed": 3, "protocol": "title: a small run\n"}


def layout(n_epochs: int = 3) -> Layout:
    """Groups with epochs of their own, all kinds of numbers, chunks that do not divide evenly."""
    cue = Coordinate(range(N_CUES), "1", "cue")
    return Layout(
        {
            "training": Group(
                {
                    "weight_norm": Variable(("epoch",), "float64", "1", "norm of the weights"),
                    "cue_order": Variable(("epoch", "cue"), "int64", "1", "order of the cues"),
                },
                {"epoch": Coordinate(range(1, n_epochs + 1), "1", "epoch"), "cue": cue},
            ),
            "attractors": Group(
                {
                    "is_distinct": Variable(("epoch", "cue"), "bool", "1", "distinct"),
                    "eigenvalues": Variable(("epoch", "cue"), "complex128", "1/tau", "leading"),
                    "retention": Variable(("cue",), "float32", "ms", "held for", at="end"),
                    "n_retained": Variable((), "int64", "1", "memories held", at="end"),
                },
                {
                    "epoch": Coordinate(range(n_epochs + 1), "1", "epoch"),
                    "cue": cue,
                    "kind": Coordinate(["learned", "né"], "1", "kind of cue", ("cue",)),
                },
            ),
            "weights": Group(
                {
                    "w_rec": Variable(
                        ("epoch", "post", "pre"), "float64", "1", "weights", chunks=(1, 2, 2)
                    ),
                    "w_in": Variable(("post", "cue"), "float32", "1", "input", at="start"),
                },
                {"epoch": Coordinate([0, n_epochs], "1", "epoch"), "cue": cue},
                {"post": N_POST, "pre": N_PRE},
            ),
        }
    )


def arrays(epoch: int) -> dict[str, dict[str, np.ndarray]]:
    """What an epoch adds."""
    draw = np.random.default_rng(epoch)
    at = {
        "attractors": {
            "is_distinct": draw.random(N_CUES) < 0.5,
            "eigenvalues": draw.normal(size=N_CUES) + 1j * draw.normal(size=N_CUES),
        },
        "weights": {"w_rec": weights(epoch)},
    }
    if epoch:
        norm = np.float64(np.linalg.norm(weights(epoch)))
        at["training"] = {"weight_norm": norm, "cue_order": draw.permutation(N_CUES)}
    return at


def weights(epoch: int) -> np.ndarray:
    """Weights after an epoch."""
    return np.random.default_rng(1000 + epoch).normal(size=(N_POST, N_PRE))


def checkpoint(epoch: int) -> dict[str, np.ndarray]:
    """What the run needs to go on."""
    rate = weights(epoch)[:, 0].astype("f4")
    traces = np.empty((0, N_POST), "f4")  # a rule may have none
    return {"w_rec": weights(epoch), "rate": rate, "n": np.int64(epoch), "traces": traces}


W_IN = np.arange(N_POST * N_CUES, dtype="f4").reshape(N_POST, N_CUES)
RETENTION = np.array([3.5, 0.25], "f4")
AT_END = {"retention": RETENTION, "n_retained": 2}


def go_on(writer: StoreWriter, n_epochs: int = 3, until: int | None = None, pause: float = 0.0):
    """Write all that is still to be written."""
    if writer.epoch < 0:
        writer.write("weights", {"w_in": W_IN})
    for epoch in range(writer.epoch + 1, n_epochs + 1):
        if until is not None and epoch > until:
            return
        write_epoch(writer, epoch, n_epochs)
        writer.commit(epoch, checkpoint(epoch))
        time.sleep(pause)
    if until is not None and until >= n_epochs:
        return
    writer.write("attractors", AT_END)
    writer.finish()


def write_epoch(writer: StoreWriter, epoch: int, n_epochs: int = 3) -> None:
    """Write what an epoch adds, and commit nothing."""
    for group, values in arrays(epoch).items():
        if group != "weights" or epoch in (0, n_epochs):
            writer.write(group, values, epoch=epoch)


def whole(path: Path, n_epochs: int = 3) -> Path:
    """A finished store."""
    return partly(path, n_epochs, n_epochs, finished=True)


def partly(path: Path, until: int, n_epochs: int = 3, *, finished: bool = False) -> Path:
    """A store interrupted after an epoch."""
    return Path(shutil.copytree(_template(until, n_epochs, finished), path))


@functools.cache
def _template(until: int, n_epochs: int, finished: bool) -> Path:
    """Written once a process, since zarr takes its time."""
    directory = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, directory)
    with create(directory / "run.zarr", layout(n_epochs), ATTRS) as writer:
        go_on(writer, n_epochs, None if finished else until)
    return directory / "run.zarr"


CHANGES = {"open", "os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir"}  # as Python audits


def crash_everywhere(
    directory: Path,
    every: int,
    begin: Callable[[Path], StoreWriter],
    write: Callable[[StoreWriter], None],
    where: str = "",
) -> None:
    """Run n dies before change n * `every` of the disk, whoever is about to make it.

    With `where`, changes of paths that have it count, and no others.
    """
    n = 0
    while True:
        child = os.fork()
        if not child:
            with begin(directory / f"{n}.zarr") as writer:
                _plant_crash(n * every, where)
                write(writer)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            sys.exit(os.WEXITSTATUS(status))
        n += 1


def _plant_crash(change: int, where: str) -> None:
    left = [change]

    def die(event: str, args: tuple) -> None:
        if event in CHANGES and not (event == "open" and args[1] in (None, "r", "rb")):
            left[0] -= where in str(args[0])
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die)


def _race(store: Path, n: int, rounds: int) -> None:
    """In each round: `n` processes start at one moment, and live until all have tried."""
    for _ in range(rounds):
        start, done = os.pipe(), os.pipe()
        result = os.pipe()
        children = []
        for _ in range(n):
            child = os.fork()
            if not child:
                os.close(start[1])
                os.close(done[1])
                os.read(start[0], 1)  # returns when the parent closes its end
                try:
                    resume(store)
                    os.write(result[1], b"w")
                except StoreLockedError:
                    os.write(result[1], b"l")
                os.read(done[0], 1)
                os.kill(os.getpid(), signal.SIGKILL)
            children.append(child)
        os.close(start[1])
        answers = b""
        while len(answers) < n:
            answers += os.read(result[0], n)
        os.close(done[1])
        for child in children:
            os.waitpid(child, 0)
        for end in (start[0], done[0], *result):
            os.close(end)
        print(answers.count(b"w"), answers.count(b"l"), flush=True)


def _fill(directory: Path) -> None:
    from plastisim.store import open_run  # here, since it takes a second to import

    path, ballast = directory / "run.zarr", directory / "ballast"
    try:
        with create(path, layout(), ATTRS) as writer:
            go_on(writer, until=1)
            with contextlib.suppress(OSError):
                ballast.write_bytes(bytes(10**7))
            go_on(writer)
    except StoreError as error:
        print(str(error).removeprefix(f"{path}: "))
    print(*path.rglob("*.partial"), check_store(path).ok)
    ballast.unlink()
    with resume(path).writer as writer:
        go_on(writer)
    print(open_run(path)["attractors"].load().sizes["epoch"])


if __name__ == "__main__":
    command, path, *rest = sys.argv[1:]
    if command == "write":
        store, n_epochs, pause = Path(path), int(rest[0]), float(rest[1])
        if store.exists():
            a_writer = resume(store).writer
        else:
            a_writer = create(store, layout(n_epochs), ATTRS)
        print("started", flush=True)
        with a_writer:
            go_on(a_writer, n_epochs, pause=pause)
    elif command == "crash":
        crash_everywhere(
            Path(path), int(rest[0]), lambda store: create(store, layout(), ATTRS), go_on
        )
    elif command == "fill":
        _fill(Path(path))
    else:
        _race(Path(path), int(rest[0]), int(rest[1]))
