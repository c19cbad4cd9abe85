"""Refuses numbers that are not finite, and names the first place of them."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray


def require_finite(values: xr.DataArray | NDArray[np.floating], what: str) -> None:
    """Raise ValueError, which says where, if any of the values is NaN or infinite."""
    bad = ~np.isfinite(np.asarray(values))
    if not bad.any():
        return
    at = np.unravel_index(int(bad.argmax()), bad.shape)
    if isinstance(values, xr.DataArray):
        labels = [
            (str(dim), values.coords[dim].values[k] if dim in values.coords else int(k))
            for dim, k in zip(values.dims, at, strict=True)
        ]
        place = ", ".join(f"{dim} {label}" for dim, label in labels)
    else:
        place = f"[{', '.join(str(int(k)) for k in at)}]"
    raise ValueError(
        f"{what}: {np.asarray(values)[at]} at {place}, and {int(bad.sum())} of {bad.size} values "
        "are not finite; leave out networks that diverged, and epochs after they did"
    )
