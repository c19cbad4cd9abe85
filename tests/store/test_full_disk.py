"""A full disk costs the epoch under way, and says so."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from zarr.storage import LocalStore

from plastisim.errors import StoreError
from plastisim.store import check_store, create, open_run, resume
from tests.store import curves
from tests.store.runs import ATTRS, go_on, layout, whole
from tests.store.test_blocks import assert_shown
from tests.store.test_resume import ROOT, content


@pytest.fixture
def disk(monkeypatch):
    """`disk["left"]` bytes fit on it; `disk["error"]` comes where they do not."""
    state, put = {"left": 10**9, "error": errno.ENOSPC}, LocalStore.set

    async def fill(self, key, value):
        state["left"] -= len(value)
        if state["left"] < 0:
            raise OSError(state["error"], os.strerror(state["error"]))
        await put(self, key, value)

    monkeypatch.setattr(LocalStore, "set", fill)
    return state


def test_a_disk_that_is_really_full_is_named_and_left_tidy(tmp_path):
    """One of 600 kB of its own: nothing half written is left, and the run goes on."""
    mount = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=600k none "$0" && exec "$@"']
    if not shutil.which("unshare") or subprocess.run([*mount, tmp_path, "true"]).returncode:
        pytest.skip("needs a system that lets its users mount a disk")
    fill = [*mount, tmp_path, sys.executable, "-m", "tests.store.runs", "fill", tmp_path]
    out = subprocess.run(fill, capture_output=True, text=True, check=True, cwd=ROOT)
    full = "the disk is full; epochs up to 1 are kept. Free some space, then go on with --resume"
    assert out.stdout.splitlines() == [full, "True", "4"]


@pytest.mark.parametrize("left", [0, 100, 400, 1500])
def test_what_is_whole_is_kept_and_the_run_goes_on_when_there_is_space(tmp_path, disk, left):
    """And ends with the same bytes."""
    path = tmp_path / "run.zarr"

    def fill():
        with create(path, layout(), ATTRS) as writer:
            go_on(writer, until=1)
            disk["left"] = left
            go_on(writer)

    with pytest.raises(StoreError) as caught:
        fill()
    assert "the disk is full; epochs up to 1 are kept" in str(caught.value)
    assert "--resume" in str(caught.value)
    assert open_run(path).attrs["epochs_done"] == 1
    assert check_store(path).ok
    assert not list(path.rglob("*.partial"))
    disk["left"] = 10**9
    with resume(path).writer as writer:
        go_on(writer)
    assert content(path) == content(whole(tmp_path / "whole.zarr"))


@pytest.mark.parametrize("left", [0, 50, 100, 200])
def test_chunks_that_were_to_take_more_epochs_are_kept_as_they_were(tmp_path, disk, left):
    """Each with all or none of them."""
    path = curves.written(tmp_path / "run.zarr", (0, 6), finish=False)
    before = {file: file.read_bytes() for file in path.glob("curves/*/c.*")}
    expected = content(curves.written(tmp_path / "whole.zarr"))
    with resume(path).writer as writer:
        disk["left"] = left
        with pytest.raises(StoreError, match="the disk is full; epochs up to 6 are kept"):
            curves.write_block(writer, 7, 8)
        disk["left"] = 10**9
        assert_shown(path, 6)
        unchanged = [file for file in before if file.read_bytes() == before[file]]
        assert set(before) >= set(unchanged) > {path / "curves/loss/c.0.0"}
        assert check_store(path).ok
        assert not list(path.rglob("*.partial"))
        curves.go_on(writer)
    assert content(path) == expected


def test_a_store_for_which_there_is_no_room_at_all_leaves_nothing_behind(tmp_path, disk):
    """Neither half a store nor a hidden one."""
    disk["left"] = 2000
    with pytest.raises(StoreError, match="the disk is full; nothing was written"):
        create(tmp_path / "run.zarr", layout(), ATTRS)
    assert list(tmp_path.iterdir()) == []


def test_other_troubles_of_the_disk_keep_their_name(tmp_path, disk):
    """Only a full disk is called one."""
    with create(tmp_path / "run.zarr", layout(), ATTRS) as writer:
        disk |= {"left": 0, "error": errno.EIO}
        with pytest.raises(OSError, match="Input/output error"):
            go_on(writer)


def test_nothing_of_a_write_that_failed_comes_later(tmp_path, monkeypatch):
    """It would put a chunk back to what it was before the next write."""
    path, put = curves.written(tmp_path / "run.zarr", (0, 6), finish=False), LocalStore.set

    async def slow_or_full(self, key, value):
        if key == "curves/loss/c.1.0":
            raise OSError(errno.ENOSPC, "full")
        await asyncio.sleep(0.1)
        await put(self, key, value)

    with resume(path).writer as writer:
        before = (path / "curves/loss/c.1.1").read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(LocalStore, "set", slow_or_full)
            with pytest.raises(StoreError, match="the disk is full"):
                writer.write("curves", {"loss": np.zeros((1, 3))}, epochs=[7])
        assert (path / "curves/loss/c.1.1").read_bytes() != before
        curves.go_on(writer)
    assert content(path) == content(curves.written(tmp_path / "whole.zarr"))
