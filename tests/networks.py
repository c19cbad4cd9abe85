"""Networks for tests: weights of nobody's choosing, or such that the answer is known by hand."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from plastisim.dynamics import Network


def network_of(w_rec, *, transfer="tanh", alpha=0.1, bias=0.0, theta=0.0, w_in=None, noise=0.0):
    """A network with the given recurrent weights (post, pre)."""
    w_rec = np.asarray(w_rec)
    n, dtype = len(w_rec), w_rec.dtype
    return Network(
        w_initial=w_rec,
        w_in=np.zeros((n, 1), dtype) if w_in is None else w_in,
        bias=np.full(n, bias, dtype) if np.isscalar(bias) else np.asarray(bias, dtype),
        alpha=alpha,
        transfer=transfer,
        theta=theta,
        noise=noise,
    )


def random_weights(n, gain=1.5, seed=1, dtype=np.float64):
    """Non-symmetric weights N(0, gain^2 / n)."""
    return (gain / np.sqrt(n) * np.random.default_rng(seed).standard_normal((n, n))).astype(dtype)


def random_rates(n, n_trials, seed=2, dtype=np.float64):
    return np.random.default_rng(seed).uniform(-1, 1, (n, n_trials)).astype(dtype)


def chain(signs, gain):
    """Each unit drives the next one around a ring, with the product of their signs.

    Non-symmetric, and +-signs * rest_of_one_unit(gain) are fixed points of it under tanh: every
    unit acts on the next as a unit would act on itself with weight `gain`.
    """
    signs = np.asarray(signs, float)
    return gain * np.outer(signs, signs) * np.roll(np.eye(len(signs)), 1, axis=0)


def rest_of_one_unit(gain):
    """The positive root of c = tanh(gain c)."""
    return brentq(lambda c: np.tanh(gain * c) - c, 1e-3, 1.0, xtol=1e-15)
