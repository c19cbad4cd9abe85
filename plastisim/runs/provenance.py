"""Where a result comes from: what a store says of the protocol, the code and the machine."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from plastisim.protocol import Protocol, resolved_text

PACKAGES = ("plastisim", "numpy", "xarray", "zarr")


def provenance(protocol: Protocol, written: str, packages: tuple[str, ...] = ()) -> dict[str, Any]:
    """Root attributes of a store.

    Parameters
    ----------
    written
        The protocol as its author wrote it.
    packages
        Whose versions matter besides those of all engines.
    """
    resolved = resolved_text(protocol)
    return {
        "title": protocol.title,
        "source": protocol.source or "",
        "protocol": written,
        "protocol_resolved": resolved,
        "protocol_sha256": hashlib.sha256(resolved.encode()).hexdigest(),
        "seed": protocol.seed,
        "versions": {"python": platform.python_version()}
        | {p: version(p) for p in (*PACKAGES, *packages)},
        "commit": _commit(),
        "machine": f"{platform.node()}, {platform.machine()}, {platform.system()}",
    }


def _commit() -> str:
    """Commit of the checkout that plastisim runs from, "+" if it was changed since; else ""."""
    here = Path(__file__).resolve().parent
    try:
        commit = subprocess.run(
            ["git", "-C", str(here), "rev-parse", "HEAD"],
            capture_output=True, text=True, timeout=5, check=True,
        ).stdout.strip()  # fmt: skip
        changed = subprocess.run(
            ["git", "-C", str(here), "status", "--porcelain", "--untracked-files=no", "--", "."],
            capture_output=True, text=True, timeout=5, check=True,
        ).stdout.strip()  # fmt: skip
        tracked = subprocess.run(
            ["git", "-C", str(here), "ls-files", "--error-unmatch", Path(__file__).name],
            capture_output=True, timeout=5, check=False,
        ).returncode == 0  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return (commit + ("+" if changed else "")) if tracked else ""
