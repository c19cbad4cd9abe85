r"""One pass over the recurrent weights: the pending update and the next drive together.

Row i receives the rank-one update that the last step left pending, and in the same sweep its dot
product with the rates: each weight is read once and written once.

.. math:: W_{ij} \leftarrow (1 - m\,\mathrm{decay}_i - k) W_{ij} + m\,\mathrm{post}_i\,
          \mathrm{pre}_j \;[+\, k W^0_{ij} + \xi_{ij}], \qquad x_i = \sum_j W_{ij} r_j

`w` is (post, padded pre) with a padding of zeros, and so are `pre` and `rate`; nothing here asks
for as many post as pre. `fastmath` lets the compiler reorder the sum, no more: NaN stays NaN.
"""

from __future__ import annotations

from numba import njit

REORDER_SUMS = {"reassoc", "contract", "nsz"}


@njit(fastmath=REORDER_SUMS)
def drive_into(w, rate, x):
    """x[i] = sum_j w[i, j] rate[j]; `x` is changed in place."""
    for i in range(w.shape[0]):
        row = w[i]
        total = w.dtype.type(0)
        for j in range(row.size):
            total += row[j] * rate[j]
        x[i] = total


@njit(fastmath=REORDER_SUMS)
def update_and_drive(w, post, pre, decay, strength, zero_diagonal, rate, x):
    """The update of a rule without constraints, then the drive; `w` and `x` change in place."""
    number = w.dtype.type
    m = number(strength)
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
