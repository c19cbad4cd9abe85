"""Where states lie on the axes along which a set of them varies most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class PrincipalAxes:
    """A frame to look at states in."""

    centre: Array  # mean of the states (unit,)
    axes: Array  # orthonormal (unit, component)
    explained: Array  # share of the states' variance (component,)

    def project(self, states: Array) -> Array:
        """Coordinates of states (unit, state) in the frame (component, state)."""
        return self.axes.T @ (states - self.centre[:, None])


def principal_axes(states: Array, n_components: int) -> PrincipalAxes:
    r"""Principal axes of states (unit, state), the widest first.

    .. math:: X - \bar x = U S V^T, \qquad
              \mathrm{explained}_k = S_k^2 / \textstyle\sum_l S_l^2

    The axes are the first columns of :math:`U`, each with the sign that makes its largest entry
    positive. States that are not finite are left out. An axis along which nothing varies is zero,
    and explains nothing.
    """
    usable = states[:, np.isfinite(states).all(axis=0)].astype(np.float64)
    n_units = states.shape[0]
    axes, explained = np.zeros((n_units, n_components)), np.zeros(n_components)
    if not usable.size:
        return PrincipalAxes(np.zeros(n_units), axes, explained)
    centre = usable.mean(axis=1)
    u, s, _ = np.linalg.svd(usable - centre[:, None], full_matrices=False)
    rounding = np.finfo(np.float64).eps * max(usable.shape) * np.linalg.norm(usable)
    n = min(n_components, int((s > rounding).sum()))
    largest = np.abs(u[:, :n]).argmax(axis=0)
    axes[:, :n] = u[:, :n] * np.sign(u[largest, np.arange(n)])
    if n:
        explained[:n] = s[:n] ** 2 / (s**2).sum()
    return PrincipalAxes(centre, axes, explained)
