"""The measures: one question each. Those in the catalogue are one line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plastisim.measures.alignment import alignment
from plastisim.measures.attractors import classify
from plastisim.measures.average import average_over_networks
from plastisim.measures.change import change_of
from plastisim.measures.decoding import cues_of, decoding
from plastisim.measures.energy import minimise_energy
from plastisim.measures.fixed_points import refine
from plastisim.measures.frequency import frequency_spectrum
from plastisim.measures.from_event import from_event
from plastisim.measures.latent_circuit import latent_circuits
from plastisim.measures.lyapunov import entropy_rate, kaplan_yorke_dimension, lyapunov_spectrum
from plastisim.measures.maps import map_of_cell, map_of_function, map_of_network
from plastisim.measures.memories import probe_memories
from plastisim.measures.non_normality import henrici_departure, numerical_abscissa
from plastisim.measures.onset import onset
from plastisim.measures.outcomes import outcome, outcome_shares
from plastisim.measures.overlap import overlap, overlap_matrix
from plastisim.measures.participation import participation_ratio, state_dimension
from plastisim.measures.peaks import peaks
from plastisim.measures.plrnn_fixed_points import plrnn_fixed_points
from plastisim.measures.projection import principal_axes
from plastisim.measures.ramping import ramping
from plastisim.measures.rank_correlation import rank_correlation
from plastisim.measures.robustness import answers, retention, returns
from plastisim.measures.search_phase import end_of_search, training_speed
from plastisim.measures.signed_rank import signed_rank
from plastisim.measures.slow_points import find_fixed_points
from plastisim.measures.spectra import all_eigenvalues, leading_eigenvalues, spectral_radius
from plastisim.measures.spread import spread_over_cues
from plastisim.measures.trained_axes import project_onto, trained_axes
from plastisim.measures.weight_correlation import weight_correlation
from plastisim.measures.window import mean_in_window

MEASURES: dict[str, Callable[..., Any]] = {
    "alignment": alignment,
    "all_eigenvalues": all_eigenvalues,
    "answers": answers,
    "average_over_networks": average_over_networks,
    "change_of": change_of,
    "classify": classify,
    "cues_of": cues_of,
    "decoding": decoding,
    "end_of_search": end_of_search,
    "entropy_rate": entropy_rate,
    "find_fixed_points": find_fixed_points,
    "frequency_spectrum": frequency_spectrum,
    "from_event": from_event,
    "henrici_departure": henrici_departure,
    "kaplan_yorke_dimension": kaplan_yorke_dimension,
    "latent_circuits": latent_circuits,
    "leading_eigenvalues": leading_eigenvalues,
    "lyapunov_spectrum": lyapunov_spectrum,
    "map_of_cell": map_of_cell,
    "map_of_function": map_of_function,
    "map_of_network": map_of_network,
    "mean_in_window": mean_in_window,
    "minimise_energy": minimise_energy,
    "numerical_abscissa": numerical_abscissa,
    "onset": onset,
    "outcome": outcome,
    "outcome_shares": outcome_shares,
    "overlap": overlap,
    "overlap_matrix": overlap_matrix,
    "participation_ratio": participation_ratio,
    "peaks": peaks,
    "plrnn_fixed_points": plrnn_fixed_points,
    "principal_axes": principal_axes,
    "probe_memories": probe_memories,
    "project_onto": project_onto,
    "ramping": ramping,
    "rank_correlation": rank_correlation,
    "refine": refine,
    "retention": retention,
    "returns": returns,
    "signed_rank": signed_rank,
    "spectral_radius": spectral_radius,
    "spread_over_cues": spread_over_cues,
    "state_dimension": state_dimension,
    "trained_axes": trained_axes,
    "training_speed": training_speed,
    "weight_correlation": weight_correlation,
}

__all__ = [
    "MEASURES",
    "alignment",
    "all_eigenvalues",
    "answers",
    "average_over_networks",
    "change_of",
    "classify",
    "cues_of",
    "decoding",
    "end_of_search",
    "entropy_rate",
    "find_fixed_points",
    "frequency_spectrum",
    "from_event",
    "henrici_departure",
    "kaplan_yorke_dimension",
    "latent_circuits",
    "leading_eigenvalues",
    "lyapunov_spectrum",
    "map_of_cell",
    "map_of_function",
    "map_of_network",
    "mean_in_window",
    "minimise_energy",
    "numerical_abscissa",
    "onset",
    "outcome",
    "outcome_shares",
    "overlap",
    "overlap_matrix",
    "participation_ratio",
    "peaks",
    "plrnn_fixed_points",
    "principal_axes",
    "probe_memories",
    "project_onto",
    "ramping",
    "rank_correlation",
    "refine",
    "retention",
    "returns",
    "signed_rank",
    "spectral_radius",
    "spread_over_cues",
    "state_dimension",
    "trained_axes",
    "training_speed",
    "weight_correlation",
]
