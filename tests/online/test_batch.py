"""A frozen network stepped from many states at once, against a plain loop over one equation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plastisim.dynamics import TRANSFERS, Period, drive, next_rate
from plastisim.online import FrozenNetwork
from tests.networks import chain, network_of, random_rates, random_weights, rest_of_one_unit

N = 13  # no multiple of anything
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def frozen_of(w, **keys):
    return FrozenNetwork(network_of(w, **keys), w)


def plainly(frozen, rate, external, n_steps, noise=None):
    """The equation, step by step, trial by trial."""
    net, rate = frozen.network, rate.copy()
    external = np.broadcast_to(external if external.ndim == 2 else external[:, None], rate.shape)
    for step in range(n_steps):
        for k in range(rate.shape[1]):
            x = drive(frozen.w_rec, rate[:, k], external[:, k])
            if noise is not None:
                x = x + noise[step][:, k]
            rate[:, k] = next_rate(rate[:, k], x, net.alpha, net.phi, net.theta)
    return rate


def close(a, b):
    eps = np.finfo(a.dtype).eps
    return a.dtype == b.dtype and np.allclose(a, b, rtol=0, atol=300 * eps)


# ---------------------------------------------------------------------------------------- advance


@DTYPES
@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("n_trials", [1, 5])
def test_many_steps_are_the_equation_over_and_over(transfer, n_trials, dtype):
    frozen = frozen_of(
        random_weights(N, 0.9, dtype=dtype), transfer=transfer, theta=0.25, alpha=0.3
    )
    rate = random_rates(N, n_trials, dtype=dtype)
    external = random_rates(N, 1, seed=3, dtype=dtype)[:, 0]
    assert close(frozen.advance(rate, external, 30), plainly(frozen, rate, external, 30))


def test_every_trial_has_its_own_input():
    frozen = frozen_of(random_weights(N), alpha=0.3)
    rate, external = random_rates(N, 4), random_rates(N, 4, seed=3)
    assert close(frozen.advance(rate, external, 20), plainly(frozen, rate, external, 20))


def test_a_trial_goes_the_same_way_alone_and_in_company():
    frozen = frozen_of(random_weights(N, 0.9), alpha=0.3)
    rate, external = random_rates(N, 9), random_rates(N, 9, seed=3)
    together = frozen.advance(rate, external, 40)
    for k in range(9):
        alone = frozen.advance(rate[:, [k]], external[:, [k]], 40)
        assert close(alone, together[:, [k]])


def test_no_step_changes_nothing_and_no_call_changes_what_it_is_given():
    frozen = frozen_of(random_weights(N))
    rate, bias = random_rates(N, 3), frozen.network.bias
    before, w = rate.copy(), frozen.w_rec.copy()
    assert (frozen.advance(rate, bias, 0) == rate).all()
    frozen.advance(rate, bias, 5)
    frozen.relax(rate, bias, 5, 1e-6)
    frozen.hold(rate, bias, 5)
    frozen.record(rate, [[Period("cue", 3, bias, False)]] * 3, 5, 1)
    assert (rate == before).all()
    assert (frozen.w_rec == w).all()
    assert not bias.any()


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 99))
def test_steps_add_up(n, m, seed):
    frozen = frozen_of(random_weights(N), alpha=0.3)
    rate, external = random_rates(N, 3, seed), random_rates(N, 1, seed=3)[:, 0]
    in_two = frozen.advance(frozen.advance(rate, external, n), external, m)
    assert (in_two == frozen.advance(rate, external, n + m)).all()


def test_tanh_networks_without_bias_are_odd():
    frozen, rate = frozen_of(random_weights(N), alpha=0.3), random_rates(N, 3)
    there = frozen.advance(rate, frozen.network.bias, 25)
    assert close(frozen.advance(-rate, frozen.network.bias, 25), -there)


# ------------------------------------------------------------------------------- present & record


def trials_of(*cues):
    """Cue for 4 steps, nothing for 3, the cue doubled for 5."""
    silent = np.full(N, 0.05)
    return [
        [
            Period("cue", 4, cue, False),
            Period("delay", 3, silent, False),
            Period("again", 5, 2 * cue, False),
        ]
        for cue in cues
    ]


CUES = random_rates(N, 3, seed=7)


def inputs(step):
    """External input (unit, trial) in a step of these trials, the first one being 0."""
    if step < 4:
        return CUES
    if step < 7:
        return np.full((N, 3), 0.05)
    return 2 * CUES if step < 12 else np.full((N, 3), 0.2)


def by_hand(frozen, rate, n_steps):
    """States (time, unit, trial) at all steps."""
    states = [rate]
    for step in range(n_steps):
        states.append(plainly(frozen, states[-1], inputs(step), 1))
    return np.stack(states)


@pytest.mark.parametrize("n_steps", [0, 1, 4, 5, 7, 11, 12])
def test_presenting_goes_through_the_periods_and_stops_in_time(n_steps):
    frozen, rate = frozen_of(random_weights(N), alpha=0.3, bias=0.2), random_rates(N, 3)
    found = frozen.present(rate, trials_of(*CUES.T), n_steps)
    assert close(found, by_hand(frozen, rate, 12)[n_steps])


@pytest.mark.parametrize(("n_steps", "every"), [(20, 1), (20, 3), (5, 1), (12, 4), (11, 5), (3, 7)])
def test_a_record_holds_the_start_and_every_so_many_steps(n_steps, every):
    """After the last period only the bias goes on."""
    frozen, rate = frozen_of(random_weights(N), alpha=0.3, bias=0.2), random_rates(N, 3)
    found = frozen.record(rate, trials_of(*CUES.T), n_steps, every)
    expected = by_hand(frozen, rate, n_steps)[::every].transpose(2, 0, 1)
    assert found.shape == expected.shape == (3, n_steps // every + 1, N)
    assert close(found, np.ascontiguousarray(expected))


def test_a_float32_record_is_float32():
    frozen = frozen_of(random_weights(N, dtype=np.float32))
    trial = [Period("cue", 3, CUES[:, 0].astype(np.float32), False)]
    assert frozen.record(random_rates(N, 1), [trial], 5, 1).dtype == np.float32


# ------------------------------------------------------------------------------------------ relax


def decaying(rates, dt=np.float64):
    """Rates that halve: without weights and with alpha = 1/2, all in powers of two."""
    frozen = frozen_of(np.zeros((2, 2), dt), transfer="linear", alpha=0.5)
    return frozen, np.array([[0.0] * len(rates), rates], dt)


def test_rest_by_hand():
    """The residual of r is r: below .1 after 4 steps from 1, 2 from 1/4 and none from .05."""
    frozen, start = decaying([1.0, 0.25, 0.05, -1.0])
    found = frozen.relax(start, frozen.network.bias, 100, 0.1)
    assert found.steps.tolist() == [4, 2, 0, 4]
    assert found.rate[1].tolist() == [0.0625, 0.0625, 0.05, -0.0625]
    assert found.residual.tolist() == [0.0625, 0.0625, 0.05, 0.0625]


def test_when_the_time_is_up_a_state_is_given_as_it_stands():
    """Three steps from 1 lead to 1/8, from 1/4 two lead to rest."""
    frozen, start = decaying([1.0, 0.25])
    found = frozen.relax(start, frozen.network.bias, 3, 0.1)
    assert found.steps.tolist() == [-1, 2]
    assert found.rate[1].tolist() == [0.125, 0.0625]
    assert found.residual.tolist() == [0.125, 0.0625]


def test_no_time_at_all_measures_the_residual_and_moves_nothing():
    frozen = frozen_of(random_weights(N), bias=0.2)
    rate = random_rates(N, 3)
    found = frozen.relax(rate, frozen.network.bias, 0, 1e-6)
    assert (found.rate == rate).all()
    assert (found.steps == -1).all()
    gap = np.abs(np.tanh(frozen.w_rec @ rate + 0.2) - rate).max(axis=0)
    assert close(found.residual, gap)


@DTYPES
def test_the_residual_is_that_of_the_state_given_back(dtype):
    frozen = frozen_of(random_weights(N, 0.8, dtype=dtype), alpha=0.3, bias=0.2)
    found = frozen.relax(random_rates(N, 6), frozen.network.bias, 30, 1e-2)
    gap = np.abs(np.tanh(frozen.w_rec @ found.rate + dtype(0.2)) - found.rate).max(axis=0)
    assert np.allclose(found.residual, gap, rtol=0, atol=300 * np.finfo(dtype).eps)
    assert ((found.residual < 1e-2) == (found.steps >= 0)).all()


def test_rest_is_the_attractor_of_a_chain():
    signs = np.where(np.arange(N) % 3, 1.0, -1.0)
    frozen = frozen_of(chain(signs, 1.7), alpha=0.2)
    rest = signs * rest_of_one_unit(1.7)
    start = np.stack([0.3 * signs, -signs, 0.9 * rest], axis=1)
    found = frozen.relax(start, frozen.network.bias, 10_000, 1e-10)
    assert np.allclose(found.rate, np.stack([rest, -rest, rest], axis=1), rtol=0, atol=1e-9)
    assert (found.steps > 0).all()


def test_a_trial_comes_to_rest_alone_as_in_company():
    """Even one that passes a saddle slowly: company must not carry it on from there."""
    w = np.diag([1.5, 0.0, 0.0])  # silence is unstable along unit 0
    frozen = frozen_of(w, alpha=0.25)
    start = np.array(
        [[1e-12, 1e-12, 0.9, -0.9, 0.8], [1.0, 0.5, 0.0, 0.3, 0.3], [0, 0.1, 0, 0.2, 0]]
    )
    together = frozen.relax(start, frozen.network.bias, 5000, 1e-7)
    assert np.abs(together.rate[:, :2]).max() < 1e-6
    for k in range(5):
        alone = frozen.relax(start[:, [k]], frozen.network.bias, 5000, 1e-7)
        assert alone.steps[0] == together.steps[k]
        assert close(alone.rate[:, 0], together.rate[:, k])
        assert alone.residual[0] == pytest.approx(together.residual[k], rel=1e-6)


def test_every_trial_relaxes_under_its_own_input():
    frozen = frozen_of(random_weights(N, 0.5), alpha=0.5)
    external = random_rates(N, 5, seed=4)
    found = frozen.relax(np.zeros((N, 5)), external, 5000, 1e-12)
    assert np.allclose(np.tanh(frozen.w_rec @ found.rate + external), found.rate, atol=1e-11)


@pytest.mark.parametrize("company", [1, 6])
def test_a_diverging_trial_has_no_residual_and_disturbs_no_other(company):
    """A relu with a weight of 3 onto itself: unit 0 explodes once it is active, else all decays."""
    w = np.diag([3.0, 0.5, 0.5])
    frozen = frozen_of(w, transfer="relu", alpha=0.5)
    calm = np.stack([np.array([-0.5, 0.3, 0.7])] * company, axis=1)
    start = np.concatenate([np.array([[1.0], [0.2], [0.2]]), calm], axis=1)
    found = frozen.relax(start, frozen.network.bias, 5000, 1e-8)
    alone = frozen.relax(calm, frozen.network.bias, 5000, 1e-8)
    assert np.isnan(found.residual[0])
    assert found.steps[0] == -1
    assert (found.rate[:, 1:] == alone.rate).all()
    assert (found.residual[1:] == alone.residual).all()
    assert (found.steps[1:] == alone.steps).all()


def test_a_trial_that_begins_as_no_number_ends_as_none():
    frozen = frozen_of(random_weights(N, 0.5))
    start = random_rates(N, 3)
    start[2, 1] = np.nan
    found = frozen.relax(start, frozen.network.bias, 500, 1e-8)
    assert np.isnan(found.residual).tolist() == [False, True, False]
    assert (found.steps >= 0).tolist() == [True, False, True]


def test_a_float32_network_rests_in_float32():
    frozen = frozen_of(random_weights(N, 0.8, dtype=np.float32), alpha=0.3, bias=0.2)
    found = frozen.relax(random_rates(N, 4), frozen.network.bias, 5000, 1e-5)
    assert found.rate.dtype == np.float32
    assert (found.steps > 0).all()
    assert (found.residual < 1e-5).all()


# ------------------------------------------------------------------------------------------- hold


def ring(n, **keys):
    """Every unit copies the one before: exact cycles of period n."""
    return frozen_of(np.roll(np.eye(n), 1, axis=0), transfer="linear", alpha=1.0, **keys)


def held(frozen, rate, n_steps, watch_at=()):
    seen = {}
    end = frozen.hold(
        rate, frozen.network.bias, n_steps,
        watch=lambda step, r: seen.__setitem__(step, r.copy()), watch_at=watch_at,
    )  # fmt: skip
    return end, seen


@pytest.mark.parametrize("period", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("n_steps", [0, 1, 2, 9, 30, 31, 32, 33, 34])
def test_a_cycle_is_cut_short_without_changing_a_bit(period, n_steps):
    frozen, rate = ring(period), random_rates(period, 2)
    watch_at = [t for t in (0, 1, 2, 3, 8, 17, 30, 33) if t <= n_steps]
    end, seen = held(frozen, rate, n_steps, watch_at)
    assert (end == np.roll(rate, n_steps, axis=0)).all()
    assert sorted(seen) == watch_at
    for step, state in seen.items():
        assert (state == np.roll(rate, step, axis=0)).all()


@pytest.mark.parametrize("n_steps", [10**15, 10**15 + 1, 10**15 + 2])
def test_a_cycle_can_be_held_for_a_lifetime(n_steps):
    frozen, rate = ring(3), random_rates(3, 2)
    end, seen = held(frozen, rate, n_steps, [0, 10**14, 10**15])
    assert (end == np.roll(rate, n_steps % 3, axis=0)).all()
    for step, state in seen.items():
        assert (state == np.roll(rate, step % 3, axis=0)).all()


def test_trials_with_cycles_of_different_length_have_a_common_one():
    """Rings of 2 and of 5 in one network: 10 steps, reached only after a while."""
    w = np.zeros((7, 7))
    w[:2, :2], w[2:, 2:] = np.roll(np.eye(2), 1, axis=0), np.roll(np.eye(5), 1, axis=0)
    frozen = frozen_of(w, transfer="linear", alpha=1.0)
    rate = np.zeros((7, 2))
    rate[:2, 0], rate[2:, 1] = [0.5, 0.25], [1.0, 2.0, 3.0, 4.0, 5.0]
    end, seen = held(frozen, rate, 10**12 + 7, [10**9 + 3])
    assert (end == frozen.advance(rate, frozen.network.bias, 7)).all()
    assert (seen[10**9 + 3] == frozen.advance(rate, frozen.network.bias, 3)).all()


@pytest.mark.parametrize("n_steps", [500, 501, 777])
def test_a_saturated_tanh_network_that_settles_into_a_flip_is_held_exactly(n_steps):
    """Strong inhibition with alpha = 1 flips between two states once it has settled."""
    w = -3.0 * random_weights(N, 0.2) - 2.0 * np.eye(N)
    frozen, rate = frozen_of(w, alpha=1.0), random_rates(N, 2)
    watch_at = [1, 2, 50, 499, 500]
    end, seen = held(frozen, rate, n_steps, watch_at)
    assert (end == frozen.advance(rate, frozen.network.bias, n_steps)).all()
    for step in watch_at:
        assert (seen[step] == frozen.advance(rate, frozen.network.bias, step)).all()
    flipped = frozen.advance(end, frozen.network.bias, 1)
    assert not np.allclose(end, flipped)
    assert (frozen.advance(flipped, frozen.network.bias, 1) == end).all()


@DTYPES
def test_an_attractor_is_held_exactly(dtype):
    frozen = frozen_of(chain(np.ones(N), 1.7).astype(dtype), alpha=0.3, bias=0.1)
    rate = random_rates(N, 3, dtype=dtype)
    end, seen = held(frozen, rate, 3000, [0, 3, 2999])
    assert (end == frozen.advance(rate, frozen.network.bias, 3000)).all()
    assert (seen[0] == rate).all()
    assert (seen[3] == frozen.advance(rate, frozen.network.bias, 3)).all()
    assert (seen[2999] == end).all()


def test_what_never_repeats_is_run_to_the_end():
    frozen = frozen_of(random_weights(60, 3.0), alpha=0.1)
    rate = random_rates(60, 2)
    end, seen = held(frozen, rate, 300, [7, 299, 300])
    assert (end == frozen.advance(rate, frozen.network.bias, 300)).all()
    for step, state in seen.items():
        assert (state == frozen.advance(rate, frozen.network.bias, step)).all()
    assert sorted(seen) == [7, 299, 300]


def test_with_noise_nothing_is_cut_short():
    """At rest for eight silent steps, and yet the kicks that come then are not missed."""
    frozen = ring(4)
    drawn = []

    def noise():
        drawn.append(np.full((4, 2), 0.0 if len(drawn) < 8 else 2.0 ** -len(drawn)))
        return drawn[-1]

    end = frozen.hold(np.zeros((4, 2)), frozen.network.bias, 12, noise)
    assert len(drawn) == 12
    assert (end == sum(drawn)).all()
    assert end.all()
    assert close(end, plainly(frozen, np.zeros((4, 2)), frozen.network.bias, 12, drawn))
