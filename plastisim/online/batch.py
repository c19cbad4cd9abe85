"""A frozen network stepped from many states at once: one matrix product per step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from plastisim.dynamics import Network, Period
from plastisim.online.transfer import CODES, transfer_into

Array = NDArray[Any]


@dataclass(frozen=True)
class Relaxed:
    r"""Where trials came to rest, or stood when the time was up.

    Attributes
    ----------
    rate
        Rates at the end (unit, trial).
    residual
        Largest :math:`|\phi(x) - r|` over the units at `rate` (trial,); not a number where it
        diverged.
    steps
        Steps until the residual fell below the tolerance (trial,), 0 if it was from the start; or
        -1 where it did not.
    """

    rate: Array
    residual: Array
    steps: NDArray[np.int64]


class FrozenNetwork:
    """A network whose weights no longer change; trials are columns, stepped together.

    The drive has no noise here unless a call brings it, and no call changes the arrays given.
    """

    def __init__(self, network: Network, w_rec: Array) -> None:
        self.network = network
        self.w_rec = np.ascontiguousarray(w_rec)

    def advance(self, rate: Array, external: Array, n_steps: int) -> Array:
        """Rates (unit, trial) after `n_steps` steps under one input.

        Parameters
        ----------
        external
            C s + h, (unit,) or (unit, trial).
        """
        rate, external, x = self._columns(rate, external)
        for _ in range(n_steps):
            self._step(rate, external, x)
        return rate

    def present(self, rate: Array, trials: Sequence[Sequence[Period]], n_steps: int) -> Array:
        """Rates (unit, trial) after the first `n_steps` of every trial's periods.

        All trials have the same periods but for their inputs.
        """
        for together in zip(*trials, strict=True):
            now = min(n_steps, together[0].n_steps)
            external = np.stack([period.external for period in together], axis=1)
            rate = self.advance(rate, external, now)
            n_steps -= now
        return rate

    def relax(self, rate: Array, external: Array, max_steps: int, at_rest: float) -> Relaxed:
        """Run every trial until its residual is below `at_rest`, or for `max_steps` steps.

        What a trial comes to does not depend on those it is run with: it ends where it first comes
        to rest. Whenever half of the trials have done so the others go on without them, so that a
        few restless ones do not make all of them work.
        """
        rate, external, x = self._columns(rate, external)
        n_trials = rate.shape[1]
        end, residual = np.empty_like(rate), np.full(n_trials, np.nan)
        steps = np.full(n_trials, -1, np.int64)
        active, restless = np.arange(n_trials), np.ones(n_trials, bool)
        before = np.empty_like(rate)
        for step in range(max_steps + 1):
            np.copyto(before, rate)
            now = self._step(rate, external, x)
            calm = now < at_rest
            over = restless & (calm | ~np.isfinite(now) | (step == max_steps))
            if not over.any():
                continue
            end[:, active[over]], residual[active[over]] = before[:, over], now[over]
            steps[active[over & calm]] = step
            restless &= ~over
            if not restless.any():
                break
            if 2 * restless.sum() <= len(active):
                active = active[restless]
                rate, external, x = self._columns(rate[:, restless], external[:, restless])
                before, restless = np.empty_like(rate), np.ones(len(active), bool)
        return Relaxed(end, np.where(np.isfinite(residual), residual, np.nan), steps)

    def hold(
        self,
        rate: Array,
        external: Array,
        n_steps: int,
        noise: Callable[[], Array] | None = None,
        watch: Callable[[int, Array], None] | None = None,
        watch_at: Sequence[int] = (),
    ) -> Array:
        """Rates after `n_steps` steps; without noise it stops once nothing can change.

        Parameters
        ----------
        noise
            Gives the noise on the drive (unit, trial), once per step.
        watch, watch_at
            Called with the step and the rates at each of these steps, even after an early stop.

        Notes
        -----
        Without noise the next state is a function of this one. Once a state repeats bit by bit
        (compared with one kept from an earlier power of two, after Brent), all later states are
        known, and the rest of the steps is cut short by whole periods of the repetition.
        """
        rate, external, x = self._columns(rate, external)
        due = sorted(set(watch_at))
        while due and due[0] <= 0:
            at = due.pop(0)
            if watch is not None:
                watch(at, rate)
        kept, kept_at = rate.copy(), 0
        step, period = 0, 0
        while step < n_steps:
            self._step(rate, external, x, None if noise is None else noise())
            step += 1
            while due and due[0] <= step:
                at = due.pop(0)
                if watch is not None:
                    watch(at, rate)
            if noise is None and not period:
                if np.array_equal(rate, kept):
                    period = step - kept_at
                    rest = (n_steps - step) % period
                    for at in due:  # the state at a later step is one of the next few
                        if watch is not None:
                            watch(at, self.advance(rate, external, (at - step) % period))
                    due = []
                    n_steps = step + rest
                elif step == 2 * max(kept_at, 1):
                    kept, kept_at = rate.copy(), step
        return rate

    def record(
        self, rate: Array, trials: Sequence[Sequence[Period]], n_steps: int, every: int
    ) -> Array:
        """Rates (trial, time, unit) at steps 0, every, 2 every … up to `n_steps`.

        After a trial's last period its last input goes on without the cue (bias alone).
        """
        shape = (rate.shape[1], n_steps // every + 1, rate.shape[0])
        out = np.empty(shape, self.network.dtype)
        out[:, 0] = rate.T
        schedule = [
            (p[0].n_steps, np.stack([period.external for period in p], axis=1))
            for p in zip(*trials, strict=True)
        ]
        schedule.append((n_steps, self.network.bias[:, None]))
        step = 0
        for length, external in schedule:
            for _ in range(min(length, n_steps - step)):
                rate = self.advance(rate, external, 1)
                step += 1
                if step % every == 0:
                    out[:, step // every] = rate.T
        return out

    def _columns(self, rate: Array, external: Array) -> tuple[Array, Array, Array]:
        """Own contiguous copies (unit, trial) of rates and input, and room for the drive."""
        dtype = self.network.dtype
        rate = np.array(rate, dtype, order="C")
        if external.ndim == 1:
            external = external[:, None]
        external = np.array(np.broadcast_to(external, rate.shape), dtype, order="C")
        return rate, external, np.empty_like(rate)

    def _step(self, rate: Array, external: Array, x: Array, noise: Array | None = None) -> Array:
        """One step in place; the residual of each trial's state before the step (trial,)."""
        with np.errstate(all="ignore"):
            np.matmul(self.w_rec, rate, out=x)
        if noise is not None:
            x += noise
        residual = np.zeros(rate.shape[1], rate.dtype)
        leak(
            CODES[self.network.transfer], self.network.theta, self.network.alpha,
            external, x, rate, residual,
        )  # fmt: skip
        return residual


@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def leak(code, theta, alpha, external, x, rate, residual):
    r"""r ← (1-α) r + α φ(x + external), and the largest |φ - r| of each trial.

    `x`, `rate` and `residual` are changed in place; all are (unit, trial), `residual` (trial,).
    """
    number = x.dtype.type
    a = number(alpha)
    rest = number(1) - a
    phi = np.empty(x.shape[1], x.dtype)
    for i in range(x.shape[0]):
        row, here, given = x[i], rate[i], external[i]
        for k in range(row.size):
            row[k] += given[k]
        transfer_into(code, theta, row, phi)
        for k in range(row.size):
            gap = abs(phi[k] - here[k])
            residual[k] = gap if not gap <= residual[k] else residual[k]  # NaN wins
            here[k] = rest * here[k] + a * phi[k]
