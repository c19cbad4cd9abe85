"""``python -m benchmarks``: times a plastic step, here and elsewhere, beside what was asked."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

SIZES = (100, 200, 400, 1000, 2000, 4000)
ONE = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "NUMBA")}
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # they choose BLAS kernels not made for this CPU


def on_one_thread() -> None:
    """Start this process again if its environment asks for other threads or BLAS kernels."""
    wanted = {k: v for k, v in os.environ.items() if k not in UNSET} | ONE
    if wanted != dict(os.environ):
        command = [sys.executable, "-m", "benchmarks", *sys.argv[1:]]
        os.execve(sys.executable, command, wanted)


def arguments() -> argparse.Namespace:
    from benchmarks.roster import PEERS

    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="N = 400 alone, few rounds, two minutes")
    add("--sizes", type=lambda s: [int(n) for n in s.split(",")], help="such as 400,1000")
    add("--dtypes", type=lambda s: s.split(","), default=["float64", "float32"])
    add("--peers", type=lambda s: s.split(",") if s else [], default=list(PEERS),
        help=f"of {', '.join(PEERS)}; '' for none (NumPy always takes part)")  # fmt: skip
    add("--rounds", type=int, help="turns of every contestant")
    add("--out", type=Path, default=Path("runs/benchmarks"), help="folder for the results")
    chosen = parser.parse_args()
    chosen.sizes = chosen.sizes or ([400] if chosen.quick else list(SIZES))
    chosen.rounds = chosen.rounds or (9 if chosen.quick else 25)
    return chosen


def main() -> None:
    on_one_thread()
    from benchmarks import asked, clock, figure, first_call, machine, problem, report, roster

    chosen = arguments()
    absent = roster.absent(chosen.peers)
    for peer in absent:
        print(f"{peer} is not installed and takes no part", file=sys.stderr)
    times: dict[tuple[int, str], asked.Measured] = {}
    load, difference = {}, {}
    with TemporaryDirectory() as directory:
        for dtype in chosen.dtypes:
            for n in chosen.sizes:
                print(f"N = {n}, {dtype} …", file=sys.stderr, flush=True)
                here = problem.Problem(n, dtype)
                found = roster.contestants(here, chosen.peers, Path(directory))
                off = roster.differences(here, found)
                difference[dtype] = max([difference.get(dtype, 0.0), *off.values()])
                times[n, dtype] = clock.microseconds_in_turns(found, chosen.rounds)
                load[f"{n} {dtype}"] = round(os.getloadavg()[0], 1)
    answers = list(asked.answers(times))
    everything = {
        "machine": machine.describe(), "absent": absent, "load": load,
        "difference": difference, "first_call": first_call.cold_and_warm(), "times": times,
    }  # fmt: skip
    text = report.markdown(everything, answers)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "results.md").write_text(text + "\n")
    as_json = everything | {
        "times": [{"n": n, "dtype": d, "us_per_step": t} for (n, d), t in times.items()],
        "asked": [
            {"n": a.asked.n, "dtype": a.asked.dtype, "ratio": a.asked.what,
             "asked": a.asked.wanted, "measured": [a.lower, a.median, a.upper]}
            for a in answers
        ],
    }  # fmt: skip
    (chosen.out / "results.json").write_text(json.dumps(as_json, indent=1) + "\n")
    figure.draw(times, chosen.out / "plastic_step.png")
    print(text)
    print(f"\n{chosen.out}")


if __name__ == "__main__":
    main()
