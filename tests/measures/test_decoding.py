"""Decoders whose answer is known: copies, mixtures, noise of a known size, hidden cues."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from scipy.optimize import minimize

from plastisim.measures import cues_of, decoding
from plastisim.measures.decoding import fit

GROUPS = {"all": slice(None), "memory": slice(2), "computation": [2, 3, 4]}
HALF = {"groups": GROUPS, "n_train": 150, "ridge": 0.0}


def trials(n=300, noise=0.0, seed=0):
    """Unit 0 is cue 1 from step 2 on, unit 1 twice cue 2 from step 4 on; 2-4 know nothing."""
    random = np.random.default_rng(seed)
    cues = random.random((n, 2))
    x = np.zeros((n, 6, 5))
    x[:, :, 2:] = random.normal(size=(n, 6, 3))
    x[:, 2:, 0] = cues[:, :1] + 3
    x[:, 4:, 1] = 2 * cues[:, 1:] - 1
    x[:, :, :2] += noise * random.normal(size=(n, 6, 2))
    return (
        xr.DataArray(x, {"time": np.arange(6) * 5}, ("trial", "time", "unit"), "rate"),
        xr.DataArray(
            np.column_stack([cues, cues.sum(axis=1)]),
            {"target": ["cue 1", "cue 2", "sum"]}, ("trial", "target"),
        ),
    )  # fmt: skip


def test_what_units_hold_is_decoded_from_the_moment_they_hold_it_and_from_them_alone():
    found = decoding(*trials(), **HALF)
    assert found.r2.dims == ("group", "time", "target")
    assert found.time.values.tolist() == [0, 5, 10, 15, 20, 25]
    r2 = found.r2.sel(group="memory").values.T  # (target, time)
    np.testing.assert_allclose(r2[0, 2:], 1)
    np.testing.assert_allclose(r2[1:, 4:], 1)
    np.testing.assert_allclose(r2[0, :2], 0, atol=0.05)
    np.testing.assert_allclose(r2[1, :4], 0, atol=0.05)
    np.testing.assert_allclose(r2[2, 2:4], 0.5, atol=0.12)  # of the sum, cue 1 is one half
    assert (found.r2.sel(group="computation") < 0.05).all()
    np.testing.assert_allclose(found.r2.sel(group="all")[4:], 1)
    np.testing.assert_allclose(found.mse.sel(group="all")[4:], 0, atol=1e-20)


def test_noise_of_a_known_size_leaves_a_known_error():
    """Least squares shrinks by v / (v + s^2), and leaves v s^2 / (v + s^2) of v = 1/12."""
    noise, v = 0.2, 1 / 12
    found = decoding(*trials(8000, noise), groups=GROUPS, n_train=4000, ridge=0.0)
    cue = found.sel(group="memory", time=10, target="cue 1")
    assert cue.mse == pytest.approx(v * noise**2 / (v + noise**2), rel=0.08)
    assert cue.r2 == pytest.approx(v / (v + noise**2), abs=0.03)


def test_trials_of_the_test_are_not_seen_in_training():
    states, targets = trials()
    shuffled = targets.copy()
    shuffled[150:] = targets[150:].values[::-1]
    found = decoding(states, shuffled, **HALF)
    assert (found.r2.sel(group="all", time=25) < -0.2).all()


def test_more_units_than_trials_fit_noise_and_fail_the_test():
    random = np.random.default_rng(3)
    x = xr.DataArray(random.normal(size=(60, 1, 40)), dims=("trial", "time", "unit"))
    y = xr.DataArray(random.normal(size=(60, 1)), dims=("trial", "target"))
    plain, shrunk = (
        decoding(x, y, groups={"all": slice(None)}, n_train=30, ridge=r) for r in (0.0, 1e6)
    )
    assert plain.r2 < -0.5
    assert shrunk.r2 == pytest.approx(0, abs=0.1)


def test_least_squares_is_numpys_with_a_column_of_ones():
    random = np.random.default_rng(4)
    x, y = random.normal(size=(30, 4)) + 2, random.normal(size=(30, 2)) - 7
    weights, offset = fit(x, y, 0.0)
    ones = np.linalg.lstsq(np.column_stack([x, np.ones(30)]), y)[0]
    np.testing.assert_allclose(weights, ones[:4], atol=1e-12)
    np.testing.assert_allclose(offset, ones[4], atol=1e-12)


def test_the_ridge_is_where_the_penalised_error_is_least():
    random = np.random.default_rng(5)
    x, y = random.normal(size=(20, 3)) + 1, random.normal(size=20) + 4

    def penalised(b):
        return ((y - x @ b[:3] - b[3]) ** 2).sum() + 2.5 * (b[:3] ** 2).sum()

    best = minimize(penalised, np.zeros(4), tol=1e-12).x
    weights, offset = fit(x, y[:, None], 2.5)
    np.testing.assert_allclose([*weights[:, 0], *offset], best, atol=1e-5)


def test_a_ridge_does_not_mind_units_that_explode_or_are_copies():
    random = np.random.default_rng(6)
    x, y = random.normal(size=(12, 4)), random.normal(size=(12, 1))
    one = fit(x, y, 1e-3)[0]
    with_huge = fit(np.column_stack([x, 1e12 * x[:, 0], 1e12 * x[:, 0]]), y, 1e-3)[0]
    explained = np.column_stack([x, 1e12 * x[:, 0], 1e12 * x[:, 0]]) @ with_huge
    np.testing.assert_allclose(explained, x @ one, atol=1e-2)


def test_the_scale_of_units_and_targets_and_their_numbering_do_not_matter():
    states, targets = trials(noise=0.3)
    a = decoding(states, targets, **HALF)
    scaled = states * xr.DataArray([1, -2, 3, 0.5, 7.0], dims="unit") + 5
    other = scaled.isel(unit=[1, 0, 4, 2, 3])
    b = decoding(other, 3 * targets - 1, **HALF)
    np.testing.assert_allclose(b.r2, a.r2, atol=1e-10)
    np.testing.assert_allclose(b.mse, 9 * a.mse, atol=1e-10)


def test_epochs_and_networks_are_decoded_each():
    states, targets = trials(noise=0.3)
    many = xr.concat([states, 0 * states], "epoch").assign_coords(epoch=[0, 200])
    many = xr.concat([many, many + 1], "network")
    two = targets.expand_dims(network=2)
    found = decoding(many.transpose("unit", ...), two, **HALF)
    one = decoding(states, targets, **HALF)
    assert dict(found.r2.sizes) == {
        "network": 2, "epoch": 2, "group": 3, "time": 6, "target": 3,
    }  # fmt: skip
    np.testing.assert_allclose(found.r2.sel(epoch=0, network=1), one.r2, atol=1e-10)
    np.testing.assert_allclose(found.r2.sel(epoch=200), 0, atol=0.05)


def test_a_target_that_does_not_vary_has_no_share():
    states, targets = trials()
    found = decoding(states, 0 * targets + 2, **HALF)
    assert np.isnan(found.r2).all()
    np.testing.assert_allclose(found.mse, 0, atol=1e-20)


def test_cues_are_the_marked_numbers_in_their_order():
    inputs = np.zeros((2, 4, 2), np.float32)
    inputs[..., 0] = [[0.5, 0.25, 0.125, 1], [0.1, 0.2, 0.3, 0.4]]
    inputs[[0, 0, 1, 1], [0, 2, 1, 3], 1] = 1
    found = cues_of(
        xr.DataArray(inputs, {"seed": ("trial", [8, 9])}, ("trial", "time", "input"))
    )  # fmt: skip
    np.testing.assert_allclose(found, [[0.5, 0.125, 0.625], [0.2, 0.4, 0.6]], rtol=1e-6)
    assert found.target.values.tolist() == ["cue 1", "cue 2", "sum"]
    assert found.seed.values.tolist() == [8, 9]
    inputs[1, 3, 1] = 0
    with pytest.raises(ValueError, match="a trial has other than two marks"):
        cues_of(xr.DataArray(inputs, dims=("trial", "time", "input")))


def test_what_cannot_be_decoded_is_refused():
    states, targets = trials()
    for n in (0, 300):
        with pytest.raises(ValueError, match=f"n_train: got {n} of 300"):
            decoding(states, targets, groups=GROUPS, n_train=n, ridge=0.0)
    with pytest.raises(ValueError, match="groups: memory has no units"):
        decoding(states, targets, groups={"memory": []}, n_train=10, ridge=0.0)
    with pytest.raises(ValueError, match="targets: got 10 trials; states have 300"):
        decoding(states, targets[:10], **HALF)
    states[5, 4, 3] = np.inf
    with pytest.raises(ValueError, match="rate: inf at trial 5, time 20, unit 3"):
        decoding(states, targets, **HALF)
