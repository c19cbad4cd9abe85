"""``python -m benchmarks.training``: times a step of training beside what was asked."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from statistics import median

ONE = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
ONE |= {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false --xla_force_host_platform_device_count=1"}
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # they choose BLAS kernels not made for this CPU

# (problem, dividend, divisor, asked); a number below is "at most", one above "at least"
ASKED = (
    (0, "plastisim", "matrix products alone, BLAS", "≤ 1.8"),
    (1, "plastisim", "matrix products alone, BLAS", "≤ 1.8"),
    (2, "plastisim", "matrix products alone, BLAS", "≤ 2.5"),
    (0, "PyTorch, fused nn.RNN", "plastisim", "≥ 2"),
    (1, "PyTorch, fused nn.RNN", "plastisim", "≥ 2"),
    (0, "PyTorch, loop over the cell", "plastisim", "≥ 3.5"),
    (1, "PyTorch, loop over the cell", "plastisim", "≥ 3.5"),
    (2, "PyTorch, loop over the cell", "plastisim", "≥ 2.5"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--no-torch", action="store_true")
    parser.add_argument("--steps-only", action="store_true", help="no ensembles, no compilation")
    parser.add_argument("--out", type=Path, default=Path("runs/benchmarks/training.md"))
    chosen = parser.parse_args()
    wanted = {k: v for k, v in os.environ.items() if k not in UNSET} | ONE
    if wanted != dict(os.environ):
        command = [sys.executable, "-m", "benchmarks.training", *sys.argv[1:]]
        os.execve(sys.executable, command, wanted)
    text = report(chosen)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(text)
    print(text)


def report(chosen: argparse.Namespace) -> str:
    """Everything, as Markdown."""
    from benchmarks import clock, machine
    from benchmarks.training import bound, first_call, ours
    from benchmarks.training.problem import PROBLEMS

    times = []
    for problem in PROBLEMS:
        print(f"{problem.name} …", file=sys.stderr, flush=True)
        found = [*bound.contestants(problem), *ours.contestants(problem)]
        if not chosen.no_torch:
            from benchmarks.training import torch_peers

            found += torch_peers.contestants(problem)
        times.append(clock.microseconds_in_turns(found, chosen.rounds))
    lines = ["# Time of a step of training", "", "| network | ratio | asked | measured: median "
             "[quartiles] | |", "|---|---|--:|--:|---|"]  # fmt: skip
    for which, over, under, asked in ASKED:
        here = times[which]
        if over not in here:
            continue
        middle, low, high = clock.ratio(here[over], here[under])
        sign, number = asked.split()
        met = middle <= float(number) if sign == "≤" else middle >= float(number)
        verdict = "met" if met else "**missed**"
        lines.append(
            f"| {PROBLEMS[which].name} | {over} / {under} | {asked} | {middle:.2f} "
            f"[{low:.2f}, {high:.2f}] | {verdict} |"
        )
    lines += ["", "| ms per step (median) | " + " | ".join(p.name for p in PROBLEMS) + " |",
              "|---|" + "--:|" * len(PROBLEMS)]  # fmt: skip
    for name in times[0]:
        cells = (f"{median(t[name]) / 1000:.2f}" for t in times)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    if not chosen.steps_only:
        lines += ["", *_ensembles(), "", *_first_calls(first_call.compiled())]
    about = machine.describe()
    versions = ", ".join(f"{name} {v}" for name, v in about["versions"].items())
    lines += ["", f"Machine: {about['cpu']}, {about['cores']} cores, {about['caches']}. Python "
              f"{about['python']}, {versions}. float32; CPU time of the process, one thread; load "
              f"average {os.getloadavg()[0]:.1f} at the end.", ""]  # fmt: skip
    return "\n".join(lines)


def _ensembles() -> list[str]:
    from benchmarks.training.ensembles import NETWORKS, measured

    os.environ.pop("XLA_FLAGS", None)  # the engine chooses its devices itself
    cores = sorted(os.sched_getaffinity(0))
    runs = [(measured(cores[:1]), measured(cores)) for _ in range(3)]
    gain = median(many["steps_per_s"] / one["steps_per_s"] for one, many in runs)
    largest = max(r["mb"] for pair in runs for r in pair)
    rates = [median(pair[k]["steps_per_s"] for pair in runs) for k in (0, 1)]
    return [
        f"| an ensemble of {NETWORKS} | one core | {len(cores)} cores | gain (asked ≥ 1.7) "
        "| memory, MB (asked ≤ 600) |",
        "|---|--:|--:|--:|--:|",
        f"| network-steps per second | {rates[0]:.0f} | {rates[1]:.0f} | {gain:.2f} "
        f"| {largest:.0f} |",
    ]


def _first_calls(found: dict[str, dict[str, float]]) -> list[str]:
    lines = [
        "| protocol | compilation, s (asked ≤ 3) | programs after two calls |",
        "|---|--:|--:|",
    ]
    for name, took in found.items():
        lines.append(f"| {name} | {took['seconds']:.1f} | {took['programs']:.0f} |")
    return lines


if __name__ == "__main__":
    main()
