"""A run that dies keeps every whole epoch, and ends as if it had not died."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from plastisim.errors import StoreDamagedError
from plastisim.store import check_store, create, open_run, resume, status
from tests.store.runs import ATTRS, arrays, checkpoint, go_on, layout, partly, whole

RUNS = [sys.executable, "-m", "tests.store.runs"]
ROOT = Path(__file__).parents[2]


def content(path):
    """Every file of a store, but for times and writers."""
    files = {}
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.name.startswith("writer."):
            files[str(file.relative_to(path))] = file.read_bytes()
    root = json.loads(files["zarr.json"])
    root["attributes"] |= {"started": "", "ended": ""}
    files["zarr.json"] = json.dumps(root)
    return files


def assert_only_whole_epochs(path, n_epochs=3):
    """What is shown is right, complete, and no more than is whole; returns the last epoch."""
    tree = open_run(path)
    done = status(path)
    last = len(tree["attractors"]["epoch"]) - 1
    assert done.epochs_done == max(last, 0)
    assert len(tree["training"]["epoch"]) == max(last, 0)
    assert ("retention" in tree["attractors"]) == done.finished
    for epoch in range(last + 1):
        for group, values in arrays(epoch).items():
            if epoch in tree[group]["epoch"]:
                for name, value in values.items():
                    np.testing.assert_array_equal(tree[group][name].sel(epoch=epoch), value)
    return last


def test_a_run_killed_at_any_moment_goes_on_to_the_same_bytes(tmp_path):
    """Before every thirty-first change of the disk, from the first to the last."""
    expected = content(whole(tmp_path / "whole.zarr"))
    runs = tmp_path / "runs"
    runs.mkdir()
    subprocess.run([*RUNS, "crash", runs, "31"], check=True, cwd=ROOT)
    paths = sorted(runs.iterdir(), key=lambda path: int(path.stem))
    assert len(paths) > 8
    whole_epochs = []
    for path in paths[:-1]:  # the last one was out of moments to die at
        whole_epochs.append(assert_only_whole_epochs(path))
        if status(path).finished:
            assert content(path).keys() >= expected.keys()
            continue
        assert check_store(path).ok
        assert status(path).state == "interrupted"
        writer, position, arrays = resume(path)
        assert position == whole_epochs[-1]
        assert arrays.keys() == (checkpoint(0).keys() if position >= 0 else set())
        for name, value in arrays.items():
            np.testing.assert_array_equal(value, checkpoint(position)[name], strict=True)
        with writer:
            go_on(writer)
        assert content(path) == expected
    assert whole_epochs == sorted(whole_epochs)
    assert set(whole_epochs) == {-1, 0, 1, 2, 3}
    assert content(paths[-1]) == expected


def test_a_run_killed_again_and_again_at_random_ends_with_the_same_bytes(tmp_path):
    """Real processes, real time, kill -9."""
    n_epochs = 12
    path, draw = tmp_path / "run.zarr", random.Random(0)
    deaths = last = 0
    while True:
        command = [*RUNS, "write", path, str(n_epochs), "0.01"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout.readline() == "started\n"
            if deaths < 4:
                time.sleep(draw.uniform(0, 0.15))
                process.kill()
        if process.returncode == 0:
            break
        deaths += 1
        shown = assert_only_whole_epochs(path, n_epochs)
        assert shown >= last
        last = max(shown, 0)
    assert deaths >= 3
    assert content(path) == content(whole(tmp_path / "whole.zarr", n_epochs))
    assert len(list(path.glob("checkpoint/position/writer.*.json"))) == deaths + 1


def test_a_store_can_be_read_and_checked_at_any_moment_of_its_writing(tmp_path):
    """By another process, over and over, while epochs come in every few milliseconds."""
    path, n_epochs, seen = tmp_path / "run.zarr", 40, []
    command = [*RUNS, "write", path, str(n_epochs), "0.003"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout.readline() == "started\n"
        while not seen or seen[-1] < n_epochs:
            running = process.poll() is None
            tree = open_run(path).load()
            seen.append(int(tree["attractors"]["epoch"].max()) if tree.attrs["epochs_done"] else 0)
            for epoch in range(max(1, seen[-1] - 1), seen[-1] + 1):
                for name, value in arrays(epoch)["training"].items():
                    np.testing.assert_array_equal(tree["training"][name].sel(epoch=epoch), value)
            assert check_store(path).ok
            assert running or seen[-1] == n_epochs
    assert process.returncode == 0
    assert seen == sorted(seen)
    assert len(set(seen)) > 2  # or the writer was too fast to be watched


def test_a_store_without_a_commit_resumes_at_the_very_beginning(tmp_path):
    """Position -1, nothing to go on from."""
    create(tmp_path / "run.zarr", layout(), ATTRS).close()
    writer, position, arrays = resume(tmp_path / "run.zarr")
    assert (position, arrays) == (-1, {})
    with writer:
        go_on(writer)


def test_a_resumed_store_that_is_left_untouched_stays_as_it_was(tmp_path):
    """The caller may find that it belongs to another protocol."""
    path = partly(tmp_path / "run.zarr", until=1)
    before = (path / "zarr.json").read_bytes()
    writer = resume(path).writer
    assert writer.attrs.items() >= ATTRS.items()
    writer.close()
    assert (path / "zarr.json").read_bytes() == before
    with resume(path).writer:
        assert status(path).state == "running"


def test_a_damaged_checkpoint_gives_way_to_the_one_before(tmp_path):
    """One epoch is done again, and the result is the same."""
    path = partly(tmp_path / "run.zarr", until=2)
    _flip(path / "checkpoint/2/w_rec/c.0.0")
    assert str(check_store(path).damages[0]) == "checkpoint/2/w_rec: checksum wrong"
    writer, position, arrays = resume(path)
    assert position == 1
    np.testing.assert_array_equal(arrays["w_rec"], checkpoint(1)["w_rec"])
    assert (
        "checkpoint/2/w_rec: checksum wrong; went back to the checkpoint of epoch 1"
        in (writer.notes[0])
    )
    with writer:
        assert len(open_run(path)["training"]["epoch"]) == 1
        go_on(writer)
    expected = content(whole(tmp_path / "whole.zarr"))
    assert content(path) == expected


def test_two_damaged_checkpoints_are_an_error(tmp_path):
    """Which leaves the store unlocked and as it was."""
    path = partly(tmp_path / "run.zarr", until=2)
    for epoch in (1, 2):
        _flip(path / f"checkpoint/{epoch}/rate/c.0")
    before = content(path)
    with pytest.raises(StoreDamagedError, match="checkpoint/1/rate: checksum wrong; there is no"):
        resume(path)
    assert content(path) == before
    assert not status(path).writer.alive


def test_half_a_checkpoint_is_no_checkpoint(tmp_path):
    """It is not gone back to, whatever it lacks, and the next commit clears it away."""
    path = partly(tmp_path / "run.zarr", until=2)
    shutil.rmtree(path / "checkpoint/2/rate")
    (path / "checkpoint/1/w_rec/c.0.0").unlink()
    with pytest.raises(StoreDamagedError, match=r"checkpoint/2/rate: missing.*1/w_rec: missing"):
        resume(path)


def test_two_checkpoints_are_kept(tmp_path):
    """The last, and the one before in case the last is damaged."""
    path = partly(tmp_path / "run.zarr", until=2)
    shutil.copytree(path / "checkpoint/1", path / "checkpoint/0")  # killed before it was removed
    shutil.copytree(path / "checkpoint/1", path / "checkpoint/7")  # killed while it was written
    resume(path).writer.close()
    kept = {p.name for p in (path / "checkpoint").iterdir() if p.is_dir()}
    assert kept == {"position", "1", "2"}


def test_half_written_files_of_a_dead_writer_are_cleared_away(tmp_path):
    """They would lie about for ever."""
    path = partly(tmp_path / "run.zarr", until=1)
    left = [path / "zarr.json.partial", path / "training/weight_norm/c.1.partial"]
    for file in left:
        file.write_bytes(b"half")
    assert check_store(path).ok
    assert "2 half-written files" in str(check_store(path))
    resume(path).writer.close()
    assert not any(file.exists() for file in left)


def _flip(file):
    data = bytearray(file.read_bytes())
    data[3] ^= 1
    file.write_bytes(data)
