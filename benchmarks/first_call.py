"""How long the first plastic step takes in a new process, and how much it compiles.

``python -m benchmarks.first_call`` prints one JSON line; `cold_and_warm` calls it twice, with an
empty cache and then with the cache that the first call left.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from tempfile import TemporaryDirectory


def cold_and_warm() -> dict[str, dict[str, float]]:
    """By process and rule: seconds of the first call, functions compiled."""
    with TemporaryDirectory() as cache:
        return {which: _in_new_process(cache) for which in ("first process", "second process")}


def _in_new_process(cache: str) -> dict[str, float]:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.first_call"],
        env=os.environ | {"NUMBA_CACHE_DIR": cache},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(ran.stdout.splitlines()[-1])


def main() -> None:
    start = time.perf_counter()
    from numba.core import event

    from benchmarks.ours import rule, simulation
    from benchmarks.problem import STRENGTH, Problem
    from benchmarks.user_rule import UserRule

    found = {"import_s": time.perf_counter() - start}
    learning = {
        "freeze_in": rule("freeze_in"),
        "user_rule": UserRule(kind="user_rule", strength=STRENGTH, factor=1.0),
    }
    problem = Problem(100, "float64")
    for name, rule_ in learning.items():
        with event.install_recorder("numba:compile") as recorder:
            start = time.perf_counter()
            simulation(name, problem, rule_).seconds_per_step(10)
            found[f"{name}_s"] = time.perf_counter() - start
        found[f"{name}_compiled"] = sum(e.is_start for _, e in recorder.buffer)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
