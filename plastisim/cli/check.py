"""``plastisim check``: is a protocol right, is a store whole? Runs nothing, imports no rule."""

from __future__ import annotations

import sys
from pathlib import Path

from plastisim.cli.tables import print_pairs, print_table
from plastisim.protocol import ForeignRule, Protocol, load_protocol, resolved_text


def check_command(what: str, overrides: list[str], *, resolved: bool) -> None:
    """A directory is taken for a store, anything else for a protocol."""
    if Path(what).is_dir() and (Path(what) / "zarr.json").exists():
        _check_store(Path(what))
        return
    protocol = load_protocol(what, overrides)
    if resolved:
        print(resolved_text(protocol), end="")
        return
    _print_protocol(what, protocol)


def _check_store(path: Path) -> None:
    from plastisim.store import check_store

    report = check_store(path)
    print(report)
    if not report.ok:
        sys.exit(1)


def _print_protocol(what: str, protocol: Protocol) -> None:
    from plastisim.cues import cue_patterns
    from plastisim.runs.layout import checkpoint_bytes, online_layout
    from plastisim.schedule import plastic_steps, tested_epochs, trial_steps

    n_cues, n_inputs = cue_patterns(protocol.cues, protocol.seed).shape
    dt, start = protocol.network.dt, 0
    rows = []
    for period in protocol.schedule.trial:
        n = period.duration.steps(dt)
        rows.append((
            period.period, f"{start} to {start + n}", str(period.duration), period.input,
            "plastic" if period.plastic else "frozen",
        ))  # fmt: skip
        start += n
    print_table(("period", "steps", "duration", "input", "weights"), rows, protocol.title)
    epochs = protocol.schedule.epochs
    layout = online_layout(protocol, n_cues, n_inputs)
    size = layout.nbytes(checkpoint_bytes(protocol)) / 2**20
    foreign = isinstance(protocol.rule, ForeignRule)
    rule = protocol.rule.kind + (" (not imported; its keys were not checked)" if foreign else "")
    print_pairs("", [
        ("rule", rule),
        ("cues", f"{n_cues} on {n_inputs} channels"),
        ("epochs", f"{epochs}, of {n_cues} presentations of {trial_steps(protocol)} steps"),
        ("steps", f"{epochs * n_cues * trial_steps(protocol):,}, of which "
                  f"{epochs * n_cues * plastic_steps(protocol):,} plastic"),
        ("tests", f"{len(tested_epochs(protocol))}, of at most {protocol.test.relax} relaxation"),
        ("store", f"at most {size:,.1f} MiB in {layout.n_files():,} files"),
    ])  # fmt: skip
    print(f"{what}: no problems")
