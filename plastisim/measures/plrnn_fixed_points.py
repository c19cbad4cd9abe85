r"""Fixed points of a piecewise-linear network, each solved for exactly in its own region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from plastisim.measures.finite import require_finite
from plastisim.measures.stability import points_of_a_map

Array = NDArray[Any]
Flags = NDArray[np.bool_]
EPS = np.finfo(np.float64).eps

TOGETHER = 2**22  # entries of all matrices that are solved at once: 32 MB
MOST_UNITS = 20  # that others hear of, for all 2^20 regions to be searched


def plrnn_fixed_points(
    autoregression: ArrayLike,
    w_rec: ArrayLike,
    external: ArrayLike,
    *,
    states: ArrayLike | None = None,
    marginal: float,
    dt: float | None = None,
    eigenvectors: bool = False,
) -> xr.Dataset:
    r"""Fixed points of a PLRNN at constant input, region by region of its rectifiers.

    .. math::
        x = A x + W\, \mathrm{relu}(x) + C s + h \quad\Longleftrightarrow\quad
        (I - A - W D)\, x = C s + h, \qquad D = \mathrm{diag}(x > 0)

    Each of the regions, which differ in D, has at most one fixed point unless its matrix is
    singular; the solution is one if it lies in its own region. Only units that others hear of
    divide the space.

    Without `states`, every region is searched: the answer is complete. With `states`, the search
    begins in the regions of these and goes on in the region of each solution that lies outside its
    own, for as long as that leads to new ones. It finds what it finds: give states of test trials,
    and random ones besides.

    Parameters
    ----------
    autoregression
        Diagonal of A (unit,).
    w_rec
        W (post, pre).
    external
        C s + h (unit,); the bias alone where there is no input.
    states
        x (unit, start), or None for all regions.
    marginal, dt, eigenvectors
        See `plastisim.measures.stability.points_of_a_map`.

    Returns
    -------
    xr.Dataset
        What `points_of_a_map` says of every point, those of the smallest index first. Attributes:
        `n_regions` that were searched, and `n_singular` among them, whose matrix is singular to
        rounding, as wherever a unit with A = 1 hears of no others: such a region holds no fixed
        point or a continuum of them, of which none is returned; `find_fixed_points` finds some.

    Raises
    ------
    ValueError
        A parameter or state that is not finite, and names it; or too many units for all regions.

    Source: Eisenmann, Monfared, Göring & Durstewitz (2023) NeurIPS, arXiv:2310.17561 (SCYFI, here
    for cycles of length 1).
    """
    a, w, c = (np.asarray(p, np.float64) for p in (autoregression, w_rec, external))
    for name, p in (("autoregression", a), ("w_rec", w), ("external", c)):
        require_finite(p, name)
    n, heard = len(a), np.flatnonzero(np.abs(w).max(axis=0) > 0)
    if states is not None:
        x0 = np.asarray(states, np.float64).reshape(n, -1)
        require_finite(x0, "states")
        regions = _following(a, w, c, x0.T > 0, heard)
    elif len(heard) <= MOST_UNITS:
        regions = (_solved(a, w, c, on) for on in _all_regions(n, heard))
    else:
        raise ValueError(
            f"{len(heard)} units are heard by others, and have 2^{len(heard)} regions; all are "
            f"searched up to {MOST_UNITS} units: give states to begin from"
        )
    points, diagonals, n_regions, n_singular = [np.empty((0, n))], [np.empty((0, n), bool)], 0, 0
    for x, on, inside, singular in regions:
        points.append(x[inside])
        diagonals.append(on[inside])
        n_regions, n_singular = n_regions + len(x), n_singular + int(singular.sum())
    x, on = np.concatenate(points).T, np.concatenate(diagonals)
    change = a[:, None] * x + w @ np.maximum(x, 0.0) + c[:, None] - x
    found = points_of_a_map(
        x, change, np.diag(a) + w * on[:, None, :], np.ones(x.shape[1], bool),
        marginal=marginal, dt=dt, eigenvectors=eigenvectors,
    ).assign_coords(variable=("state", ["state"] * n), unit=("state", np.arange(n)))  # fmt: skip
    largest = np.abs(found["eigenvalue"].values).max(axis=1, initial=0.0)
    found = found.isel(point=np.lexsort((largest, found["index"].values)))
    found.attrs |= {"n_regions": n_regions, "n_singular": n_singular}
    return found


Solved = tuple[Array, Flags, Flags, Flags]  # x and D (region, unit); inside, singular (region,)


def _solved(a: Array, w: Array, c: Array, on: Flags) -> Solved:
    """The solution in every region `on` (region, unit), and whether it lies there.

    Where the matrix is singular no solution counts as inside.
    """
    n = len(a)
    matrix = np.eye(n) - np.diag(a) - w * on[:, None, :]
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:  # a pivot is 0 in one of them
        inverse = np.linalg.pinv(matrix, rcond=10 * n * EPS)
    # Of a singular matrix, the inverse is huge or, as a pseudo-inverse, none.
    left = inverse @ matrix
    np.einsum("kii->ki", left)[...] -= 1.0
    condition = np.linalg.norm(matrix, 1, (1, 2)) * np.linalg.norm(inverse, 1, (1, 2))
    singular = (condition * 10 * n * EPS > 1) | (np.abs(left).max(axis=(1, 2)) > 1e-3)
    x = inverse @ c
    x += (inverse @ (c - (matrix @ x[:, :, None])[:, :, 0])[:, :, None])[:, :, 0]
    heard = np.abs(w).max(axis=0) > 0
    inside = ~singular & (((x > 0) == on) | ~heard).all(axis=1)
    return x, on, inside, singular


def _all_regions(n: int, heard: Array) -> Iterator[Flags]:
    """Every choice of units that are on, a number of them at a time (region, unit)."""
    n_all, at_once = 2 ** len(heard), max(1, TOGETHER // n**2)
    for first in range(0, n_all, at_once):
        number = np.arange(first, min(first + at_once, n_all))
        on = np.zeros((len(number), n), bool)
        on[:, heard] = (number[:, None] >> np.arange(len(heard))) & 1
        yield on


def _following(a: Array, w: Array, c: Array, on: Flags, heard: Array) -> Iterator[Solved]:
    """The regions `on`, then those of solutions outside their own, until none is new."""
    n, at_once, seen = len(a), max(1, TOGETHER // len(a) ** 2), set[bytes]()
    while len(on):
        new = np.zeros((len(on), n), bool)
        new[:, heard] = on[:, heard]
        new = np.array([r for r in np.unique(new, axis=0) if r.tobytes() not in seen], bool)
        seen.update(r.tobytes() for r in new)
        outside = [np.zeros((0, n), bool)]
        for first in range(0, len(new), at_once):
            solved = _solved(a, w, c, new[first : first + at_once])
            outside.append(solved[0][~solved[2]] > 0)
            yield solved
        on = np.concatenate(outside)
