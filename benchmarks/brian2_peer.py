"""Brian2 as a contestant: built in a process of its own, its binary timed in turn with the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contestant import Contestant
from benchmarks.problem import STEPS_COMPARED, Problem

STANDALONE = "Brian2, cpp_standalone"
CYTHON = "Brian2, cython"
LARGEST = 1000  # units; beyond it a build and its files take minutes


def contestants(problem: Problem, directory: Path) -> Iterator[Contestant]:
    """Two, in float64 and up to `LARGEST` units; their files go to `directory`."""
    if problem.dtype == "float64" and problem.n <= LARGEST:
        yield _standalone(problem, directory / f"standalone_{problem.n}")
        yield _cython(problem, directory / f"cython_{problem.n}")


def _standalone(problem: Problem, directory: Path) -> Contestant:
    state = directory / "state.npz"
    _model("standalone", problem, state, str(directory))

    def seconds_per_step(n_steps: int) -> float:
        """By the binary's clock around its loop of always `STEPS_COMPARED` steps."""
        command = [str(directory / "main"), "--results_dir", f"{directory / 'results'}/"]
        ran = subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True)
        return float(ran.stdout.split("loop_cpu_s")[1].split()[0]) / STEPS_COMPARED

    return Contestant(STANDALONE, seconds_per_step, lambda n_steps: _read(state))


def _cython(problem: Problem, directory: Path) -> Contestant:
    state = directory / "state.npz"
    step_s = _model("cython", problem, state)["step_s"]
    return Contestant(CYTHON, lambda n_steps: step_s, lambda n_steps: _read(state))


def _model(mode: str, problem: Problem, state: Path, *directory: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.brian2_model", mode, str(problem.n), str(state)]
    ran = subprocess.run([*command, *directory], capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{ran.stdout}\n{ran.stderr}")
    return json.loads(ran.stdout.splitlines()[-1])


def _read(state: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    with np.load(state) as found:
        return found["w"], found["rate"]
