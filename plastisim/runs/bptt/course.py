"""The course of a run of the gradient engine: train some epochs, write them down, again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic, perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.bptt import BpttEngine, Status
from plastisim.bptt.engine import BUFFER
from plastisim.protocol.bptt import BpttProtocol
from plastisim.runs.bptt.layout import (
    parameter_epochs,
    singular_value_epochs,
    tested_epochs,
    trial_epochs,
)
from plastisim.runs.progress import Interrupted, Progress
from plastisim.store import StoreWriter

Array = NDArray[Any]

CALL = 1.0  # seconds of one compiled call, about: how soon a run stops when it is asked to
COMMIT = 10.0  # seconds between two commits, about: what a killed run loses

Tests = dict[str, Array]  # loss and scores of the last test (network,)


def run_epochs(
    protocol: BpttProtocol,
    writer: StoreWriter,
    checkpoint: Mapping[str, Array] | None,
    *,
    should_stop: Callable[[], bool],
    watch: Callable[[Progress], None],
) -> None:
    """Everything from the last whole epoch to the end; `writer` is left finished.

    Parameters
    ----------
    checkpoint
        As `_checkpoint` made it, or None to begin before training.
    should_stop
        Asked about once a second; a true answer raises `Interrupted`, and nothing is lost.
    """
    course = Course(protocol, writer, checkpoint)
    if writer.epoch < 0:
        course.before_training()
        watch(course.progress())
    last = protocol.training.epochs
    while course.epoch < last:
        if should_stop():
            course.commit()
            raise Interrupted
        course.advance()
        watch(course.progress())
    course.commit()
    status = course.engine.status
    writer.write("final", {"status": status.astype(np.int8), "stopped": course.engine.stopped})
    writer.finish()


class Course:
    """An ensemble in training, and what of it is not yet in its store."""

    def __init__(
        self, protocol: BpttProtocol, writer: StoreWriter, checkpoint: Mapping[str, Array] | None
    ) -> None:
        self.protocol, self.writer = protocol, writer
        self.engine = BpttEngine(protocol, checkpoint)
        self.epoch = writer.epoch
        self._pending: dict[str, list[dict[str, Array]]] = {"training": [], "test": []}
        self._pending |= {"singular_values": []}
        self._last: Tests = {}
        if checkpoint is not None:
            names = ["loss", *protocol.task.scores]
            self._last = {name: checkpoint[f"last_test__{name}"] for name in names}
        self._n_epochs = 1  # of the next call
        self._committed = monotonic()
        self._tested = set(tested_epochs(protocol))
        self._singular = set(singular_value_epochs(protocol))
        self._observed = sorted({*parameter_epochs(protocol), *trial_epochs(protocol)})

    def before_training(self) -> None:
        """Epoch 0: what is there to begin with."""
        self._last = self._results()
        self._keep("test", {name: value[None] for name, value in self._last.items()})
        self.epoch = 0
        if self.protocol.record.trials is not None:
            seen = self.engine.observe()
            start = {name: seen[name] for name in ("inputs", "targets")}
            self.writer.write("trajectories", start)
        self._observe()
        self.commit()

    def advance(self) -> None:
        """Train for about a second, no further than what is to be looked at next."""
        first = self.epoch + 1
        until = next(e for e in (*self._observed, self.protocol.training.epochs) if e >= first)
        n = min(self._n_epochs, until - self.epoch, BUFFER)
        began = perf_counter()
        measured = self.engine.train(first, n)
        seconds = perf_counter() - began
        self._pace(n, seconds)
        self._take(range(first, first + n), measured, seconds)
        self.epoch += n
        if self.epoch in self._observed:
            self._observe()
            self.commit()
        elif monotonic() - self._committed > COMMIT:
            self.commit()

    def commit(self) -> None:
        """Write down what is pending, and make it whole."""
        if self.epoch <= self.writer.epoch:
            return
        for group, blocks in self._pending.items():
            if not blocks:
                continue
            epochs = np.concatenate([block.pop("epoch") for block in blocks])
            arrays = {name: np.concatenate([b[name] for b in blocks]) for name in blocks[0]}
            self.writer.write(group, arrays, epochs=epochs)
            blocks.clear()
        self.writer.commit(self.epoch, self._checkpoint())
        self._committed = monotonic()

    def progress(self) -> Progress:
        """Where the run stands, with the ensemble's median score."""
        status, name = self.engine.status, next(iter(self.protocol.task.scores))
        scores = self._last[name][np.isfinite(self._last[name])]
        median = f"median {name} {np.median(scores):.3f}" if scores.size else ""
        words = {
            Status.LEARNED: "learned", Status.GIVEN_UP: "given up", Status.DIVERGED: "diverged",
        }  # fmt: skip
        counts = [f"{n} {w}" for s, w in words.items() if (n := int((status == s).sum()))]
        found = ", ".join([median, *counts] if median else counts)
        return Progress(self.epoch, self.protocol.training.epochs, found)

    def _take(self, epochs: range, measured: dict[str, Any], seconds: float) -> None:
        """Sort what a call measured by group, and by what was due."""
        numbers = np.array(epochs)
        names = ["loss", "task_loss", "gradient_norm", "largest_gradient_norm", "learning_rate",
                 "weight_norm", "change_norm"]  # fmt: skip
        training = {name: measured[name] for name in names} | measured["scores"]
        if self.protocol.loss.regularizers:
            training["penalty"] = measured["penalties"]
        training["status"] = measured["status"].astype(np.int8)
        training["seconds"] = np.full(len(epochs), seconds / len(epochs))
        self._keep("training", training, numbers)
        due = np.isin(numbers, list(self._tested))
        tests = {"loss": measured["test_loss"], **measured["test_scores"]}
        between = self._given_up_between_tests(epochs)
        result = self._results() if between.any() else self._last
        for row in np.flatnonzero(due):  # a network keeps the result that it stopped with
            rests, lost = self._stopped_before(numbers[row])
            for name, values in tests.items():
                kept = np.where(between, result[name], self._last[name])
                values[row] = np.where(lost, np.nan, np.where(rests, kept, values[row]))
            self._last = {name: values[row].copy() for name, values in tests.items()}
        self._last = {k: np.where(between, result[k], last) for k, last in self._last.items()}
        if due.any():
            self._keep("test", {k: v[due] for k, v in tests.items()}, numbers[due])
        due = np.isin(numbers, list(self._singular))
        if due.any():
            named = {"w_rec": "singular_values", "w_rec_change": "change_singular_values"}
            found = {name: measured[key][due] for name, key in named.items()}
            self._keep("singular_values", found, numbers[due])

    def _stopped_before(self, epoch: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which networks rest in an epoch, and which have diverged by its end (network,)."""
        stopped, status = self.engine.stopped, self.engine.status
        rests = (stopped >= 0) & (stopped < epoch)
        return rests, (status == Status.DIVERGED) & (stopped <= epoch)

    def _given_up_between_tests(self, epochs: range) -> NDArray[np.bool_]:
        """Which networks were given up in one of these epochs, and one without a test (network,).

        Patience is counted in epochs.
        """
        stopped, status = self.engine.stopped, self.engine.status
        untested = [epoch for epoch in epochs if epoch not in self._tested]
        return (status == Status.GIVEN_UP) & np.isin(stopped, untested)

    def _results(self) -> Tests:
        """A test of all networks as they stand."""
        loss, scores = self.engine.test()
        return {"loss": loss, **scores}

    def _observe(self) -> None:
        """Parameters and trials, where this epoch is one that is looked at."""
        if self.epoch in parameter_epochs(self.protocol):
            self.writer.write("weights", self.engine.parameters(), epoch=self.epoch)
        if self.epoch in trial_epochs(self.protocol):
            seen = self.engine.observe()
            kept = {k: v for k, v in seen.items() if k not in ("inputs", "targets")}
            self.writer.write("trajectories", kept, epoch=self.epoch)

    def _keep(self, group: str, arrays: dict[str, Array], epochs: Any = (0,)) -> None:
        self._pending[group].append({"epoch": np.asarray(epochs), **arrays})

    def _pace(self, n: int, seconds: float) -> None:
        """How many epochs fill a second; the first call compiles, and says nothing."""
        if self._n_epochs == n:
            self._n_epochs = int(np.clip(n * CALL / max(seconds, 1e-3), 1, min(4 * n, BUFFER)))

    def _checkpoint(self) -> dict[str, Array]:
        """All that is needed to go on; chance needs no more than seed and position."""
        last = {f"last_test__{name}": value for name, value in self._last.items()}
        return {**self.engine.checkpoint(), **last}
