"""What every task of the catalogue promises."""

import inspect
from functools import partial
from typing import get_args

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import ValidationError

from plastisim.tasks import TASKS
from tests.tasks.examples import KEYS, draw, example, quick, scores

every_task = pytest.mark.parametrize("name", TASKS)
N = 64
DTYPES = ("float32", "float64")


def batch(name, dtype="float32"):
    return draw(example(name), N, dtype=dtype)


def test_every_task_has_an_example():
    assert set(KEYS) == set(TASKS)


@every_task
def test_a_task_is_listed_under_its_kind_and_says_in_a_line_what_it_asks_for(name):
    cls = TASKS[name]
    assert get_args(cls.model_fields["kind"].annotation) == (name,)
    line, blank = (inspect.getdoc(cls) or "").split("\n")[:2]
    assert line.endswith(".")
    assert len(line) < 80
    assert not blank


@every_task
def test_no_key_has_a_default(name):
    assert all(field.is_required() for field in TASKS[name].model_fields.values())


@every_task
def test_an_unknown_key_is_refused(name):
    with pytest.raises(ValidationError, match="delay_stepz"):
        example(name, delay_stepz=3)


@every_task
def test_an_example_has_no_problems(name):
    assert list(example(name).problems()) == []


# ------------------------------------------------------------------------------------ trials


@pytest.mark.parametrize("dtype", DTYPES)
@every_task
def test_shapes_are_as_declared_and_precision_is_as_asked_for(name, dtype):
    task, trials = example(name), batch(name, dtype)
    assert trials.inputs.shape == (task.n_steps, task.n_inputs, N)
    assert trials.targets.shape == (task.n_steps, task.n_outputs, N)
    assert trials.inputs.dtype == trials.targets.dtype == dtype
    for value in trials.about.values():
        assert value.shape[-1] == N
        assert value.dtype == (dtype if value.dtype.kind == "f" else np.int32)
    assert all(np.isfinite(x).all() for x in jax.tree.leaves(trials))


@every_task
def test_a_key_has_its_trial_whether_drawn_alone_or_in_a_batch(name):
    task, trials = example(name), batch(name)
    key = jax.random.split(jax.random.key(0), N)[11]
    alone = quick(partial(task.trial, shared=task.prepare(0), dtype="float32"))(key)
    for one, many in zip(jax.tree.leaves(alone), jax.tree.leaves(trials), strict=True):
        np.testing.assert_allclose(one, many[..., 11], rtol=1e-5, atol=1e-6)


@every_task
def test_other_keys_have_other_trials(name):
    trials, others = batch(name), draw(example(name), N, seed=1)
    for other in (others, jax.tree.map(lambda x: x[..., :1], trials)):
        assert (trials.inputs != other.inputs).any()
        assert (trials.targets != other.targets).any()


@every_task
def test_what_trials_share_is_decided_by_the_seed(name):
    task = example(name)
    one, again, other = task.prepare(3), task.prepare(3), task.prepare(4)
    assert one.keys() == again.keys() == other.keys()
    for key in one:
        assert (one[key] == again[key]).all()
        assert (one[key] != other[key]).any()


@every_task
def test_the_graded_window_lies_in_the_trial(name):
    first, stop = example(name).graded
    assert 0 <= first < stop <= example(name).n_steps


@every_task
def test_targets_are_one_hot_where_a_task_is_a_classification(name):
    task, trials = example(name), batch(name)
    first, stop = task.graded
    graded = trials.targets[first:stop]
    one_hot = np.isin(graded, (0, 1)).all() and (graded.sum(axis=1) == 1).all()
    assert one_hot == task.is_classification


# ------------------------------------------------------------------------------------ scores


@pytest.mark.parametrize("dtype", DTYPES)
@every_task
def test_every_declared_score_is_one_number_of_the_precision(name, dtype):
    task, trials = example(name), batch(name, dtype)
    first, stop = task.graded
    with jax.enable_x64(dtype == "float64"):
        found = quick(task.score)(jnp.asarray(trials.targets[first:stop]), trials)
    assert found.keys() == task.scores.keys()
    assert all(value.shape == () and value.dtype == dtype for value in found.values())


@every_task
def test_only_a_right_answer_has_the_best_score(name):
    """The targets themselves, against those of the next trial, their negatives, and silence."""
    task, trials = example(name), batch(name)
    best, *others = task.scores
    right = scores(task, trials.targets, trials)
    assert right[best] == pytest.approx(1.0, abs=1e-6)
    for wrong in (np.roll(trials.targets, 1, axis=-1), -trials.targets, 0 * trials.targets):
        found = scores(task, wrong, trials)
        assert found[best] < 0.8
        for error in others:
            less_is_better = "error" in error or "mse" in error
            assert (found[error] > right[error]) == less_is_better


@every_task
def test_trials_count_alike(name):
    """Whatever their order, and as many as there are."""
    task, trials = example(name), batch(name)
    noise = np.random.default_rng(0).standard_normal(trials.targets.shape).astype(np.float32)
    answers, order = trials.targets + 0.3 * noise, np.random.default_rng(1).permutation(N)
    shuffled = jax.tree.map(lambda x: x[..., order], trials)
    twice = jax.tree.map(lambda x: np.concatenate([x, x], axis=-1), trials)
    found = pytest.approx(scores(task, answers, trials), rel=1e-4)
    assert scores(task, answers[..., order], shuffled) == found
    assert scores(task, np.concatenate([answers, answers], axis=-1), twice) == found


@every_task
def test_a_batch_of_one_trial_has_a_score(name):
    trials = jax.tree.map(lambda x: x[..., :1], batch(name))
    assert np.isfinite(list(scores(example(name), trials.targets, trials).values())).all()
