"""A network that stops is marked with how and when; the others go on, and it keeps what it has."""

from __future__ import annotations

import numpy as np
import pytest

from plastisim.bptt import Status
from tests.runs.bptt.tiny import GIVEN_UP_AFTER

PLAIN, SILENT, DIVERGING = slice(0, 2), slice(2, 4), slice(4, 6)
TRAINS, LEARNED, GIVEN_UP, DIVERGED = (
    int(s) for s in (Status.TRAINING, Status.LEARNED, Status.GIVEN_UP, Status.DIVERGED)
)
UNMEASURED_AT_REST = (
    "loss", "task_loss", "gradient_norm", "largest_gradient_norm", "learning_rate", "weight_norm",
    "change_norm", "penalty", "correlation", "fraction_correct",
)  # fmt: skip


def assert_it_trained_until(tree, network: int, last: int) -> None:
    """Numbers up to an epoch, the diverging one aside, and none after it."""
    training = tree["training"].to_dataset().sel(network=network)
    for name in UNMEASURED_AT_REST:
        values = training[name]
        assert np.isfinite(values.sel(epoch=slice(last))).all(), f"{name} of network {network}"
        assert np.isnan(values.sel(epoch=slice(last + 1, None))).all(), name


def assert_status(tree, network: int, stopped: int, status: int) -> None:
    training = tree["training"].status.sel(network=network)
    assert (training.sel(epoch=slice(stopped - 1)) == TRAINS).all()
    assert (training.sel(epoch=slice(stopped, None)) == status).all()
    assert int(tree["final"].status.sel(network=network)) == status
    assert int(tree["final"].stopped.sel(network=network)) == stopped


def test_the_networks_of_one_arm_diverge_and_the_others_go_on(whole):
    """The readout grows by 1e8 a step, and float32 ends at 3e38: before three epochs are over.

    A mean over the steps of that epoch is no finite number either.
    """
    tree = whole.tree
    assert tree["final"].status.values.tolist() == [0, 0, 2, 2, 3, 3]
    for network in (4, 5):
        at = int(tree["final"].stopped.sel(network=network))
        assert at in (2, 3)
        assert_status(tree, network, at, DIVERGED)
        training = tree["training"].to_dataset().sel(network=network)
        norms = training.gradient_norm.sel(epoch=[at - 1, at])
        assert np.isfinite(norms).values.tolist() == [True, False]
        for name in UNMEASURED_AT_REST:
            assert np.isfinite(training[name].sel(epoch=slice(at - 1))).all(), name
            assert np.isnan(training[name].sel(epoch=slice(at + 1, None))).all(), name
        test = tree["test"].to_dataset().sel(network=network)
        for name in test.data_vars:
            assert np.isfinite(test[name].sel(epoch=slice(at - 1))).all(), name
            assert np.isnan(test[name].sel(epoch=slice(at, None))).all(), name
    for network in (0, 1):
        assert int(tree["final"].stopped.sel(network=network)) == -1
        assert (tree["training"].status.sel(network=network) == TRAINS).all()
        assert_it_trained_until(tree, network, 14)


def test_a_diverged_network_goes_back_to_where_its_last_epoch_began(whole):
    tree = whole.tree
    for network in (4, 5):
        at = int(tree["final"].stopped.sel(network=network))
        weights = tree["weights"].to_dataset().sel(network=network)
        for name in weights.data_vars:
            kept = weights[name].sel(epoch=slice(at - 1, None))
            assert np.isfinite(kept).all()
            assert (kept == kept[0]).all(), name
        assert (weights.w_out.sel(epoch=at - 1) != weights.w_out.sel(epoch=at - 2)).all()


def test_a_network_without_a_better_score_is_given_up_and_keeps_its_parameters(whole):
    """Its readout is 0 after every step, and so is the correlation, in the first test and later."""
    tree = whole.tree
    for network in (2, 3):
        assert (tree["test"].correlation.sel(network=network)[1:] == 0).all()
        assert_status(tree, network, GIVEN_UP_AFTER, GIVEN_UP)
        assert_it_trained_until(tree, network, GIVEN_UP_AFTER)
        weights = tree["weights"].to_dataset().sel(network=network)
        for name in weights.data_vars:
            assert (weights[name].sel(epoch=[10, 14]) == weights[name].sel(epoch=10)).all(), name
        norm = tree["training"].weight_norm.sel(network=network, epoch=GIVEN_UP_AFTER)
        np.testing.assert_allclose(np.linalg.norm(weights.w_rec[-1]), norm, rtol=1e-6)
        assert (weights.bias_out.sel(epoch=10) != weights.bias_out.sel(epoch=8)).all()


def test_of_a_network_given_up_between_two_tests_the_later_ones_show_what_it_kept(whole):
    """Given up after epoch 9, tested at 8 and, in effect, at 9."""
    assert GIVEN_UP_AFTER not in whole.tree["test"].epoch
    loss = whole.tree["test"].loss.isel(network=SILENT)
    assert (loss.sel(epoch=[10, 12, 14]) == loss.sel(epoch=14)).all()
    assert (loss.sel(epoch=8) != loss.sel(epoch=10)).all()


@pytest.mark.parametrize("name", ["w_rec", "w_rec_change"])
def test_a_network_at_rest_has_no_singular_values(whole, name):
    values = whole.tree["singular_values"][name]
    there = np.isfinite(values).all("singular").values
    assert (np.isnan(values).all("singular").values == ~there).all()
    assert values.epoch.values.tolist() == [4, 8, 12, 14]
    assert there[:, PLAIN].all()
    assert there[:, SILENT].tolist() == [[True] * 2, [True] * 2, [False] * 2, [False] * 2]
    assert not there[:, DIVERGING].any()


def test_a_network_has_learned_once_so_many_tests_in_a_row_are_good_enough(grid):
    """The rule again, on the tests that are kept; the arm that answers 0 never gets there."""
    tree = grid.tree
    stopped, status = [], []
    for network in range(6):
        streak, at = 0, -1
        for score in tree["test"].correlation[1:, network]:  # before training, none counts
            streak = streak + 1 if score > 1e-3 else 0
            if streak == 2 and at < 0:
                at = int(score.epoch)
        stopped.append(at)
        status.append(LEARNED if at > 0 else TRAINS)
    assert stopped == tree["final"].stopped.values.tolist()
    assert status == tree["final"].status.values.tolist()
    assert status == [LEARNED] * 3 + [TRAINS] * 3
    for network, at in enumerate(stopped):
        assert_it_trained_until(tree, network, at if at > 0 else 9)
        if at > 0:
            assert_status(tree, network, at, LEARNED)
            for group in ("weights", "test"):
                now = tree[group].to_dataset().sel(network=network, epoch=slice(at, None))
                for name in now.data_vars:
                    assert (now[name] == now[name][-1]).all(), f"{group}/{name}"
