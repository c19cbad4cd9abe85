"""A file appears whole or not at all."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

PARTIAL = ".partial"  # ends the name of a file that is being written
_write = os.write
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def write_whole(path: Path | str, data: bytes) -> None:
    """Write under another name, then rename: a reader sees the old file or the new one."""
    partial = f"{path}{PARTIAL}"
    try:
        with open(partial, "wb", buffering=0) as file:
            write_all(file.fileno(), data)
        os.replace(partial, path)
    except OSError:
        Path(partial).unlink(missing_ok=True)
        raise


def write_all(descriptor: int, data: bytes) -> None:
    """All of `data`, however many calls the system needs."""
    view = memoryview(data)
    while view:
        view = view[_write(descriptor, view) :]


def write_json(path: Path | str, content: Any) -> None:
    """JSON that any reader takes: no NaN, which Python would write and few would read.

    Raises
    ------
    TypeError, ValueError
        If `content` is not JSON.
    """
    write_whole(path, json.dumps(content, indent=1, allow_nan=False).encode())


def is_full(error: OSError) -> bool:
    """Whether the disk, or the user's share of it, is full."""
    return error.errno in _NO_SPACE
