"""What every one-shot rule promises; each check raises AssertionError with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plastisim.rules import OneShotRule
from plastisim.testing.require import require, require_close

Array = NDArray[Any]
FEWEST_UNITS = 60  # below it chance overlaps of random patterns decide


def replaces_weights_when_alone(rule: OneShotRule, n_units: int) -> None:
    """Alone, the initial weights do not matter."""
    patterns, w_initial = _memories(n_units)
    alone = _with_base(rule, "alone")
    require(
        np.array_equal(alone.store(patterns, w_initial), alone.store(patterns, 0.0 * w_initial)),
        f"rule {rule.kind}: base alone, yet the initial weights matter",
    )


def adds_to_weights_when_added(rule: OneShotRule, n_units: int) -> None:
    """Added, the stored weights are those of alone on top of the initial ones."""
    patterns, w_initial = _memories(n_units)
    alone = _with_base(rule, "alone").store(patterns, w_initial)
    added = _with_base(rule, "added").store(patterns, w_initial)
    require_close(
        added, alone + w_initial, 1e-12,
        f"rule {rule.kind}: base added is not the initial weights plus those of base alone",
    )  # fmt: skip


def stores_its_patterns(rule: OneShotRule, n_units: int) -> None:
    """Alone or cancelling, each pattern's field points to the pattern."""
    patterns, w_initial = _memories(n_units)
    for base in ("alone", "cancelling"):
        w = _with_base(rule, base).store(patterns, w_initial)
        overlap = (np.sign(patterns @ w.T) * patterns).mean(axis=1).min()
        require(
            overlap > 0.9,
            f"rule {rule.kind}, base {base}: a stored pattern's field overlaps with it by "
            f"{overlap:.2f}; more than 0.9 is needed",
        )


def does_not_number_its_units(rule: OneShotRule, n_units: int) -> None:
    """Renumbering the units renumbers the weights, to rounding."""
    patterns, w_initial = _memories(n_units)
    order = np.random.default_rng(1).permutation(len(w_initial))
    square = np.ix_(order, order)
    require_close(
        rule.store(patterns[:, order], w_initial[square]),
        rule.store(patterns, w_initial)[square],
        1e-10,
        f"rule {rule.kind}: renumbering the units changes what is stored",
    )


def keeps_the_dtype(rule: OneShotRule, n_units: int) -> None:
    """The weights have the dtype and shape of the initial ones, which stay as they are."""
    patterns, w_initial = _memories(n_units)
    for dtype in (np.float64, np.float32):
        given, kept = patterns.astype(dtype), w_initial.astype(dtype)
        w = rule.store(given, kept)
        require(
            (w.dtype, w.shape) == (kept.dtype, kept.shape),
            f"rule {rule.kind}: weights are {w.dtype} {w.shape}, the network's {kept.dtype} "
            f"{kept.shape}",
        )
        untouched = np.array_equal(kept, w_initial.astype(dtype)) and np.array_equal(
            given, patterns
        )
        require(untouched, f"rule {rule.kind}: store changed what it was given")


ONE_SHOT_CHECKS: tuple[Callable[[OneShotRule, int], None], ...] = (
    keeps_the_dtype,
    replaces_weights_when_alone,
    adds_to_weights_when_added,
    stores_its_patterns,
    does_not_number_its_units,
)


def _with_base(rule: OneShotRule, base: str) -> OneShotRule:
    return rule.model_copy(update={"base": base})


def _memories(n_units: int) -> tuple[Array, Array]:
    """Patterns (pattern, unit), one for 20 units, and initial weights (post, pre)."""
    n = max(n_units, FEWEST_UNITS)
    rng = np.random.default_rng(4)
    w_initial = 1.5 / np.sqrt(n) * rng.standard_normal((n, n))
    np.fill_diagonal(w_initial, 0.0)
    return rng.choice([-1.0, 1.0], (n // 20, n)), w_initial
