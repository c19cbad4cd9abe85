"""Whether the times of a protocol fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from plastisim.protocol.checks.partial import Part
from plastisim.protocol.findings import Finding
from plastisim.protocol.text import Path
from plastisim.quantities import Time


def none_is_zero(p: Any) -> Iterator[Finding]:
    """A time of zero is no time: nothing lasts so long, and nothing can be divided by it."""
    for path, time in _times(p, ()):
        if time.value == 0:
            yield Finding(path, f'got "{time}"; write a time longer than 0, such as "1 ms"')


def dt_is_at_most_tau(p: Any) -> Iterator[Finding]:
    """The share dt / tau is at most 1: beyond it, a rate overshoots the value that it decays to."""
    dt, tau = p.network.dt, p.network.tau
    if dt.value > tau.value > 0:
        yield Finding(
            ("network", "dt"),
            f'got "{dt}", which is longer than tau = {tau}; write at most "{tau}", '
            "as alpha = dt / tau may not exceed 1",
        )


def all_are_whole_steps(p: Any) -> Iterator[Finding]:
    """Whatever lasts, lasts a whole number of steps."""
    dt = p.network.dt
    if dt.value == 0:
        return
    for path, time in _times(p, ()):
        if path[0] in ("network", "rule") or time.value == 0:
            continue
        try:
            time.steps(dt)
        except ValueError as error:
            yield Finding(path, str(error))


def recording_fits_its_interval(p: Any) -> Iterator[Finding]:
    """Rates are recorded more than once."""
    rate = p.record.rate
    if rate is None:
        return
    whole, name = 2 * sum(period.duration.value for period in p.schedule.trial), "twice the trial"
    if rate.duration is not None:
        whole, name = rate.duration.value, "record.rate.duration"
    if rate.every.value > whole > 0:
        yield Finding(
            ("record", "rate", "every"),
            f'got "{rate.every}", which is longer than the recording, '
            f"{float(whole * 1000):g} ms ({name}); write less",
        )


def _times(value: Any, path: Path) -> Iterator[tuple[Path, Time]]:
    """Every known time, with its path."""
    if isinstance(value, Time):
        yield path, value
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _times(item, (*path, i))
    elif isinstance(value, Part):
        for name, item in value.known.items():
            yield from _times(item, (*path, name))
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _times(getattr(value, name), (*path, name))
