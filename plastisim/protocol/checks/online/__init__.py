"""Whether the keys of an online protocol go together."""

from plastisim.protocol.checks import Check, expectations
from plastisim.protocol.checks.online import coordinates, cues, epochs, network, times, trial

CHECKS: tuple[Check, ...] = (
    times.none_is_zero,
    times.dt_is_at_most_tau,
    times.all_are_whole_steps,
    times.recording_fits_its_interval,
    epochs.recorded_ones_exist,
    epochs.recorded_ones_differ,
    epochs.spectra_are_taken_in_tests,
    epochs.stop_can_happen,
    network.bounds_hold_zero,
    network.eigenvalues_exist,
    network.flips_change_a_unit,
    network.precision_resolves_rest,
    cues.every_cue_has_a_channel,
    cues.switches_have_two_cues,
    cues.file_holds_patterns,
    cues.conditions_differ,
    cues.perturbations_differ,
    trial.a_cue_is_presented,
    trial.the_rule_can_learn,
    trial.third_factors_count,
    trial.names_differ,
    expectations.they_can_be_read,
    expectations.they_say_what_is_expected,
    coordinates.selected_cues_exist,
)
