"""On what, and with what, a benchmark ran."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

PACKAGES = (
    "plastisim", "numpy", "scipy", "numba", "llvmlite", "jax", "jaxlib", "optax", "brian2", "torch",
)  # fmt: skip


def describe() -> dict[str, Any]:
    """CPU, cores, caches, load, versions, and the BLAS kernels chosen."""
    blas = {
        f"{pool['internal_api']} {pool['version']}, {pool.get('architecture', '?')} kernels"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    }
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "caches": _caches(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "blas": sorted(blas),
        "threads": 1,
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        if name != "plastisim":
            return None
    from plastisim import __version__

    return __version__


def _cpu() -> str:
    """Linux tells family and model as well, since a virtual machine's name says little."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor()
    lines = (line.partition(":") for line in info.read_text().splitlines())
    facts = {key.strip(): value.strip() for key, _, value in lines}
    name, family, model = (facts.get(k, "?") for k in ("model name", "cpu family", "model"))
    return f"{name} (family {family}, model {model})"


def _caches() -> str:
    levels = sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"))
    return ", ".join(
        f"L{(level / 'level').read_text().strip()} {(level / 'size').read_text().strip()}"
        for level in levels
        if (level / "type").read_text().strip() != "Instruction"
    )
