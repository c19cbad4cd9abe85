"""What a protocol of the online engine will do, in words."""

from __future__ import annotations

from plastisim.cues.patterns import pattern_shape
from plastisim.protocol import Foreign, OnlineProtocol
from plastisim.runs.engines import Overview
from plastisim.schedule import plastic_steps, tested_epochs, trial_steps


def overview(protocol: OnlineProtocol) -> Overview:
    """The trial as a table; rule, cues and counts."""
    n_cues, n_inputs = pattern_shape(protocol.cues)
    dt, start = protocol.network.dt, 0
    rows = []
    for period in protocol.schedule.trial:
        n = period.duration.steps(dt)
        rows.append((
            period.period, f"{start} to {start + n}", str(period.duration), period.input,
            "plastic" if period.plastic else "frozen",
        ))  # fmt: skip
        start += n
    epochs = protocol.schedule.epochs
    foreign = isinstance(protocol.rule, Foreign)
    rule = protocol.rule.kind + (" (not imported; its keys were not checked)" if foreign else "")
    pairs = [
        ("rule", rule),
        ("cues", f"{n_cues} on {n_inputs} channels"),
        ("epochs", f"{epochs}, of {n_cues} presentations of {trial_steps(protocol)} steps"),
        ("steps", f"{epochs * n_cues * trial_steps(protocol):,}, of which "
                  f"{epochs * n_cues * plastic_steps(protocol):,} plastic"),
        ("tests", f"{len(tested_epochs(protocol))}, of at most {protocol.test.relax} relaxation"),
    ]  # fmt: skip
    return Overview(("period", "steps", "duration", "input", "weights"), rows, pairs)
