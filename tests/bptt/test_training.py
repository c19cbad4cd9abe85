"""What a step of training does, held against pencil and paper."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from plastisim.bptt import BpttEngine, Status
from plastisim.bptt.loss import loss_function, run_trials
from plastisim.bptt.network import NetworkProgram
from plastisim.bptt.optimizer import learning_rates
from plastisim.dynamics.initial_weights import input_weights, recurrent_weights
from tests.bptt.small import PLAIN, protocol

ONE = ("training.networks=1", "training.steps_per_epoch=1")


def first_batch(asked, epoch=1):
    """Trials, state key and strengths of the first step of an epoch, drawn as the engine does."""
    program, engine = NetworkProgram(asked), BpttEngine(asked)
    constants = jax.tree.map(lambda x: x[0], engine._constants)
    of_epoch = program.trials.of_epoch(constants, jnp.int32(epoch))
    return program, program.trials.batch(constants, of_epoch, jnp.int32(0))


def gradient_of(asked):
    program, (trials, key) = first_batch(asked)
    state = program.initial_state(asked.seed)
    strengths = jnp.zeros(len(asked.loss.regularizers), program.dtype)
    gradient = jax.grad(program._loss, argnums=2, has_aux=True)(
        state.fixed, strengths, state.trained, trials, key
    )[0]
    return state.trained, program._with_zeros(gradient)


def after_one_step(asked):
    engine = BpttEngine(asked)
    found = engine.train(1, 1)
    return {name: value[0] for name, value in engine.parameters().items()}, found


def test_the_same_seed_gives_the_weights_of_the_online_engine():
    asked = protocol()
    drawn = asked.cell.draw(5, 2, 2)
    expected = recurrent_weights(5, 6, 1.2)
    np.fill_diagonal(expected, 0.0)
    np.testing.assert_array_equal(drawn["w_rec"], expected.astype(np.float32))
    np.testing.assert_array_equal(drawn["w_in"], input_weights(5, 6, 2, 1.0).astype(np.float32))


def test_sgd_subtracts_the_learning_rate_times_the_gradient():
    asked = protocol(
        PLAIN, *ONE, "training.optimizer={kind: sgd, momentum: 0.0}", "training.clip=1e9"
    )
    before, gradient = gradient_of(asked)
    after, found = after_one_step(asked)
    for name, g in gradient.items():
        np.testing.assert_allclose(after[name], before[name] - 1e-2 * g, rtol=1e-6, atol=1e-8)
    norm = np.sqrt(sum(float((g**2).sum()) for g in gradient.values()))
    np.testing.assert_allclose(found["gradient_norm"][0, 0], norm, rtol=1e-6)


def test_clipping_shortens_the_gradient_to_its_largest_norm():
    clip = 1e-3
    asked = protocol(
        PLAIN, *ONE, "training.optimizer={kind: sgd, momentum: 0.0}", f"training.clip={clip}"
    )
    before, gradient = gradient_of(asked)
    norm = np.sqrt(sum(float((g**2).sum()) for g in gradient.values()))
    assert norm > 10 * clip
    after, found = after_one_step(asked)
    moved = np.sqrt(sum(float(((after[k] - before[k]) ** 2).sum()) for k in gradient))
    np.testing.assert_allclose(moved, 1e-2 * clip, rtol=1e-3)
    np.testing.assert_allclose(found["gradient_norm"][0, 0], norm, rtol=1e-6)  # before clipping


def test_the_first_step_of_adam_goes_one_learning_rate_against_each_gradient():
    asked = protocol(PLAIN, *ONE, "training.clip=1e9")
    before, gradient = gradient_of(asked)
    after, _ = after_one_step(asked)
    g = np.asarray(gradient["w_out"])
    expected = np.asarray(before["w_out"]) - 1e-2 * g / (np.abs(g) + 1e-8)
    np.testing.assert_allclose(after["w_out"], expected, rtol=1e-4, atol=1e-6)


def test_decoupled_decay_multiplies_after_the_step_and_is_in_no_gradient():
    sgd = "training.optimizer={kind: sgd, momentum: 0.0}"
    decay = "{kind: weight_decay, strength: 3.0, of: [w_rec], decoupled: true}"
    plain, found_plain = after_one_step(protocol(PLAIN, *ONE, sgd))
    decayed, found = after_one_step(protocol(f"loss.regularizers=[{decay}]", *ONE, sgd))
    np.testing.assert_allclose(decayed["w_rec"], plain["w_rec"] * (1 - 1e-2 * 3.0), rtol=1e-5)
    np.testing.assert_array_equal(decayed["w_in"], plain["w_in"])
    np.testing.assert_array_equal(found["gradient_norm"], found_plain["gradient_norm"])
    np.testing.assert_array_equal(found["loss"], found_plain["loss"])


def test_adamw_is_adam_and_decoupled_decay():
    every = "[w_rec, w_in, bias, w_out, bias_out]"
    decay = f"{{kind: weight_decay, strength: 0.7, of: {every}, decoupled: true}}"
    w = "training.optimizer={kind: adamw, weight_decay: 0.7}"
    ours, _ = after_one_step(protocol(f"loss.regularizers=[{decay}]", *ONE))
    optaxs, _ = after_one_step(protocol(PLAIN, *ONE, w))
    before = protocol().cell.draw(5, 2, 2)
    for name, value in ours.items():  # optax decays what was there before the step
        np.testing.assert_allclose(value, optaxs[name], rtol=1e-4, atol=1e-2 * 0.7 * 1.1e-2)
        assert name == "bias_out" or np.abs(value - before[name]).max() > 1e-3


def test_the_loss_is_the_error_and_strengths_times_penalties():
    asked = protocol()
    program, (trials, key) = first_batch(asked)
    state = program.initial_state(5)
    p = {**state.fixed, **state.trained}
    start = asked.cell.initial_state(p, key, 5)
    loss = loss_function(asked.cell, asked.task, "mse", asked.loss.regularizers)
    total, parts = loss(p, trials, start, jnp.array([0.5], "float32"))
    outputs, seen = run_trials(
        asked.cell, p, trials.inputs, start, wanted=["rate", "drive"], answers_from=0
    )
    error = np.mean((np.asarray(outputs) - np.asarray(trials.targets)) ** 2)
    tcr = sum(np.mean(np.diff(np.asarray(seen[v])[:, :3], axis=0) ** 2) for v in ("rate", "drive"))
    np.testing.assert_allclose(parts.task, error, rtol=1e-6)
    np.testing.assert_allclose(parts.penalties[0], tcr, rtol=1e-5)
    np.testing.assert_allclose(total, error + 0.5 * tcr, rtol=1e-5)


def test_untrained_parameters_stay_and_the_diagonal_stays_zero():
    asked = protocol("cell.trained=[w_rec, w_out]")
    engine = BpttEngine(asked)
    before = {name: value.copy() for name, value in engine.parameters().items()}
    engine.train(1, 3)
    after = engine.parameters()
    for name in ("w_in", "bias", "bias_out"):
        np.testing.assert_array_equal(after[name], before[name])
    for name in ("w_rec", "w_out"):
        assert (after[name] != before[name]).any()
    assert (np.diagonal(after["w_rec"], axis1=1, axis2=2) == 0).all()


def test_a_network_that_diverges_is_marked_and_the_others_go_on():
    decay = "{kind: weight_decay, of: [w_out], decoupled: true, strength: [0.0, 1e22]}"
    asked = protocol(f"loss.regularizers.0={decay}")  # w_out times 1e20, in each of three steps
    engine = BpttEngine(asked)
    before = engine.parameters()["w_rec"].copy()
    found = engine.train(1, 4)
    np.testing.assert_array_equal(engine.status[:2], [Status.TRAINING] * 2)
    np.testing.assert_array_equal(engine.status[2:], [Status.DIVERGED] * 2)
    np.testing.assert_array_equal(engine.stopped, [-1, -1, 1, 1])
    assert np.isfinite(found["loss"][:, :2]).all()
    assert np.isnan(found["loss"][1:, 2:]).all()
    np.testing.assert_array_equal(engine.parameters()["w_rec"][2:], before[2:])  # as it last was
    assert (engine.parameters()["w_rec"][:2] != before[:2]).any()


def test_a_network_that_has_learned_keeps_its_parameters():
    stop = "training.stop={score: correlation, above: -2.0, tests_in_a_row: 2}"
    engine = BpttEngine(protocol(stop, PLAIN))
    engine.train(1, 4)  # tested at 2 and 4
    np.testing.assert_array_equal(engine.status, [Status.LEARNED] * 2)
    np.testing.assert_array_equal(engine.stopped, [4, 4])
    assert engine.is_over
    kept = engine.parameters()["w_rec"].copy()
    found = engine.train(5, 3)
    np.testing.assert_array_equal(engine.parameters()["w_rec"], kept)
    assert np.isnan(found["loss"]).all()


def test_less_can_be_better():
    stop = "training.stop={score: correlation, below: -2.0, patience: 3}"
    engine = BpttEngine(protocol(stop, PLAIN))
    engine.train(1, 8)
    assert set(engine.status) <= {Status.TRAINING, Status.GIVEN_UP}


def test_a_network_without_a_better_score_is_given_up():
    stop = "training.stop={score: correlation, patience: 3}"
    engine = BpttEngine(protocol(stop, PLAIN, "training.learning_rate=1e-12"))
    engine.train(1, 8)  # the test at 2 is the first and best, 5 is three epochs after
    np.testing.assert_array_equal(engine.status, [Status.GIVEN_UP] * 2)
    np.testing.assert_array_equal(engine.stopped, [5, 5])


def test_the_learning_rate_is_halved_after_epochs_without_a_better_score():
    rate = "training.learning_rate={schedule: on_plateau, start: 1e-12, factor: 0.5, patience: 2}"
    found = BpttEngine(protocol(rate, PLAIN)).train(1, 8)
    rates = found["learning_rate"][:, 0] / 1e-12  # best at 2; falls after 4, 6, 8
    np.testing.assert_allclose(rates, [1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25], rtol=1e-6)


@pytest.mark.parametrize(
    ("kind", "middle"), [("linear", 0.505), ("exponential", 0.1), ("cosine", 0.505)]
)
def test_a_learning_rate_goes_from_start_to_end(kind, middle):
    rate = f"training.learning_rate={{schedule: {kind}, start: 1.0, end: 0.01, epochs: 5}}"
    found = learning_rates(protocol(rate).training, range(1, 8))
    np.testing.assert_allclose(found[[0, 2, 4, 6]], [1.0, middle, 0.01, 0.01], rtol=1e-12)


def test_a_strength_that_changes_over_epochs_is_the_one_of_its_epoch():
    ramp = "{schedule: list, values: [0.0, 2.0]}"
    asked = protocol(f"loss.regularizers.0.strength={ramp}", *ONE)
    found = BpttEngine(asked).train(1, 2)
    extra = (found["loss"] - found["task_loss"])[:, 0]
    np.testing.assert_allclose(
        extra, [0.0, 2.0] * found["penalties"][:, 0, 0], rtol=1e-4, atol=1e-7
    )


def test_a_fixed_set_holds_so_many_trials_each_once_an_epoch():
    asked = protocol("training.trials={n_trials: 15}", PLAIN)
    program, engine = NetworkProgram(asked), BpttEngine(asked)
    constants = jax.tree.map(lambda x: x[0], engine._constants)
    seen = []
    for epoch in (1, 2):
        of_epoch = program.trials.of_epoch(constants, jnp.int32(epoch))
        batches = [program.trials.batch(constants, of_epoch, jnp.int32(k))[0] for k in range(3)]
        inputs = np.concatenate([np.asarray(b.inputs) for b in batches], axis=-1)
        seen.append({inputs[..., b].tobytes() for b in range(15)})
        order = np.asarray(of_epoch[1]).ravel()
        assert sorted(order) == list(range(15))
    assert seen[0] == seen[1]


def test_fresh_trials_differ_from_step_to_step_and_from_test_trials():
    asked = protocol()
    program, engine = NetworkProgram(asked), BpttEngine(asked)
    constants = jax.tree.map(lambda x: x[0], engine._constants)
    trials, drawn = program.trials, [program.trials.of_test(constants, 5)[0]]
    for epoch in (1, 2):
        of_epoch = trials.of_epoch(constants, jnp.int32(epoch))
        drawn += [trials.batch(constants, of_epoch, jnp.int32(k))[0] for k in (0, 1)]
    all_of_them = [np.asarray(trial.inputs) for trial in drawn]
    assert len({a.tobytes() for a in all_of_them}) == 5


def test_float64_trains_in_float64():
    engine = BpttEngine(protocol("cell.dtype=float64", PLAIN))
    found = engine.train(1, 2)
    assert engine.parameters()["w_rec"].dtype == found["loss"].dtype == np.float64
    engine = BpttEngine(protocol(PLAIN))
    single = engine.train(1, 2)
    assert single["loss"].dtype == np.float32


def test_singular_values_are_those_of_numpy():
    engine = BpttEngine(protocol(PLAIN, "record.singular_values.every=1"))
    before = engine.parameters()["w_rec"].copy()
    found = engine.train(1, 1)
    after = engine.parameters()["w_rec"]
    for k in range(2):
        np.testing.assert_allclose(
            found["singular_values"][0, k], np.linalg.svd(after[k], compute_uv=False),
            rtol=1e-4, atol=1e-5,
        )  # fmt: skip
        np.testing.assert_allclose(
            found["change_singular_values"][0, k],
            np.linalg.svd(after[k] - before[k], compute_uv=False), rtol=1e-2, atol=1e-5,
        )  # fmt: skip
        np.testing.assert_allclose(
            found["change_norm"][0, k], np.linalg.norm(after[k] - before[k]), rtol=1e-4
        )


def test_observed_trials_are_the_first_that_are_tested():
    engine = BpttEngine(protocol(PLAIN, "test.n_trials=4"))
    engine.train(1, 2)
    loss, _ = engine.test()
    seen = engine.observe()
    assert seen["rate"].shape == (2, 4, 7, 6)
    error = ((seen["outputs"] - seen["targets"]) ** 2).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(error, loss, rtol=1e-5)
