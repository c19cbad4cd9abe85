"""What can go wrong, named so that a caller can tell one trouble from another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class PlastisimError(Exception):
    """Base of every error that plastisim raises on purpose."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a protocol: where it stands, what was found, what would be right."""

    line: int  # from 1; 0 where the file as a whole is meant
    column: int  # from 1; 0 where the file as a whole is meant
    key: str  # dotted path, e.g. "schedule.trial.0.duration"; "" for the file
    message: str
    origin: str = ""  # "command line" for an override; "" for the file


class ProtocolError(PlastisimError):
    """A protocol that cannot be run, with every problem found in it.

    Parameters
    ----------
    source
        Path of the protocol file, or another name for where it came from.
    problems
        All of them; they are sorted by their place in the file.
    """

    def __init__(self, source: str | Path, problems: list[Problem]) -> None:
        self.source = str(source)
        self.problems = sorted(problems)
        super().__init__(self._text())

    def _text(self) -> str:
        lines: list[str] = []
        for problem in self.problems:
            place = problem.origin or self.source
            if problem.line:
                place += f":{problem.line}:{problem.column}"
            lines.append(f"{place}: {problem.key}" if problem.key else place)
            lines.extend(f"    {line}" for line in problem.message.splitlines())
        n = len(self.problems)
        noun = "problem" if n == 1 else "problems"
        lines.append(f"{n} {noun} in {self.source}; nothing was run")
        return "\n".join(lines)


class NotAllowedError(PlastisimError):
    """A protocol names code outside plastisim that the caller has not allowed to run."""


class DivergedError(PlastisimError):
    """A rate or a weight stopped being a finite number.

    Everything before the epoch under way is kept; `epoch` counts from 1, `cue` from 0,
    `step` from 0 at the start of the presentation.
    """

    def __init__(self, *, epoch: int, cue: int, step: int, what: str) -> None:
        self.epoch, self.cue, self.step, self.what = epoch, cue, step, what
        super().__init__(
            f"the network diverged in epoch {epoch}, cue {cue}, step {step}: {what}; "
            "a smaller rule.strength, a bounded transfer function or weight bounds would keep "
            "it finite"
        )


class CompiledCodeError(PlastisimError):
    """Compiled code does not do what the Python code that it was compiled from does."""


class StoreError(PlastisimError):
    """A store that cannot be written or read as asked."""


class StoreExistsError(StoreError):
    """A store stands where a new one was to be written."""


class StoreLockedError(StoreError):
    """Another process is writing to the store."""


class StoreDamagedError(StoreError):
    """A store with missing or corrupted chunks, each named in the message."""
