"""Whether the keys of a protocol for training by gradients go together."""

from plastisim.protocol.checks import Check, expectations
from plastisim.protocol.checks.bptt import coordinates, epochs, loss, parts, training, trials

CHECKS: tuple[Check, ...] = (
    parts.cell_agrees_with_itself,
    parts.task_agrees_with_itself,
    parts.regularizers_fit_the_cell,
    loss.something_is_graded,
    loss.cross_entropy_has_classes,
    loss.kinds_of_regularizers_differ,
    loss.strengths_of_a_grid_differ,
    loss.strengths_are_not_negative,
    training.stop_has_a_reason,
    training.stop_follows_a_score,
    training.stop_can_happen,
    training.patience_lasts_until_a_test,
    trials.fixed_set_lasts_an_epoch,
    trials.recorded_ones_are_tested,
    epochs.tests_come,
    epochs.recorded_ones_exist,
    epochs.recorded_ones_differ,
    expectations.they_can_be_read,
    expectations.they_say_what_is_expected,
    coordinates.selected_networks_exist,
)
