"""The task that README.md teaches by works as it stands there."""

import re
import shlex
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

from plastisim.protocol import load_protocol
from tests.tasks.examples import scores

README = Path(__file__).parents[2] / "README.md"
SECTION = re.search(
    "<!-- task:begin -->(.*)<!-- task:end -->", README.read_text(encoding="utf-8"), re.DOTALL
)
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", SECTION[1], re.DOTALL)) if SECTION else {}


@pytest.fixture
def task(tmp_path, monkeypatch):
    """The task as the command gives it to the protocol, from a file of the name it says."""
    _, _, name, *rest = shlex.split(BLOCKS["sh"])
    overrides, module = rest[: rest.index("--allow")], rest[-1]
    (tmp_path / f"{module}.py").write_text(BLOCKS["python"])
    monkeypatch.syspath_prepend(tmp_path)
    yield load_protocol(name, overrides, allow=[module]).task
    sys.modules.pop(module)


def test_the_task_draws_trials_and_scores_answers(task):
    keys = jax.random.split(jax.random.key(0), 20)
    trials = jax.vmap(lambda key: task.trial(key, {}, "float32"), out_axes=-1)(keys)
    assert trials.inputs.shape == trials.targets.shape == (50, 1, 20)
    odd = np.add.accumulate(np.asarray(trials.inputs)) % 2
    np.testing.assert_array_equal(trials.targets, odd)
    assert scores(task, trials.targets, trials) == {"accuracy": 1.0}
    assert scores(task, 1 - trials.targets, trials) == {"accuracy": 0.0}
