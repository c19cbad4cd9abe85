"""Where a rule of the user's own is looked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable


def import_from_here(allow: Iterable[str]) -> None:
    """Let allowed packages be found in the working folder too, as a script beside them would.

    Without ``--allow`` nothing changes: a folder is no place to import from unasked.
    """
    if list(allow) and os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())
