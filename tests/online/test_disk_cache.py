"""A second process compiles nothing, and never runs code that has changed since.

Numba's own cache looks at the source of the loop alone; a rule, what it calls and what it reads
are elsewhere.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

RULE = """
import numpy as np
from numba import njit
import helpers
from helpers import FACTOR, triple
from plastisim.rules import LocalRule

GAIN = 2.0
TABLE = np.array([1.0, 4.0])

class Settings:
    offset = 0.5

@njit
def halve(v):
    return v / 2.0

def double(v):
    return v * 2.0

class Mine(LocalRule):
    eta: float

    @staticmethod
    def unit(r, r_before, x, p):
        post = GAIN * FACTOR * halve(triple(r)) + TABLE[1] + helpers.SHIFT + helpers.square(r)
        return post, p.eta * r, 0.0
"""

HELPERS = """
from numba import njit
from deeper import deep

FACTOR = 3.0
SHIFT = 0.25

@njit
def triple(v):
    return deep(v) * 3.0

@njit
def square(v):
    return v * v
"""

DEEPER = """
from numba import njit

@njit
def deep(v):
    return v + 1.0
"""

SCRIPT = """
import json, sys
import numpy as np
from plastisim.dynamics import Network, Period
from plastisim.online import OnlineEngine
from plastisim.quantities import Time
from plastisim.rules import RULES
from mine import Mine

rng = np.random.default_rng(0)
n, weights, loops = 5, [], set()
network = Network(rng.standard_normal((n, n)), np.zeros((n, 1)), np.zeros(n), 0.1, "tanh")
rules = [RULES["bcm"](kind="bcm", strength=1.0, threshold_time_constant=Time.parse("9 ms"))]
for eta in json.loads(sys.argv[1]):
    rules.append(Mine(kind="mine:Mine", strength=1.0, eta=eta))
for rule in rules:
    engine = OnlineEngine(network, rule, Time.parse("1 ms"))
    engine.present([Period("all", 5, np.ones(n), True)], strength=0.01)
    weights.append(engine.w_rec.tolist())
    loops.add(engine._run_period)
import plastisim
print(json.dumps({"file": plastisim.__file__, "weights": weights,
                  "misses": sum(sum(loop.stats.cache_misses.values()) for loop in loops),
                  "hits": sum(sum(loop.stats.cache_hits.values()) for loop in loops)}))
"""


@pytest.fixture
def process(tmp_path):
    """Runs the script in a process of its own, with one cache, one package and rule files."""
    shutil.copytree(
        ROOT / "plastisim", tmp_path / "plastisim", ignore=shutil.ignore_patterns("__pycache__")
    )
    files = {"mine.py": RULE, "helpers.py": HELPERS, "deeper.py": DEEPER}
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    def run(*etas):
        environment = os.environ | {
            "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
            "PYTHONPATH": str(tmp_path),
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT, json.dumps(etas or [0.5])],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def edit(name, old, new):
        text = (tmp_path / name).read_text()
        assert text.count(old) == 1
        (tmp_path / name).write_text(text.replace(old, new))
        later = time.time() + 10.0  # so that Python does not take its bytecode for current
        os.utime(tmp_path / name, (later, later))

    run.edit = edit
    return run


def test_a_second_process_compiles_nothing_and_an_edit_is_never_missed(process):
    first = process()
    assert first["file"] != str(ROOT / "plastisim" / "__init__.py")
    assert (first["hits"], first["misses"]) == (0, 2)  # a built-in rule and a stranger's
    second = process(0.5, 0.25)  # another value of a parameter compiles nothing either
    assert (second["hits"], second["misses"]) == (2, 0)
    assert second["weights"][:2] == first["weights"]
    assert second["weights"][2] != second["weights"][1]

    seen = [first["weights"][1]]
    for name, old, new in (
        ("mine.py", "p.eta * r", "p.eta * (r - 0.1)"),  # the rule itself
        ("deeper.py", "v + 1.0", "v + 1.5"),  # what a function of another file calls
    ):
        process.edit(name, old, new)
        after = process()
        assert after["misses"] == 1, (name, new)  # the built-in rule is still there
        assert after["weights"][0] == first["weights"][0]
        assert after["weights"][1] not in seen, (name, new)
        seen.append(after["weights"][1])


TWO = """
import sys
import numpy as np
from plastisim.dynamics import Network, Period
from plastisim.online import OnlineEngine
from plastisim.quantities import Time
from plastisim.rules import RULES

network = Network(np.eye(4)[::-1].copy(), np.zeros((4, 1)), np.zeros(4), 0.1, "tanh")
for kind in sys.argv[1:]:
    engine = OnlineEngine(network, RULES[kind](kind=kind, strength=1.0), Time.parse("1 ms"))
    engine.present([Period("all", 5, np.arange(4.0), True)], strength=0.01)
    print(kind, engine.w_rec.tolist())
"""


def test_rules_from_the_cache_of_other_processes_are_not_taken_for_each_other(tmp_path):
    """Each compiled in a process of its own, so that Numba names their types alike."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}

    def run(*kinds):
        out = subprocess.run(
            [sys.executable, "-c", TWO, *kinds],
            capture_output=True, text=True, check=True, env=environment,
        )  # fmt: skip
        return out.stdout.splitlines()

    kinds = ("freeze_in", "hebb", "anti_hebb", "differential_hebb")
    alone = [line for kind in kinds for line in run(kind)]
    assert run(*kinds) == alone
    assert run(*reversed(kinds)) == alone[::-1]
    assert len({line.partition(" ")[2] for line in alone}) == len(kinds)
