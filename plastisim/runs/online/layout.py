"""What an online run keeps: every variable of its store, with dimensions, units and meaning."""

from __future__ import annotations

import numpy as np

from plastisim.cues.patterns import pattern_shape
from plastisim.protocol import OnlineProtocol
from plastisim.protocol.online import GaussianKicks, RecordRate, SignFlips
from plastisim.rules import LocalRule
from plastisim.schedule import tested_epochs, trial_steps
from plastisim.store import Coordinate, Group, Layout, Variable

STAGES = ("plastic steps", "frozen steps", "test", "fixed points and spectra", "store")


def layout(protocol: OnlineProtocol) -> Layout:
    """The layout of a run of `protocol`."""
    n_cues, n_inputs = pattern_shape(protocol.cues)
    groups = {
        "training": _training(protocol, n_cues),
        "attractors": _attractors(protocol, n_cues),
        "weights": _weights(protocol, n_cues, n_inputs),
    }
    if protocol.record.spectra is not None:
        groups["spectra"] = _spectra(protocol, n_cues)
        if protocol.record.spectra.full_at:
            groups["full_spectra"] = _full_spectra(protocol, n_cues)
    if protocol.record.rate is not None:
        groups["trajectories"] = _trajectories(protocol, protocol.record.rate, n_cues)
    return Layout(groups)


def checkpoint_bytes(protocol: OnlineProtocol) -> int:
    """Bytes of what a run needs to go on."""
    n, itemsize = protocol.network.n_units, np.dtype(protocol.network.dtype).itemsize
    n_traces = len(protocol.rule.traces) if isinstance(protocol.rule, LocalRule) else 0
    return (n * n + n + n * n_traces) * itemsize


def weight_epochs(protocol: OnlineProtocol) -> list[int]:
    """Epochs whose recurrent weights are kept; 0 is before learning."""
    last = protocol.schedule.epochs
    if protocol.record.w_rec is None:
        return sorted({0, last})
    every = protocol.record.w_rec.every
    return sorted({0, *range(every, last + 1, every), last})


def spectra_epochs(protocol: OnlineProtocol) -> list[int]:
    """Epochs whose leading eigenvalues are kept: tested ones, 0 and the last among them."""
    if protocol.record.spectra is None:
        return []
    every, last = protocol.record.spectra.every, protocol.schedule.epochs
    return [e for e in tested_epochs(protocol) if e % every == 0 or e == last]


def retention_steps(protocol: OnlineProtocol) -> list[int]:
    """Steps at which a held memory is looked at: 0 and about ten a decade, up to the end."""
    if protocol.test.retain is None:
        return []
    n = protocol.test.retain.steps(protocol.network.dt)
    steps = np.unique(np.round(np.geomspace(1, n, 10 * len(str(n)))).astype(int))
    return [0, *(int(step) for step in steps)]


def recorded_steps(protocol: OnlineProtocol, record: RecordRate) -> tuple[int, int]:
    """Length of a recorded trajectory, and the distance of its samples, in steps."""
    dt = protocol.network.dt
    n = record.duration.steps(dt) if record.duration else 2 * trial_steps(protocol)
    return n, record.every.steps(dt)


def sign_flips(protocol: OnlineProtocol) -> SignFlips | None:
    """The sign flips that a protocol asks for, if it does."""
    return next((p for p in _perturbations(protocol) if isinstance(p, SignFlips)), None)


def gaussian_kicks(protocol: OnlineProtocol) -> GaussianKicks | None:
    """The Gaussian kicks that a protocol asks for, if it does."""
    return next((p for p in _perturbations(protocol) if isinstance(p, GaussianKicks)), None)


def _perturbations(protocol: OnlineProtocol) -> list[SignFlips | GaussianKicks]:
    given = protocol.test.perturbations
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _epoch(epochs: list[int]) -> Coordinate:
    return Coordinate(epochs, "1", "epoch; 0 is before learning")


def _cue(n_cues: int) -> Coordinate:
    return Coordinate(np.arange(n_cues), "1", "cue")


def _training(protocol: OnlineProtocol, n_cues: int) -> Group:
    e = ("epoch",)
    return Group(
        coords={
            "epoch": _epoch(list(range(1, protocol.schedule.epochs + 1))),
            "presentation": Coordinate(np.arange(n_cues), "1", "place in the epoch"),
            "stage": Coordinate(list(STAGES), "1", "what time was spent on"),
        },
        variables={
            "cue_order": Variable(("epoch", "presentation"), "int64", "1", "cue presented"),
            "strength": Variable(e, "float64", "1", "strength of the rule"),
            "plastic_steps": Variable(e, "int64", "1", "plastic steps"),
            "weight_norm": Variable(e, "float64", "1", "Frobenius norm of the weights"),
            "change_norm": Variable(e, "float64", "1", "Frobenius norm of W - W0"),
            "change_rank": Variable(e, "int64", "1", "rank of W - W0; -1 at untested epochs"),
            "change_dimension": Variable(
                e, "float64", "1", "participation ratio of the squared singular values of W - W0"
            ),
            "spectral_radius": Variable(e, "float64", "1", "spectral radius of the weights"),
            "seconds": Variable(("epoch", "stage"), "float64", "s", "time spent"),
        },
    )


def _attractors(protocol: OnlineProtocol, n_cues: int) -> Group:
    ec, eu = ("epoch", "cue"), ("epoch", "cue", "unit")
    dtype = protocol.network.dtype
    variables = {
        "n_attractors": Variable(
            ("epoch",), "int64", "1", "distinct, stable, cue-faithful fixed points"
        ),
        "n_fixed_points": Variable(
            ("epoch",), "int64", "1", "different stable fixed points that cues lead to"
        ),
        "relaxed_residual": Variable(ec, "float64", "1", "largest |phi(x) - r| after relaxation"),
        "residual": Variable(ec, "float64", "1", "largest |phi(x) - r| after refinement"),
        "steps_to_rest": Variable(ec, "int64", "1", "steps from cue offset to rest; -1 if never"),
        "overlap": Variable(ec, "float64", "1", "overlap of attractor and cue-end state"),
        "spectral_abscissa": Variable(ec, "float64", "1/tau", "spectral abscissa"),
        "is_fixed_point": Variable(ec, "bool", "1", "relaxes to a fixed point"),
        "is_stable": Variable(ec, "bool", "1", "a stable one"),
        "is_distinct": Variable(ec, "bool", "1", "no other cue leads to the same"),
        "is_mirror": Variable(ec, "bool", "1", "another cue leads to its mirror image"),
        "is_cue_faithful": Variable(ec, "bool", "1", "overlaps with the cue-end state"),
        "is_own_attractor": Variable(ec, "bool", "1", "distinct, stable and cue-faithful"),
        "overlap_matrix": Variable(
            ("epoch", "cue", "attractor"), "float64", "1", "overlap of cue-end state and attractor"
        ),
        "attractor_overlap": Variable(
            ("epoch", "cue", "attractor"), "float64", "1", "overlap of two attractors"
        ),
        "cue_end": Variable(eu, dtype, "1", "rate at cue offset"),
        "state": Variable(eu, "float64", "1", "rate at the attractor"),
    }
    coords = {
        "epoch": _epoch(tested_epochs(protocol)),
        "cue": _cue(n_cues),
        "attractor": Coordinate(np.arange(n_cues), "1", "attractor, named by its cue"),
    }
    sizes = {"unit": protocol.network.n_units}
    _add_robustness(protocol, variables, coords, sizes)
    return Group(variables=variables, coords=coords, sizes=sizes)


def _add_robustness(
    protocol: OnlineProtocol,
    variables: dict[str, Variable],
    coords: dict[str, Coordinate],
    sizes: dict[str, int],
) -> None:
    """What is measured once, at the end; the three dictionaries are added to."""
    test = protocol.test
    which = "memory reached: a cue's number, -1 none, -2 the mirror image of one"
    if test.retain is not None:
        times = np.array(retention_steps(protocol)) * protocol.network.dt.milliseconds
        coords["retention_time"] = Coordinate(times, "ms", "time without input")
        variables["retention_overlap"] = Variable(
            ("retention_time", "cue"), "float64", "1", "overlap with the memory held", at="end"
        )
        variables["n_retained"] = Variable((), "int64", "1", "memories still there", at="end")
    if flips := sign_flips(protocol):
        coords["flip_fraction"] = Coordinate(flips.fractions, "1", "fraction of signs flipped")
        variables["return_after_sign_flip"] = Variable(
            ("flip_fraction", "cue"), "float64", "1", "fraction of trials that return", at="end"
        )
    if kicks := gaussian_kicks(protocol):
        coords["kick_std"] = Coordinate(kicks.stds, "1", "standard deviation of the kick")
        variables["return_after_kick"] = Variable(
            ("kick_std", "cue"), "float64", "1", "fraction of trials that return", at="end"
        )
    if test.switches is not None:
        variables["switch_reached"] = Variable(("attractor", "cue"), "int64", "1", which, at="end")
        variables["switch_success"] = Variable(
            (), "float64", "1", "fraction of switches that reach the cue's memory", at="end"
        )
    if test.weak_cues is not None:
        coords["cue_strength"] = Coordinate(test.weak_cues.fractions, "1", "share of the amplitude")
        variables["weak_cue_reached"] = Variable(
            ("cue_strength", "cue"), "int64", "1", which, at="end"
        )
    if test.novel_cues is not None:
        sizes["novel_cue"] = test.novel_cues.n_cues
        variables["novel_cue_reached"] = Variable(("novel_cue",), "int64", "1", which, at="end")
    if test.random_starts is not None:
        sizes["random_start"] = test.random_starts.n_starts
        variables["random_start_reached"] = Variable(
            ("random_start",), "int64", "1", which, at="end"
        )


def _weights(protocol: OnlineProtocol, n_cues: int, n_inputs: int) -> Group:
    n, dtype = protocol.network.n_units, protocol.network.dtype
    return Group(
        coords={"epoch": _epoch(weight_epochs(protocol)), "cue": _cue(n_cues)},
        sizes={"post": n, "pre": n, "unit": n, "input": n_inputs},
        variables={
            "w_rec": Variable(("epoch", "post", "pre"), dtype, "1", "recurrent weights"),
            "w_in": Variable(("unit", "input"), dtype, "1", "input weights", at="start"),
            "bias": Variable(("unit",), dtype, "1", "constant input", at="start"),
            "cue_pattern": Variable(("cue", "input"), "float64", "1", "cue input", at="start"),
        },
    )


def _spectra(protocol: OnlineProtocol, n_cues: int) -> Group:
    assert protocol.record.spectra is not None
    return Group(
        coords={"epoch": _epoch(spectra_epochs(protocol)), "cue": _cue(n_cues)},
        sizes={"eig": protocol.record.spectra.leading},
        variables={
            "eigenvalues": Variable(
                ("epoch", "cue", "eig"), "complex128", "1/tau", "leading Jacobian eigenvalues"
            )
        },
    )


def _full_spectra(protocol: OnlineProtocol, n_cues: int) -> Group:
    assert protocol.record.spectra is not None
    return Group(
        coords={"epoch": _epoch(sorted(set(protocol.record.spectra.full_at))), "cue": _cue(n_cues)},
        sizes={"eig": protocol.network.n_units},
        variables={
            "eigenvalues": Variable(
                ("epoch", "cue", "eig"), "complex128", "1/tau", "all Jacobian eigenvalues"
            )
        },
    )


def _trajectories(protocol: OnlineProtocol, record: RecordRate, n_cues: int) -> Group:
    n_steps, every = recorded_steps(protocol, record)
    time = np.arange(0, n_steps + 1, every) * protocol.network.dt.milliseconds
    return Group(
        coords={
            "epoch": _epoch(sorted(set(record.epochs))),
            "cue": _cue(n_cues),
            "time": Coordinate(time, "ms", "time from the start of the trial"),
        },
        sizes={"unit": protocol.network.n_units},
        variables={
            "rate": Variable(("epoch", "cue", "time", "unit"), protocol.network.dtype, "1", "rate"),
            "overlap": Variable(
                ("epoch", "cue", "time"), "float64", "1", "overlap with the state at cue offset"
            ),
        },
    )
