"""The course of an online run: learn an epoch, test, write it down, again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics import State
from plastisim.measures.change import change_of
from plastisim.measures.memories import Memories
from plastisim.measures.overlap import overlap, overlap_matrix
from plastisim.measures.spectra import all_eigenvalues, spectral_radius
from plastisim.protocol import OnlineProtocol
from plastisim.runs.online.at_end import measure_at_end
from plastisim.runs.online.laboratory import Laboratory
from plastisim.runs.online.layout import STAGES, recorded_steps, spectra_epochs, weight_epochs
from plastisim.runs.progress import Progress
from plastisim.schedule import plastic_steps, tested_epochs
from plastisim.store import StoreWriter

Array = NDArray[Any]


@dataclass
class Course:
    """Where a run stands, besides the network itself."""

    streak: int = 0  # tests in a row in which every cue had its own attractor
    frozen_after: int = -1  # the epoch after which learning was switched off; -1: it was not

    @property
    def is_frozen(self) -> bool:
        return self.frozen_after >= 0

    def array(self) -> NDArray[np.int64]:
        return np.array([self.streak, self.frozen_after])


def run_epochs(
    protocol: OnlineProtocol,
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
        As `_checkpoint` made it, or None to begin before learning.
    should_stop
        See `Laboratory`.
    """
    state, course = _restored(checkpoint)
    lab = Laboratory(protocol, state, should_stop)
    last = protocol.schedule.epochs
    if writer.epoch < 0:
        _before_learning(lab, writer, course, watch)
    n_attractors: int | None = None
    while writer.epoch < last and not (course.is_frozen and _ends_when_frozen(protocol)):
        found = _run_epoch(lab, writer, course, writer.epoch + 1)
        n_attractors = n_attractors if found is None else found
        watch(Progress(writer.epoch, last, _found(lab, n_attractors)))
    measure_at_end(lab, writer, lambda doing: watch(Progress(writer.epoch, last, "", doing)))
    writer.finish()


def _found(lab: Laboratory, n_attractors: int | None) -> str:
    """How many attractors the last test found; "" before one."""
    return "" if n_attractors is None else f"{n_attractors}/{lab.n_cues} attractors"


def _before_learning(
    lab: Laboratory, writer: StoreWriter, course: Course, watch: Callable[[Progress], None]
) -> None:
    """Epoch 0: what is there to begin with."""
    start = {"w_in": lab.network.w_in, "bias": lab.network.bias, "cue_pattern": lab.patterns}
    writer.write("weights", start)
    memories = lab.test(_n_leading(lab.protocol))
    _write_tested(lab, writer, 0, memories)
    writer.commit(0, _checkpoint(lab, course))
    n_attractors = memories.attractors.n_attractors
    watch(Progress(0, lab.protocol.schedule.epochs, _found(lab, n_attractors)))


def _run_epoch(lab: Laboratory, writer: StoreWriter, course: Course, epoch: int) -> int | None:
    """Learn, test if it is due, write it down; the number of attractors, if it was tested."""
    protocol, was_frozen = lab.protocol, course.is_frozen
    strength = 0.0 if was_frozen or lab.rule is None else lab.rule.strength_at(epoch)
    lab.seconds = dict.fromkeys(STAGES, 0.0)
    order = lab.learn(epoch, strength, frozen=was_frozen)
    memories = None
    if epoch in tested_epochs(protocol):
        memories = lab.test(_n_leading(protocol))
        _follow(course, protocol, epoch, bool(memories.attractors.is_own_attractor.all()))
    training = {
        "cue_order": order,
        "strength": strength,
        "plastic_steps": 0 if was_frozen else plastic_steps(protocol) * lab.n_cues,
        **_weights(lab, tested=memories is not None),
    }
    _write_tested(lab, writer, epoch, memories)
    with lab.timed("store"):
        writer.write("training", training, epoch=epoch)
    writer.write("training", {"seconds": [lab.seconds[stage] for stage in STAGES]}, epoch=epoch)
    writer.commit(epoch, _checkpoint(lab, course))
    return memories.attractors.n_attractors if memories else None


def _n_leading(protocol: OnlineProtocol) -> int:
    return protocol.record.spectra.leading if protocol.record.spectra else 1


def _follow(course: Course, protocol: OnlineProtocol, epoch: int, all_are_attractors: bool) -> None:
    """Count tests in a row that found every cue's attractor, and freeze when there are enough."""
    course.streak = course.streak + 1 if all_are_attractors else 0
    stop = protocol.schedule.stop
    if stop is not None and not course.is_frozen and course.streak >= stop.tests_in_a_row:
        course.frozen_after = epoch


def _ends_when_frozen(protocol: OnlineProtocol) -> bool:
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


def _restored(checkpoint: Mapping[str, Array] | None) -> tuple[State | None, Course]:
    if checkpoint is None:
        return None, Course()
    state = State(checkpoint["w_rec"], checkpoint["rate"], checkpoint["traces"])
    return state, Course(*(int(n) for n in checkpoint["course"]))
