"""One instance of every task, small, with numbers of inputs, outputs and steps that differ."""

from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from pydantic import TypeAdapter

from plastisim.tasks import TASKS, Task, Trial

KEYS: dict[str, dict[str, Any]] = {
    "delayed_addition": {"steps": 21},
    "multiplication": {"steps": 21},
    "evidence_accumulation": {
        "steps": 40,
        "evidence": [7, 25],
        "response": 27,
        "coherence": {"kind": "values", "values": [-1.0, -0.4, 0.5, 0.9]},
        "pulse_probability": 0.5,
    },
    "flip_flop": {"bits": 3, "steps": 50, "pulse_probability": 0.1},
    "cue_recall": {
        "cues": {"kind": "random_patterns", "n_cues": 4, "n_inputs": 6, "amplitude": 2.0},
        "cue_steps": 3,
        "delay_steps": 5,
        "response_steps": 2,
    },
    "delayed_match": {
        "n_stimuli": 5,
        "sample_steps": 2,
        "delay_steps": [3, 7],
        "test_steps": 4,
        "response_steps": 3,
    },
    "sine_wave": {"steps": 30, "periods": {"low": 1.5, "high": 4.0}},
}


def example(name: str, **keys: Any) -> Any:
    """The example of that name, with some keys changed."""
    adapter: TypeAdapter[Task] = TypeAdapter(TASKS[name])
    return adapter.validate_python({"kind": name, **KEYS[name], **keys})


def draw(task: Task, n_trials: int, *, seed: int = 0, dtype: str = "float32") -> Trial:
    """A batch as an engine draws it, the trial last, as NumPy arrays that cannot be written."""
    return _drawn(Shown(task), n_trials, seed, dtype)


def scores(task: Task, answers: Any, trials: Trial) -> dict[str, float]:
    """The scores of answers (time, output, trial) over the whole trial."""
    first, stop = task.graded
    found = _score(Shown(task))(jnp.asarray(answers)[first:stop], trials)
    return {name: float(value) for name, value in found.items()}


def quick(function: Any) -> Any:
    """Compiled with little care: tests compile more than they compute."""
    return jax.jit(function, compiler_options={"xla_backend_optimization_level": 0})


class Shown:
    """A task that can be the key of a cache: it is the one that it looks like."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def __eq__(self, other: object) -> bool:
        return repr(self.task) == repr(other.task) if isinstance(other, Shown) else NotImplemented

    def __hash__(self) -> int:
        return hash(repr(self.task))


@cache
def _drawn(shown: Shown, n_trials: int, seed: int, dtype: str) -> Trial:
    with jax.enable_x64(dtype == "float64"):
        shared = {k: jnp.asarray(v, dtype) for k, v in shown.task.prepare(seed).items()}
        keys = jax.random.split(jax.random.key(seed), n_trials)
        trials = jax.tree.map(np.asarray, _draw(shown, dtype)(keys, shared))
    for array in jax.tree.leaves(trials):
        array.flags.writeable = False
    return trials


@cache
def _draw(shown: Shown, dtype: str) -> Any:
    return quick(jax.vmap(partial(shown.task.trial, dtype=dtype), in_axes=(0, None), out_axes=-1))


@cache
def _score(shown: Shown) -> Any:
    return quick(shown.task.score)


def problems(name: str, **keys: Any) -> dict[tuple[str | int, ...], str]:
    """What is wrong with the example once some keys are changed."""
    found = list(example(name, **keys).problems())
    assert len(dict(found)) == len(found)
    return dict(found)


def sigmas(p: Any, n: Any) -> Any:
    """One standard deviation of a frequency of probability p among n."""
    return np.sqrt(np.asarray(p) * (1 - np.asarray(p)) / n)
