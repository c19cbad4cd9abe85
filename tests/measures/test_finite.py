"""Numbers that are not finite are refused with their place."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures.finite import require_finite


def test_finite_numbers_pass():
    require_finite(np.zeros((2, 3)), "w")
    require_finite(xr.DataArray(np.zeros((0, 3))), "w")


def test_the_first_bad_place_is_named_by_its_coordinates():
    values = xr.DataArray(
        np.ones((3, 2, 4), np.float32), {"epoch": [0, 25, 50]}, ("epoch", "network", "unit")
    )
    values[1, 0, 3] = np.nan
    values[2, 1, 0] = np.inf
    with pytest.raises(ValueError, match="rate: nan at epoch 25, network 0, unit 3, and 2 of 24"):
        require_finite(values, "rate")
    with pytest.raises(ValueError, match=r"rate: nan at \[1, 0, 3\]"):
        require_finite(values.values, "rate")
