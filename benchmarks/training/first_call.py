"""How long each shipped protocol takes to compile, in a process of its own without a disk cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CODE = """
import json, sys, time
from plastisim.protocol import load_protocol
protocol = load_protocol(sys.argv[1], ["training.steps_per_epoch=1"])
from plastisim.bptt import BpttEngine
began = time.perf_counter()
engine = BpttEngine(protocol)
engine.test()
engine.train(1, 1)
first = time.perf_counter()
engine.test()
engine.train(2, 1)
again = time.perf_counter()
compiled = engine._run._cache_size()
print(json.dumps({"seconds": (first - began) - (again - first), "programs": compiled}))
"""


def compiled() -> dict[str, dict[str, float]]:
    """Seconds of the first epoch less those of the second, and programs after both."""
    from plastisim.protocol import load_protocol, shipped

    names = [name for name in shipped() if load_protocol(name).engine == "bptt"]
    return {name: _of(name) for name in names}


def _of(name: str) -> dict[str, float]:
    out = subprocess.run(
        [sys.executable, "-c", CODE, name], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2], env=os.environ | {"JAX_ENABLE_COMPILATION_CACHE": "0"},
    ).stdout  # fmt: skip
    return json.loads(out.splitlines()[-1])
