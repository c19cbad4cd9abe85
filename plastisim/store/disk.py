"""A full disk is told from its other troubles, and named."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator

from plastisim.errors import StoreError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}  # of the disk; of the user's share of it


@contextlib.contextmanager
def naming_a_full_disk(message: Callable[[], str]) -> Iterator[None]:
    """Raise `StoreError` with a message where the disk has no room left."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        raise StoreError(message()) from error
