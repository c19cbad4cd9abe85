r"""tanh in plain arithmetic, so that the compiler can vectorise it.

Numba as installed by pip has no vector mathematics library: its ``np.tanh`` is one scalar call per
unit, a fifth of a plastic step at 400 units. Here

.. math:: \tanh x = \frac{e}{e + 2}\,\mathrm{sign}\,x, \qquad e = \mathrm{expm1}(2|x|)
          = 2^k\, \mathrm{expm1}(f) + (2^k - 1), \qquad 2|x| = k \ln 2 + f

with a Taylor polynomial for expm1 on :math:`|f| \le \tfrac12 \ln 2`. Within 3 units in the last
place of the exact value; odd, bounded by 1, NaN stays NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload


def _reinterpret(name: str, source: types.Type, target: types.Type, llvm: ir.Type) -> Any:
    """A Numba function that reads the bits of a number as another type of the same width."""

    def typed(typingctx: Any, x: types.Type) -> Any:
        def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> Any:
            return builder.bitcast(args[0], llvm)

        return target(source), codegen

    typed.__name__ = name
    return intrinsic(typed)


_bits64 = _reinterpret("_bits64", types.float64, types.int64, ir.IntType(64))
_from_bits64 = _reinterpret("_from_bits64", types.int64, types.float64, ir.DoubleType())
_bits32 = _reinterpret("_bits32", types.float32, types.int32, ir.IntType(32))
_from_bits32 = _reinterpret("_from_bits32", types.int32, types.float32, ir.FloatType())


def _opaque(typingctx, i):
    """The integer `i`, which the compiler may know nothing about.

    Four rows in one loop need a check that they do not overlap. With a row number that it can
    predict, the compiler moves this check out of the loop over rows, where it compares all rows
    with all rows, always fails, and leaves the slow loop: three to eight times slower.
    """

    def codegen(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> Any:
        integer = args[0].type
        return builder.asm(ir.FunctionType(integer, [integer]), "", "=r,0", args, False)

    return i(i), codegen


opaque: Any = intrinsic(_opaque)


def _tanh64(x):
    a = min(abs(x), 20.0)  # tanh(20) rounds to 1
    y = 2.0 * a
    # Adding 1.5 * 2**52 rounds to the nearest integer k and leaves k in the low bits.
    shifted = y * 1.4426950408889634 + 6755399441055744.0
    k = shifted - 6755399441055744.0
    f = (y - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10
    p = 1.0 / 6227020800.0
    p = p * f + 1.0 / 479001600.0
    p = p * f + 1.0 / 39916800.0
    p = p * f + 1.0 / 3628800.0
    p = p * f + 1.0 / 362880.0
    p = p * f + 1.0 / 40320.0
    p = p * f + 1.0 / 5040.0
    p = p * f + 1.0 / 720.0
    p = p * f + 1.0 / 120.0
    p = p * f + 1.0 / 24.0
    p = p * f + 1.0 / 6.0
    p = p * f + 0.5
    scale = _from_bits64((_bits64(shifted) << 52) + 4607182418800017408)  # 2**k
    e = scale * (f + (f * f) * p) + (scale - 1.0)
    return np.copysign(e / (e + 2.0), x)


_F = np.float32
_TWO, _ONE, _HALF, _LIMIT = _F(2.0), _F(1.0), _F(0.5), _F(10.0)  # tanh(10) rounds to 1
_LOG2_E, _SHIFT = _F(1.4426950408889634), _F(12582912.0)  # 1.5 * 2**23
_LN2_HIGH, _LN2_LOW = _F(0.693359375), _F(-2.12194440e-4)
_C7, _C6, _C5 = _F(1.0 / 5040.0), _F(1.0 / 720.0), _F(1.0 / 120.0)
_C4, _C3 = _F(1.0 / 24.0), _F(1.0 / 6.0)


def _tanh32(x):
    a = min(abs(x), _LIMIT)
    y = _TWO * a
    shifted = y * _LOG2_E + _SHIFT
    k = shifted - _SHIFT
    f = (y - k * _LN2_HIGH) - k * _LN2_LOW
    p = _C7
    p = p * f + _C6
    p = p * f + _C5
    p = p * f + _C4
    p = p * f + _C3
    p = p * f + _HALF
    scale = _from_bits32(np.int32((_bits32(shifted) << np.int32(23)) + np.int32(1065353216)))
    e = scale * (f + (f * f) * p) + (scale - _ONE)
    return np.copysign(e / (e + _TWO), x)


def tanh(x: float) -> float:
    """tanh of one number, in Numba code (in Python: numpy's)."""
    return np.tanh(x)


@overload(tanh, inline="always")
def _tanh(x):
    if x == types.float32:
        return _tanh32
    return _tanh64


@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def tanh_into(x, out):
    """out[i] = tanh(x[i]) for flat arrays of one dtype; `out` is changed in place."""
    for i in range(x.size):
        out[i] = tanh(x[i])
