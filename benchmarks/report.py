"""A benchmark as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.asked import Answer, Measured
from benchmarks.problem import STEPS_COMPARED


def markdown(found: Mapping[str, Any], answers: Sequence[Answer]) -> str:
    """All tables; `found` is what is saved as JSON, with `times` by (n, dtype)."""
    parts = (
        ["# Time of a plastic step"], _asked(answers), _first_call(found), _times(found["times"]),
        _machine(found),
    )  # fmt: skip
    return "\n\n".join("\n".join(part).rstrip() for part in parts)


def _asked(answers: Sequence[Answer]) -> Iterator[str]:
    yield "| N | dtype | ratio | asked | measured: median [quartiles] | |"
    yield "|--:|---|---|--:|--:|---|"
    for a in answers:
        yield (
            f"| {a.asked.n} | {a.asked.dtype} | {a.asked.what} | {a.asked.wanted} "
            f"| {a.median:.2f} [{a.lower:.2f}, {a.upper:.2f}] "
            f"| {'met' if a.asked.is_met(a.median) else '**missed**'} |"
        )


def _first_call(found: Mapping[str, Any]) -> Iterator[str]:
    yield "| | import, s | first steps, s | compiled | those of a user's rule, s | compiled |"
    yield "|---|--:|--:|--:|--:|--:|"
    for process, took in found["first_call"].items():
        yield (
            f"| {process} | {took['import_s']:.2f} | {took['freeze_in_s']:.2f} "
            f"| {took['freeze_in_compiled']:.0f} | {took['user_rule_s']:.2f} "
            f"| {took['user_rule_compiled']:.0f} |"
        )


def _times(times: Mapping[tuple[int, str], Measured]) -> Iterator[str]:
    for dtype in dict.fromkeys(dtype for _, dtype in times):
        here = {n: names for (n, d), names in times.items() if d == dtype}
        yield f"{dtype}, µs per step (median):"
        yield ""
        yield "| | " + " | ".join(f"N = {n}" for n in here) + " |"
        yield "|---|" + "--:|" * len(here)
        for name in dict.fromkeys(name for names in here.values() for name in names):
            row = (f"{median(names[name]):.3g}" if name in names else "" for names in here.values())
            yield f"| {name} | " + " | ".join(_plain(value) for value in row) + " |"
        yield ""


def _plain(number: str) -> str:
    """1.23e+03 as 1230."""
    return f"{float(number):.0f}" if "e" in number else number


def _machine(found: Mapping[str, Any]) -> Iterator[str]:
    machine = found["machine"]
    versions = ", ".join(f"{name} {v}" for name, v in machine["versions"].items())
    yield f"Machine: {machine['cpu']}, {machine['cores']} cores, {machine['caches']}, "
    yield f"{machine['system']}. Python {machine['python']}, {versions}; "
    yield f"{'; '.join(machine['blas'])}. "
    low, high = min(found["load"].values()), max(found["load"].values())
    yield f"One thread, CPU time; load average {low} to {high}."
    if found["absent"]:
        yield f"Not installed, so not measured: {', '.join(found['absent'])}."
    off = ", ".join(f"{value:.1e} in {dtype}" for dtype, value in found["difference"].items())
    yield f"Largest difference from plastisim after {STEPS_COMPARED} steps, of all: {off}."
