"""One JAX device per core and one thread per device: fast for ensembles, and the same bits always.

XLA's results on a CPU can change in their last bits with the number of threads that share an
operation, so no operation is shared; networks are.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh

ONE_THREAD = "--xla_cpu_multi_thread_eigen=false"


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def set_up() -> None:
    """Ask JAX for a device per core; in vain where the caller's own program has used JAX before."""
    flags = os.environ.get("XLA_FLAGS", "")
    if ONE_THREAD not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {ONE_THREAD}".strip()
    if "xla_force_host_platform_device_count" not in flags:
        with contextlib.suppress(RuntimeError):  # JAX is in use already
            jax.config.update("jax_num_cpu_devices", cores())


def devices() -> tuple[Any, ...]:
    """The CPU devices."""
    return tuple(jax.devices("cpu"))


def mesh(n_networks: int) -> Mesh:
    """The devices over which so many networks are spread, no more than there are networks."""
    found = devices()
    return Mesh(np.array(found[: min(len(found), n_networks)]), ("network",))
