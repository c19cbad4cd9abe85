"""Ctrl-C and SIGTERM: once asks the run to stop where nothing is lost, twice is out at once."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

_ASKED = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Becomes true when somebody asked the program to stop."""

    def __init__(self) -> None:
        self.signal: int | None = None

    def __call__(self) -> bool:
        return self.signal is not None

    @property
    def exit_code(self) -> int:
        """128 plus the number of the signal: 130 after Ctrl-C."""
        return 128 + (self.signal or signal.SIGINT)


@contextlib.contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """While inside, the first signal sets the request and the second ends the process."""
    request = StopRequest()

    def ask(number: int, frame: FrameType | None) -> None:
        if request.signal is not None:
            os._exit(128 + number)
        request.signal = number
        print("\nstopping, nothing is lost; again to stop at once", file=sys.stderr)

    before = {number: signal.signal(number, ask) for number in _ASKED}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
