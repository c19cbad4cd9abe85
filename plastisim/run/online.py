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
from plastisim.run.at_end import measure_at_end
from plastisim.run.laboratory import Laboratory
from plastisim.run.layout import STAGES, recorded_steps, spectra_epochs, weight_epochs
from plastisim.schedule import plastic_steps, steps_until_cue_ends, tested_epochs
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
        began = perf_counter()
        _write_training(lab, writer, epoch, order, strength, frozen, memories is not None)
        _write_tested(lab, writer, epoch, memories)
        lab.seconds["store"] += perf_counter() - began
        writer.write(
            "training", {"seconds": [lab.seconds[stage] for stage in STAGES]}, epoch=epoch
        )
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


def _write_training(
    lab: Laboratory,
    writer: StoreWriter,
    epoch: int,
    order: NDArray[np.int64],
    strength: float,
    frozen: bool,
    tested: bool,
) -> None:
    change = change_of(lab.engine.w_rec, lab.network.w_initial, decompose=tested)
    n_plastic = 0 if frozen else plastic_steps(lab.protocol) * lab.n_cues
    writer.write(
        "training",
        {
            "cue_order": order,
            "strength": strength,
            "plastic_steps": n_plastic,
            "weight_norm": np.linalg.norm(lab.engine.w_rec),
            "change_norm": change.norm,
            "change_rank": change.rank,
            "change_dimension": change.dimension,
            "spectral_radius": spectral_radius(lab.engine.w_rec) if tested else np.nan,
        },
        epoch=epoch,
    )


def _write_tested(
    lab: Laboratory, writer: StoreWriter, epoch: int, memories: Memories | None
) -> None:
    """What is kept of this epoch besides the training, as far as the protocol asks for it."""
    protocol = lab.protocol
    if epoch in weight_epochs(protocol):
        writer.write("weights", {"w_rec": lab.engine.w_rec}, epoch=epoch)
    if memories is not None:
        _write_memories(lab, writer, epoch, memories)
    record = protocol.record.rate
    if record is not None and epoch in record.epochs:
        n_steps, every = recorded_steps(protocol, record)
        rate = lab.record(n_steps, every)
        cue_end = lab.record(steps_until_cue_ends(protocol), steps_until_cue_ends(protocol))[:, -1]
        course = np.stack([
            overlap(r.T, np.repeat(end[:, None], r.shape[0], axis=1))
            for r, end in zip(rate, cue_end, strict=True)
        ])  # fmt: skip
        writer.write("trajectories", {"rate": rate, "overlap": course}, epoch=epoch)


def _write_memories(lab: Laboratory, writer: StoreWriter, epoch: int, memories: Memories) -> None:
    found, record = memories.attractors, lab.protocol.record.spectra
    writer.write(
        "attractors",
        {
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
        },
        epoch=epoch,
    )
    if record is None:
        return
    if epoch in spectra_epochs(lab.protocol):
        writer.write("spectra", {"eigenvalues": memories.eigenvalues}, epoch=epoch)
    if epoch in record.full_at:
        full = all_eigenvalues(lab.engine.w_rec, lab.network, memories.state)
        writer.write("full_spectra", {"eigenvalues": full}, epoch=epoch)


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
