"""The same plastic step in Brian2: ``python -m benchmarks.brian2_model MODE N STATE [DIRECTORY]``.

MODE standalone builds a binary in DIRECTORY, to be run by its caller; it prints the CPU seconds of
its loop. MODE cython runs here; its seconds per step are the difference between a longer and a
shorter run, so that neither compiling nor preparing a run counts.
Both leave weights and rates after `STEPS_COMPARED` steps in STATE (.npz), and print one JSON line.

Of the formulations tried this is the fastest: synapses ordered by presynaptic unit (ordered by
postsynaptic unit they take three times as long), the change of rate computed once per unit, no
autapses rather than a diagonal set to zero. The compiler's flags are Brian2's own
(-O3 -ffast-math -march=native).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import brian2
import numpy as np
from brian2 import Network, NeuronGroup, Synapses, ms

from benchmarks.problem import ALPHA, STEPS_COMPARED, STRENGTH, Problem

UNIT = """
x : 1
rate : 1
before : 1
change : 1
"""
STEP = """
before = rate
rate = (1 - alpha) * rate + alpha * tanh(x)
change = -strength * (rate - before)
"""
SYNAPSE = """
w : 1
x_post = w * rate_pre : 1 (summed)
"""
LEARN = "w += change_post * before_pre"
PRINT_SECONDS = """
std::cout << "loop_cpu_s " << double(clock() - begin) / CLOCKS_PER_SEC << std::endl;
"""
SHORT, LONG, REPEATS = 50, 250, 5


def model(problem: Problem) -> tuple[Network, Synapses, NeuronGroup]:
    """Order within a step: sum of inputs, rates, weights."""
    brian2.defaultclock.dt = 1 * ms
    units = NeuronGroup(
        problem.n, UNIT, namespace={"alpha": ALPHA, "strength": STRENGTH}, name="units"
    )
    units.run_regularly(STEP, when="thresholds", dt=1 * ms)
    synapses = Synapses(units, units, SYNAPSE, name="synapses")
    synapses.connect(condition="i != j")
    synapses.run_regularly(LEARN, when="synapses", dt=1 * ms)
    units.rate = problem.rate
    pre, post = np.nonzero(~np.eye(problem.n, dtype=bool))  # the order in which Brian2 made them
    synapses.w = problem.w_initial[post, pre]
    return Network(units, synapses), synapses, units


def save_state(path: str, problem: Problem, synapses: Synapses, units: NeuronGroup) -> None:
    """Weights as a matrix (post, pre), and rates."""
    w = np.zeros((problem.n, problem.n))
    w[np.asarray(synapses.j), np.asarray(synapses.i)] = np.asarray(synapses.w)
    np.savez(path, w=w, rate=np.asarray(units.rate))


def standalone(problem: Problem, state: str, directory: str) -> dict[str, Any]:
    """Build the binary and run it once."""
    brian2.set_device("cpp_standalone", build_on_run=False)
    network, synapses, units = model(problem)
    brian2.device.insert_code("before_network_run", "const clock_t begin = clock();")
    brian2.device.insert_code("after_network_run", PRINT_SECONDS)
    network.run(STEPS_COMPARED * ms)
    start = time.perf_counter()
    brian2.device.build(directory=directory, run=False)
    seconds = time.perf_counter() - start
    brian2.device.run()
    save_state(state, problem, synapses, units)
    return {"compile_s": seconds}


def cython(problem: Problem, state: str) -> dict[str, Any]:
    """Run in this process."""
    brian2.prefs.codegen.target = "cython"
    network, synapses, units = model(problem)
    start = time.perf_counter()
    network.run(1 * ms)
    seconds = time.perf_counter() - start
    network.run((STEPS_COMPARED - 1) * ms)
    save_state(state, problem, synapses, units)
    per_step = []
    for _ in range(REPEATS):
        took = []
        for n_steps in (SHORT, LONG):
            start = time.thread_time()
            network.run(n_steps * ms)
            took.append(time.thread_time() - start)
        per_step.append((took[1] - took[0]) / (LONG - SHORT))
    return {"compile_s": seconds, "step_s": statistics.median(per_step)}


def main(mode: str, n: str, state: str, *directory: str) -> None:
    Path(state).parent.mkdir(parents=True, exist_ok=True)
    problem = Problem(int(n), "float64")
    found = cython(problem, state) if mode == "cython" else standalone(problem, state, *directory)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
