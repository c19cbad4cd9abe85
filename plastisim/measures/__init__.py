"""The measures: one question each. Those in the catalogue are one line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plastisim.measures.attractors import classify
from plastisim.measures.change import change_of
from plastisim.measures.fixed_points import refine
from plastisim.measures.memories import probe_memories
from plastisim.measures.overlap import overlap, overlap_matrix
from plastisim.measures.robustness import answers, retention, returns
from plastisim.measures.spectra import all_eigenvalues, leading_eigenvalues, spectral_radius

MEASURES: dict[str, Callable[..., Any]] = {
    "all_eigenvalues": all_eigenvalues,
    "answers": answers,
    "change_of": change_of,
    "classify": classify,
    "leading_eigenvalues": leading_eigenvalues,
    "overlap": overlap,
    "overlap_matrix": overlap_matrix,
    "probe_memories": probe_memories,
    "refine": refine,
    "retention": retention,
    "returns": returns,
    "spectral_radius": spectral_radius,
}

__all__ = ["MEASURES", *MEASURES]
