"""What was asked of the speed, each as a ratio measured within one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks import numpy_peers, ours
from benchmarks.clock import ratio

STANDALONE = "Brian2, cpp_standalone"
Measured = Mapping[str, Sequence[float]]  # contestant -> microseconds per step, by round


@dataclass(frozen=True)
class Asked:
    """A ratio of two times; each side is a sum of contestants."""

    n: int
    dtype: str
    over: tuple[str, ...]
    under: tuple[str, ...]
    at_most: float | None = None
    at_least: float | None = None

    @property
    def what(self) -> str:
        return f"{' + '.join(self.over)} / {' + '.join(self.under)}"

    @property
    def wanted(self) -> str:
        return f"≤ {self.at_most}" if self.at_most is not None else f"≥ {self.at_least}"

    def is_met(self, value: float) -> bool:
        if self.at_most is not None:
            return value <= self.at_most
        return self.at_least is not None and value >= self.at_least


OURS, BOUND = (ours.NAME,), (numpy_peers.GEMV, numpy_peers.TANH)
ASKED = (
    *(Asked(n, "float64", OURS, BOUND, at_most=1.5) for n in (400, 1000)),
    *(Asked(n, "float32", OURS, BOUND, at_most=1.6) for n in (400, 1000)),
    Asked(4000, "float64", OURS, (numpy_peers.GEMV,), at_most=2.0),
    *(Asked(n, "float64", (STANDALONE,), OURS, at_least=6.0) for n in (400, 1000)),
    *(Asked(n, "float64", (numpy_peers.GER,), OURS, at_least=1.5) for n in (400, 1000)),
    *(Asked(n, "float64", (ours.USER,), OURS, at_most=1.1) for n in (400, 1000)),
)


@dataclass(frozen=True)
class Answer:
    """A ratio as measured: median and quartiles over the rounds."""

    asked: Asked
    median: float
    lower: float
    upper: float


def answers(measured: Mapping[tuple[int, str], Measured]) -> Iterator[Answer]:
    """Of all that was asked, what this run has measured."""
    for asked in ASKED:
        here = measured.get((asked.n, asked.dtype), {})
        if all(name in here for name in (*asked.over, *asked.under)):
            over, under = (
                [sum(parts) for parts in zip(*(here[name] for name in side), strict=True)]
                for side in (asked.over, asked.under)
            )
            yield Answer(asked, *ratio(over, under))
