"""The course of an online run: learn an epoch, test, write it down, again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics import State
from plastisim.measures.change import change_of
from plastisim.measures.memories import Memories
from plastisim.measures.overlap import overlap, overlap_matrix
from plastisim.measures.spectra import all_eigenvalues, spectral_radius
from plastisim.protocol import Protocol
from plastisim.runs.at_end import measure_at_end
from plastisim.runs.laboratory import Laboratory
from plastisim.runs.layout import STAGES, recorded_steps, spectra_epochs, weight_epochs
from plastisim.schedule import plastic_steps, tested_epochs
from plastisim.store import StoreWriter

Array = NDArray[Any]


@dataclass
class Course:
    """Where a run stands, besides the network itself."""

    streak: int = 0  # tests in a row in which every cue had its own attractor
    frozen_after: int = -1  # the epoch after which learning was switched off; -1: it was not

    def array(self) -> NDArray[np.int64]:
        return np.array([self.streak, self.frozen_after])


@dataclass(frozen=True)
class Progress:
    """What a watcher is told after every epoch, and before each of the last measurements."""

    epoch: int
    epochs: int
    n_cues: int
    n_attractors: int | None  # as of the last test
    doing: str = "learning"


def run_epochs(
    protocol: Protocol,
    writer: StoreWriter,
    checkpoint: dict[str, Array] | None,
    *,
    should_stop: Callable[[], bool],
    watch: Callable[[Progress], None],
) -> None:
    """Everything from the last whole epoch to the end; `writer` is left finished.

    Parameters
    ----------
    checkpoint
        As `_checkpoint` made it, or None to begin before learning.
    should_stop
        See `Laboratory`.
    """
    state, course = _restored(checkpoint)
    lab = Laboratory(protocol, state, should_stop)
    tested, last = set(tested_epochs(protocol)), protocol.schedule.epochs
    if writer.epoch < 0:
        writer.write("weights", {
            "w_in": lab.network.w_in, "bias": lab.network.bias, "cue_pattern": lab.patterns,
        })  # fmt: skip
        _write_tested(lab, writer, 0, _tell(lab, watch, 0))
        writer.commit(0, _checkpoint(lab, course))
    n_attractors: int | None = None
    for epoch in range(writer.epoch + 1, last + 1):
        frozen = course.frozen_after >= 0
        strength = 0.0 if frozen or lab.rule is None else lab.rule.strength_at(epoch)
        lab.seconds = dict.fromkeys(STAGES, 0.0)
        order = lab.learn(epoch, strength, frozen=frozen)
        memories = None
        if epoch in tested:
            memories = lab.test(_n_leading(protocol))
            n_attractors = memories.attractors.n_attractors
            _follow(course, protocol, epoch, n_attractors == lab.n_cues)
        weights = _weights(lab, tested=memories is not None)
        began = perf_counter()
        n_plastic = 0 if frozen else plastic_steps(protocol) * lab.n_cues
        writer.write(
            "training",
            {"cue_order": order, "strength": strength, "plastic_steps": n_plastic, **weights},
            epoch=epoch,
        )
        lab.seconds["store"] += perf_counter() - began
        _write_tested(lab, writer, epoch, memories)
        writer.write("training", {"seconds": [lab.seconds[stage] for stage in STAGES]}, epoch=epoch)
        writer.commit(epoch, _checkpoint(lab, course))
        watch(Progress(epoch, last, lab.n_cues, n_attractors))
        if course.frozen_after == epoch and _ends_there(protocol):
            break
    measure_at_end(
        lab, writer, lambda doing: watch(Progress(writer.epoch, last, lab.n_cues, None, doing))
    )
    writer.finish()


def _tell(lab: Laboratory, watch: Callable[[Progress], None], epoch: int) -> Memories:
    """Test before learning, and say so."""
    memories = lab.test(_n_leading(lab.protocol))
    n = memories.attractors.n_attractors
    watch(Progress(epoch, lab.protocol.schedule.epochs, lab.n_cues, n))
    return memories


def _n_leading(protocol: Protocol) -> int:
    return protocol.record.spectra.leading if protocol.record.spectra else 1


def _follow(course: Course, protocol: Protocol, epoch: int, all_are_attractors: bool) -> None:
    """Count tests in a row that found every cue's attractor, and freeze when there are enough."""
    course.streak = course.streak + 1 if all_are_attractors else 0
    stop = protocol.schedule.stop
    if stop is not None and course.frozen_after < 0 and course.streak >= stop.tests_in_a_row:
        course.frozen_after = epoch


def _ends_there(protocol: Protocol) -> bool:
    return protocol.schedule.stop is not None and protocol.schedule.stop.then == "end"


def _weights(lab: Laboratory, *, tested: bool) -> dict[str, Any]:
    """How the weights stand; what needs a decomposition, at tested epochs only."""
    with lab.timed("fixed points and spectra"):
        w_rec = lab.engine.w_rec
        change = change_of(w_rec, lab.network.w_initial, decompose=tested)
        return {
            "weight_norm": np.linalg.norm(w_rec),
            "change_norm": change.norm,
            "change_rank": change.rank,
            "change_dimension": change.dimension,
            "spectral_radius": spectral_radius(w_rec) if tested else np.nan,
        }


def _write_tested(
    lab: Laboratory, writer: StoreWriter, epoch: int, memories: Memories | None
) -> None:
    """What is kept of this epoch besides the training, as far as the protocol asks for it."""
    protocol, kept = lab.protocol, dict[str, dict[str, Any]]()
    if epoch in weight_epochs(protocol):
        kept["weights"] = {"w_rec": lab.engine.w_rec}
    if memories is not None:
        kept |= _memories(lab, epoch, memories)
    record = protocol.record.rate
    if record is not None and epoch in record.epochs:
        with lab.timed("test"):
            kept["trajectories"] = _trajectories(lab, *recorded_steps(protocol, record))
    with lab.timed("store"):
        for group, arrays in kept.items():
            writer.write(group, arrays, epoch=epoch)


def _memories(lab: Laboratory, epoch: int, memories: Memories) -> dict[str, dict[str, Any]]:
    """What a test found, by group of the store."""
    found, record = memories.attractors, lab.protocol.record.spectra
    kept: dict[str, dict[str, Any]] = {
        "attractors": {
            "n_attractors": found.n_attractors,
            "n_fixed_points": found.n_fixed_points,
            "relaxed_residual": memories.relaxed_residual,
            "residual": memories.residual,
            "steps_to_rest": memories.steps_to_rest,
            "overlap": found.cue_overlap,
            "spectral_abscissa": memories.eigenvalues[:, 0].real,
            "is_fixed_point": found.is_fixed_point,
            "is_stable": found.is_stable,
            "is_distinct": found.is_distinct,
            "is_mirror": found.is_mirror,
            "is_cue_faithful": found.is_cue_faithful,
            "is_own_attractor": found.is_own_attractor,
            "overlap_matrix": overlap_matrix(memories.cue_end, memories.state),
            "attractor_overlap": found.between,
            "cue_end": memories.cue_end.T,
            "state": memories.state.T,
        }
    }
    if record is not None and epoch in spectra_epochs(lab.protocol):
        kept["spectra"] = {"eigenvalues": memories.eigenvalues}
    if record is not None and epoch in record.full_at:
        with lab.timed("fixed points and spectra"):
            full = all_eigenvalues(lab.engine.w_rec, lab.network, memories.state)
            kept["full_spectra"] = {"eigenvalues": full}
    return kept


def _trajectories(lab: Laboratory, n_steps: int, every: int) -> dict[str, Any]:
    """Rates in a frozen trial with each cue, and their overlap with the state at its end."""
    rate = lab.record(n_steps, every)
    cue_end = lab.cue_end()
    course = [
        overlap(r.T, np.repeat(end[:, None], r.shape[0], axis=1))
        for r, end in zip(rate, cue_end.T, strict=True)
    ]
    return {"rate": rate, "overlap": np.stack(course)}


def _checkpoint(lab: Laboratory, course: Course) -> dict[str, Array]:
    """All that is needed to go on. Random streams need no more than the seed and the position."""
    state = lab.engine.state()
    return {
        "w_rec": state.w_rec,
        "rate": state.rate,
        "traces": state.traces,
        "course": course.array(),
    }


def _restored(checkpoint: dict[str, Array] | None) -> tuple[State | None, Course]:
    if checkpoint is None:
        return None, Course()
    state = State(checkpoint["w_rec"], checkpoint["rate"], checkpoint["traces"])
    return state, Course(*(int(n) for n in checkpoint["course"]))
