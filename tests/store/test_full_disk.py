"""A full disk costs the epoch under way, and says so."""

from __future__ import annotations

import errno
import os

import pytest

from plastisim.errors import StoreError
from plastisim.store import check_store, create, files, open_run, resume
from tests.store.runs import ATTRS, go_on, layout, whole
from tests.store.test_resume import content


@pytest.fixture
def disk(monkeypatch):
    """`disk["left"]` bytes fit on it; what does not fit is cut off, as the system does it."""
    left = {"left": 10**9}

    def write(descriptor, data):
        data = bytes(data)[: left["left"]]
        if not data:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left["left"] -= len(data)
        return os.write(descriptor, data)

    monkeypatch.setattr(files, "_write", write)
    return left


@pytest.mark.parametrize("left", [0, 10, 100, 250])
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


def test_a_store_for_which_there_is_no_room_at_all_leaves_nothing_behind(tmp_path, disk):
    """Neither half a store nor a hidden one."""
    disk["left"] = 2000
    with pytest.raises(StoreError, match="the disk is full; nothing was written"):
        create(tmp_path / "run.zarr", layout(), ATTRS)
    assert list(tmp_path.iterdir()) == []


def test_other_troubles_of_the_disk_keep_their_name(tmp_path, monkeypatch):
    """Only a full disk is called one."""

    def write(descriptor, data):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with create(tmp_path / "run.zarr", layout(), ATTRS) as writer:
        monkeypatch.setattr(files, "_write", write)
        with pytest.raises(OSError, match="Input/output error"):
            go_on(writer)
