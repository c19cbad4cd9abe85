"""The one-dimensional flow that a network of rank one follows, with its fixed points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.measures.finite import require_finite

Array = NDArray[np.floating]


@dataclass(frozen=True)
class LatentCircuit:
    r"""The latent variable of :math:`W = m n^T / N` under a constant input.

    .. math:: \tau \dot\kappa = F(\kappa) = -\kappa + \frac{1}{N} n \cdot \tanh(m \kappa + h)

    Source: arXiv:2502.07256, Eqs 4 and S10.
    """

    left: Array  # m (unit,)
    right: Array  # n (unit,)
    drive: Array  # h + C s (unit,), what the units receive beside the recurrent input

    def flow(self, kappa: Array | float) -> Array:
        r""":math:`\tau \dot\kappa` at latent states of any shape, in units of :math:`\kappa`."""
        x = np.multiply.outer(kappa, self.left) + self.drive
        return -np.asarray(kappa) + np.tanh(x) @ self.right / len(self.left)

    def slope(self, kappa: Array | float) -> Array:
        r"""Its derivative, dimensionless; negative where the flow converges.

        .. math:: \frac{dF}{d\kappa} = -1 + \frac{1}{N} \sum_i n_i m_i
                  \bigl(1 - \tanh^2(m_i \kappa + h_i)\bigr)
        """
        x = np.multiply.outer(kappa, self.left) + self.drive
        return -1.0 + (1.0 - np.tanh(x) ** 2) @ (self.right * self.left) / len(self.left)


@dataclass(frozen=True)
class LatentFixedPoints:
    """In ascending order."""

    kappa: Array  # where F = 0 (point,)
    slope: Array  # dF / d kappa there (point,)
    stable: NDArray[np.bool_]  # whether that is negative (point,)


def latent_fixed_points(circuit: LatentCircuit, grid: Array) -> LatentFixedPoints:
    """Where the flow changes its sign between two points of `grid`, or is zero on one.

    Refined by Brent's method to 1e-12. Two fixed points between neighbours of the grid go unseen,
    as do those at which the flow touches zero.
    """
    from scipy.optimize import brentq  # a quarter of a second that only this needs

    flow = circuit.flow(grid)
    found = [float(kappa) for kappa in grid[flow == 0]]
    for k in np.flatnonzero(flow[:-1] * flow[1:] < 0):
        root = brentq(lambda kappa: float(circuit.flow(kappa)), grid[k], grid[k + 1], xtol=1e-12)
        found.append(float(np.asarray(root)))
    kappa = np.array(sorted(found), np.float64)
    slope = circuit.slope(kappa)
    return LatentFixedPoints(kappa, slope, slope < 0)


def flatness(
    flow: Array, slope: Array, grid: Array, *, flow_below: float, slope_below: float
) -> Array:
    r"""Total length of the intervals in which the flow is slow and flat: (…), in units of kappa.

    .. math:: L = \int \bigl[\, |F(\kappa)| < \epsilon_F \text{ and }
              |F'(\kappa)| < \epsilon_{F'} \,\bigr]\, d\kappa

    Each point of the grid stands for the half intervals on its two sides, so that all of them
    together have the length of the grid, and an edge is known to half an interval.

    Parameters
    ----------
    flow, slope
        F and F' (…, kappa).
    grid
        Latent states (kappa,), ascending.
    flow_below, slope_below
        Both are 0.2 in the paper.

    Source: arXiv:2502.07256, "Latent circuit analysis", flatness score.
    """
    half = np.diff(grid) / 2
    length = np.concatenate([half, [0.0]]) + np.concatenate([[0.0], half])
    flat = (np.abs(flow) < flow_below) & (np.abs(slope) < slope_below)
    return flat.astype(np.float64) @ length


def latent_circuits(
    weights: xr.Dataset,
    grid: Array,
    *,
    flow_below: float,
    slope_below: float,
    inputs: xr.DataArray | None = None,
) -> xr.Dataset:
    r"""The latent circuit of every network at every recorded epoch.

    Parameters
    ----------
    weights
        A store's `weights` of the cell `rank_one`: `left`, `right` and `bias` (…, unit), and `w_in`
        (…, unit, input) if there are inputs.
    grid
        Latent states, ascending: the paper takes ``np.linspace(-3, 3, 100)``.
    flow_below, slope_below
        Thresholds of the flatness score.
    inputs
        s (…, input), constant; none if not given. Its other dimensions are added to the results.

    Returns
    -------
    xr.Dataset
        `flow` and `slope` (…, kappa), `flatness` (…), `n_fixed_points` and `n_stable` (…), and
        `fixed_point` (…, fixed_point), NaN beyond the last, with `fixed_point_slope`. All but the
        counts in units of kappa, time in units of tau: the paper's thresholds are read as for
        :math:`\tau \dot\kappa`.

    Raises
    ------
    ValueError
        Where a parameter is not finite, with its place, or where the grid does not ascend.

    Source: arXiv:2502.07256, Fig. 3B-D.
    """
    grid = np.asarray(grid, np.float64)
    if grid.ndim != 1 or len(grid) < 2 or not (np.diff(grid) > 0).all():
        raise ValueError("grid: latent states ascend, and are two or more")
    used = ["left", "right", "bias", *([] if inputs is None else ["w_in"])]
    for name in used:
        require_finite(weights[name], name)
    w = {name: weights[name].astype(np.float64) for name in used}
    drive = w["bias"]
    if inputs is not None:
        require_finite(inputs, "inputs")
        drive = drive + xr.dot(w["w_in"], inputs.astype(np.float64), dim="input")
    left, right, drive = xr.broadcast(w["left"], w["right"], drive)
    dims = [dim for dim in drive.dims if dim != "unit"]
    shape = tuple(drive.sizes[dim] for dim in dims)
    circuits = [
        LatentCircuit(*of)
        for of in zip(
            *(v.transpose(*dims, "unit").values.reshape(-1, v.sizes["unit"])
              for v in (left, right, drive)), strict=True,
        )
    ]  # fmt: skip
    flow = np.array([c.flow(grid) for c in circuits]).reshape(*shape, len(grid))
    slope = np.array([c.slope(grid) for c in circuits]).reshape(*shape, len(grid))
    points = [latent_fixed_points(c, grid) for c in circuits]
    n_most = max((len(p.kappa) for p in points), default=0)
    table = np.full((2, len(points), n_most), np.nan)
    for k, p in enumerate(points):
        table[:, k, : len(p.kappa)] = p.kappa, p.slope
    kappa, slopes = table.reshape(2, *shape, n_most)
    flat = flatness(flow, slope, grid, flow_below=flow_below, slope_below=slope_below)
    there = (*dims, "kappa")
    coords = {name: c for name, c in drive.coords.items() if "unit" not in c.dims}
    return xr.Dataset(
        {
            "flow": (there, flow, _said("tau d kappa / dt")),
            "slope": (there, slope, _said("derivative of the flow with respect to kappa")),
            "flatness": (dims, flat, _said("total length of slow and flat intervals of kappa")),
            "n_fixed_points": (dims, np.isfinite(kappa).sum(-1), _said("fixed points")),
            "n_stable": (dims, (slopes < 0).sum(-1), _said("stable fixed points")),
            "fixed_point": ((*dims, "fixed_point"), kappa, _said("kappa at a fixed point")),
            "fixed_point_slope": ((*dims, "fixed_point"), slopes, _said("slope there")),
        },
        {**coords, "kappa": ("kappa", grid, _said("latent variable"))},
        {"flow_below": flow_below, "slope_below": slope_below},
    )


def _said(long_name: str) -> dict[str, str]:
    return {"units": "1", "long_name": long_name}
