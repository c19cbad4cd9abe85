"""One-shot storage: what the weights do to the patterns."""

import numpy as np
import pytest
from scipy.linalg import hadamard

from plastisim.rules import RULES


def rule(kind, base, gain=4.0):
    return RULES[kind](kind=kind, gain=gain, base=base)


def memories(n_units, n_patterns, gain, seed=0):
    """Random sign patterns (pattern, unit), and initial weights with a zero diagonal."""
    rng = np.random.default_rng(seed)
    w_initial = gain / np.sqrt(n_units) * rng.standard_normal((n_units, n_units))
    np.fill_diagonal(w_initial, 0.0)
    return np.sign(rng.standard_normal((n_patterns, n_units))), w_initial


@pytest.mark.parametrize("base", ["alone", "cancelling"])
def test_pseudo_inverse_gives_every_pattern_exactly_its_field(base):
    patterns, w_initial = memories(60, 12, gain=1.8)
    w = rule("pseudo_inverse", base).store(patterns, w_initial)
    assert np.allclose(patterns @ w.T, 4.0 * patterns, rtol=0.0, atol=1e-12)


def test_pseudo_inverse_changes_the_weights_no_more_than_it_must():
    """The change is in the span of the patterns: it gives no field to what is orthogonal to all."""
    patterns, w_initial = memories(60, 12, gain=1.8)
    change = rule("pseudo_inverse", "cancelling").store(patterns, w_initial) - w_initial
    orthogonal = np.linalg.svd(patterns)[2][12:]
    assert np.abs(change @ orthogonal.T).max() < 1e-12


def test_pseudo_inverse_takes_a_pattern_given_twice_as_one():
    patterns, w_initial = memories(60, 5, gain=1.8)
    stored = rule("pseudo_inverse", "alone")
    twice = stored.store(np.vstack([patterns, patterns[:1]]), w_initial)
    assert np.allclose(twice, stored.store(patterns, w_initial), rtol=0.0, atol=1e-12)


@pytest.mark.parametrize("base", ["alone", "cancelling"])
def test_hopfield_is_the_pseudo_inverse_of_orthogonal_patterns(base):
    patterns = hadamard(64)[3:9].astype(float)
    w_initial = memories(64, 1, gain=1.8)[1]
    hopfield = rule("hopfield", base).store(patterns, w_initial)
    pseudo_inverse = rule("pseudo_inverse", base).store(patterns, w_initial)
    assert np.allclose(hopfield, pseudo_inverse, rtol=0.0, atol=1e-13)


def test_hopfield_alone_is_the_sum_of_outer_products():
    patterns = np.array([[1.0, -1.0, 1.0], [1.0, 1.0, 1.0]])
    expected = 3.0 / 3 * np.array([[2, 0, 2], [0, 2, 0], [2, 0, 2]])
    assert np.array_equal(rule("hopfield", "alone", 3.0).store(patterns, np.eye(3)), expected)


def test_storkey_follows_its_equation_written_out():
    n, gain = 7, 2.0
    patterns, w_initial = memories(n, 3, gain=1.8)
    w = w_initial.copy()
    for xi in patterns:
        old = w.copy()
        for i in range(n):
            for j in range(n):
                h_ij = sum(old[i, k] * xi[k] for k in range(n) if k not in (i, j))
                h_ji = sum(old[j, k] * xi[k] for k in range(n) if k not in (i, j))
                w[i, j] += (gain * xi[i] * xi[j] - xi[i] * h_ji - h_ij * xi[j]) / n
    stored = rule("storkey", "cancelling", gain).store(patterns, w_initial)
    assert np.allclose(stored, w, rtol=0.0, atol=1e-13)


def test_storkey_cancels_the_field_of_the_weights_it_begins_from():
    patterns, w_initial = memories(400, 25, gain=1.8)
    off = {
        base: np.abs(patterns @ rule("storkey", base).store(patterns, w_initial).T - 4.0 * patterns)
        for base in ("added", "cancelling")
    }
    assert off["cancelling"].mean() < 0.4 * off["added"].mean()


@pytest.mark.parametrize("kind", ["hopfield", "pseudo_inverse"])
def test_clearing_the_diagonal_costs_the_gain_patterns_over_units(kind):
    patterns, w_initial = memories(400, 25, gain=1.8)
    w = rule(kind, "alone").store(patterns, w_initial)
    np.fill_diagonal(w, 0.0)
    gain = (patterns @ w.T * patterns).mean() / 4.0
    expected = 1.0 - 25 / 400 if kind == "pseudo_inverse" else 1.0 - 25 / 400 + 24 / 400
    assert gain == pytest.approx(expected, abs=0.005)


def held(patterns, w, n_steps=400):
    """How many patterns have a fixed point of r = tanh(W r) near them, relaxed from the pattern."""
    np.fill_diagonal(w, 0.0)
    rate = patterns.T
    for _ in range(n_steps):
        rate = 0.5 * rate + 0.5 * np.tanh(w @ rate)
    residual = np.abs(np.tanh(w @ rate) - rate).max(axis=0)
    overlap = (rate * patterns.T).sum(axis=0) / np.linalg.norm(rate, axis=0)
    faithful = overlap / np.sqrt(len(rate)) > 0.9
    return int(np.sum((residual < 1e-9) & faithful))


@pytest.mark.parametrize(
    ("kind", "base", "fewest", "most"),
    [
        ("hopfield", "alone", 25, 25),
        ("hopfield", "added", 0, 8),
        ("hopfield", "cancelling", 25, 25),
        ("storkey", "alone", 25, 25),
        ("storkey", "cancelling", 25, 25),
        ("pseudo_inverse", "alone", 25, 25),
        ("pseudo_inverse", "cancelling", 25, 25),
    ],
)
def test_of_25_patterns_in_400_units_so_many_are_held(kind, base, fewest, most):
    """The random weights that are left in place disturb the memories unless they are cancelled."""
    patterns, w_initial = memories(400, 25, gain=1.8)
    assert fewest <= held(patterns, rule(kind, base).store(patterns, w_initial)) <= most
