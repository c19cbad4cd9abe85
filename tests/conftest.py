"""One BLAS thread, so that bits repeat; hypothesis draws the same examples every time."""

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

settings.register_profile("stable", derandomize=True, deadline=None, max_examples=40)
settings.load_profile("stable")


@pytest.fixture(scope="session", autouse=True)
def one_blas_thread():
    """The last bits of a matrix product depend on the number of threads."""
    with threadpool_limits(1):
        yield
