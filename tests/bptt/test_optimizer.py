"""The norm of a gradient, and clipping by it."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from plastisim.bptt.optimizer import clipped, gradient_norm


def gradient(scale=1.0):
    random = np.random.default_rng(0)
    found = {"w_rec": random.standard_normal((5, 5)), "bias": random.standard_normal(5)}
    return {name: jnp.asarray(scale * g, jnp.float32) for name, g in found.items()}


def test_the_norm_is_that_over_all_parameters():
    asked = np.sqrt(sum((np.asarray(g) ** 2).sum() for g in gradient().values()))
    assert gradient_norm(gradient()) == pytest.approx(asked, rel=1e-6)
    assert gradient_norm(gradient()) == optax.tree.norm(gradient())  # to the last bit


@pytest.mark.parametrize("scale", [1e13, 1e19, 1e30, 1e37])
def test_the_norm_of_a_gradient_whose_squares_overflow_is_finite(scale):
    asked = float(gradient_norm(gradient())) * scale
    assert gradient_norm(gradient(scale)) == pytest.approx(asked, rel=1e-5)


def test_a_gradient_that_is_no_number_has_no_norm():
    lost = gradient() | {"bias": jnp.array([1.0, jnp.nan], jnp.float32)}
    assert not np.isfinite(gradient_norm(lost))
    assert not np.isfinite(gradient_norm(lost | {"bias": jnp.array([jnp.inf, 0.0])}))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e25])
def test_clipping_keeps_the_direction_and_bounds_the_norm(scale):
    g = gradient(scale)
    norm = gradient_norm(g)
    short = clipped(g, norm, 0.5)
    assert gradient_norm(short) == pytest.approx(min(float(norm), 0.5), rel=1e-5)
    direction = np.asarray(short["w_rec"]) / np.asarray(g["w_rec"])
    np.testing.assert_allclose(direction, direction[0, 0], rtol=1e-5)


def test_without_a_bound_nothing_is_clipped():
    g = gradient(1e25)
    assert clipped(g, gradient_norm(g), None) is g
