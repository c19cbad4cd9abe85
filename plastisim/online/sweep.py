r"""One pass over the recurrent weights: the pending update and the next drive together.

Row i receives the rank-one update that the last step left pending, and in the same sweep its dot
product with the rates: each weight is read once and written once.

.. math:: W_{ij} \leftarrow (1 - m\,\mathrm{decay}_i - k) W_{ij} + m\,\mathrm{post}_i\,
          \mathrm{pre}_j \;[+\, k W^0_{ij} + \xi_{ij}], \qquad x_i = \sum_j W_{ij} r_j

`w` is (post, padded pre) with a padding of zeros, and so are `pre` and `rate`; nothing here asks
for as many post as pre. `fastmath` lets the compiler reorder the sum, no more: NaN stays NaN.

Rows go four at a time where that pays: memory then serves four streams at once. Whether these
loops still become vector instructions is seen with ``python -m benchmarks``.
"""

from __future__ import annotations

from numba import njit

from plastisim.online.simd import opaque

REORDER_SUMS = {"reassoc", "contract", "nsz"}
SECOND_CACHE = 1 << 20  # bytes, about; smaller weights go row by row, some 7 % faster


@njit(fastmath=REORDER_SUMS)
def drive_into(w, rate, x):
    """x[i] = sum_j w[i, j] rate[j]; `x` is changed in place."""
    number = w.dtype.type
    n = w.shape[0]
    in_fours = n - n % 4
    for first in range(0, in_fours, 4):
        i = opaque(first)
        row0, row1, row2, row3 = w[i], w[i + 1], w[i + 2], w[i + 3]
        total0 = total1 = total2 = total3 = number(0)
        for j in range(row0.size):
            total0 += row0[j] * rate[j]
            total1 += row1[j] * rate[j]
            total2 += row2[j] * rate[j]
            total3 += row3[j] * rate[j]
        x[i], x[i + 1], x[i + 2], x[i + 3] = total0, total1, total2, total3
    for i in range(in_fours, n):
        row = w[i]
        total = number(0)
        for j in range(row.size):
            total += row[j] * rate[j]
        x[i] = total


@njit(fastmath=REORDER_SUMS)
def _push_and_drive(w, post, pre, m, zero_diagonal, rate, x):
    """The update of a rule that lets nothing decay, then the drive."""
    number = w.dtype.type
    n = w.shape[0]
    in_fours = n - n % 4
    for first in range(0, in_fours, 4):
        i = opaque(first)
        row0, row1, row2, row3 = w[i], w[i + 1], w[i + 2], w[i + 3]
        push0, push1, push2, push3 = m * post[i], m * post[i + 1], m * post[i + 2], m * post[i + 3]
        total0 = total1 = total2 = total3 = number(0)
        for j in range(row0.size):
            weight0 = row0[j] + push0 * pre[j]
            weight1 = row1[j] + push1 * pre[j]
            weight2 = row2[j] + push2 * pre[j]
            weight3 = row3[j] + push3 * pre[j]
            row0[j], row1[j], row2[j], row3[j] = weight0, weight1, weight2, weight3
            total0 += weight0 * rate[j]
            total1 += weight1 * rate[j]
            total2 += weight2 * rate[j]
            total3 += weight3 * rate[j]
        x[i], x[i + 1], x[i + 2], x[i + 3] = total0, total1, total2, total3
        if zero_diagonal:
            for k in range(i, i + 4):
                x[k] -= w[k, k] * rate[k]
                w[k, k] = number(0)
    for i in range(in_fours, n):
        row, push = w[i], m * post[i]
        total = number(0)
        for j in range(row.size):
            weight = row[j] + push * pre[j]
            row[j] = weight
            total += weight * rate[j]
        if zero_diagonal:
            total -= row[i] * rate[i]
            row[i] = number(0)
        x[i] = total


@njit(fastmath=REORDER_SUMS)
def update_and_drive(w, post, pre, decay, strength, zero_diagonal, rate, x):
    """The update of a rule without constraints, then the drive; `w` and `x` change in place."""
    number = w.dtype.type
    m = number(strength)
    if w.size * w.itemsize > SECOND_CACHE and not decay.any():
        _push_and_drive(w, post, pre, m, zero_diagonal, rate, x)
        return
    for i in range(w.shape[0]):
        row = w[i]
        keep = number(1) - m * decay[i]
        push = m * post[i]
        total = number(0)
        for j in range(row.size):
            weight = keep * row[j] + push * pre[j]
            row[j] = weight
            total += weight * rate[j]
        if zero_diagonal:
            total -= row[i] * rate[i]
            row[i] = number(0)
        x[i] = total


@njit(fastmath=REORDER_SUMS)
def constrained_update_and_drive(
    w, post, pre, decay, strength, pull, toward_initial, constraints, xi, zero_diagonal, rate, x
):
    """The same with all that a network may ask for, in this order: rule, pull, noise, mask,
    bounds, zero diagonal. A row is in the first cache throughout, so passes over it cost little.
    """
    number = w.dtype.type
    m, k = number(strength), number(pull)
    initial, connected, lower, upper = constraints
    for i in range(w.shape[0]):
        row = w[i]
        keep = number(1) - m * decay[i] - k
        push = m * post[i]
        for j in range(row.size):
            row[j] = keep * row[j] + push * pre[j]
        if toward_initial:
            start = initial[i]
            for j in range(row.size):
                row[j] += k * start[j]
        if xi.size:
            kick = xi[i]
            for j in range(row.size):
                row[j] += kick[j]
        if connected.size:
            exists = connected[i]
            for j in range(row.size):
                row[j] *= exists[j]
        if lower.size:
            for j in range(row.size):
                row[j] = min(max(row[j], lower[j]), upper[j])
        if zero_diagonal:
            row[i] = number(0)
        total = number(0)
        for j in range(row.size):
            total += row[j] * rate[j]
        x[i] = total
