r"""How a map acts around its fixed points: eigenvalues of its Jacobian, kinds, time scales."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

Array = NDArray[Any]
KINDS = ("stable", "saddle", "repeller", "marginal", "slow")


def points_of_a_map(
    x: Array,
    change: Array,
    jacobian: Array,
    is_fixed: NDArray[np.bool_],
    *,
    marginal: float,
    dt: float | None = None,
    eigenvectors: bool = False,
) -> xr.Dataset:
    r"""What kind of points these are, and how fast a small kick away from each grows or dies.

    .. math:: J v_k = \lambda_k v_k, \qquad q = \tfrac12 |F(x) - x|^2, \qquad
              T_k = -1 / \log |\lambda_k|

    Parameters
    ----------
    x, change
        Points, and F(x) - x there (state, point).
    jacobian
        J there (point, state, state).
    is_fixed
        Which are fixed points; others are slow ones (point,).
    marginal
        An eigenvalue is neutral if its modulus is as close to 1 as this.
    dt
        Seconds of a step, if times are also wanted in seconds.
    eigenvectors
        Whether to keep the right eigenvectors, of norm 1.

    Returns
    -------
    xr.Dataset
        Over point: `residual`, the largest \|F(x) - x\| of the state's variables; `speed` q per
        step squared; `index`, the number of eigenvalues with a modulus above 1 + `marginal`;
        `kind`, one of

        - ``slow``: not a fixed point;
        - ``marginal``: some eigenvalue is neutral (`index` says whether others grow);
        - ``stable``, ``repeller``, ``saddle``: none, all, some of the eigenvalues grow.

        Over (point, eigenvalue), largest modulus first: `eigenvalue`; `time_scale` T in steps,
        negative where a kick grows, 0 where it is gone in one step; `time_constant` the same in
        seconds. Over (state, point): `state`. Over (point, state, eigenvalue): `eigenvector`.
    """
    n, n_points = x.shape
    vectors = np.empty((n_points, n, n))
    if eigenvectors and n_points:  # LAPACK would not hear of no points at all
        values, vectors = np.linalg.eig(jacobian)
    else:
        values = np.linalg.eigvals(jacobian) if n_points else np.empty((0, n))
    values = values.astype(np.complex128)
    order = np.lexsort((-values.imag, -values.real, -np.round(np.abs(values), 10)))
    values = np.take_along_axis(values, order, axis=1)
    modulus = np.abs(values)
    index = (modulus > 1.0 + marginal).sum(axis=1)
    neutral = (np.abs(modulus - 1.0) <= marginal).any(axis=1)
    kind = np.select(
        [~is_fixed, neutral, index == 0, index == n],
        ["slow", "marginal", "stable", "repeller"], "saddle",
    )  # fmt: skip
    with np.errstate(divide="ignore"):
        time_scale = np.where(modulus == 1.0, np.inf, -1.0 / np.log(modulus))
    by_point, by_eigenvalue = "point", ("point", "eigenvalue")
    found = xr.Dataset(
        {
            "state": (("state", "point"), x, _words("1", "points")),
            "residual": (by_point, np.abs(change).max(axis=0), _words("1", "largest |F(x) - x|")),
            "speed": (by_point, 0.5 * (change**2).sum(axis=0), _words("1", "|F(x) - x|^2 / 2")),
            "kind": (by_point, kind.astype("<U8"), {"long_name": "kind of point"}),
            "index": (by_point, index, _words("1", "eigenvalues whose kicks grow")),
            "eigenvalue": (by_eigenvalue, values, _words("1", "eigenvalues of the Jacobian")),
            "time_scale": (by_eigenvalue, time_scale, _words("steps", "-1 / log |eigenvalue|")),
        },
        attrs={"marginal": marginal},
    )
    if dt is not None:
        found["time_constant"] = (by_eigenvalue, dt * time_scale, _words("s", "time scale"))
        found.attrs["dt"] = dt
    if eigenvectors:
        vectors = np.take_along_axis(vectors.astype(np.complex128), order[:, None, :], axis=2)
        words = _words("1", "right eigenvectors of the Jacobian")
        found["eigenvector"] = (("point", "state", "eigenvalue"), vectors, words)
    return found


def _words(units: str, long_name: str) -> dict[str, str]:
    return {"units": units, "long_name": long_name}
