"""From parameters and trials to the loss, its parts and the scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from plastisim.cells import Cell
from plastisim.cells.base import Params, Variables
from plastisim.regularizers import Regularizer
from plastisim.tasks import Task, Trial


class Parts(NamedTuple):
    """What a loss is made of; every entry is one number."""

    task: jax.Array
    penalties: jax.Array  # (regularizer,), at strength 1
    scores: dict[str, jax.Array]


def draw_trials(task: Task, keys: jax.Array, shared: Mapping[str, jax.Array], dtype: str) -> Trial:
    """A batch, one trial for each key; the trial is the last axis of every array."""
    return jax.vmap(lambda key: task.trial(key, shared, dtype), out_axes=-1)(keys)


def run_trials(
    cell: Cell,
    p: Params,
    inputs: jax.Array,
    state: jax.Array,
    *,
    wanted: Sequence[str],
    answers_from: int,
) -> tuple[jax.Array, Variables]:
    """Run a batch of trials through the network.

    Parameters
    ----------
    inputs
        (time, input, trial).
    state
        The state before the trials (unit, trial).
    wanted
        Variables of the cell to be kept.
    answers_from
        The first step whose answer is wanted.

    Returns
    -------
    outputs
        Answers from that step on (time, output, trial).
    seen
        The wanted variables over all steps (time, unit, trial).
    """
    step = jax.checkpoint(cell.step, prevent_cse=False) if cell.recomputes else cell.step

    def silent(carried: Variables, s: jax.Array) -> tuple[Variables, None]:
        return step(p, carried, s)[0], None

    def answering(carried: Variables, s: jax.Array) -> tuple[Variables, tuple]:
        carried, seen = step(p, carried, s)
        return carried, (cell.output(p, seen), {name: seen[name] for name in wanted})

    carried = cell.begin(state)
    first = answers_from
    if first and not wanted:  # states of early steps are kept by no one
        carried, _ = jax.lax.scan(silent, carried, inputs[:first])
        _, (outputs, seen) = jax.lax.scan(answering, carried, inputs[first:])
        return outputs, seen
    _, (outputs, seen) = jax.lax.scan(answering, carried, inputs)
    return outputs[first:], seen


def task_loss(kind: str, outputs: jax.Array, targets: jax.Array) -> jax.Array:
    r"""The error of answers in the graded window, both (time, output, trial).

    .. math::
        L_{mse} = \langle (o - o^*)^2 \rangle_{t, k, b}, \qquad
        L_{ce} = -\Big\langle \sum_k o^*_k \log \frac{e^{o_k}}{\sum_l e^{o_l}} \Big\rangle_{t, b}
    """
    if kind == "mse":
        return jnp.mean((outputs - targets) ** 2)
    return -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(outputs, axis=1), axis=1))


def loss_function(
    cell: Cell, task: Task, kind: str, regularizers: Sequence[Regularizer]
) -> Callable[[Params, Trial, jax.Array, jax.Array], tuple[jax.Array, Parts]]:
    r"""The function (p, trials, state, strengths) -> (loss, its parts).

    .. math:: L = L_{task} + \sum_k \lambda_k L_k

    `strengths` is (regularizer,); a decoupled weight decay is no part of the loss.
    """
    first, stop = task.graded
    wanted = sorted({
        name for r in regularizers if r.looks_at_states for name in getattr(r, "of", ())
    })  # fmt: skip
    in_loss = np.array([not getattr(r, "decoupled", False) for r in regularizers], cell.dtype)

    def loss(
        p: Params, trials: Trial, state: jax.Array, strengths: jax.Array
    ) -> tuple[jax.Array, Parts]:
        outputs, seen = run_trials(
            cell, p, trials.inputs[: None if wanted else stop], state,
            wanted=wanted, answers_from=first,
        )  # fmt: skip
        outputs = outputs[: stop - first]
        error = task_loss(kind, outputs, trials.targets[first:stop])
        penalties = jnp.array([r.penalty(cell, p, seen) for r in regularizers], cell.dtype)
        total = error + (in_loss * strengths * penalties).sum() if regularizers else error
        return total, Parts(error, penalties, task.score(outputs, trials))

    return loss
