"""Memories of a small network made by hand: they come back, last, answer and yield."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plastisim.dynamics import Period
from plastisim.measures import answers, overlap, retention, returns
from plastisim.measures.robustness import MIRROR_OF, NONE, flip_signs, kick, reached
from plastisim.online import FrozenNetwork
from tests.networks import network_of, random_rates, random_weights, rest_of_one_unit

N = 16
ONE = np.where(np.arange(N) < 8, 1.0, -1.0)
TWO = np.where(np.arange(N) % 2, 1.0, -1.0)  # orthogonal to ONE
GAIN = 2.0
HOW = {"max_steps": 2000, "at_rest": 1e-6, "same": 0.99}


def hopfield():
    """W = g/N (1 1^T + 2 2^T): +-ONE and +-TWO times the root of c = tanh(g c) are at rest."""
    w = GAIN / N * (np.outer(ONE, ONE) + np.outer(TWO, TWO))
    memories = rest_of_one_unit(GAIN) * np.stack([ONE, TWO], axis=1)
    return FrozenNetwork(network_of(w, alpha=0.5), w), memories


def flips(fraction, seed=0):
    random = np.random.default_rng(seed)
    return lambda states: flip_signs(states, fraction, random)


# ---------------------------------------------------------------------------------- which memory


def test_a_state_is_the_memory_it_overlaps_with():
    states = np.stack([ONE, 0.1 * TWO, -ONE, ONE + TWO, np.zeros(N), np.full(N, np.nan)], axis=1)
    memories = np.stack([TWO, ONE], axis=1)
    assert reached(states, memories, 0.99).tolist() == [1, 0, MIRROR_OF, NONE, NONE, NONE]


def test_of_two_memories_that_are_near_it_is_the_nearer():
    near = ONE + 0.2 * TWO  # overlaps with ONE by 1/sqrt(1.04) = .98
    memories = np.stack([ONE, near], axis=1)
    states = np.stack([ONE, near, -near], axis=1)
    assert reached(states, memories, 0.9).tolist() == [0, 1, MIRROR_OF]


def test_a_memory_wins_over_the_mirror_image_of_another():
    assert reached(ONE[:, None], np.stack([-ONE, ONE], axis=1), 0.99).tolist() == [1]


def test_same_is_the_overlap_from_which_a_memory_is_reached():
    between = (4 * ONE + 3 * TWO)[:, None] / 5
    assert reached(between, ONE[:, None], 0.79).tolist() == [0]
    assert reached(between, ONE[:, None], 0.81).tolist() == [NONE]
    assert reached(-between, ONE[:, None], 0.81).tolist() == [NONE]
    assert reached(-between, ONE[:, None], 0.79).tolist() == [MIRROR_OF]


# --------------------------------------------------------------------------------- perturbations


@given(st.integers(2, 60), st.floats(0, 1), st.integers(0, 99))
def test_a_fraction_of_the_signs_is_flipped_in_every_trial(n_units, fraction, seed):
    states = np.abs(random_rates(n_units, 5)) + 0.01
    flipped = flip_signs(states, fraction, np.random.default_rng(seed))
    assert (np.abs(flipped) == states).all()
    assert ((flipped < 0).sum(axis=0) == round(fraction * n_units)).all()


def test_trials_have_different_signs_flipped():
    flipped = flip_signs(np.ones((50, 6)), 0.3, np.random.default_rng(0)) < 0
    assert len({tuple(trial) for trial in flipped.T}) == 6


def test_every_unit_is_flipped_as_often_as_any_other():
    """4000 trials at .25: a unit's share has a standard error of .007."""
    share = (flip_signs(np.ones((20, 4000)), 0.25, np.random.default_rng(1)) < 0).mean(axis=1)
    assert share == pytest.approx(0.25, abs=5 * 0.007)


def test_a_kick_is_independent_noise_of_the_given_size():
    """20,000 numbers: their standard deviation is known to 0.5%."""
    noise = kick(np.full((100, 200), 3.0), 0.4, np.random.default_rng(2)) - 3.0
    assert noise.std() == pytest.approx(0.4, rel=0.025)
    assert noise.mean() == pytest.approx(0.0, abs=5 * 0.4 / np.sqrt(20_000))
    assert abs(np.corrcoef(noise[0], noise[1])[0, 1]) < 5 / np.sqrt(200)


@pytest.mark.parametrize("perturb", [flip_signs, kick])
def test_the_memories_keep_their_values(perturb):
    _, memories = hopfield()
    before = memories.copy()
    perturb(memories, 0.5, np.random.default_rng(0))
    assert (memories == before).all()


def test_memories_come_back_after_small_perturbations():
    frozen, memories = hopfield()
    random = np.random.default_rng(5)
    for perturb in (flips(1 / N), lambda s: kick(s, 0.02, random)):
        assert returns(frozen, memories, perturb, 7, **HOW).tolist() == [1.0, 1.0]


def test_with_all_signs_flipped_none_comes_back():
    frozen, memories = hopfield()
    assert returns(frozen, memories, flips(1.0), 3, **HOW).tolist() == [0.0, 0.0]
    end = frozen.relax(-memories, frozen.network.bias, 100, 1e-6).rate
    assert reached(end, memories, 0.99).tolist() == [MIRROR_OF, MIRROR_OF]


def test_returns_are_counted_memory_by_memory():
    """One of five perturbations takes the first memory to its mirror image, three the second."""
    frozen, memories = hopfield()
    factors = np.ones((5, 2))
    factors[2, 0] = factors[0, 1] = factors[1, 1] = factors[4, 1] = -1
    back = returns(frozen, memories, lambda states: states * factors.ravel(), 5, **HOW)
    assert back == pytest.approx([0.8, 0.4])


def test_an_attractor_that_cues_share_comes_back_for_each_of_them():
    """Which of two equal memories is the nearest is a matter of rounding."""
    frozen, memories = hopfield()
    shared = memories[:, [0, 1, 0, 0]] * np.array([1.0, 1.0, 1 + 1e-9, 1.0])
    assert returns(frozen, shared, flips(1 / N), 3, **HOW).tolist() == [1.0] * 4


# ---------------------------------------------------------------------------------------- answers


def presentations(*inputs, n_steps=20):
    silent = np.zeros(N)
    return [[Period("cue", n_steps, x, False), Period("rest", 10, silent, True)] for x in inputs]


def test_a_strong_cue_leads_from_one_memory_to_another():
    frozen, memories = hopfield()
    trials = presentations(5 * TWO, 5 * ONE, -5 * ONE, 0.01 * TWO)
    start = memories[:, [0, 1, 1, 0]]
    found = answers(frozen, start, trials, 20, memories, **HOW)
    assert found.tolist() == [1, 0, MIRROR_OF, 0]


def test_a_cue_acts_for_as_many_steps_as_it_is_given():
    frozen, memories = hopfield()
    trials = presentations(5 * TWO, 5 * TWO)
    start = memories[:, [0, 0]]
    assert answers(frozen, start, trials, 20, memories, **HOW).tolist() == [1, 1]
    assert answers(frozen, start, trials, 0, memories, **HOW).tolist() == [0, 0]


def test_where_there_is_nothing_to_reach_nothing_is_reached():
    """Gain .5: every state decays to silence."""
    w = random_weights(N, 0.5)
    frozen = FrozenNetwork(network_of(w), w)
    _, memories = hopfield()
    trials = presentations(5 * TWO, 5 * ONE)
    assert answers(frozen, memories, trials, 20, memories, **HOW).tolist() == [NONE, NONE]


# -------------------------------------------------------------------------------------- retention


def test_a_stable_state_is_held_at_all_times():
    frozen, memories = hopfield()
    kept = retention(frozen, memories, [0, 1, 10, 1000, 10**9], None)
    assert kept.shape == (5, 2)
    assert np.allclose(kept, 1.0, rtol=0, atol=1e-12)


def test_a_chaotic_network_forgets_and_time_0_is_before_the_first_step():
    w = random_weights(200, 3.0)
    network = network_of(w, alpha=0.1)
    states = np.sign(random_rates(200, 3))
    kept = retention(FrozenNetwork(network, w), states, [0, 1, 500], None)
    after_one = 0.9 * states + 0.1 * np.tanh(w @ states)
    assert np.allclose(kept[0], 1.0, rtol=0, atol=1e-14)
    assert np.allclose(kept[1], overlap(after_one, states), rtol=0, atol=1e-14)
    assert (kept[1] < 1 - 1e-4).all()
    assert (np.abs(kept[2]) < 0.5).all()


def test_noise_moves_a_held_state_and_is_drawn_once_per_step():
    frozen, memories = hopfield()
    random, drawn = np.random.default_rng(3), []

    def noise():
        drawn.append(2.0 * random.standard_normal(memories.shape))
        return drawn[-1]

    kept = retention(frozen, memories, [0, 1, 25], noise)
    rate, by_hand = memories, [memories]
    for e in drawn:
        rate = 0.5 * rate + 0.5 * np.tanh(frozen.w_rec @ rate + e)
        by_hand.append(rate)
    assert len(drawn) == 25
    for k, step in enumerate((0, 1, 25)):
        assert np.allclose(kept[k], overlap(by_hand[step], memories), rtol=0, atol=1e-12)
    assert (kept[2] < 0.999).all()
