"""The transfer functions of `plastisim.dynamics.transfer`, compiled; agreement is tested."""

from __future__ import annotations

from numba import njit

from plastisim.dynamics.transfer import TRANSFERS
from plastisim.online.simd import tanh

CODES = {name: code for code, name in enumerate(TRANSFERS)}
_TANH, _RELU, _LOGISTIC = CODES["tanh"], CODES["relu"], CODES["logistic"]
_THRESHOLD_LINEAR, _LINEAR = CODES["threshold_linear"], CODES["linear"]


@njit(fastmath={"contract"}, error_model="numpy")
def transfer_into(code, theta, x, out):
    """out[i] = phi(x[i]) for flat arrays of one dtype; `out` is changed in place."""
    number = x.dtype.type
    zero, half = number(0), number(0.5)
    threshold = number(theta)
    if code == _TANH:
        for i in range(x.size):
            out[i] = tanh(x[i])
    elif code == _RELU:
        for i in range(x.size):
            out[i] = x[i] if not x[i] < zero else zero  # written so that NaN stays NaN
    elif code == _LOGISTIC:
        for i in range(x.size):
            out[i] = half + half * tanh(half * x[i])
    elif code == _THRESHOLD_LINEAR:
        for i in range(x.size):
            above = x[i] - threshold
            out[i] = above if not above < zero else zero
    elif code == _LINEAR:
        for i in range(x.size):
            out[i] = x[i]
