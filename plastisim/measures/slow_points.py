r"""Where a network stands still or nearly so: fixed points and local minima of the speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from plastisim.measures.maps import Map
from plastisim.measures.stability import points_of_a_map

Array = NDArray[Any]
Flags = NDArray[np.bool_]

TOGETHER = 2**23  # entries of all Jacobians that are kept at once: 64 MB
AT_REST = 1e-10  # largest |F(x) - x| of a fixed point, relative to max(1, largest |x|)
FLAT = 1e-7  # cosine between the change and what the Jacobian can do about it, at a minimum
# Both relative to the largest diagonal entry of A^T A:
LEAST_DAMPING = 1e-15  # keeps it regular on lines of fixed points, where A is singular
MOST_DAMPING = 1e14  # no step is left to take


def find_fixed_points(
    network: Map,
    starts: Array,
    *,
    slow: float,
    same: float,
    marginal: float,
    dt: float | None = None,
    eigenvectors: bool = False,
    max_iterations: int = 300,
) -> xr.Dataset:
    r"""Fixed and slow points of a map, by Newton's method with damping from many states at once.

    .. math::
        x \leftarrow x - (A^T A + \lambda I)^{-1} A^T g, \qquad g = F(x) - x, \qquad A = J - I,
        \qquad \lambda = \mu |g|^2

    This is Newton's step where :math:`\lambda` is small, and a step down the gradient
    :math:`A^T g` of the speed q = \|g\|^2 / 2 where it is large. A step is taken only if q falls;
    :math:`\mu` shrinks as q falls by what is expected, and grows where it does not. As
    :math:`\lambda` vanishes with the residual, the error near a regular fixed point is squared in
    each step. Fixed points are then polished by plain Newton steps for as long as these help.

    A descent ends at a **fixed point** if no variable changes by more than 1e-10 max(1, max \|x\|);
    at a **slow point** if it is none, and the speed is at a local minimum,
    :math:`|A^T g| \le 10^{-7} \|A\|_F |g|`, with q at most `slow`. Other ends are counted and left
    out: faster minima (`n_fast`) and descents that `max_iterations` did not suffice for
    (`n_unfinished`). Where F has kinks, as with rectifiers, the speed may have minima on these,
    which are not flat: they count as unfinished. `plrnn_fixed_points` finds more of a PLRNN's.

    Parameters
    ----------
    network
        F; see `plastisim.measures.maps`.
    starts
        States to begin from (state, start).
    slow
        The speed q up to which a local minimum is a slow point; 0 for none.
    same
        Points are one if their distance is at most this, relative to the median norm of starts or
        points, whichever is larger. The one with the smallest residual stands for all.
    marginal, dt, eigenvectors
        See `plastisim.measures.stability.points_of_a_map`.

    Returns
    -------
    xr.Dataset
        What `points_of_a_map` says of every point, stable ones first and slow ones last;
        `n_starts` (point,), how many led there; `point_of_start` (start,), where each led, or -1;
        and the coordinates `variable` and `unit` (state,).

    Raises
    ------
    ValueError
        A start that is not finite; names it.

    Source: Sussillo & Barak (2013) Neural Comput 25:626 (slow points); Levenberg-Marquardt with
    damping by the residual: Fan & Yuan (2005) Computing 74:23; its updates: Nielsen (1999)
    IMM-REP-1999-05, Technical University of Denmark.
    """
    starts = network.checked(starts, "starts").reshape(network.n_state, -1)
    n, n_starts = starts.shape
    at_once = max(1, TOGETHER // n**2)
    ends = [
        _descend(network, starts[:, k : k + at_once], max_iterations)
        for k in range(0, n_starts, at_once)
    ]
    x = np.concatenate([end.x for end in ends], axis=1) if ends else starts
    is_fixed, is_flat = _joined([e.is_fixed for e in ends]), _joined([e.is_flat for e in ends])
    change = network.step(x) - x if n_starts else x
    is_slow = ~is_fixed & is_flat & (0.5 * (change**2).sum(axis=0) <= slow)

    residual = np.abs(change).max(axis=0)
    which, chosen = np.full(n_starts, -1), np.empty(0, np.int64)
    for group in (is_fixed, is_slow):  # no fixed point is one with a slow one
        reach = same * _typical_norm(starts, x[:, group])
        found, of_these = unique_points(x[:, group], residual[group], reach)
        members = np.flatnonzero(group)
        which[members] = of_these + len(chosen)
        chosen = np.concatenate([chosen, members[found]])

    jacobian = network.jacobian(x[:, chosen]) if len(chosen) else np.empty((0, n, n))
    points = points_of_a_map(
        x[:, chosen], change[:, chosen], jacobian, is_fixed[chosen],
        marginal=marginal, dt=dt, eigenvectors=eigenvectors,
    ).assign_coords(network.coordinates())  # fmt: skip
    leads, words = np.bincount(which[which >= 0], minlength=len(chosen)), "starts that led there"
    points["n_starts"] = ("point", leads, {"units": "1", "long_name": words})

    largest = np.abs(points["eigenvalue"].values).max(axis=1, initial=0.0)
    order = np.lexsort((largest, points["index"].values, ~is_fixed[chosen]))
    place = np.append(np.argsort(order), -1)  # the last one is where -1 finds itself
    points = points.isel(point=order)
    words = "point that a start led to; -1 for none"
    points["point_of_start"] = ("start", place[which], {"units": "1", "long_name": words})
    points.attrs |= {
        "slow": slow, "same": same,
        "n_fast": int((is_flat & ~is_fixed & ~is_slow).sum()),
        "n_unfinished": int((~is_flat & ~is_fixed).sum()),
    }  # fmt: skip
    return points


def unique_points(x: Array, residual: Array, reach: float) -> tuple[Array, Array]:
    """Points no closer than `reach`: their places among `x` (state, point), and whose each is.

    The point with the smallest residual takes in all within reach, then the next that is left.
    """
    order = np.argsort(residual, kind="stable")
    which, chosen = np.full(x.shape[1], -1), []
    for k in order:
        if which[k] < 0:
            near = np.linalg.norm(x - x[:, [k]], axis=0) <= reach
            which[near & (which < 0)] = len(chosen)
            chosen.append(k)
    return np.array(chosen, np.int64), which


def _typical_norm(starts: Array, points: Array) -> float:
    norms = [np.median(np.linalg.norm(v, axis=0)) for v in (starts, points) if v.shape[1]]
    return float(max(norms, default=0.0))


def _joined(flags: list[Flags]) -> Flags:
    return np.concatenate(flags) if flags else np.zeros(0, bool)


# ------------------------------------------------------------------------------- the descent


@dataclass
class _Ends:
    x: Array  # (state, start)
    is_fixed: Flags
    is_flat: Flags


def _descend(network: Map, starts: Array, max_iterations: int) -> _Ends:
    """Levenberg-Marquardt from every start; those at an end are taken out of the others' way."""
    n_starts = starts.shape[1]
    ends = _Ends(starts.copy(), np.zeros(n_starts, bool), np.zeros(n_starts, bool))
    active, x = np.arange(n_starts), starts.copy()
    g, a, ata, slope = _linearised(network, x)
    mu = 1e-3 * _largest(ata) / _finite_or_one((g**2).sum(axis=0))
    grow = np.full(n_starts, 2.0)
    for _ in range(max_iterations + 1):
        q = 0.5 * (g**2).sum(axis=0)
        scale = _largest(ata)
        damping = np.maximum(mu * 2.0 * q, LEAST_DAMPING * scale)
        is_fixed = _at_rest(x, g)
        norm = np.sqrt((a**2).sum(axis=(1, 2)) * 2.0 * q)
        is_flat = ~is_fixed & (np.linalg.norm(slope, axis=0) <= FLAT * norm)
        stuck = damping > MOST_DAMPING * scale
        over = is_fixed | is_flat | stuck
        if over.any():
            ends.x[:, active[over]] = x[:, over]
            ends.is_fixed[active[over]] = is_fixed[over]
            ends.is_flat[active[over]] = is_flat[over]
            on = ~over
            active, x, g, slope = active[on], x[:, on], g[:, on], slope[:, on]
            a, ata, mu, grow, q, damping = a[on], ata[on], mu[on], grow[on], q[on], damping[on]
        if not active.size:
            break
        damped = ata.copy()
        np.einsum("kii->ki", damped)[...] += damping[:, None]
        step = -np.linalg.solve(damped, slope.T[:, :, None])[:, :, 0].T
        with np.errstate(all="ignore"):
            g_next = network.step(x + step) - (x + step)
            falls = q - 0.5 * (g_next**2).sum(axis=0)
            expected = 0.5 * (step * (damping * step - slope)).sum(axis=0)
            gain = falls / expected
        taken = (falls > 0) & (gain > 0)
        kept = np.maximum(1.0 / 3.0, 1.0 - (2.0 * np.where(taken, gain, 0.0) - 1.0) ** 3)
        mu *= np.where(taken, kept, grow)
        grow = np.where(taken, 2.0, 2.0 * grow)
        if taken.any():
            x[:, taken] += step[:, taken]
            g[:, taken], a[taken], ata[taken], slope[:, taken] = _linearised(network, x[:, taken])
    ends.x[:, active] = x
    ends.x[:, ends.is_fixed] = _polished(network, ends.x[:, ends.is_fixed])
    return ends


def _linearised(network: Map, x: Array) -> tuple[Array, Array, Array, Array]:
    """g = F(x) - x, A = J - I, A^T A and A^T g at every column."""
    g, a = network.step(x) - x, np.array(network.jacobian(x))
    np.einsum("kii->ki", a)[...] -= 1.0
    return g, a, a.transpose(0, 2, 1) @ a, (g.T[:, None, :] @ a)[:, 0].T


def _polished(network: Map, x: Array) -> Array:
    """Plain Newton steps, for as long as they make the residual smaller."""
    g = network.step(x) - x
    for _ in range(4):
        if not x.shape[1]:
            break
        a = np.array(network.jacobian(x))
        np.einsum("kii->ki", a)[...] -= 1.0
        with np.errstate(all="ignore"):
            x_next = x - _solved(a, g)
            g_next = network.step(x_next) - x_next
            better = np.abs(g_next).max(axis=0) < 0.5 * np.abs(g).max(axis=0)
        if not better.any():
            break
        x, g = np.where(better, x_next, x), np.where(better, g_next, g)
    return x


def _solved(a: Array, g: Array) -> Array:
    """A^-1 g for every column; the shortest of the best, where some A is singular."""
    try:
        return np.linalg.solve(a, g.T[:, :, None])[:, :, 0].T
    except np.linalg.LinAlgError:
        return np.stack([np.linalg.lstsq(a[k], g[:, k])[0] for k in range(len(a))], axis=1)


def _at_rest(x: Array, g: Array) -> Flags:
    scale = np.maximum(1.0, np.abs(x).max(axis=0))
    return np.abs(g).max(axis=0) <= AT_REST * scale


def _largest(ata: Array) -> Array:
    """Largest diagonal entry, or 1 where all are 0."""
    found = np.einsum("kii->ki", ata).max(axis=1)
    return np.where(found > 0, found, 1.0)


def _finite_or_one(values: Array) -> Array:
    return np.where((values > 0) & np.isfinite(values), values, 1.0)
