"""The random numbers of `jax.random`, bit for bit, written for a CPU.

JAX rolls the rounds of its generator into a loop, which a CPU can neither fuse with what follows
nor keep in registers. Here the rounds are written out.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

ROTATIONS = (13, 15, 26, 6), (17, 29, 16, 24)
PARITY = np.uint32(0x1BD11BDA)


def threefry(
    key: tuple[jax.Array, jax.Array], counts: tuple[jax.Array, jax.Array]
) -> tuple[jax.Array, jax.Array]:
    """Threefry 2x32 with 20 rounds: two words for each pair of counts, all uint32.

    Source: Salmon et al. (2011) SC'11, doi:10.1145/2063384.2063405.
    """
    keys = *key, key[0] ^ key[1] ^ PARITY
    x, y = counts[0] + keys[0], counts[1] + keys[1]
    for block in range(5):
        for distance in ROTATIONS[block % 2]:
            x = x + y
            y = x ^ ((y << np.uint32(distance)) | (y >> np.uint32(32 - distance)))
        x = x + keys[(block + 1) % 3]
        y = y + keys[(block + 2) % 3] + np.uint32(block + 1)
    return x, y


def uniform(
    key: jax.Array, shape: tuple[int, ...], dtype: str, low: float = 0.0, high: float = 1.0
) -> jax.Array:
    """Numbers from U[low, high), those of `jax.random.uniform`.

    Parameters
    ----------
    key
        One key of JAX's default generator.
    shape
        Fewer than 2^32 numbers.
    dtype
        float32 or float64.
    """
    n = math.prod(shape)
    first, second = jax.random.key_data(key)
    counts = jnp.zeros(n, np.uint32), jnp.arange(n, dtype=np.uint32)
    x, y = threefry((first, second), counts)
    if dtype == "float64":
        bits = (x.astype(np.uint64) << np.uint64(32)) | y.astype(np.uint64)
        mantissa, one = np.uint64(12), np.float64(1).view(np.uint64)
    else:
        bits = x ^ y
        mantissa, one = np.uint32(9), np.float32(1).view(np.uint32)
    unit = jax.lax.bitcast_convert_type((bits >> mantissa) | one, dtype) - np.ones((), dtype)
    least, most = np.asarray(low, dtype), np.asarray(high, dtype)
    return jnp.maximum(unit * (most - least) + least, least).reshape(shape)


def normal(key: jax.Array, shape: tuple[int, ...], dtype: str) -> jax.Array:
    """Numbers from N(0, 1), those of `jax.random.normal`."""
    above_minus_one = float(np.nextafter(np.array(-1, dtype), np.array(0, dtype)))
    u = uniform(key, shape, dtype, above_minus_one, 1.0)
    return jax.lax.erf_inv(u) * np.asarray(math.sqrt(2), dtype)
