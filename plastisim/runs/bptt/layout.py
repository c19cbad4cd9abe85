"""What a run of the gradient engine keeps: every variable, with dimensions, units and meaning."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from plastisim.bptt import Ensemble
from plastisim.bptt.network import NetworkProgram
from plastisim.protocol.bptt import BpttProtocol
from plastisim.store import Coordinate, Group, Layout, Variable

PIECE = 2**15  # numbers in a piece of a learning curve
LARGE_PIECE = 2**21  # numbers in a piece of what is larger than that in one epoch


def layout(protocol: BpttProtocol) -> Layout:
    """The layout of a run of `protocol`."""
    groups = {
        "training": _training(protocol),
        "test": _test(protocol),
        "weights": _weights(protocol),
        "final": _final(protocol),
    }
    if protocol.record.singular_values is not None:
        groups["singular_values"] = _singular_values(protocol)
    if protocol.record.trials is not None:
        groups["trajectories"] = _trajectories(protocol)
    return Layout(groups)


def checkpoint_bytes(protocol: BpttProtocol) -> int:
    """Bytes of what a run needs to go on: the networks, and the results of their last test."""
    state = NetworkProgram(protocol).initial_state(protocol.seed)
    results = (1 + len(protocol.task.scores)) * np.dtype(protocol.cell.dtype).itemsize
    of_network = sum(leaf.nbytes for leaf in jax.tree.leaves(state)) + results
    return len(Ensemble.of(protocol)) * of_network


def tested_epochs(protocol: BpttProtocol) -> list[int]:
    """Epochs after which the networks are tested: 0, every so many, and the last."""
    return _every(protocol, protocol.test.every)


def singular_value_epochs(protocol: BpttProtocol) -> list[int]:
    """Epochs whose singular values are kept."""
    record = protocol.record.singular_values
    return [] if record is None else _every(protocol, record.every)[1:]


def parameter_epochs(protocol: BpttProtocol) -> list[int]:
    """Epochs whose parameters are kept: 0, the last, and those asked for."""
    record, last = protocol.record.parameters, protocol.training.epochs
    every = [] if record.every is None else _every(protocol, record.every)
    return sorted({0, last, *every, *record.epochs})


def trial_epochs(protocol: BpttProtocol) -> list[int]:
    """Epochs in which test trials are kept in full: 0, the last, and those asked for."""
    record, last = protocol.record.trials, protocol.training.epochs
    return [] if record is None else sorted({0, last, *record.epochs})


def _every(protocol: BpttProtocol, every: int) -> list[int]:
    last = protocol.training.epochs
    return sorted({0, *range(every, last + 1, every), last})


def _epoch(epochs: list[int] | range) -> Coordinate:
    return Coordinate(list(epochs), "1", "epoch; 0 is before training")


def _networks(protocol: BpttProtocol) -> dict[str, Coordinate]:
    """The networks, and what tells one from another."""
    ensemble = Ensemble.of(protocol)
    coords = {
        "network": Coordinate(np.arange(len(ensemble)), "1", "network"),
        "seed": Coordinate(ensemble.seeds, "1", "seed of the network", ("network",)),
    }
    strengths = ensemble.strengths_at(range(1, 2))[:, 0]
    for k, regularizer in enumerate(protocol.loss.regularizers):
        if isinstance(regularizer.strength, list):  # of a grid, which no epoch changes
            coords[f"strength_{regularizer.kind}"] = Coordinate(
                strengths[:, k], "1", f"strength of {regularizer.kind}", ("network",)
            )
    return coords


def _curve(protocol: BpttProtocol, long_name: str, *more: str, dtype: str = "") -> Variable:
    """A number per epoch and network, or some; several epochs a piece."""
    n = len(Ensemble.of(protocol)) * (len(protocol.loss.regularizers) if more else 1)
    chunks = (max(PIECE // n, 1), len(Ensemble.of(protocol)), *(n for _ in more))
    dims = ("epoch", "network", *more)
    return Variable(dims, dtype or protocol.cell.dtype, "1", long_name, chunks)


def _training(protocol: BpttProtocol) -> Group:
    coords = {"epoch": _epoch(range(1, protocol.training.epochs + 1)), **_networks(protocol)}
    names = {
        "loss": "loss, mean over the epoch's steps",
        "task_loss": "loss without regularizers, mean over the epoch's steps",
        "gradient_norm": "norm of the gradient before clipping, mean over the epoch's steps",
        "largest_gradient_norm": "norm of the gradient before clipping, largest of the epoch",
        "learning_rate": "learning rate",
        "weight_norm": "Frobenius norm of the recurrent weights",
        "change_norm": "Frobenius norm of their change in the epoch",
        **{k: f"{v}; of training trials" for k, v in protocol.task.scores.items()},
    }
    variables = {name: _curve(protocol, what) for name, what in names.items()}
    variables["status"] = _curve(
        protocol, "0 trains, 1 has learned, 2 was given up, 3 has diverged", dtype="int8"
    )
    variables["seconds"] = Variable(("epoch",), "float64", "s", "time spent", (PIECE,))
    if protocol.loss.regularizers:
        kinds = [r.kind for r in protocol.loss.regularizers]
        coords["regularizer"] = Coordinate(kinds, "1", "regularizer")
        variables["penalty"] = _curve(
            protocol, "penalty at strength 1, mean over the epoch's steps", "regularizer"
        )
    return Group(variables, coords)


def _test(protocol: BpttProtocol) -> Group:
    scores = {name: _curve(protocol, what) for name, what in protocol.task.scores.items()}
    return Group(
        {"loss": _curve(protocol, "loss without regularizers"), **scores},
        {"epoch": _epoch(tested_epochs(protocol)), **_networks(protocol)},
    )


def _weights(protocol: BpttProtocol) -> Group:
    n_networks = len(Ensemble.of(protocol))
    variables, sizes = {}, {}
    for name, p in protocol.cell.parameters(
        protocol.task.n_inputs, protocol.task.n_outputs
    ).items():
        sizes |= dict(zip(p.dims, p.shape, strict=True))
        rows = max(LARGE_PIECE // (n_networks * int(np.prod(p.shape))), 1)
        variables[name] = Variable(
            ("epoch", "network", *p.dims), protocol.cell.dtype, "1", p.long_name,
            (rows, n_networks, *p.shape),
        )  # fmt: skip
    coords = {"epoch": _epoch(parameter_epochs(protocol)), **_networks(protocol)}
    return Group(variables, coords, sizes)


def _final(protocol: BpttProtocol) -> Group:
    return Group(
        {
            "status": Variable(
                ("network",), "int8", "1", "0 trained to the end, 1 learned, 2 gave up, 3 diverged",
                at="end",
            ),
            "stopped": Variable(
                ("network",), "int64", "1", "epoch after which it stopped; -1 if it did not",
                at="end",
            ),
        },
        _networks(protocol),
    )  # fmt: skip


def _singular_values(protocol: BpttProtocol) -> Group:
    program = NetworkProgram(protocol)
    with program.precision():
        w = jax.eval_shape(lambda: _recurrent(program, protocol.seed))
    n_networks, rank = len(Ensemble.of(protocol)), min(w.shape)
    rows = max(PIECE // (n_networks * rank), 1)

    def of(what: str) -> Variable:
        return Variable(
            ("epoch", "network", "singular"), protocol.cell.dtype, "1", what,
            (rows, n_networks, rank),
        )  # fmt: skip

    return Group(
        {
            "w_rec": of("singular values of the recurrent weights"),
            "w_rec_change": of("singular values of their change in the epoch"),
        },
        {"epoch": _epoch(singular_value_epochs(protocol)), **_networks(protocol)},
        {"singular": rank},
    )


def _recurrent(program: NetworkProgram, seed: int) -> Any:
    state = program.initial_state(seed)
    return program.cell.recurrent({**state.fixed, **state.trained})


def _trajectories(protocol: BpttProtocol) -> Group:
    record, task, dtype = protocol.record.trials, protocol.task, protocol.cell.dtype
    assert record is not None
    head = ("network", "trial", "time")
    sizes = {"trial": record.n_trials, "input": task.n_inputs, "output": task.n_outputs}
    variables = {
        "inputs": Variable((*head, "input"), dtype, "1", "input", at="start"),
        "targets": Variable((*head, "output"), dtype, "1", "target", at="start"),
        "outputs": Variable(("epoch", *head, "output"), dtype, "1", "answer of the network"),
    }
    for name, rows in variable_rows(protocol).items():
        dim = "unit" if rows == protocol.cell.n_units else f"{name}_unit"
        sizes[dim] = rows
        variables[name] = Variable(("epoch", *head, dim), dtype, "1", name.replace("_", " "))
    coords = {
        "epoch": _epoch(trial_epochs(protocol)),
        **_networks(protocol),
        "time": Coordinate(np.arange(task.n_steps), "1", "step of the trial"),
    }
    return Group(variables, coords, sizes)


def variable_rows(protocol: BpttProtocol) -> dict[str, int]:
    """The size of each variable of the cell in one trial, which for most is the number of units."""
    program = NetworkProgram(protocol)
    cell = program.cell

    def one_step() -> dict[str, jax.Array]:
        state = program.initial_state(protocol.seed)
        p = {**state.fixed, **state.trained}
        start = cell.initial_state(p, jax.random.key(0), 1)
        s = jnp.zeros((protocol.task.n_inputs, 1), cell.dtype)
        return cell.step(p, cell.begin(start), s)[1]

    with program.precision():
        return {name: seen.shape[0] for name, seen in jax.eval_shape(one_step).items()}
