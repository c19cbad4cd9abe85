"""What every local rule promises; each check raises AssertionError with a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from plastisim.online import OnlineEngine
from plastisim.online.arrays import padded
from plastisim.online.binding import advance_units, bind, renamed, stamp_of
from plastisim.online.sweep import update_and_drive
from plastisim.rules import LocalRule
from plastisim.testing.require import require, require_close
from plastisim.testing.situation import DT, situation

Array = NDArray[Any]


def returns_one_number_for_each(rule: LocalRule, n_units: int) -> None:
    """`unit` returns post, pre, decay and one number per trace."""
    names = ["post", "pre", "decay", *rule.traces]
    parameters = rule.parameters(DT)
    for name, value in parameters.items():
        require(
            isinstance(value, (int, float)) and math.isfinite(value),
            f"{_name(rule)}: parameter {name} is {value!r}; a finite number is needed",
        )
    try:
        returned = _plainly(rule, 0.5, 0.25, -0.5, *rule.traces.values())
    except (TypeError, AttributeError) as error:
        raise AssertionError(
            f"{_name(rule)}: unit cannot be called as unit(r, r_before, x, "
            f"{''.join(f'{name}, ' for name in rule.traces)}p) with p holding "
            f"{', '.join(parameters) or 'nothing'}: {error}"
        ) from error
    require(
        isinstance(returned, tuple) and len(returned) == len(names),
        f"{_name(rule)}: unit returned {returned!r}; ({', '.join(names)}) are needed",
    )


def is_finite(rule: LocalRule, n_units: int) -> None:
    """Finite numbers come back for finite rates in [-1, 1] and beyond."""
    some = (-20.0, -1.0, -0.3, 0.0, 0.3, 1.0, 20.0)
    traces = [[value, value + 1.0] for value in rule.traces.values()]
    for variables in product(some, some, some, *traces):
        returned = _plainly(rule, *variables)
        require(
            np.isfinite(returned).all(),
            f"{_name(rule)}: unit returned {returned} for (r, r_before, x, *traces) = {variables}; "
            "finite numbers are needed for every finite rate",
        )


def compiles(rule: LocalRule, n_units: int) -> None:
    """Numba can compile `unit`, in double and in single precision."""
    for dtype in (np.float64, np.float32):
        try:
            _offers(rule, *_random_units(rule, n_units, dtype))
        except Exception as error:
            raise AssertionError(
                f"{_name(rule)}: unit does not compile; it may use plain arithmetic and math "
                f"functions on numbers only. Numba says: {error}"
            ) from error


def is_the_same_compiled(rule: LocalRule, n_units: int) -> None:
    """Compiled and plain `unit` agree."""
    units = _random_units(rule, n_units)
    expected = np.array(
        [_plainly(rule, *(row[i] for row in (*units[:3], *units[3]))) for i in range(n_units)]
    ).T
    require_close(
        np.stack(_offers(rule, *units)), expected, 1e-13,
        f"{_name(rule)}: compiled, unit returns other numbers than in plain Python",
    )  # fmt: skip


def remembers_nothing_else(rule: LocalRule, n_units: int) -> None:
    """The same variables give the same bits again: all memory is in the traces."""
    units = _random_units(rule, n_units)
    first, again = (np.stack(_offers(rule, *units)) for _ in range(2))
    variables = [row[0] for row in (*units[:3], *units[3])]
    plain, plain_again = (_plainly(rule, *variables) for _ in range(2))
    require(
        np.array_equal(first, again) and plain == plain_again,
        f"{_name(rule)}: unit returned two answers to the same numbers; what it remembers belongs "
        "into traces, and chance into the network",
    )


def is_local(rule: LocalRule, n_units: int) -> None:
    """A synapse sees its own two units and its own weight."""
    rate, before, x, traces = _random_units(rule, n_units)
    i, j = n_units // 3, n_units - 2
    others = np.ones(n_units, bool)
    others[[i, j]] = False
    offered = np.stack(_offers(rule, rate, before, x, traces))
    perturbed = [np.where(others, 0.5 - v, v) for v in (rate, before, x, traces)]
    elsewhere = np.stack(_offers(rule, *perturbed))
    complaint = f"{_name(rule)}: what a unit offers its synapses changes with other units"
    require(np.array_equal(offered[:, ~others], elsewhere[:, ~others]), complaint)

    # The same through the whole engine: other units and all other weights differ, and inputs make
    # up for what that would do to the drives of i and j.
    here = situation(rule, n_units, n_steps=1)
    state = here.state.copy()
    state.rate[others] = 0.5 - state.rate[others]
    state.traces[:, others] += 0.5
    own = np.ix_([i, j], [i, j])
    state.w_rec[:] = 0.5 - state.w_rec
    state.w_rec[own] = here.state.w_rec[own]
    compensated = here.external + here.state.w_rec @ here.state.rate - state.w_rec @ state.rate
    there = replace(here, state=state, external=compensated)
    change, change_there = (
        (s.by(OnlineEngine, strength=0.5).w_rec - s.state.w_rec)[own] for s in (here, there)
    )
    require_close(
        change_there, change, 1e-11, f"{_name(rule)}: a weight's change depends on other units"
    )


def leaves_frozen_weights_alone(rule: LocalRule, n_units: int) -> None:
    """Weights are bit-identical after steps that are not plastic."""
    here = situation(rule, n_units, n_steps=20)
    after = here.by(OnlineEngine, plastic=False).w_rec
    require(np.array_equal(after, here.state.w_rec), f"{_name(rule)}: frozen weights changed")


def does_nothing_at_zero_strength(rule: LocalRule, n_units: int) -> None:
    """Weights are bit-identical after plastic steps of strength zero, if nothing else pulls."""
    here = situation(_without_pull(rule), n_units, n_steps=20)
    after = here.by(OnlineEngine, strength=0.0).w_rec
    require(
        np.array_equal(after, here.state.w_rec),
        f"{_name(rule)}: weights changed although the strength is 0",
    )


def is_scaled_by_its_strength(rule: LocalRule, n_units: int) -> None:
    """Twice the strength makes twice the first change, and there is one."""
    here = situation(_without_pull(rule), n_units, n_steps=1)
    once, twice = (here.by(OnlineEngine, strength=m).w_rec - here.state.w_rec for m in (0.25, 0.5))
    require(once.any(), f"{_name(rule)}: a plastic step changes no weight")
    require_close(
        twice,
        2.0 * once,
        1e-12,
        f"{_name(rule)}: twice the strength is not twice the first change",
    )


def does_not_number_its_units(rule: LocalRule, n_units: int) -> None:
    """Renumbering the units renumbers the weights, to rounding."""
    here = situation(rule, n_units, n_steps=20)
    order = np.random.default_rng(1).permutation(n_units)
    state = here.state.copy()
    state.w_rec[:] = state.w_rec[np.ix_(order, order)]
    state.rate[:] = state.rate[order]
    state.traces[:] = state.traces[:, order]
    network = replace(here.network, w_initial=here.network.w_initial[np.ix_(order, order)])
    renumbered = replace(
        here, network=network, state=state, external=here.external[order],
        noise=here.noise[:, order],
    )  # fmt: skip
    require_close(
        renumbered.by(OnlineEngine).w_rec, here.by(OnlineEngine).w_rec[np.ix_(order, order)], 1e-10,
        f"{_name(rule)}: renumbering the units changes what is learned",
    )  # fmt: skip


def follows_the_reference(rule: LocalRule, n_units: int) -> None:
    """200 steps of the engine and of `plastisim.reference` end alike."""
    here = situation(rule, n_units, n_steps=200)
    fast, plain = here.by(OnlineEngine), here.by_reference()
    for what in ("w_rec", "rate", "traces"):
        require_close(
            getattr(fast, what), getattr(plain, what), 1e-12,
            f"{_name(rule)}: engine and reference end with different {what}",
        )  # fmt: skip


def works_in_single_precision(rule: LocalRule, n_units: int) -> None:
    """float32 stays float32, and ends near float64."""
    double = situation(rule, n_units, n_steps=20)
    single = situation(rule, n_units, n_steps=20, dtype=np.float32)
    after, expected = single.by(OnlineEngine, strength=0.1), double.by(OnlineEngine, strength=0.1)
    for what in ("w_rec", "rate", "traces"):
        dtype = getattr(after, what).dtype
        require(dtype == np.float32, f"{_name(rule)}: {what} became {dtype} in a float32 network")
    require_close(
        after.w_rec - single.state.w_rec, expected.w_rec - double.state.w_rec, 1e-3,
        f"{_name(rule)}: float32 learns something else than float64",
    )  # fmt: skip


def tells_post_from_pre(rule: LocalRule, n_units: int) -> None:
    """Between two populations of unequal size, post comes from one and pre from the other."""
    n_post, m = n_units // 2, 0.25
    post, _, decay, *_ = _offers(rule, *_random_units(rule, n_post, seed=1))
    rate, *rest = _random_units(rule, n_units, seed=2)
    pre = _offers(rule, rate, *rest)[1]
    before = np.random.default_rng(3).standard_normal((n_post, n_units))
    expected = before + m * (np.outer(post, pre) - decay[:, None] * before)
    w, x = padded(before), np.zeros(n_post)
    update_and_drive(w, post, padded(pre), decay, m, False, padded(rate), x)
    complaint = f"{_name(rule)}: the kernel's update is not post pre^T - decay W"
    require_close(w[:, :n_units], expected, 1e-13, complaint)
    require_close(x, expected @ rate, 1e-12, complaint)


def remembers_while_frozen(rule: LocalRule, n_units: int) -> None:
    """Traces run on in frozen steps as the reference says, stay finite, and are no constants."""
    here = situation(rule, n_units, n_steps=200)
    traces = here.by(OnlineEngine, plastic=False).traces
    expected = here.by_reference(plastic=False).traces
    for name, row, start in zip(rule.traces, traces, here.state.traces, strict=True):
        complaint = f"{_name(rule)}: trace {name}"
        require(np.isfinite(row).all(), f"{complaint} grows beyond all bounds")
        require((row != start).any(), f"{complaint} stays at {start[0]} in frozen steps")
    require_close(
        traces, expected, 1e-12, f"{_name(rule)}: engine and reference end with different traces"
    )


LOCAL_CHECKS: tuple[Callable[[LocalRule, int], None], ...] = (
    returns_one_number_for_each,
    is_finite,
    compiles,
    remembers_nothing_else,
    is_the_same_compiled,
    is_local,
    leaves_frozen_weights_alone,
    does_nothing_at_zero_strength,
    is_scaled_by_its_strength,
    does_not_number_its_units,
    remembers_while_frozen,
    follows_the_reference,
    works_in_single_precision,
    tells_post_from_pre,
)


def _name(rule: LocalRule) -> str:
    return f"rule {rule.kind}"


def _without_pull(rule: LocalRule) -> LocalRule:
    return rule.model_copy(update={"decay": None})


def _random_units(
    rule: LocalRule, n: int, dtype: type[np.floating[Any]] = np.float64, seed: int = 0
) -> tuple[Array, Array, Array, Array]:
    """Rates, rates before, drives (unit,) and traces (trace, unit)."""
    rng = np.random.default_rng(seed)
    rate, before, x = rng.uniform(-1.0, 1.0, (3, n)).astype(dtype)
    start = np.array([*rule.traces.values()]).reshape(-1, 1)
    return rate, before, x, (start + rng.uniform(0.0, 1.0, (len(start), n))).astype(dtype)


def _plainly(rule: LocalRule, *variables: float) -> tuple[float, ...]:
    """`unit` in plain Python, with NumPy's numbers, so that 1/0 is inf."""
    with np.errstate(all="ignore"):
        return rule.unit(
            *(np.float64(v) for v in variables), SimpleNamespace(**rule.parameters(DT))
        )


def _offers(rule: LocalRule, rate: Array, before: Array, x: Array, traces: Array) -> list[Array]:
    """What units offer, compiled: post, pre, decay and the new traces, (unit,) each."""
    post, pre, decay = (np.zeros_like(rate) for _ in range(3))
    new = traces.copy()
    p = bind(rule.unit, len(rule.traces), rule.parameters(DT), rate.dtype)
    _compiled(stamp_of(p))(rate, before, x, new, p, post, pre, decay)
    return [post, pre, decay, *new]


@cache
def _compiled(stamp: str) -> Any:
    return njit(cache=True, error_model="numpy")(renamed(_advance, f"advance_alone_{stamp}"))


def _advance(rate, before, x, traces, p, post, pre, decay):
    advance_units(rate, before, x, traces, p, post, pre, decay)
