"""Runs that several tests look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
import xarray as xr

from plastisim.protocol.bptt import BpttProtocol
from plastisim.runs import Progress, run
from plastisim.runs.bptt import course
from plastisim.store import open_run
from tests.runs.bptt.tiny import GRID, protocol


@dataclass(frozen=True)
class Run:
    """A finished run, and what its watcher heard."""

    protocol: BpttProtocol
    path: Path
    heard: list[Progress]

    @cached_property
    def tree(self) -> xr.DataTree:
        return open_run(self.path).load()


@pytest.fixture(scope="package")
def whole(tmp_path_factory) -> Run:
    """A run of `MIXED` in as few calls and commits as there can be."""
    return _run(protocol(), tmp_path_factory.mktemp("runs") / "whole.zarr")


@pytest.fixture(scope="package")
def grid(tmp_path_factory) -> Run:
    """A run of `GRID`."""
    return _run(protocol(GRID), tmp_path_factory.mktemp("runs") / "grid.zarr")


def _run(asked, path):
    heard: list[Progress] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course, "CALL", 1e9)
        patch.setattr(course, "COMMIT", 1e9)
        return Run(asked, run(asked, out=path, watch=heard.append), heard)
