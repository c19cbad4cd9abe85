r"""How fast nearby states part: the Lyapunov exponents along one trajectory of a map."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.linalg import get_lapack_funcs

from plastisim.measures.finite import require_finite
from plastisim.measures.maps import Map

Array = NDArray[Any]

SPREAD = 1e8  # of the stretches between two decompositions, beyond which the smallest are rounded
EPS = np.finfo(np.float64).eps


def lyapunov_spectrum(
    network: Map,
    start: Array,
    *,
    n_steps: int,
    transient: int,
    alignment: int,
    n_exponents: int | None = None,
    n_blocks: int = 10,
    every: int = 10,
    dt: float | None = None,
) -> xr.Dataset:
    r"""Lyapunov exponents, largest first, by repeated QR decomposition of tangent vectors.

    .. math::
        J(x_{t+k-1}) \cdots J(x_t)\, Q_t = Q_{t+k}\, R_{t+k}, \qquad
        \lambda_i = \frac{1}{T} \sum_t \log |R_{ii}|

    Tangent vectors begin in a random frame, the same in every call.

    Parameters
    ----------
    network
        F; see `plastisim.measures.maps`.
    start
        The state before the transient (state,).
    n_steps
        T, the number of steps of the average.
    transient
        Steps of the state alone before that, for it to come to its attractor.
    alignment
        Further steps of state and tangent vectors, for these to turn into their directions.
    n_exponents
        How many of the leading exponents; None for all.
    n_blocks
        The standard error is that of the mean of this many consecutive blocks of the average. It
        is right if a block is longer than what the stretches remember; fewer, longer blocks tell.
    every
        k, the number of steps between decompositions. Where the stretches within k steps differ by
        more than a factor of 1e8, k is halved.
    dt
        Seconds of a step, if exponents are also wanted per second.

    Returns
    -------
    xr.Dataset
        Over exponent: `exponent` per step, -inf for directions that a singular Jacobian
        annihilates; `standard_error`; with `dt`, `exponent_per_second` and its
        `standard_error_per_second`. Over (block, exponent): `exponent_of_block`, which sort as the
        means do. Without dimension: `kaplan_yorke_dimension` and `entropy_rate`, nats per step, of
        the functions of these names. `end` (state,) is the state after the last step.

    Raises
    ------
    ValueError
        A start that is not finite, or the step from which on the trajectory is not.

    Source: Benettin, Galgani, Giorgilli & Strelcyn (1980) Meccanica 15:9; Geist, Parlitz &
    Lauterborn (1990) Prog Theor Phys 83:875; of networks: Engelken, Wolf & Abbott (2023) Phys Rev
    Research 5:043044.
    """
    x = network.checked(start, "start").reshape(network.n_state)
    n = network.n_state if n_exponents is None else n_exponents
    if not 1 <= n <= network.n_state:
        raise ValueError(f"n_exponents: got {n}; write 1 to {network.n_state}")
    if not 2 <= n_blocks <= n_steps:
        raise ValueError(f"n_blocks: got {n_blocks}; write 2 to {n_steps}, the number of steps")
    for name, number, least in (("every", every, 1), ("transient", transient, 0),
                                ("alignment", alignment, 0)):  # fmt: skip
        if number < least:
            raise ValueError(f"{name}: got {number}; write {least} or more")
    q, _ = _decomposed(np.random.default_rng(0).standard_normal((network.n_state, n)))
    way = _Way(network, x, every)
    for first in range(0, transient, every):
        way.walk(min(every, transient - first))
    q, _ = way.stretch(q, alignment)
    lengths = np.diff(np.linspace(0, n_steps, n_blocks + 1).astype(int))
    of_block = np.empty((n_blocks, n))
    for block, length in enumerate(lengths):
        q, logs = way.stretch(q, int(length))
        of_block[block] = logs / length
    exponent = np.average(of_block, axis=0, weights=lengths)
    order = np.argsort(-exponent, kind="stable")
    exponent, of_block = exponent[order], of_block[:, order]
    with np.errstate(invalid="ignore"):  # of -inf there is no deviation
        error = of_block.std(axis=0, ddof=1) / np.sqrt(n_blocks)
    is_whole = n == network.n_state
    found = {
        "exponent": ("exponent", exponent, _words("1 / step", "Lyapunov exponents")),
        "standard_error": ("exponent", error, _words("1 / step", "standard error over blocks")),
        "exponent_of_block": (
            ("block", "exponent"), of_block, _words("1 / step", "exponents of each block"),
        ),
        "kaplan_yorke_dimension": (
            (), kaplan_yorke_dimension(exponent, is_whole), _words("1", "Kaplan-Yorke dimension"),
        ),
        "entropy_rate": (
            (), entropy_rate(exponent, is_whole), _words("nat / step", "sum of positive exponents"),
        ),
        "end": ("state", way.x, _words("1", "state after the last step")),
    }  # fmt: skip
    if dt is not None:
        words = _words("1 / s", "Lyapunov exponents")
        found["exponent_per_second"] = ("exponent", exponent / dt, words)
        words = _words("1 / s", "standard error over blocks")
        found["standard_error_per_second"] = ("exponent", error / dt, words)
    return xr.Dataset(
        found,
        attrs={"n_steps": n_steps, "transient": transient, "alignment": alignment,
               "every": way.every, **({} if dt is None else {"dt": dt})},
    ).assign_coords(network.coordinates())  # fmt: skip


def kaplan_yorke_dimension(exponents: Array, is_whole: bool = True) -> float:
    r"""Dimension of the attractor that the exponents, largest first, suggest.

    .. math:: D = k + \frac{\sum_{i \le k} \lambda_i}{|\lambda_{k+1}|}, \qquad
              k = \max \{ k : \textstyle\sum_{i \le k} \lambda_i \ge 0 \}

    0 if all are negative, the number of exponents if their sum is not; NaN where that many are not
    all there are, so that k is not known.

    Source: Kaplan & Yorke (1979) Lecture Notes in Mathematics 730:204; Frederickson et al. (1983)
    J Differ Equ 49:185.
    """
    sums = np.cumsum(exponents)
    if sums[-1] >= 0:
        return float(len(exponents)) if is_whole else float("nan")
    k = int((sums < 0).argmax())
    return k + float(sums[k - 1]) / abs(float(exponents[k])) if k else 0.0


def entropy_rate(exponents: Array, is_whole: bool = True) -> float:
    r"""Sum of the positive exponents, an upper bound of the Kolmogorov-Sinai entropy.

    NaN where all of some leading ones are positive, as others might be too.

    Source: Pesin (1977) Russ Math Surv 32:55; the bound: Ruelle (1978) Bol Soc Bras Mat 9:83.
    """
    if not is_whole and exponents[-1] > 0:
        return float("nan")
    return float(exponents[exponents > 0].sum())


# -------------------------------------------------------------------------------- the trajectory


class _Way:
    """A state on its way, and the number of steps between decompositions that its map allows."""

    def __init__(self, network: Map, x: Array, every: int) -> None:
        self.network, self.x, self.every, self.steps = network, x, every, 0

    def walk(self, n_steps: int) -> Array:
        """Take steps; the states before each of them (state, step)."""
        with np.errstate(all="ignore"):
            states = self.network.walk(self.x, n_steps)
        bad = ~np.isfinite(states).all(axis=0)
        if bad.any():
            k = int(bad.argmax())
            require_finite(states[:, k], f"the trajectory after step {self.steps + k}")
        self.x, self.steps = states[:, -1], self.steps + n_steps
        return states[:, :-1]

    def stretch(self, q: Array, n_steps: int) -> tuple[Array, Array]:
        """Take steps, with the frame `q` (state, vector): the frame after them, log stretches."""
        logs, left = np.zeros(q.shape[1]), n_steps
        while left > 0:
            n = min(self.every, left)
            q, added = self._pushed(self.walk(n), q)
            logs, left = logs + added, left - n
        return q, logs

    def _pushed(self, states: Array, q: Array) -> tuple[Array, Array]:
        """The frame after some steps, in as many pieces as rounding asks for; log stretches."""
        n = states.shape[1]
        turned, r = _decomposed(self.network.push(states, q))
        largest, smallest = r.max(), r.min()
        if n > 1 and not smallest * SPREAD > largest:
            self.every = min(self.every, (n + 1) // 2)
            q, first = self._pushed(states[:, : (n + 1) // 2], q)
            q, second = self._pushed(states[:, (n + 1) // 2 :], q)
            return q, first + second
        # What a singular Jacobian annihilates comes back as rounding.
        annihilated = r <= len(q) * EPS * largest
        with np.errstate(divide="ignore"):
            return turned, np.log(np.where(annihilated, 0.0, r))


def _decomposed(vectors: Array) -> tuple[Array, Array]:
    """Q (state, vector) and the moduli of R's diagonal (vector,); `vectors` may be overwritten."""
    geqrf, orgqr = get_lapack_funcs(("geqrf", "orgqr"), dtype=np.float64)
    work = 64 * vectors.shape[1]
    qr, tau, *_ = geqrf(np.require(vectors, np.float64, ["F", "W"]), lwork=work, overwrite_a=1)
    r = np.abs(np.diagonal(qr)).copy()
    q, *_ = orgqr(qr, tau, lwork=work, overwrite_a=1)
    return q, r


def _words(units: str, long_name: str) -> dict[str, str]:
    return {"units": units, "long_name": long_name}
