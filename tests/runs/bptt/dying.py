"""A process that trains `MIXED` into a store, until it kills or interrupts itself at a moment.

python -m tests.runs.bptt.dying STORE PROTOCOL MOMENT, where PROTOCOL is `MIXED` in a file:

- ``hears N``: SIGKILL as the run's watcher hears of epoch N;
- ``writes TEXT N``: SIGKILL before change N of the disk, from 0, whose path has a text;
- ``asks N``: SIGINT, as of Ctrl-C, while epoch N is trained by ``plastisim run PROTOCOL``.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from plastisim.bptt import BpttEngine
from plastisim.cli import main
from plastisim.runs import Progress, run
from plastisim.runs.bptt import course
from tests.runs.bptt.tiny import protocol
from tests.store.runs import _plant_crash


def tell(note: str) -> None:
    print(note, flush=True)


def send_myself(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


def train_until_killed(store: Path, at: int | None = None) -> None:
    def watch(heard: Progress) -> None:
        if heard.epoch == at:
            send_myself(signal.SIGKILL)

    run(protocol(), out=store, resume_run=True, watch=watch, tell=tell)


def train_until_asked(store: Path, at: int, path: str) -> None:
    train = BpttEngine.train

    def asked_meanwhile(self, first, n_epochs):
        if first == at:
            send_myself(signal.SIGINT)
        return train(self, first, n_epochs)

    BpttEngine.train = asked_meanwhile
    sys.argv = ["plastisim", "run", path, "--out", str(store), "--resume", "--no-figure"]
    main()


if __name__ == "__main__":
    course.CALL = 0.0  # one epoch a call
    place, written, moment, *more = sys.argv[1:]
    if moment == "hears":
        train_until_killed(Path(place), int(more[0]))
    elif moment == "writes":
        _plant_crash(int(more[1]), more[0])
        train_until_killed(Path(place))
    else:
        train_until_asked(Path(place), int(more[0]), written)
