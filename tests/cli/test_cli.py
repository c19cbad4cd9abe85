"""The command line, as a shell sees it: streams, exit codes, signals, what is imported."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plastisim.protocol import shipped
from plastisim.store import check_store, open_run
from tests.runs.tiny import SMALL, TINY, same_store

LONG = [o for o in TINY if not o.startswith("schedule.epochs")] + ["schedule.epochs=400"]
LONG = [o.replace("epochs: [0, 6]", "epochs: [0]").replace("full_at: [0, 6]", "full_at: [0]")
        for o in LONG]  # fmt: skip


def plastisim(*args: object, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "plastisim", *map(str, args)],
        capture_output=True, text=True, timeout=120, check=False, **more,
    )  # fmt: skip


def start(*args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "plastisim", *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for_epoch(store: Path, epoch: int) -> None:
    for _ in range(1200):
        if store.exists() and open_run(store).attrs["epochs_done"] >= epoch:
            return
        time.sleep(0.05)
    raise AssertionError(f"no epoch {epoch} within a minute")


def test_a_run_prints_a_summary_and_ends_with_the_path_of_its_store(tmp_path):
    done = plastisim("run", SMALL, *TINY, "--out", tmp_path / "a.zarr")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == str(tmp_path / "a.zarr")
    assert any(line.split()[:1] == ["attractors"] for line in lines)
    assert (tmp_path / "a.png").stat().st_size > 10_000
    assert open_run(tmp_path / "a.zarr").attrs["state"] == "done"


def test_quiet_means_the_path_and_nothing_else(tmp_path):
    done = plastisim("run", SMALL, *TINY, "--out", tmp_path / "a.zarr", "--quiet", "--no-figure")
    assert done.stdout == f"{tmp_path / 'a.zarr'}\n"
    assert done.stderr == ""
    assert not (tmp_path / "a.png").exists()


def test_without_out_the_store_goes_to_runs(tmp_path):
    done = plastisim("run", "freeze_in_small", *TINY, "seed=3", "--no-figure", cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "runs/freeze_in_small-seed3.zarr"
    assert (tmp_path / "runs/freeze_in_small-seed3.zarr").is_dir()


def test_not_a_terminal_gets_plain_lines(tmp_path):
    done = plastisim("run", SMALL, *TINY, "--out", tmp_path / "a.zarr", "--no-figure")
    assert re.fullmatch(r"freeze_in_small: epoch 6/6, \d/3 attractors\S*( left)?\n", done.stderr)


def test_help_and_version_load_nothing_heavy():
    """In a quarter of a second: numba, xarray and the like are imported when they are needed."""
    heavy = ("numba", "jax", "xarray", "matplotlib", "scipy", "numpy", "zarr", "rich")
    for args in (["--help"], ["--version"], ["run", "--help"]):
        code = f"""
import sys
sys.argv = ["plastisim", *{args!r}]
from plastisim.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code
print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)
"""
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert done.stderr == "[]\n", args


def test_a_wrong_protocol_is_refused_with_its_place_and_nothing_is_run(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(SMALL.read_text(encoding="utf-8").replace("tau: 10 ms", "tau: 10"), "utf-8")
    done = plastisim("run", bad, "--out", tmp_path / "a.zarr")
    assert done.returncode == 2
    assert done.stdout == ""
    assert 'network.tau\n    got 10; a time needs its unit: write "10 ms"' in done.stderr
    assert re.search(r"bad\.yaml:\d+:\d+: network\.tau", done.stderr)
    assert done.stderr.endswith("nothing was run\n")
    assert not (tmp_path / "a.zarr").exists()


@pytest.mark.parametrize("args", [["run"], ["no_such_command"], ["run", "--no-such-option", "x"],
                                  ["list", "nonsense"], ["new", "nonsense"]])  # fmt: skip
def test_wrong_arguments_exit_with_2(args):
    done = plastisim(*args)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_an_existing_store_is_refused_with_2_and_left_alone(tmp_path):
    args = ("run", SMALL, *TINY, "--out", tmp_path / "a.zarr", "--no-figure")
    assert plastisim(*args).returncode == 0
    done = plastisim(*args)
    assert done.returncode == 2
    assert "--overwrite" in done.stderr
    assert plastisim(*args, "--overwrite").returncode == 0


def test_a_diverging_run_exits_with_1_and_says_what_is_kept(tmp_path):
    more = ("network.transfer=linear", "rule={kind: hebb, strength: 0.3}", "cues.amplitude=1e30")
    done = plastisim("run", SMALL, *TINY, *more, "--out", tmp_path / "a.zarr")
    assert done.returncode == 1
    assert "diverged in epoch 1, cue" in done.stderr
    assert f"epochs up to 0 are kept in {tmp_path / 'a.zarr'}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_asked_to_stop_it_stops_whole_and_prints_how_to_go_on(tmp_path, number, code):
    store = tmp_path / "a.zarr"
    process = start("run", SMALL, *LONG, "--out", store, "--no-figure")
    wait_for_epoch(store, 2)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Go on with:\n  plastisim run" in stderr
    assert "--resume" in stderr.splitlines()[-1]
    assert open_run(store).attrs["state"] == "interrupted"
    assert check_store(store).ok


def test_killed_at_random_moments_it_ends_bit_by_bit_as_if_it_had_not_been(tmp_path):
    moments = random.Random(0)
    epochs = [o.replace("=400", "=30") for o in LONG]
    assert plastisim("run", SMALL, *epochs, "--out", tmp_path / "whole.zarr", "--no-figure",
                     "--quiet").returncode == 0  # fmt: skip
    store = tmp_path / "killed.zarr"
    args = ("run", SMALL, *epochs, "--out", store, "--no-figure", "--quiet", "--resume")
    kills = 0
    for _ in range(12):
        process = start(*args)
        before = open_run(store).attrs["epochs_done"] if store.exists() else -1
        while process.poll() is None:
            time.sleep(moments.uniform(0.0, 0.1))
            if store.exists() and open_run(store).attrs["epochs_done"] > before:
                process.kill()
                kills += process.wait() == -signal.SIGKILL
                break
        process.communicate()
        if open_run(store).attrs["state"] == "done":  # perhaps killed a moment after that
            break
    else:
        assert plastisim(*args).returncode == 0
    assert kills >= 3
    assert same_store(tmp_path / "whole.zarr", store) == []
    assert check_store(store).ok


def test_check_prints_the_schedule_and_the_size_and_runs_nothing(tmp_path):
    done = plastisim("check", "freeze_in_25cues", cwd=tmp_path)
    assert done.returncode == 0
    assert re.search(r"freeze\s+50 to 100\s+50 ms\s+none\s+plastic", done.stdout)
    assert "75,000, of which 37,500 plastic" in done.stdout
    assert "MiB" in done.stdout
    assert os.listdir(tmp_path) == []


def test_check_imports_nothing_that_a_protocol_names(tmp_path):
    (tmp_path / "stranger.py").write_text("raise SystemExit('the stranger ran')\n", "utf-8")
    done = plastisim(
        "check", "freeze_in_small", "rule={kind: 'stranger:Rule', strength: 1}", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "stranger:Rule (not imported; its keys were not checked)" in done.stdout


def test_check_resolved_prints_a_protocol_that_can_be_run_again(tmp_path):
    first = plastisim("check", "freeze_in_small", "seed=9", "--resolved").stdout
    (tmp_path / "again.yaml").write_text(first, "utf-8")
    assert plastisim("check", tmp_path / "again.yaml", "--resolved").stdout == first
    assert "seed: 9" in first


def test_check_finds_a_damaged_store(tmp_path):
    store = tmp_path / "a.zarr"
    plastisim("run", SMALL, *TINY, "--out", store, "--no-figure", "--quiet")
    assert plastisim("check", store).returncode == 0
    chunk = next(p for p in sorted((store / "attractors/state").rglob("*"))
                 if p.is_file() and p.name != "zarr.json")  # fmt: skip
    data = bytearray(chunk.read_bytes())
    data[len(data) // 2] ^= 1
    chunk.write_bytes(bytes(data))
    done = plastisim("check", store)
    assert done.returncode == 1
    assert "attractors/state" in done.stdout
    figure = plastisim("figure", store)
    assert figure.returncode == 1
    assert "plastisim check STORE says where" in figure.stderr
    assert "Traceback" not in figure.stderr


def test_verify_passes_what_holds_and_fails_what_does_not(tmp_path):
    protocol = tmp_path / "p.yaml"
    text = plastisim("check", SMALL, *TINY[:-1], "--resolved").stdout
    text = text[: text.index("expect:")]
    protocol.write_text(text + "expect: {attractors.n_attractors: {epoch_0: 0}}\n", "utf-8")
    assert plastisim("verify", protocol, "--quiet").returncode == 0
    protocol.write_text(text + "expect: {attractors.n_attractors: {epoch_0: 7}}\n", "utf-8")
    done = plastisim("verify", protocol, "--quiet")
    assert done.returncode == 1
    assert "1 expectation missed" in done.stdout


def test_breaking_the_rule_makes_the_shipped_expectation_fail(monkeypatch):
    """What `verify` checks can fail: freeze-in with its sign turned round makes no attractor."""
    from plastisim.rules import FreezeIn
    from plastisim.verification import verify

    assert all(v.holds for v in verify(SMALL))
    monkeypatch.setattr(
        FreezeIn, "unit", staticmethod(lambda r, r_before, x, p: (r - r_before, r_before, 0.0))
    )
    assert not all(v.holds for v in verify(SMALL))


def test_every_shipped_protocol_is_right_and_says_what_it_shows():
    from plastisim.protocol import load_protocol

    assert len(shipped()) >= 8
    for name in shipped():
        assert load_protocol(name).expect, name


@pytest.mark.parametrize("catalogue", ["rules", "cues", "transfers", "measures", "figures",
                                       "protocols"])  # fmt: skip
def test_list_names_and_describes(catalogue):
    done = plastisim("list", catalogue)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 3


def test_new_copies_a_protocol_and_never_over_a_file(tmp_path):
    assert plastisim("new", "freeze_in_25cues", cwd=tmp_path).returncode == 0
    copy = tmp_path / "freeze_in_25cues.yaml"
    assert copy.read_text("utf-8") == shipped()["freeze_in_25cues"].read_text("utf-8")
    copy.write_text("mine", "utf-8")
    assert plastisim("new", "freeze_in_25cues", cwd=tmp_path).returncode == 2
    assert copy.read_text("utf-8") == "mine"


def test_figure_draws_a_run(tmp_path):
    plastisim("run", SMALL, *TINY, "--out", tmp_path / "a.zarr", "--no-figure", "--quiet")
    done = plastisim("figure", tmp_path / "a.zarr")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).stat().st_size > 10_000
    assert plastisim("figure", tmp_path / "a.zarr", "nonsense").returncode == 2


def test_a_rule_beside_the_user_runs_once_it_is_allowed(tmp_path):
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    code = re.search(r"<!-- rule:begin -->.*?```python\n(.*?)```", readme, re.DOTALL)
    assert code
    (tmp_path / "my_rules.py").write_text(code[1], "utf-8")
    rule = 'rule={kind: "my_rules:SlowFreeze", strength: 1e-3, memory: 3 ms}'
    args = ("run", SMALL, *TINY, rule, "--out", "a.zarr", "--no-figure")
    refused = plastisim(*args, cwd=tmp_path)
    assert refused.returncode == 2
    assert "pass --allow my_rules" in refused.stderr
    done = plastisim(*args, "--allow", "my_rules", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


TASK = """
from plastisim.tasks import Task

class Hold(Task):
    steps: int
    scores = {"accuracy": "fraction told right"}
    n_steps = property(lambda self: self.steps)
    n_inputs = n_outputs = property(lambda self: 1)

    def trial(self, key, shared, dtype): ...

    def score(self, outputs, trials): ...
"""


def test_check_asks_for_leave_to_import_a_task_and_then_sizes_its_run(tmp_path):
    (tmp_path / "stranger.py").write_text(TASK, "utf-8")
    asked = ["flip_flop_3bit_strong", 'task={kind: "stranger:Hold", steps: 5}', "expect=null"]
    refused = plastisim("check", *asked, cwd=tmp_path)
    assert refused.returncode == 2
    assert "--allow stranger" in refused.stderr
    done = plastisim("check", *asked, "--allow", "stranger", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "MiB" in done.stdout


def test_check_refuses_to_expect_what_a_run_would_not_hold(tmp_path):
    done = plastisim("check", "freeze_in_small", "expect={attractors.n_atractors: {last: 5}}")
    assert done.returncode == 2
    assert "n_attractors" in done.stderr
