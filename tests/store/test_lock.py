"""One writer at a time; the dead are told from the living."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from plastisim.errors import StoreError, StoreLockedError
from plastisim.store import create, lock, open_run, resume, status
from tests.store.runs import ATTRS, go_on, layout, partly, whole

RUNS = [sys.executable, "-m", "tests.store.runs"]
ROOT = Path(__file__).parents[2]
RECORD = "checkpoint/position/writer.{}.json"


def forge(path, number=2, *, silent_for=0.0, **changes):
    """Write the record of another writer."""
    record = json.loads((path / RECORD.format(1)).read_bytes())
    file = path / RECORD.format(number)
    file.write_text(json.dumps({**record, "until": None, **changes}))
    os.utime(file, (file.stat().st_atime - silent_for, file.stat().st_mtime - silent_for))


@pytest.fixture
def path(tmp_path):
    """A store interrupted after epoch 1, and released."""
    return partly(tmp_path / "run.zarr", until=1)


def test_a_living_writer_is_named_to_the_one_who_comes_second(tmp_path):
    """Host, process, since when; also within one process."""
    with create(tmp_path / "run.zarr", layout(), ATTRS) as writer:
        record = json.loads((writer.path / RECORD.format(1)).read_bytes())
        with pytest.raises(StoreLockedError) as caught:
            resume(writer.path)
    for word in (socket.gethostname(), f"process {os.getpid()}", record["since"]):
        assert word in str(caught.value)


def test_a_released_store_is_taken_without_a_note(path):
    """Nothing happened that people should know."""
    with resume(path).writer as writer:
        assert writer.notes == []


def test_a_dead_process_is_taken_over_with_a_note(path):
    """However lately it gave a sign of life."""
    process = subprocess.Popen(["true"])
    process.wait()
    forge(path, pid=process.pid)
    assert status(path).state == "interrupted"
    with resume(path).writer as writer:
        assert len(writer.notes) == 1
        assert f"process {process.pid} on {socket.gethostname()} died" in writer.notes[0]


def test_a_process_that_has_died_but_was_not_waited_for_is_dead(path):
    """A zombie keeps its number and its start."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = lock._process_start(process.pid)
    forge(path, pid=process.pid, process_start=start)
    with pytest.raises(StoreLockedError):
        resume(path)
    process.stdin.close()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    with resume(path).writer as writer:
        assert "died" in writer.notes[0]
    process.wait()


def test_a_reused_process_number_is_not_taken_for_the_writer(path):
    """Our own number, but begun at another time."""
    forge(path, pid=os.getpid(), process_start="1")
    with resume(path).writer as writer:
        assert "its number went to another" in writer.notes[0]


@pytest.mark.parametrize("change", [{"host": "elsewhere"}, {"pid_space": "a boot ago"}])
def test_a_writer_elsewhere_counts_as_alive_while_it_gives_signs_of_life(path, change):
    """Another machine, or a container with numbers of its own, cannot be looked into."""
    forge(path, pid=1, silent_for=lock.STALE - 60, **change)
    with pytest.raises(StoreLockedError, match=r"process 1 on .* last seen 240 s ago"):
        resume(path)
    assert not (path / RECORD.format(3)).exists()
    forge(path, pid=1, silent_for=lock.STALE + 60, **change)
    with resume(path).writer as writer:
        assert "gave no sign of life for 360 s" in writer.notes[0]


def test_a_torn_record_counts_as_alive_until_it_is_stale(path):
    """It may just be being written."""
    torn = path / RECORD.format(2)
    torn.write_text('{"host": "a')
    with pytest.raises(StoreLockedError, match="an unknown host"):
        resume(path)
    os.utime(torn, (1, 1))
    resume(path).writer.close()


def test_a_writer_gives_signs_of_life(tmp_path, monkeypatch):
    """By touching its record."""
    monkeypatch.setattr(lock, "HEARTBEAT", 0.01)
    with create(tmp_path / "run.zarr", layout(), ATTRS) as writer:
        record = writer.path / RECORD.format(1)
        os.utime(record, (0, 0))
        for _ in range(500):
            if record.stat().st_mtime > 0:
                break
            writer._lock._stop.wait(0.01)
    assert record.stat().st_mtime > 0


def test_a_writer_that_was_taken_over_notices_and_writes_no_more(tmp_path):
    """A suspended machine wakes, and finds that another went on in its place."""
    with create(tmp_path / "run.zarr", layout(), ATTRS) as writer:
        go_on(writer, until=1)
        forge(writer.path, host="elsewhere")
        with pytest.raises(StoreLockedError, match="another took the store over"):
            go_on(writer, until=2)
        with pytest.raises(StoreLockedError):
            writer.set_state("interrupted")
    assert open_run(tmp_path / "run.zarr").attrs["epochs_done"] == 1
    assert status(tmp_path / "run.zarr").state == "running"


def test_a_finished_store_is_not_resumed(tmp_path):
    """There is nothing to do, and nobody is written down as having done it."""
    path = whole(tmp_path / "run.zarr")
    with pytest.raises(StoreError, match="finished, nothing to resume"):
        resume(path)
    assert not (path / RECORD.format(2)).exists()


def test_of_four_processes_at_one_moment_exactly_one_takes_over(tmp_path):
    """In each of 15 rounds, the last winner having been killed."""
    path = partly(tmp_path / "run.zarr", until=1)
    out = subprocess.run(
        [*RUNS, "race", path, "4", "15"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert out.stdout.splitlines() == ["1 3"] * 15


@pytest.mark.parametrize("error", [PermissionError, NotImplementedError])
def test_a_file_system_without_hard_links_will_do(path, monkeypatch, error):
    """The record is then created exclusively, and filled after."""

    def no_links(source, target):
        raise error

    monkeypatch.setattr(os, "link", no_links)
    with resume(path).writer, pytest.raises(StoreLockedError):
        resume(path)
    resume(path).writer.close()
