"""Whether the network can do what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from plastisim.protocol.findings import Finding


def bounds_hold_zero(p: Any) -> Iterator[Finding]:
    """Bounds are in order, and hold zero where some weights must be zero."""
    bounds = p.network.constraints.bounds
    if bounds is None:
        return
    lower, upper = bounds
    path = ("network", "constraints", "bounds")
    if not lower < upper:
        yield Finding(path, f"got [{lower:g}, {upper:g}]; write [lower, upper], lower below upper")
        return
    if lower <= 0 <= upper:
        return
    constraints = p.network.constraints
    zeros = [
        name
        for name, applies in (
            ("self_connections: false", not p.network.self_connections),
            ("density", constraints.density is not None),
            ("dale", constraints.dale is not None),
        )
        if applies
    ]
    if zeros:
        yield Finding(
            path,
            f"got [{lower:g}, {upper:g}], which leaves out 0, and {zeros[0]} needs weights of 0; "
            "write bounds with 0 between them",
        )


def eigenvalues_exist(p: Any) -> Iterator[Finding]:
    """A network has as many eigenvalues as units."""
    spectra, n_units = p.record.spectra, p.network.n_units
    if spectra is not None and spectra.leading > n_units:
        yield Finding(
            ("record", "spectra", "leading"),
            f"got {spectra.leading}; a network of {n_units} units has {n_units} eigenvalues: "
            f"write {n_units} or less",
        )


def flips_change_a_unit(p: Any) -> Iterator[Finding]:
    """Flipping the signs of a fraction of the units flips at least one."""
    kinds, n_units = p.test.perturbations, p.network.n_units
    if kinds is None:
        return
    single = not isinstance(kinds, list)
    for k, kind in enumerate([kinds] if single else kinds):
        if kind.kind != "sign_flip":
            continue
        path = ("test", "perturbations", "fractions") if single else (
            ("test", "perturbations", k, "fractions")
        )  # fmt: skip
        for i, fraction in enumerate(kind.fractions):
            if round(fraction * n_units) == 0:
                yield Finding(
                    (*path, i),
                    f"got {fraction}, which flips none of {n_units} units; "
                    f"write {1 / n_units:.3g} or more",
                )


def precision_resolves_rest(p: Any) -> Iterator[Finding]:
    """A state comes to rest no more closely than rounding lets it: a step of alpha (phi - r) that
    is less than half the distance of two numbers near 1 changes no rate of order 1.
    """
    at_rest, dtype = p.test.criteria.at_rest, p.network.dtype
    if p.network.dt.value == 0:
        return
    finest = 2.0 * float(np.finfo(dtype).eps) * (p.network.tau / p.network.dt)
    if at_rest < finest:
        yield Finding(
            ("test", "criteria", "at_rest"),
            f"got {at_rest:g}, which {dtype} cannot resolve at this dt; write {finest:.2g} or more",
        )
