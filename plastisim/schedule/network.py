"""The network that a protocol describes, its weights drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plastisim.dynamics import Network
from plastisim.dynamics.initial_weights import input_weights, recurrent_weights
from plastisim.protocol.online import NetworkModel, OnlineProtocol, RandomBias, ThresholdLinear
from plastisim.streams import stream

Array = NDArray[np.float64]


def build_network(protocol: OnlineProtocol, n_inputs: int) -> Network:
    """Draw the network before learning; its constraints hold from the start.

    Parameters
    ----------
    n_inputs
        Number of input channels, which the cues decide.
    """
    model, seed, dtype = protocol.network, protocol.seed, np.dtype(protocol.network.dtype)
    w_rec = recurrent_weights(seed, model.n_units, model.gain)
    lower, upper = _bounds(model)
    if model.constraints.dale is not None:  # |W| with the sign of the presynaptic unit
        w_rec = np.abs(w_rec) * _signs(model.n_units, model.constraints.dale.excitatory_fraction)
    network = Network(
        w_initial=w_rec.astype(dtype),
        w_in=input_weights(
            seed, model.n_units, n_inputs, protocol.cues.input_weights_std
        ).astype(dtype),
        bias=_bias(model, seed).astype(dtype),
        alpha=model.dt / model.tau,
        transfer=model.transfer if isinstance(model.transfer, str) else model.transfer.kind,
        theta=model.transfer.threshold if isinstance(model.transfer, ThresholdLinear) else 0.0,
        noise=model.noise,
        weight_noise=model.weight_noise,
        self_connections=model.self_connections,
        lower=None if lower is None else lower.astype(dtype),
        upper=None if upper is None else upper.astype(dtype),
        connected=_connected(model, seed),
    )  # fmt: skip
    network.constrain(network.w_initial)
    return network


def _signs(n_units: int, excitatory_fraction: float) -> Array:
    """+1 for the first units, which excite, and -1 for the others."""
    return np.where(np.arange(n_units) < round(excitatory_fraction * n_units), 1.0, -1.0)


def _bounds(model: NetworkModel) -> tuple[Array | None, Array | None]:
    """Bounds of the weights that leave each unit; Dale's law is a bound at zero."""
    constraints = model.constraints
    if constraints.bounds is None and constraints.dale is None:
        return None, None
    low, high = constraints.bounds or [-np.inf, np.inf]
    lower, upper = np.full(model.n_units, low), np.full(model.n_units, high)
    if constraints.dale is not None:
        excites = _signs(model.n_units, constraints.dale.excitatory_fraction) > 0
        lower[excites] = np.maximum(lower[excites], 0.0)
        upper[~excites] = np.minimum(upper[~excites], 0.0)
    return lower, upper


def _connected(model: NetworkModel, seed: int) -> NDArray[np.bool_] | None:
    density = model.constraints.density
    if density is None:
        return None
    return stream(seed, "connections").random((model.n_units, model.n_units)) < density


def _bias(model: NetworkModel, seed: int) -> Array:
    if isinstance(model.bias, RandomBias):
        return stream(seed, "bias").standard_normal(model.n_units) * model.bias.std
    return np.full(model.n_units, float(model.bias))
