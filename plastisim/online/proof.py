"""One step of a compiled rule held against its own Python code, before the rule is trusted.

A disk cache can be wrong in ways that nobody foresees, and a wrong number is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.errors import CompiledCodeError
from plastisim.online.arrays import aligned_zeros, padded
from plastisim.online.period import Constants, Constraints, Units, loop_for
from plastisim.online.transfer import CODES

Array = NDArray[Any]

_PLAIN = Constants(
    alpha=0.5, theta=0.0, transfer=CODES["linear"], plastic=True, strength=1.0, pull=0.0,
    toward_initial=False, zero_diagonal=False, constrained=False,
)  # fmt: skip


def prove(
    p: np.void,
    unit: Callable[..., Any],
    traces: Sequence[float],
    parameters: dict[str, float],
    dtype: np.dtype[Any],
) -> None:
    """Let three units learn for one step, compiled and in Python.

    Raises
    ------
    CompiledCodeError
        If the two differ by more than rounding.
    """
    external = np.array([0.25, -0.75, 1.5], dtype)
    n = external.size
    w = padded(np.ones((n, n), dtype))
    width, empty = (w.shape[1],), np.zeros((0, 0), dtype)
    filled = np.repeat(np.array(traces, dtype)[:, None], n, axis=1)
    units = Units(
        rate=aligned_zeros(width, dtype), pre=aligned_zeros(width, dtype), traces=filled.copy(),
        **{k: aligned_zeros((n,), dtype) for k in ("before", "x", "phi", "post", "decay")},
    )  # fmt: skip
    nothing = Constraints(w.copy(), empty, np.zeros(0, dtype), np.zeros(0, dtype))
    loop_for(p)(1, w, nothing, units, external, empty, empty, _PLAIN, p)

    with np.errstate(all="ignore"):
        known = SimpleNamespace(**{k: np.float64(v) for k, v in parameters.items()})
        drive = external.astype(np.float64)
        rate = 0.5 * drive
        own = [
            (rate[i], np.float64(0), x, *filled[:, i].astype(float)) for i, x in enumerate(drive)
        ]
        offered = np.array([unit(*variables, known) for variables in own])
        post, pre, decay = offered[:, :3].T
        expected = 1.0 + np.outer(post, pre) - decay[:, None]
    close = {"rtol": 1e-3 if dtype == np.float32 else 1e-9, "atol": 1e-6, "equal_nan": True}
    if not (
        np.allclose(w[:, :n], expected, **close)
        and np.allclose(units.traces, offered[:, 3:].T, **close)
    ):
        raise CompiledCodeError(
            f"compiled code of {getattr(unit, '__qualname__', unit)} does not do what its Python "
            "code does. If it comes from Numba's cache, remove the __pycache__ beside "
            f"{__file__} (or NUMBA_CACHE_DIR) and try again; if not, please report it"
        )
