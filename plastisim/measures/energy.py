r"""Where gradient descent on the energy leads, the squared way that a state goes in one step."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.measures.maps import Map

Array = NDArray[Any]


def minimise_energy(
    network: Map, starts: Array, *, alpha: float, n_steps: int, trajectories: bool = False
) -> xr.Dataset:
    r"""Gradient descent on the energy of a map, from many states.

    .. math:: x \leftarrow x - \alpha\, \nabla E(x), \qquad E(x) = |F(x) - x|^2, \qquad
              \nabla E = 2\, (J - I)^T (F(x) - x)

    The paper takes 500 starts from the states of 100 test trials without input,
    :math:`\alpha` = 0.1 and 1000 steps. Where :math:`\alpha` is too long a step for the slopes of
    the network the descent diverges; `energy` is infinite or NaN from there on.

    Parameters
    ----------
    network
        F; see `plastisim.measures.maps`.
    starts
        States to begin from (state, start).
    alpha, n_steps
        Length and number of the steps.
    trajectories
        Whether to keep every state on the way.

    Returns
    -------
    xr.Dataset
        `end` (state, start), the last states; `energy` (step, start), E from the starts (step 0) to
        the ends (step `n_steps`); if asked for, `trajectory` (step, state, start). All float64.

    Raises
    ------
    ValueError
        A start that is not finite; names it.

    Source: arXiv:2502.07256, Algorithm 1.
    """
    x = network.checked(starts, "starts").reshape(network.n_state, -1)
    energy = np.empty((n_steps + 1, x.shape[1]))
    way = np.empty((n_steps + 1, *x.shape)) if trajectories else None
    with np.errstate(all="ignore"):
        for k in range(n_steps + 1):
            if way is not None:
                way[k] = x
            change = network.step(x) - x
            energy[k] = (change**2).sum(axis=0)
            if k < n_steps:
                x = x - alpha * 2.0 * (network.pull(x, change) - change)
    found = xr.Dataset(
        {
            "end": (("state", "start"), x, {"units": "1", "long_name": "state after the descent"}),
            "energy": (("step", "start"), energy, {"units": "1", "long_name": "|F(x) - x|^2"}),
        },
        attrs={"alpha": alpha, "n_steps": n_steps},
    ).assign_coords(network.coordinates())
    if way is not None:
        words = {"units": "1", "long_name": "states of the descent"}
        found["trajectory"] = (("step", "state", "start"), way, words)
    return found
