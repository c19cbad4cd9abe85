"""An ensemble of 20 on one core and on all: throughput and memory, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

NETWORKS, STEPS, EPOCHS = 20, 100, 3


def measured(cores: list[int]) -> dict[str, float]:
    """Network-steps per second, and the largest memory in MB, on these cores."""
    code = f"from benchmarks.training import ensembles; ensembles.here({cores})"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2], env=os.environ | {"JAX_ENABLE_COMPILATION_CACHE": "0"},
    ).stdout  # fmt: skip
    return json.loads(out.splitlines()[-1])


def here(cores: list[int]) -> None:
    """In a new process: stay on the cores, train, and print what was measured."""
    os.sched_setaffinity(0, cores)
    import time

    from benchmarks.training.problem import PROBLEMS
    from plastisim.bptt import BpttEngine

    engine = BpttEngine(PROBLEMS[0].ask(NETWORKS, STEPS))
    engine.train(1, 1)
    took = []
    for k in range(3):
        began = time.perf_counter()
        engine.train(2 + k * EPOCHS, EPOCHS)
        took.append(time.perf_counter() - began)
    # Not `ru_maxrss`, which begins with that of the process that started this one.
    status = Path("/proc/self/status").read_text()
    largest = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(json.dumps({"steps_per_s": NETWORKS * STEPS * EPOCHS / min(took), "mb": largest}))
