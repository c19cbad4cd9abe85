"""What is measured once, when learning is over: how well the memories hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.cues import OneChannelEach, novel_patterns
from plastisim.dynamics import Period
from plastisim.dynamics.initial_weights import input_weights
from plastisim.measures.memories import refine_candidates
from plastisim.measures.overlap import overlap_matrix
from plastisim.measures.robustness import answers, flip_signs, kick, reached, retention, returns
from plastisim.runs.online.laboratory import Laboratory
from plastisim.runs.online.layout import gaussian_kicks, retention_steps, sign_flips
from plastisim.schedule import presentation, steps_until_cue_ends
from plastisim.store import StoreWriter
from plastisim.streams import stream

Array = NDArray[Any]
_FLIPS, _KICKS = 0, 1  # places in the stream "perturbations"


def measure_at_end(lab: Laboratory, writer: StoreWriter, tell: Callable[[str], None]) -> None:
    """Every measurement of the end that the protocol asks for, written under `attractors`."""
    memories = _memories(lab)
    for doing, measure in (
        ("retention", _retention),
        ("perturbations", _perturbations),
        ("switches", _switches),
        ("weak cues", _weak_cues),
        ("novel cues", _novel_cues),
        ("random starts", _random_starts),
    ):
        lab.check_stop()
        tell(doing)
        writer.write("attractors", measure(lab, memories))


def _memories(lab: Laboratory) -> Array:
    """Where every cue leads in the end (unit, cue), to an attractor of its own or not."""
    _, relaxed = lab.relaxed_from_cues()
    w_rec = lab.engine.w_rec
    state, _, _ = refine_candidates(w_rec, lab.network, relaxed.rate, relaxed.residual)
    return state


def _retention(lab: Laboratory, memories: Array) -> dict[str, Any]:
    steps = retention_steps(lab.protocol)
    if not steps:
        return {}
    noise = None
    if lab.network.noise:
        random = stream(lab.protocol.seed, "retention")
        std, dtype = lab.network.noise, lab.network.dtype
        noise = lambda: (std * random.standard_normal(memories.shape)).astype(dtype)  # noqa: E731
    kept = retention(lab.frozen(), memories, steps, noise)
    there = kept[-1] >= lab.protocol.test.criteria.same
    return {"retention_overlap": kept, "n_retained": int(there.sum())}


def _perturbations(lab: Laboratory, memories: Array) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if flips := sign_flips(lab.protocol):
        random = stream(lab.protocol.seed, "perturbations", _FLIPS)
        found["return_after_sign_flip"] = np.stack([
            returns(
                lab.frozen(), memories, lambda s, f=f: flip_signs(s, f, random), flips.repeats,
                **_relaxation(lab),
            )
            for f in flips.fractions
        ])  # fmt: skip
    if kicks := gaussian_kicks(lab.protocol):
        random = stream(lab.protocol.seed, "perturbations", _KICKS)
        found["return_after_kick"] = np.stack([
            returns(
                lab.frozen(), memories, lambda s, std=std: kick(s, std, random), kicks.repeats,
                **_relaxation(lab),
            )
            for std in kicks.stds
        ])  # fmt: skip
    return found


def _switches(lab: Laboratory, memories: Array) -> dict[str, Any]:
    if lab.protocol.test.switches is None:
        return {}
    n = lab.n_cues
    start = np.repeat(memories, n, axis=1)  # attractor by attractor, every cue
    which = _answers(lab, start, lab.test_trials * n, memories).reshape(n, n)
    same = overlap_matrix(memories, memories) >= lab.protocol.test.criteria.same
    arrived = (which >= 0) & same[which, np.arange(n)]  # cues may share a memory
    return {"switch_reached": which, "switch_success": arrived.mean()}


def _weak_cues(lab: Laboratory, memories: Array) -> dict[str, Any]:
    weak = lab.protocol.test.weak_cues
    if weak is None:
        return {}
    trials = [
        presentation(lab.protocol, lab.network, share * pattern, learning=False)
        for share in weak.fractions
        for pattern in lab.patterns
    ]
    which = _answers(lab, lab.resting(len(trials)), trials, memories)
    return {"weak_cue_reached": which.reshape(len(weak.fractions), lab.n_cues)}


def _novel_cues(lab: Laboratory, memories: Array) -> dict[str, Any]:
    novel = lab.protocol.test.novel_cues
    if novel is None:
        return {}
    trials = _novel_trials(lab, novel.n_cues)
    return {"novel_cue_reached": _answers(lab, lab.resting(novel.n_cues), trials, memories)}


def _novel_trials(lab: Laboratory, n: int) -> list[list[Period]]:
    """Trials with cues never learned: on channels of their own where learned cues have theirs."""
    protocol, network = lab.protocol, lab.network
    if not isinstance(protocol.cues, OneChannelEach):
        patterns = novel_patterns(protocol.cues, n, lab.n_inputs, protocol.seed)
        return [presentation(protocol, network, p, learning=False) for p in patterns]
    std, dtype = protocol.cues.input_weights_std, network.dtype
    w_in = input_weights(protocol.seed, network.n_units, lab.n_inputs + n, std)[:, lab.n_inputs :]
    inputs = (protocol.cues.amplitude * w_in).astype(dtype)
    template = lab.test_trials[0]
    cued = [period.input == "cue" for period in protocol.schedule.trial]
    return [
        [
            Period(p.name, p.n_steps, inputs[:, k] + network.bias if on else network.bias, False)
            for p, on in zip(template, cued, strict=True)
        ]
        for k in range(n)
    ]


def _random_starts(lab: Laboratory, memories: Array) -> dict[str, Any]:
    random_starts = lab.protocol.test.random_starts
    if random_starts is None:
        return {}
    shape = (lab.network.n_units, random_starts.n_starts)
    start = stream(lab.protocol.seed, "random_starts").uniform(-1.0, 1.0, shape)
    how = _relaxation(lab)
    end = lab.frozen().relax(start, lab.network.bias, how["max_steps"], how["at_rest"]).rate
    return {"random_start_reached": reached(end, memories, how["same"])}


def _answers(
    lab: Laboratory, start: Array, trials: list[list[Period]], memories: Array
) -> NDArray[np.int64]:
    cue_steps = steps_until_cue_ends(lab.protocol)
    return answers(lab.frozen(), start, trials, cue_steps, memories, **_relaxation(lab))


def _relaxation(lab: Laboratory) -> dict[str, Any]:
    criteria = lab.protocol.test.criteria
    return {
        "max_steps": lab.relax_steps(),
        "at_rest": criteria.at_rest,
        "same": criteria.same,
    }
