"""What never changes in a network, and what learning starts from."""

from dataclasses import replace

import numpy as np

from plastisim.dynamics import State
from tests.networks import network_of, random_weights


def test_bounds_are_those_of_the_presynaptic_unit():
    """What leaves unit 0 is at most 1, what leaves unit 1 at least -1, unit 2 is free."""
    network = replace(
        network_of(np.zeros((3, 3))),
        self_connections=True,
        lower=np.array([-np.inf, -1.0, -np.inf]),
        upper=np.array([1.0, np.inf, np.inf]),
    )
    w = np.array([[5.0, 5.0, 5.0], [-5.0, -5.0, -5.0], [0.5, 0.5, 0.5]])
    network.constrain(w)
    assert w.tolist() == [[1.0, 5.0, 5.0], [-5.0, -1.0, -5.0], [0.5, 0.5, 0.5]]


def test_a_synapse_that_does_not_exist_has_no_weight():
    exists = np.array([[True, False, True], [True, True, True], [False, True, True]])
    network = replace(network_of(np.zeros((3, 3))), connected=exists)
    w = np.full((3, 3), 2.0)
    network.constrain(w)
    assert w.tolist() == [[0.0, 0.0, 2.0], [2.0, 0.0, 2.0], [0.0, 2.0, 0.0]]


def test_the_diagonal_stays_only_with_self_connections():
    for allowed, diagonal in ((False, 0.0), (True, 3.0)):
        w = np.full((4, 4), 3.0)
        replace(network_of(np.zeros((4, 4))), self_connections=allowed).constrain(w)
        assert (np.diag(w) == diagonal).all()
        assert (w[~np.eye(4, dtype=bool)] == 3.0).all()


def test_a_zero_diagonal_alone_is_no_constraint():
    plain = network_of(np.zeros((3, 3)))
    assert not plain.is_constrained
    assert replace(plain, upper=np.ones(3)).is_constrained
    assert replace(plain, lower=-np.ones(3)).is_constrained
    assert replace(plain, connected=np.ones((3, 3), bool)).is_constrained


def test_learning_starts_from_a_copy_of_the_initial_weights():
    network = network_of(random_weights(5))
    state = State.before_learning(network, (0.25, -1.0))
    assert (state.w_rec == network.w_initial).all()
    assert state.rate.tolist() == [0.0] * 5
    assert state.traces.tolist() == [[0.25] * 5, [-1.0] * 5]
    state.w_rec[:] = 0.0
    assert network.w_initial.any()


def test_a_network_without_traces_has_an_array_of_none():
    assert State.before_learning(network_of(random_weights(5))).traces.shape == (0, 5)


def test_everything_has_the_dtype_of_the_weights():
    state = State.before_learning(network_of(random_weights(5, dtype=np.float32)), (1.0,))
    assert {state.w_rec.dtype, state.rate.dtype, state.traces.dtype} == {np.dtype(np.float32)}


def test_a_copy_of_a_state_shares_nothing():
    state = State.before_learning(network_of(random_weights(5)), (1.0,))
    copy = state.copy()
    copy.w_rec[:], copy.rate[:], copy.traces[:] = 7.0, 7.0, 7.0
    assert not (state.w_rec == 7.0).any()
    assert not state.rate.any()
    assert (state.traces == 1.0).all()
