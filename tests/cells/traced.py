"""A whole trial as an engine runs it, and a loss that hears of every variable in every step."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from plastisim.cells import Cell


def run(cell: Cell, p, inputs, key=None):
    """Answers (time, output, trial) and all variables (time, unit, trial)."""

    def step(carried, s):
        carried, seen = cell.step(p, carried, s)
        return carried, (cell.output(p, seen), seen)

    start = cell.initial_state(p, key, inputs.shape[-1])
    return jax.lax.scan(step, cell.begin(start), inputs)[1]


def loss(cell: Cell, p, inputs, targets):
    """Mean squared error, and the sum of squares of what every variable changes by in a step."""
    outputs, seen = run(cell, p, inputs)
    changes = sum(((v[1:] - v[:-1]) ** 2).sum() for v in seen.values())
    return jnp.mean((outputs - targets) ** 2) + changes
