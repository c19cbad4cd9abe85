"""Whether training can stop, or slow down, for the reason that is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plastisim.protocol.bptt import Halve
from plastisim.protocol.checks import epochs
from plastisim.protocol.checks.bptt.parts import known_of_task
from plastisim.protocol.checks.partial import Unknown, model_of
from plastisim.protocol.findings import Finding
from plastisim.protocol.text import Path
from plastisim.protocol.words import did_you_mean, joined

STOP = ("training", "stop")


def stop_has_a_reason(p: Any) -> Iterator[Finding]:
    """A network stops at a score, on one side of it, or out of patience."""
    stop = p.training.stop
    if stop is None:
        return
    if stop.above is not None and stop.below is not None:
        yield Finding(
            STOP,
            f"got above: {stop.above:g} and below: {stop.below:g}; write above, or below for a "
            "score of which less is better",
        )
    elif stop.above is None and stop.below is None:
        if stop.patience is None:
            yield Finding(STOP, "nothing stops a network; write above, below or patience")
        elif stop.tests_in_a_row > 1:
            yield Finding(
                (*STOP, "tests_in_a_row"),
                f"got {stop.tests_in_a_row}, which counts tests beyond a score; write above or "
                "below too, or leave it out",
            )


def stop_follows_a_score(p: Any) -> Iterator[Finding]:
    """The score that decides is one of the task's."""
    stop = p.training.stop
    if stop is None:
        return
    scores = known_of_task(p, "scores")
    if stop.score not in scores:
        yield Finding(
            (*STOP, "score"),
            f'got "{stop.score}"; the scores of {p.task.kind} are {joined(scores, " and ")}'
            f"{did_you_mean(stop.score, scores)}"
            if len(scores) > 1
            else f'got "{stop.score}"; the score of {p.task.kind} is {joined(scores)}',
        )


def stop_can_happen(p: Any) -> Iterator[Finding]:
    """As many tests as `stop` waits for take place while a network learns."""
    stop = p.training.stop
    if stop is not None:
        yield from epochs.too_few_tests(
            stop.tests_in_a_row, (*STOP, "tests_in_a_row"), p.training.epochs, p.test.every
        )


def patience_lasts_until_a_test(p: Any) -> Iterator[Finding]:
    """Patience, in epochs, does not end before a test can show a better score."""
    every = p.test.every
    for path, patience in _patience(p):
        if patience < every:
            yield Finding(
                path,
                f"got {patience}; a better score shows in a test, which comes every {every} "
                f"epochs: write {every} or more",
            )


def _patience(p: Any) -> Iterator[tuple[Path, int]]:
    try:
        if model_of(p.training.learning_rate) is Halve:
            yield ("training", "learning_rate", "patience"), p.training.learning_rate.patience
    except Unknown:
        pass
    if p.training.stop is not None and p.training.stop.patience is not None:
        yield (*STOP, "patience"), p.training.stop.patience
