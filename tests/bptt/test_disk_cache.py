"""What one process has compiled, the next does not compile again, and computes the same."""

import json
import os
import subprocess
import sys

import pytest

CODE = """
import json
from jax._src import monitoring
found = []
monitoring.register_event_listener(lambda event, **_: found.append(event.rsplit("/", 1)[-1]))
from plastisim.bptt import BpttEngine
from tests.bptt.small import protocol
loss = BpttEngine(protocol()).train(1, 2)["loss"]
print(json.dumps([found.count("cache_hits"), found.count("cache_misses"), loss.tolist()]))
"""


def trained(environment):
    out = subprocess.run(
        [sys.executable, "-c", CODE], check=True, capture_output=True, text=True,
        env=os.environ | environment,
    ).stdout  # fmt: skip
    return json.loads(out.splitlines()[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("caches")


def test_a_second_process_compiles_nothing_and_computes_the_same(folder):
    ours = {"XDG_CACHE_HOME": str(folder)}
    _, compiled, loss = trained(ours)
    assert compiled >= 1
    (programs,) = (folder / "plastisim").glob("jax-*")
    assert list(programs.glob("*-cache"))
    found, compiled, again = trained(ours)
    assert (compiled, again) == (0, loss)
    assert found >= 1


def test_another_folder_can_be_named(folder):
    there = folder / "there"
    trained({"XDG_CACHE_HOME": str(folder / "not_here"), "JAX_COMPILATION_CACHE_DIR": str(there)})
    assert not (folder / "not_here").exists()
    assert there.exists()
