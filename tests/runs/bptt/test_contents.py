"""What a store holds, computed again from the parameters that it holds, by other means."""

from __future__ import annotations

import numpy as np
import pytest

from tests.runs.bptt.tiny import recomputed

NETWORKS = range(4)  # of those that diverge, the readout is past what float32 tells apart
EPOCHS = [0, 4, 10, 14]  # whose trials are kept


def parameters(tree, network: int, epoch: int) -> dict[str, np.ndarray]:
    weights = tree["weights"].to_dataset().sel(network=network, epoch=epoch)
    return {str(name): weights[name].values for name in weights.data_vars}


@pytest.mark.parametrize("run", ["whole", "grid"])
def test_before_training_parameters_are_those_that_the_cell_draws_of_the_seed(run, request):
    run = request.getfixturevalue(run)
    tree, task = run.tree, run.protocol.task
    for network, seed in enumerate(tree["weights"].seed.values):
        drawn = run.protocol.cell.draw(int(seed), task.n_inputs, task.n_outputs)
        stored = parameters(tree, network, 0)
        assert stored.keys() == drawn.keys()
        for name, value in drawn.items():
            np.testing.assert_array_equal(stored[name], value, err_msg=name)


@pytest.mark.parametrize("epoch", EPOCHS)
def test_trials_are_those_of_the_equation_with_the_parameters_of_the_epoch(whole, epoch):
    kept = whole.tree["trajectories"].to_dataset()
    for network in NETWORKS:
        p = parameters(whole.tree, network, epoch)
        right = recomputed(whole.protocol.cell, p, kept.inputs.sel(network=network))
        assert right.keys() == {"rate", "drive", "outputs"}
        for name, value in right.items():
            found = kept[name].sel(network=network, epoch=epoch)
            np.testing.assert_allclose(found, value, rtol=1e-5, atol=1e-5, err_msg=name)


def test_every_network_of_a_seed_has_the_same_trials_and_another_seed_has_others(whole):
    inputs = whole.tree["trajectories"].inputs.values
    for arm in (2, 4):
        np.testing.assert_array_equal(inputs[arm : arm + 2], inputs[:2])
    assert (inputs[0] != inputs[1]).any()
    assert len({trial.tobytes() for trial in inputs[0]}) > 6


def test_targets_are_the_sign_of_the_latest_pulse(whole):
    kept = whole.tree["trajectories"].to_dataset()
    inputs, targets = kept.inputs.values, kept.targets.values
    latest = np.zeros(inputs[:, :, 0].shape)
    for t in range(inputs.shape[2]):
        latest = np.where(inputs[:, :, t] != 0, inputs[:, :, t], latest)
        np.testing.assert_array_equal(targets[:, :, t], latest)
    assert set(np.unique(inputs)) == {-1, 0, 1}


@pytest.mark.parametrize("epoch", EPOCHS)
def test_a_test_is_of_all_test_trials_with_the_parameters_of_the_epoch(whole, epoch):
    """All test trials are kept here. Of networks given up after 9, epoch 10 and 14 are the same."""
    tree = whole.tree
    kept, tests = tree["trajectories"].to_dataset(), tree["test"].to_dataset()
    assert kept.sizes["trial"] == whole.protocol.test.n_trials
    for network in NETWORKS:
        here = kept.sel(network=network)
        p = parameters(tree, network, epoch)
        answers = recomputed(whole.protocol.cell, p, here.inputs)["outputs"]
        targets = here.targets.values
        is_set, pairs = targets != 0, zip(answers.T, targets.T, strict=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            correlations = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs]
        right = {
            "loss": ((answers - targets) ** 2).mean(),
            "correlation": np.mean(np.nan_to_num(correlations)),  # 0 of a constant answer
            "fraction_correct": (np.abs(answers - targets)[is_set] < 0.5).mean(),
        }
        assert set(right) == set(tests.data_vars)
        for name, value in right.items():
            found = tests[name].sel(network=network, epoch=epoch)
            np.testing.assert_allclose(found, value, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("epoch", [3, 4, 7, 8, 10, 14])
def test_the_norm_of_the_weights_is_that_of_the_epochs_parameters(whole, epoch):
    found = whole.tree["training"].weight_norm.sel(epoch=epoch).values
    w_rec = whole.tree["weights"].w_rec.sel(epoch=epoch).values
    trains = np.isfinite(found)
    assert trains[:2].all()
    np.testing.assert_allclose(found[trains], np.linalg.norm(w_rec, axis=(1, 2))[trains], rtol=1e-6)


@pytest.mark.parametrize(("before", "epoch"), [(3, 4), (7, 8)])
def test_singular_values_are_those_of_the_weights_and_of_their_change_in_the_epoch(
    whole, before, epoch
):
    tree = whole.tree
    w, earlier = (tree["weights"].w_rec.sel(epoch=e).values[NETWORKS] for e in (epoch, before))
    change = w.astype(float) - earlier
    found = tree["singular_values"].to_dataset().sel(epoch=epoch, network=list(NETWORKS))
    np.testing.assert_allclose(found.w_rec, np.linalg.svd(w)[1], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.w_rec_change, np.linalg.svd(change)[1], rtol=1e-3, atol=1e-6)
    norm = tree["training"].change_norm.sel(epoch=epoch).values[NETWORKS]
    np.testing.assert_allclose(norm, np.linalg.norm(change, axis=(1, 2)), rtol=1e-4)


def test_the_squares_of_singular_values_add_up_to_that_of_the_norm(whole):
    """In every epoch that has them, in whatever calls it was trained."""
    training, spectra = whole.tree["training"], whole.tree["singular_values"].to_dataset()
    for name, norm in (("w_rec", "weight_norm"), ("w_rec_change", "change_norm")):
        there = np.isfinite(spectra[name].values).all(axis=2)
        found = np.sqrt((spectra[name].values ** 2).sum(axis=2))
        right = training[norm].sel(epoch=spectra.epoch).values
        assert there.sum() == 2 * 4 + 2 * 2
        np.testing.assert_allclose(found[there], right[there], rtol=1e-5)


def test_weights_of_low_rank_are_taken_as_their_product(grid):
    """W = U V / N has two singular values; all epochs, in double precision."""
    tree, n = grid.tree, grid.protocol.cell.n_units
    w = (tree["weights"].left.values @ tree["weights"].right.values) / n
    training, spectra = tree["training"].to_dataset(), tree["singular_values"].to_dataset()
    trains = np.isfinite(training.weight_norm.values)
    norms = np.linalg.norm(w, axis=(2, 3))[1:]
    np.testing.assert_allclose(training.weight_norm.values[trains], norms[trains], rtol=1e-12)
    change = np.diff(w, axis=0)
    norms = np.linalg.norm(change, axis=(2, 3))
    np.testing.assert_allclose(training.change_norm.values[trains], norms[trains], rtol=1e-12)
    assert spectra.epoch.values.tolist() == [2, 4, 6, 8, 9]
    for name, matrices in (("w_rec", w[1:]), ("w_rec_change", change)):
        for epoch in spectra.epoch.values:
            here = trains[epoch - 1]
            found, right = spectra[name].sel(epoch=epoch), np.linalg.svd(matrices[epoch - 1])[1]
            np.testing.assert_allclose(found[here], right[here], rtol=1e-10, atol=1e-14)
            assert (found[here][:, 1] > 1e-4).all()
            assert (found[here][:, 2 if name == "w_rec" else 4 :] < 1e-14).all()


def test_the_loss_is_the_error_and_strengths_times_penalties_that_are_part_of_it(whole, grid):
    """A decoupled weight decay is not."""
    for run, strengths, rtol in ((whole, 0.125, 1e-5), (grid, [0.0, 0.5, 0.25] * 2, 1e-12)):
        training = run.tree["training"].to_dataset()
        extra = strengths * training.penalty.sel(regularizer="activity")
        trains = (training.status == 0).values
        right = (training.task_loss + extra).values[trains]
        np.testing.assert_allclose(training.loss.values[trains], right, rtol=rtol)


def test_a_penalty_is_that_of_the_parameters_before_the_step(grid):
    """Epochs have one step here, and all parameters are kept."""
    found = grid.tree["training"].penalty.sel(regularizer="weight_decay").values
    right = (grid.tree["weights"].w_out.values ** 2).sum(axis=(2, 3))[:-1]
    trains = np.isfinite(found)
    np.testing.assert_allclose(found[trains], right[trains], rtol=1e-12)


def test_a_silent_arm_has_no_readout_after_any_step(whole, grid):
    for run, silent in ((whole, slice(2, 4)), (grid, slice(3, 6))):
        w_out = run.tree["weights"].w_out[1:, silent]
        assert (w_out == 0).all()
        assert (run.tree["weights"].w_out[1:, : silent.start] != 0).all()
