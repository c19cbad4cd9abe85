"""A protocol that runs in a second, for tests of everything around a run."""

from __future__ import annotations

from pathlib import Path

from plastisim.protocol import shipped

SMALL = shipped()["freeze_in_small"]
TINY = (
    "network.n_units=40",
    "cues.n_cues=3",
    "schedule.epochs=6",
    "test={every: 2, relax: 100 ms, retain: 200 ms, switches: {at: last}}",
    "record={w_rec: {every: 3}, rate: {epochs: [0, 6], every: 10 ms}, "
    "spectra: {leading: 2, every: 2, full_at: [0, 6]}}",
    "expect={}",
)
CLOCK = {"training/seconds"}  # what no two runs have in common


def same_store(a: Path, b: Path) -> list[str]:
    """Variables in which two stores differ by a single bit, clocks aside."""
    from plastisim.store import open_run

    one, two = open_run(a), open_run(b)
    assert one.groups == two.groups
    different = []
    for group in one.groups:
        first, second = one[group].to_dataset(), two[group].to_dataset()
        assert list(first.variables) == list(second.variables)
        for name in first.variables:
            path = f"{group}/{name}".strip("/")
            x, y = first[name].values, second[name].values
            if path not in CLOCK and (x.shape != y.shape or x.tobytes() != y.tobytes()):
                different.append(path)
    return different
