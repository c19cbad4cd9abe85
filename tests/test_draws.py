"""The numbers are those of JAX, in every shape and precision."""

import jax
import numpy as np
import pytest

from plastisim.draws import normal, uniform

BOTH = pytest.mark.parametrize("dtype", ["float32", "float64"])


@BOTH
@pytest.mark.parametrize("shape", [(), (7,), (3, 50)])
@pytest.mark.parametrize("between", [(0.0, 1.0), (-0.3, 2.5)])
def test_uniform_numbers_are_those_of_jax(dtype, shape, between):
    with jax.enable_x64(dtype == "float64"):
        key = jax.random.fold_in(jax.random.key(4), 17)
        asked = jax.random.uniform(key, shape, dtype, *between)
        ours = jax.jit(lambda k: uniform(k, shape, dtype, *between))(key)
    assert ours.dtype == dtype
    np.testing.assert_array_equal(ours, asked)


@BOTH
def test_normal_numbers_are_those_of_jax(dtype):
    with jax.enable_x64(dtype == "float64"):
        key = jax.random.key(5)
        np.testing.assert_array_equal(
            normal(key, (4, 300), dtype), jax.random.normal(key, (4, 300), dtype)
        )


def test_many_keys_at_once_draw_what_each_draws_alone():
    keys = jax.random.split(jax.random.key(6), 20)
    together = jax.vmap(lambda k: uniform(k, (9,), "float32"), out_axes=-1)(keys)
    for k, key in enumerate(keys):
        np.testing.assert_array_equal(together[:, k], jax.random.uniform(key, (9,), "float32"))
