r"""How a parameter is drawn before training.

A parameter is an array whose first axis is what it leads to and whose last axis is where it comes
from; :math:`n` is the number of units, ``fan_out`` and ``fan_in`` are its first and last size. A
parameter of several gates is a stack of blocks along its first axis, each drawn by itself.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plastisim.frozen import Finite, Frozen, NonNegative
from plastisim.streams import stream

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Parameter:
    """One trained or fixed array of a cell.

    Attributes
    ----------
    shape, dims
        Sizes, and the names of the dimensions in a store.
    long_name
        What it is, in words.
    blocks
        Number of gates stacked along the first axis.
    zero
        Where it is 0 for good, a mask of its shape; None if nowhere.
    """

    shape: tuple[int, ...]
    dims: tuple[str, ...]
    long_name: str
    blocks: int = 1
    zero: NDArray[np.bool_] | None = None


def random_of(seed: int, name: str) -> np.random.Generator:
    """The stream of a parameter: those of the online engine for W, C and h, one each otherwise."""
    if name == "w_rec":
        return stream(seed, "weights")
    if name == "w_in":
        return stream(seed, "input_weights")
    if name == "bias":
        return stream(seed, "bias")
    return stream(seed, "parameters", zlib.crc32(name.encode()))


def standard_normal(seed: int, name: str, shape: tuple[int, ...]) -> Array:
    """N(0, 1) numbers."""
    return _drawn(name, shape, random_of(seed, name).standard_normal)


def uniform(seed: int, name: str, low: float, high: float, shape: tuple[int, ...]) -> Array:
    """U(low, high) numbers."""
    return _drawn(name, shape, lambda size: random_of(seed, name).uniform(low, high, size))


def _drawn(name: str, shape: tuple[int, ...], draw: Callable[[tuple[int, ...]], Array]) -> Array:
    """Input weights are drawn channel by channel, so that more channels leave the first as is."""
    return draw(shape[::-1]).T if name.split("/")[0] == "w_in" else draw(shape)


class Initial(Frozen, ABC):
    """A way to draw a parameter."""

    kind: Any  # Literal["its_name"] in a subclass

    @abstractmethod
    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        """One block of the parameter `name`, float64."""

    def problems(self, name: str, parameter: Parameter) -> Iterator[tuple[tuple[str, ...], str]]:
        """What does not fit the parameter `name`: (path within this, what would be right)."""
        return iter(())


class Gaussian(Initial):
    """N(0, std^2)."""

    kind: Literal["gaussian"]
    std: NonNegative

    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        return standard_normal(seed, name, shape) * self.std


class GaussianGain(Initial):
    """N(0, gain^2 / fan_in): a network at the edge of chaos has a gain of 1, a chaotic one more."""

    kind: Literal["gaussian_gain"]
    gain: NonNegative

    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        return standard_normal(seed, name, shape) * (self.gain / np.sqrt(shape[-1]))


class Uniform(Initial):
    """U(low, high)."""

    kind: Literal["uniform"]
    low: Finite
    high: Finite

    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        return uniform(seed, name, self.low, self.high, shape)

    def problems(self, name: str, parameter: Parameter) -> Iterator[tuple[tuple[str, ...], str]]:
        if self.low > self.high:
            yield ("low",), f"got {self.low:g}, above high = {self.high:g}; write that or less"


class UniformSqrtN(Initial):
    """U(-1, 1) / sqrt(n_units), the convention of most libraries."""

    kind: Literal["uniform_sqrt_n"]

    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        return uniform(seed, name, -1.0, 1.0, shape) / np.sqrt(n_units)


class Xavier(Initial):
    r"""U(-b, b), :math:`b = \sqrt{6 / (fan_{in} + fan_{out})}`: Glorot & Bengio (2010), Eq. 16."""

    kind: Literal["xavier"]

    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        bound = np.sqrt(6.0 / (shape[0] + shape[-1]))
        return uniform(seed, name, -bound, bound, shape)


class Orthogonal(Initial):
    """A random orthogonal matrix (orthonormal rows or columns if it is not square) times a gain."""

    kind: Literal["orthogonal"]
    gain: NonNegative

    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        drawn = standard_normal(seed, name, shape)
        q, r = np.linalg.qr(drawn if shape[0] >= shape[1] else drawn.T)
        q = q * np.sign(np.diag(r))  # uniform over the orthogonal group: Mezzadri (2007)
        return self.gain * (q if shape[0] >= shape[1] else q.T)

    def problems(self, name: str, parameter: Parameter) -> Iterator[tuple[tuple[str, ...], str]]:
        if len(parameter.shape) != 2:
            yield (), f'got "orthogonal" for {name}, which is no matrix; write gaussian, for one'


class Identity(Initial):
    """The identity times a gain."""

    kind: Literal["identity"]
    gain: Finite

    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        return self.gain * np.eye(shape[0], shape[1])

    def problems(self, name: str, parameter: Parameter) -> Iterator[tuple[tuple[str, ...], str]]:
        if parameter.dims[-1] != "pre":
            yield (), f'got "identity" for {name}; write it for w_rec alone'
        elif parameter.zero is not None and np.diag(parameter.zero).all():
            yield (), f'got "identity" for {name}, whose diagonal is 0; write gaussian, for one'


class Constant(Initial):
    """One number everywhere."""

    kind: Literal["constant"]
    value: Finite

    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        return np.full(shape, self.value)


class RegPLRNN(Initial):
    r"""A, W and C as in the reference code of the manifold attractor regularization.

    A matrix of N(0, 1/N) numbers is divided by :math:`1 + \sqrt{N}` while its spectral radius is
    above 1; A (`autoregression`) is its diagonal, W (`w_rec`) the rest. C (`w_in`) is
    :math:`N(0, 1/N) \sqrt{2} \exp(1.2 / \max(N, 6) - 2.4)`.

    Source: the code of Schmidt et al. (2021) ICLR.
    """

    kind: Literal["reg_plrnn"]

    def draw(self, seed: int, name: str, shape: tuple[int, ...], n_units: int) -> Array:
        if name == "w_in":
            std = np.sqrt(2.0 / n_units) * np.exp(1.2 / max(n_units, 6) - 2.4)
            return standard_normal(seed, name, shape) * std
        aw = standard_normal(seed, "w_rec", (n_units, n_units)) / np.sqrt(n_units)
        while np.abs(np.linalg.eigvals(aw)).max() > 1.0:
            aw = aw / (1.0 + np.sqrt(n_units))
        return np.diag(aw).copy() if name == "autoregression" else aw

    def problems(self, name: str, parameter: Parameter) -> Iterator[tuple[tuple[str, ...], str]]:
        if name not in ("autoregression", "w_rec", "w_in"):
            yield (
                (),
                f'got "reg_plrnn" for {name}; write it for autoregression, w_rec or w_in alone',
            )
        elif parameter.blocks > 1:
            yield (
                (),
                f'got "reg_plrnn" for {name} of {parameter.blocks} gates; write it for a plrnn',
            )


AnyInitial = Annotated[
    Gaussian
    | GaussianGain
    | Uniform
    | UniformSqrtN
    | Xavier
    | Orthogonal
    | Identity
    | Constant
    | RegPLRNN,
    Field(discriminator="kind"),
]


def draw_parameter(
    initial: Initial, seed: int, name: str, parameter: Parameter, n_units: int
) -> Array:
    """A parameter before training, float64, with its zeros in place.

    Gates after the first draw from streams of their own, named after the parameter and their
    number, so that the first is what a cell without gates would have.
    """
    rows = parameter.shape[0] // parameter.blocks
    shape = (rows, *parameter.shape[1:])
    blocks = [
        initial.draw(seed, name if k == 0 else f"{name}/{k}", shape, n_units)
        for k in range(parameter.blocks)
    ]
    drawn = np.concatenate(blocks)
    if parameter.zero is not None:
        drawn[parameter.zero] = 0.0
    return drawn
