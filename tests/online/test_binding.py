"""What a rule's stamp depends on: all code and constants that its compiled form depends on."""

import types

import numpy as np
import pytest

from plastisim.online.binding import bind
from plastisim.online.engine import OnlineEngine
from plastisim.testing.examples import local_rules
from plastisim.testing.situation import DT, situation

F64 = np.dtype(np.float64)


def stamp(source, **names):
    """The stamp of a rule written in `source`, with global names beside it."""
    scope = {"np": np, **names}
    exec(source, scope)
    return bind(scope["unit"], 0, {}, F64).dtype.names[-1]


RULE = "def unit(r, r_before, x, p):\n    return {}, r, 0.0\n"


def test_the_same_code_has_the_same_stamp():
    assert stamp(RULE.format("K * r"), K=2.0) == stamp(RULE.format("K * r"), K=2.0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (2.0, 3.0),
        (2, 2.0),
        (True, 1),
        (np.float32(2.0), np.float32(3.0)),
        (np.float32(2.0), np.float64(2.0)),
        (np.array([1.0, 2.0]), np.array([1.0, 3.0])),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0], np.float32)),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        ((1.0, 2.0), (1.0, 3.0)),
        (lambda v: v + 1.0, lambda v: v + 2.0),
    ],
    ids=[
        "numbers", "kinds of number", "truth and a number", "single precision", "precision",
        "arrays", "precision of arrays", "shapes", "tuples", "functions",
    ],
)  # fmt: skip
def test_another_constant_or_function_has_another_stamp(first, second):
    text = RULE.format("r * 1.0 if K is None else r")
    assert stamp(text, K=first) != stamp(text, K=second)


def test_a_constant_in_a_module_of_the_users_is_seen():
    def module(value):
        made = types.ModuleType("constants")
        made.K = value
        return made

    text = RULE.format("c.K * r")
    assert stamp(text, c=module(1.0)) != stamp(text, c=module(2.0))


def test_a_closure_is_seen():
    def made(k):
        def unit(r, r_before, x, p):
            return k * r, r, 0.0

        return bind(unit, 0, {}, F64).dtype.names[-1]

    assert made(1.0) != made(2.0)
    assert made(1.0) == made(1.0)


def test_more_than_three_traces_are_refused():
    with pytest.raises(ValueError, match="at most 3 traces; got 4"):
        bind(lambda r, r_before, x, p: (r, r, 0.0), 4, {}, F64)


def test_no_value_has_the_loop_compiled_anew():
    """Integers, read-only and strided arrays and other dtypes from a caller change no type."""
    here = situation(local_rules()["bcm"], 23, n_steps=4)
    engine = OnlineEngine(here.network, here.rule, DT, here.state)
    engine.present(here.periods(True), strength=0.5, noise=here.noise)
    loop = engine._run_period
    compiled = len(loop.signatures)
    (period,) = here.periods(True)
    odd = np.ones((23, 2), np.float32)[:, 0]
    odd.flags.writeable = False
    for strength, third_factor in ((1, 1), (0, 2.5), (np.float32(0.5), -1)):
        changed = type(period)("odd", 4, odd, True, third_factor)
        engine.present([changed], strength=strength, noise=np.ones((23, 4)).T)
    assert len(loop.signatures) == compiled
