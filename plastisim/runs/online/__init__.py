"""Runs of the online engine: learn an epoch, test, write it down, again."""

from plastisim.runs.online.course import run_epochs
from plastisim.runs.online.layout import checkpoint_bytes, layout
from plastisim.runs.online.overview import overview
from plastisim.runs.online.summary import summary

FIGURE = "freeze_in"
PACKAGES = ("numba", "scipy")

__all__ = ["FIGURE", "PACKAGES", "checkpoint_bytes", "layout", "overview", "run_epochs", "summary"]
