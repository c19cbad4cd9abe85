"""Compiled programs are kept on disk: what a process has compiled, no later one compiles again.

They lie in ``plastisim`` in the user's cache folder, those of each kind of processor by themselves,
since programs hold its instructions and homes are shared within clusters. JAX's own variables go
before: ``JAX_COMPILATION_CACHE_DIR`` names another folder, ``JAX_ENABLE_COMPILATION_CACHE=0`` turns
it off.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
from pathlib import Path

import jax

FOLDER = "jax_compilation_cache_dir"  # JAX's name of the option
LEAST_SECONDS = 0.3  # to compile; what takes less is not kept


def set_up() -> None:
    """Tell JAX where compiled programs are kept, unless someone has told it."""
    if getattr(jax.config, FOLDER) is None:
        jax.config.update(FOLDER, str(folder()))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", LEAST_SECONDS)


def folder() -> Path:
    """Where programs for this processor are kept."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "plastisim" / f"jax-{_processor()}"


def _processor() -> str:
    """A name for what the processor can do."""
    try:
        able = re.search(r"^(flags|Features)\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        able = None
    words = able.group(2) if able else platform.processor() + platform.machine()
    return hashlib.sha256(words.encode()).hexdigest()[:12]
