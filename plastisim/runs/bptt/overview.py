"""What a protocol of the gradient engine will do, in words."""

from __future__ import annotations

import numpy as np

from plastisim.bptt import Ensemble
from plastisim.protocol import Foreign
from plastisim.protocol.bptt import BpttProtocol
from plastisim.runs.bptt.layout import parameter_epochs, tested_epochs
from plastisim.runs.engines import Overview


def overview(protocol: BpttProtocol) -> Overview:
    """The parameters as a table; task, loss, counts."""
    cell, task, training = protocol.cell, protocol.task, protocol.training
    if isinstance(task, Foreign):
        kind = f"{task.kind} (not imported; its keys were not checked)"
        return Overview(("parameter", "shape", "trained", "initial"), (), [("task", kind)])
    parameters = cell.parameters(task.n_inputs, task.n_outputs)
    rows = [
        (
            name, " x ".join(map(str, p.shape)), "yes" if name in cell.trained else "no",
            cell.initial[name].kind,
        )
        for name, p in parameters.items()
    ]  # fmt: skip
    n_trained = sum(int(np.prod(parameters[name].shape)) for name in cell.trained)
    first, stop = task.graded
    arms = Ensemble.of(protocol).arms
    grid = f" for each of {len(arms)} settings" if len(arms) > 1 else ""
    steps = training.epochs * training.steps_per_epoch
    pairs = [
        ("cell", f"{cell.kind}, {cell.n_units} units, {n_trained:,} numbers trained, {cell.dtype}"),
        ("task", f"{task.kind}, {task.n_steps} steps, graded from {first} to {stop}"),
        ("loss", " + ".join([protocol.loss.kind, *(r.kind for r in protocol.loss.regularizers)])),
        ("networks", f"{training.networks}{grid}"),
        ("epochs", f"{training.epochs:,}, of {training.steps_per_epoch:,} steps with "
                   f"{training.batch:,} trials"),
        ("steps", f"{steps * len(arms) * training.networks:,} in all networks"),
        ("tests", f"{len(tested_epochs(protocol)):,}, of {protocol.test.n_trials:,} trials"),
        ("parameters kept", f"in {len(parameter_epochs(protocol)):,} epochs"),
    ]  # fmt: skip
    return Overview(("parameter", "shape", "trained", "initial"), rows, pairs)
