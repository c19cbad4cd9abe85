"""Double precision, for the tests that compare to the last digits."""

import jax
import pytest


@pytest.fixture
def x64():
    """JAX keeps float64 as it is."""
    with jax.enable_x64(True):
        yield
