r"""One step of a network as a map of its whole state, at constant input, with its Jacobian.

Everything that a step needs of the one before is one vector, the state x; a step is x <- F(x).
States are columns: (state,) or (state, start), float64 whatever the network's dtype. Noise is left
out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plastisim.dynamics import Network, drive, next_rate
from plastisim.measures.finite import require_finite

if TYPE_CHECKING:  # a run of the online engine never imports JAX
    from plastisim.cells import Cell

Array = NDArray[Any]


class Map(ABC):
    """x <- F(x). A subclass gives F and its Jacobian, and may know quicker ways to apply it."""

    parts: tuple[tuple[str, int], ...]  # (variable, its number of units), as they are stacked in x

    @property
    def n_state(self) -> int:
        return sum(self.sizes)

    @property
    def sizes(self) -> list[int]:
        return [n for _, n in self.parts]

    def coordinates(self) -> dict[str, tuple[str, Array]]:
        """Which unit of which variable stands at each place of a state."""
        return {
            "variable": ("state", np.repeat([name for name, _ in self.parts], self.sizes)),
            "unit": ("state", np.concatenate([np.arange(n) for n in self.sizes])),
        }

    @abstractmethod
    def step(self, x: Array) -> Array:
        """F(x), shaped like `x`: (state,) or (state, start)."""

    @abstractmethod
    def jacobian(self, x: Array) -> Array:
        r""":math:`J_{ij} = dF_i / dx_j`, (state, state) or (start, state, state)."""

    def pull(self, x: Array, v: Array) -> Array:
        """J(x)^T v for every column of `x` and `v` (state, start)."""
        return np.einsum("kij,ik->jk", self.jacobian(x), v)

    def push(self, x: Array, q: Array) -> Array:
        """J(x_T) ... J(x_1) q: tangent vectors `q` (state, vector) along the states (state, T)."""
        for j in self.jacobian(x):
            q = j @ q
        return q

    def walk(self, x: Array, n_steps: int) -> Array:
        """The states x, F(x), F(F(x)) ... from one state on (state, n_steps + 1)."""
        states = np.empty((len(x), n_steps + 1), order="F")
        states[:, 0] = x
        for k in range(n_steps):
            states[:, k + 1] = self.step(states[:, k])
        return states

    def checked(self, x: ArrayLike, what: str) -> Array:
        """The states as float64, refused if they are not finite or not this map's.

        Raises
        ------
        ValueError
            Names the first place that is not finite, or the number of variables expected.
        """
        x = np.asarray(x, np.float64)
        if x.ndim not in (1, 2) or x.shape[0] != self.n_state:
            stacked = " and ".join(f"{n} of {name}" for name, n in self.parts)
            raise ValueError(
                f"{what}: got the shape {x.shape}; a state is a column of {self.n_state} values, "
                f"{stacked}"
            )
        require_finite(x, what)
        return x


# ------------------------------------------------------------------------- the online engine's


class NetworkMap(Map):
    r"""A leaky rate network with weights W and external input C s + h.

    .. math::
        F(r) = (1-\alpha)\, r + \alpha\, \phi(W r + C s + h), \qquad
        J = (1-\alpha)\, I + \alpha\, \mathrm{diag}(\phi'(W r + C s + h))\, W

    Source: arXiv:2502.07256, Eqs S11 and S12.
    """

    def __init__(self, w_rec: Array, network: Network, external: Array) -> None:
        self.w_rec = np.ascontiguousarray(w_rec, np.float64)
        self.external = np.asarray(external, np.float64)
        self.alpha, self.phi, self.theta = float(network.alpha), network.phi, network.theta
        self.parts = (("rate", len(self.w_rec)),)

    def step(self, x: Array) -> Array:
        return next_rate(x, self._drive(x), self.alpha, self.phi, self.theta)

    def jacobian(self, x: Array) -> Array:
        j = self._slope(x).T[..., None] * self.w_rec
        np.einsum("...ii->...i", j)[...] += 1.0 - self.alpha  # the diagonal, in place
        return j

    def pull(self, x: Array, v: Array) -> Array:
        return (1.0 - self.alpha) * v + self.w_rec.T @ (self._slope(x) * v)

    def push(self, x: Array, q: Array) -> Array:
        # As rows, since LAPACK's QR leaves the vectors so: then no product copies its operands.
        rows = np.array(q.T, order="C")  # a copy: what is given keeps its values
        spare, w_transposed = np.empty_like(rows), self.w_rec.T
        for slope in self._slope(x).T:
            np.matmul(rows, w_transposed, out=spare)
            spare *= slope
            rows *= 1.0 - self.alpha
            spare += rows
            rows, spare = spare, rows
        return rows.T

    def _drive(self, x: Array) -> Array:
        external = self.external if x.ndim == 1 else self.external[:, None]
        return drive(self.w_rec, x, external)

    def _slope(self, x: Array) -> Array:
        return self.alpha * self.phi.derivative(self._drive(x), self.theta)


def map_of_network(w_rec: Array, network: Network, external: Array) -> NetworkMap:
    """The map of a network of the online engine; its state is the rates.

    Parameters
    ----------
    w_rec
        Recurrent weights (post, pre).
    external
        C s + h (unit,); `network.bias` where there is no input.

    Raises
    ------
    ValueError
        A weight or an input is not finite; names it.
    """
    require_finite(np.asarray(w_rec), "w_rec")
    require_finite(np.asarray(external), "external")
    return NetworkMap(w_rec, network, external)


# ----------------------------------------------------------------------------- traced by JAX


class _Compiled(NamedTuple):
    """Compiled functions of (constants, x, ...); x is (state, start), for `push` (state, T)."""

    step: Callable[..., Any]
    jacobian: Callable[..., Any]
    pull: Callable[..., Any]
    push: Callable[..., Any]
    walk: Callable[..., Any]  # of (constants, one state, n_steps)


class TracedMap(Map):
    """A map that JAX traces, and differentiates exactly."""

    def __init__(
        self, compiled: _Compiled, constants: Any, parts: tuple[tuple[str, int], ...]
    ) -> None:
        self._compiled, self._constants, self.parts = compiled, constants, parts

    def step(self, x: Array) -> Array:
        found = self._in_columns(self._compiled.step, x)
        return found[:, : x.shape[1]] if x.ndim == 2 else found[:, 0]

    def jacobian(self, x: Array) -> Array:
        found = self._in_columns(self._compiled.jacobian, x)
        return found[: x.shape[1]] if x.ndim == 2 else found[0]

    def pull(self, x: Array, v: Array) -> Array:
        return self._in_columns(self._compiled.pull, x, v)[:, : x.shape[1]]

    def push(self, x: Array, q: Array) -> Array:
        return self._in_float64(self._compiled.push, x, q)

    def walk(self, x: Array, n_steps: int) -> Array:
        return self._in_float64(self._compiled.walk, x, n_steps)

    def _in_columns(self, function: Callable[..., Any], *columns: Array) -> Array:
        """Fill up to a power of two columns, so that few numbers of starts are compiled for."""
        padded = [c[:, None] if c.ndim == 1 else c for c in columns]
        n = padded[0].shape[1]
        more = (1 << max(n - 1, 0).bit_length()) - n
        if more:
            padded = [np.concatenate([c, np.repeat(c[:, :1], more, axis=1)], 1) for c in padded]
        return self._in_float64(function, *padded)

    def _in_float64(self, function: Callable[..., Any], *arrays: Any) -> Array:
        import jax

        with jax.enable_x64(True):
            return np.asarray(function(self._constants, *arrays))


def map_of_cell(cell: Cell, parameters: Mapping[str, ArrayLike], s: ArrayLike) -> TracedMap:
    """The map of one network of a cell of `plastisim.cells`.

    Its state is what a step needs of the one before, variable by variable: for an LSTM `hidden`,
    then `cell`; for all other cells the first of `cell.variables`. Networks of one cell share what
    is compiled.

    Parameters
    ----------
    parameters
        Of one network, by name; those of the readout may be left out.
    s
        Constant input (input,); zeros where there is none.

    Raises
    ------
    ValueError
        A parameter or an input is not finite; names it.
    """
    import jax

    constants = {name: np.asarray(p, np.float64) for name, p in parameters.items()}
    s = np.asarray(s, np.float64)
    for name, p in constants.items():
        require_finite(p, f"parameter {name}")
    require_finite(s, "input")
    compiled, parts = _compiled_cell(_Written(type(cell), repr(cell), cell))
    with jax.enable_x64(True):
        on_device = jax.device_put((constants, s))
    return TracedMap(compiled, on_device, parts)


def map_of_function(function: Callable[[Any], Any], n_state: int) -> TracedMap:
    """The map of any function of one state (state,) that JAX can trace, in float64."""
    import jax

    over_columns = jax.vmap(function, in_axes=1, out_axes=1)
    return TracedMap(_compile(lambda _, x: over_columns(x)), None, (("state", n_state),))


@dataclass(frozen=True)
class _Written:
    """A cell that equals another if it is written alike: its lists and dicts have no hash."""

    kind: type
    text: str
    cell: Cell = field(compare=False)


@lru_cache(maxsize=16)
def _compiled_cell(written: _Written) -> tuple[_Compiled, tuple[tuple[str, int], ...]]:
    import jax
    import jax.numpy as jnp

    cell = written.cell
    carried = jax.eval_shape(cell.begin, jax.ShapeDtypeStruct((cell.n_units, 1), np.float32))
    parts = tuple((name, carried[name].shape[0]) for name in cell.variables if name in carried)
    cuts = np.cumsum([n for _, n in parts])[:-1]

    def step(constants: Any, x: Any) -> Any:
        p, s = constants
        before = dict(zip((name for name, _ in parts), jnp.split(x, cuts), strict=True))
        now, _ = cell.step(p, before, jnp.broadcast_to(s[:, None], (len(s), x.shape[1])))
        return jnp.concatenate([now[name] for name, _ in parts])

    return _compile(step), parts


def _compile(step: Callable[[Any, Any], Any]) -> _Compiled:
    """From a function of (constants, x (state, start)) that treats columns each for itself."""
    import jax
    import jax.numpy as jnp

    def one(constants: Any, x: Any) -> Any:
        return step(constants, x[:, None])[:, 0]

    def pull(constants: Any, x: Any, v: Any) -> Any:
        return jax.vjp(lambda y: step(constants, y), x)[1](v)[0]

    def push(constants: Any, x: Any, q: Any) -> Any:
        def once(q: Any, x_t: Any) -> tuple[Any, None]:
            _, tangent = jax.linearize(lambda y: one(constants, y), x_t)
            return jax.vmap(tangent, in_axes=1, out_axes=1)(q), None

        return jax.lax.scan(once, q, x.T)[0]

    def walk(constants: Any, x: Any, n_steps: int) -> Any:
        def once(x: Any, _: None) -> tuple[Any, Any]:
            x = one(constants, x)
            return x, x

        states = jax.lax.scan(once, x, length=n_steps)[1]
        return jnp.concatenate([x[:, None], states.T], axis=1)

    jacobian = jax.vmap(jax.jacfwd(one, argnums=1), in_axes=(None, 1))
    compiled = (jax.jit(f) for f in (step, jacobian, pull, push))
    return _Compiled(*compiled, walk=jax.jit(walk, static_argnums=2))
