"""Will a run hold what its protocol expects something of? Asked before it is run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from plastisim.protocol import Protocol
from plastisim.protocol.expectations import Beyond, Pick
from plastisim.protocol.findings import Finding
from plastisim.protocol.selections import Selection
from plastisim.store import Group, Layout
from plastisim.verification.numbers import NotThereError, picked, selected


def not_to_come(protocol: Protocol, layout: Layout) -> Iterator[Finding]:
    """Every expectation of something that a store of this layout will not hold."""
    tree = xr.DataTree.from_dict({f"/{k}": _blank(group) for k, group in layout.groups.items()})
    for variable, picks in (protocol.expect or {}).items():
        path = ("expect", variable)
        try:
            array = selected(tree, Selection.parse(variable))
        except NotThereError as error:
            yield Finding(path, str(error), at_key=True)
            continue
        for pick, wanted in picks.items():
            try:
                found = picked(array, Pick.parse(pick))
            except NotThereError as error:
                yield Finding((*path, pick), str(error), at_key=True)
                continue
            n = wanted.tests_in_a_row if isinstance(wanted, Beyond) else 1
            if n > (tests := found.sizes.get("epoch", n)):
                message = f"got {n}; it is there in {tests} epochs: write that or less"
                yield Finding((*path, pick, "tests_in_a_row"), message)


def _blank(group: Group) -> xr.Dataset:
    """A group whose variables are zeros that take no memory."""
    coords = {name: (group.dims(name), c.array()) for name, c in group.coords.items()}
    variables = {
        name: (v.dims, np.broadcast_to(np.zeros((), v.dtype), group.shape(name)))
        for name, v in group.variables.items()
    }
    return xr.Dataset(variables, coords)
