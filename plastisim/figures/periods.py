"""The periods of a run's trial, as its protocol has them."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from plastisim.figures.reading import protocol_of
from plastisim.quantities import Time


@dataclass(frozen=True)
class TrialPeriod:
    """One stretch of a trial, from its start to its stop in ms."""

    name: str
    start: float
    stop: float
    cue_is_on: bool
    is_plastic: bool


def trial_periods(tree: xr.DataTree) -> list[TrialPeriod]:
    """In their order; none if the run does not say."""
    periods: list[TrialPeriod] = []
    start = 0.0
    for period in protocol_of(tree).get("schedule", {}).get("trial", []):
        stop = start + Time.parse(period["duration"]).milliseconds
        on = period["input"] == "cue"
        periods.append(TrialPeriod(period["period"], start, stop, on, bool(period["plastic"])))
        start = stop
    return periods
