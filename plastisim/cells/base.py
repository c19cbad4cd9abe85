"""What a network equation is, for training by backpropagation through time.

Units are rows and trials are columns, so that a step is ``W @ X``. Everything here is traced by
JAX: plain ``jax.numpy``, no branch on values.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plastisim.cells.initial import AnyInitial, Parameter, draw_parameter
from plastisim.cells.problems import Findings, every_one_is_drawn, trained_ones_exist
from plastisim.draws import normal
from plastisim.frozen import Frozen, Positive

Params = Mapping[str, jax.Array]
Variables = dict[str, jax.Array]  # name -> (unit, trial)


class RandomStart(Frozen):
    """Every trial begins in a state of its own, from N(0, std^2)."""

    std: Positive


Start = Literal["zeros", "learned"] | RandomStart


class Cell(Frozen, ABC):
    """One network equation, with its parameters.

    A subclass says which variables it exposes (`variables`, the first of which is the state that
    `start` sets), which parameters it has, what one step does and what is read out.
    """

    kind: Any  # Literal["its_name"] in a subclass
    n_units: Annotated[int, Field(ge=2)]
    start: Start  # the state before a trial
    trained: Annotated[list[str], Field(min_length=1)]  # names of parameters
    initial: dict[str, AnyInitial]  # every parameter's distribution
    dtype: Literal["float32", "float64"]

    variables: ClassVar[tuple[str, ...]]  # what a regularizer or a measure can look at
    recomputes: ClassVar[bool] = False  # whether the backward pass computes a step's parts anew
    piece: ClassVar[int] = 512  # trials whose states fit into a cache: a batch is cut into such
    reads_out: ClassVar[bool] = True  # whether there is a linear readout w_out, bias_out

    # ---------------------------------------------------------------------------- parameters

    @abstractmethod
    def own_parameters(self, n_inputs: int) -> dict[str, Parameter]:
        """The parameters of the equation itself."""

    def parameters(self, n_inputs: int, n_outputs: int) -> dict[str, Parameter]:
        """All parameters: the equation's, the readout's, and a learned start."""
        n = self.n_units
        found = self.own_parameters(n_inputs)
        if self.start == "learned":
            found["start"] = Parameter((n,), ("unit",), "state before a trial")
        if self.reads_out:
            shape = (n_outputs, n)
            found["w_out"] = Parameter(shape, ("output", "unit"), "readout weights")
            found["bias_out"] = Parameter((n_outputs,), ("output",), "bias of the readout")
        return found

    def draw(self, seed: int, n_inputs: int, n_outputs: int) -> dict[str, NDArray[Any]]:
        """All parameters before training, in the cell's dtype."""
        return {
            name: draw_parameter(self.initial[name], seed, name, p, self.n_units).astype(self.dtype)
            for name, p in self.parameters(n_inputs, n_outputs).items()
        }

    def problems(self, n_inputs: int, n_outputs: int) -> Findings:
        """Keys that do not go together: (path within the cell, what would be right)."""
        known = self.parameters(n_inputs, n_outputs)
        yield from trained_ones_exist(self.kind, self.trained, known)
        yield from every_one_is_drawn(self.kind, self.initial, known)
        if self.start == "learned" and "start" not in self.trained:
            yield ("start",), 'got "learned"; write start among the trained, or start: zeros'

    # ------------------------------------------------------------------------------- equation

    def begin(self, state: jax.Array) -> Variables:
        """What is carried from step to step, from the state (unit, trial) before a trial."""
        return {self.variables[0]: state}

    @abstractmethod
    def step(self, p: Params, carried: Variables, s: jax.Array) -> tuple[Variables, Variables]:
        """One step with the input `s` (input, trial).

        Returns
        -------
        carried
            What the next step needs.
        seen
            Everything in `variables`.
        """

    def recurrent(self, p: Params) -> jax.Array:
        """The recurrent weights W as one matrix, whose norm and singular values are recorded."""
        return p["w_rec"]

    def output(self, p: Params, seen: Variables) -> jax.Array:
        """What the network answers (output, trial): by default W_out times the first variable."""
        return p["w_out"] @ seen[self.variables[0]] + p["bias_out"][:, None]

    def initial_state(self, p: Params, key: jax.Array, n_trials: int) -> jax.Array:
        """The state before each trial (unit, trial); `key` is for random ones."""
        shape = (self.n_units, n_trials)
        if self.start == "learned":
            return jnp.broadcast_to(p["start"][:, None], shape)
        if isinstance(self.start, RandomStart):
            return self.start.std * normal(key, shape, self.dtype)
        return jnp.zeros(shape, self.dtype)


def joined(weights: Sequence[jax.Array], inputs: Sequence[jax.Array]) -> jax.Array:
    """The sum of products ``w @ x``, as one product: small ones cost more than they compute.

    A weight of one dimension is a constant input, and has no `inputs`; it comes last.
    """
    columns = [w if w.ndim == 2 else w[:, None] for w in weights]
    rows = list(inputs)
    if len(columns) > len(rows):
        rows.append(jnp.ones((1, rows[0].shape[1]), rows[0].dtype))
    return jnp.concatenate(columns, axis=1) @ jnp.concatenate(rows)


def no_self_connections(n_units: int) -> NDArray[np.bool_]:
    """The diagonal, where weights of a network without self-connections are 0."""
    return np.eye(n_units, dtype=bool)
