"""Runs of the gradient engine: an ensemble trains, block by block, and is written down."""

from plastisim.runs.bptt.course import run_epochs
from plastisim.runs.bptt.layout import checkpoint_bytes, layout
from plastisim.runs.bptt.overview import overview
from plastisim.runs.bptt.summary import summary

FIGURE = "learning"
PACKAGES = ("jax", "jaxlib", "optax")

__all__ = ["FIGURE", "PACKAGES", "checkpoint_bytes", "layout", "overview", "run_epochs", "summary"]
