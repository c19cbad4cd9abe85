"""What a writer accepts, and what it refuses by name."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest
from zarr.storage import LocalStore

from plastisim.errors import StoreError, StoreExistsError, StoreLockedError
from plastisim.store import check_store, create, lock, open_run, resume, status
from tests.store.runs import (
    AT_END,
    ATTRS,
    N_CUES,
    N_POST,
    N_PRE,
    RETENTION,
    W_IN,
    checkpoint,
    go_on,
    layout,
    partly,
    whole,
    write_epoch,
)


@pytest.fixture
def writer(tmp_path):
    """A writer at the very beginning."""
    with create(tmp_path / "run.zarr", layout(), ATTRS) as writer:
        yield writer


@pytest.mark.parametrize(
    ("group", "values", "epoch", "fault"),
    [
        ("training", {"loss": 1.0}, 1, r"training/loss: not in the layout, which has .*training/w"),
        ("training", {"epoch": 1}, 1, "training/epoch: not in the layout"),
        ("checkpoint", {"position": [9, 0, 1]}, None, "not in the layout"),
        ("training", {"weight_norm": 1.0}, 0, r"epoch 0 is not one of the recorded \[1, 2, 3\]"),
        ("training", {"weight_norm": 1.0}, 4, "epoch 4 is not one of the recorded"),
        ("training", {"weight_norm": 1.0}, None, "written without an epoch, but .* at='epoch'"),
        ("weights", {"w_in": W_IN}, 0, "written with epoch=0, but the layout has at='start'"),
        ("weights", {"w_in": W_IN.T}, None, r"shape \(2, 5\); \('post', 'cue'\) is \(5, 2\)"),
        ("weights", {"w_rec": np.zeros((N_PRE, N_POST))}, 0, r"got shape \(3, 5\)"),
        ("training", {"cue_order": [0.0, 1.0]}, 1, "got float64, which int64 cannot hold"),
        ("training", {"weight_norm": 1j}, 1, "got complex128, which float64 cannot hold"),
        ("attractors", {"is_distinct": [0, 1]}, 1, "got int64, which bool cannot hold"),
    ],
)
def test_what_the_layout_has_no_place_for_is_refused(writer, group, values, epoch, fault):
    """The message says what was found and what would be right."""
    with pytest.raises(StoreError, match=fault):
        writer.write(group, values, epoch=epoch)


def test_an_epoch_with_a_hole_cannot_be_committed(writer):
    """Every variable that records the epoch must have been written."""
    writer.write("attractors", {"is_distinct": [True] * N_CUES}, epoch=0)
    with pytest.raises(StoreError) as caught:
        writer.commit(0, {})
    for name in ("attractors/eigenvalues epoch=0", "weights/w_rec epoch=0", "weights/w_in"):
        assert name in str(caught.value)
    assert "is_distinct" not in str(caught.value)
    assert "retention" not in str(caught.value)
    assert writer.epoch == -1


def test_a_run_cannot_be_finished_without_its_end(writer):
    """`finished` must not be said of half a run."""
    with pytest.raises(StoreError, match="finished before any epoch was whole"):
        writer.finish()
    go_on(writer, until=3)
    with pytest.raises(StoreError, match=r"not written: .*n_retained, .*retention"):
        writer.finish()
    assert not status(writer.path).finished
    writer.write("attractors", AT_END)
    writer.finish()
    assert status(writer.path).finished


def test_a_run_may_be_done_before_its_last_epoch(writer):
    """By a stop condition; the epochs that never came are no damage, and not shown."""
    go_on(writer, until=1)
    writer.write("attractors", AT_END)
    writer.finish()
    tree = open_run(writer.path)
    assert tree.attrs.items() >= {"state": "done", "epochs_done": 1, "epochs": 3}.items()
    assert tree["training"]["epoch"].values.tolist() == [1]
    np.testing.assert_array_equal(tree["attractors/retention"], RETENTION)
    assert check_store(writer.path).ok
    assert str(status(writer.path)) == "a run that ended after epoch 1 of at most 3"


def test_a_whole_epoch_is_never_written_again(writer):
    """Readers count on it."""
    go_on(writer, until=1)
    with pytest.raises(StoreError, match="epoch 1 is whole already"):
        writer.write("training", {"weight_norm": 1.0}, epoch=1)
    with pytest.raises(StoreError, match="epoch 1 is whole already"):
        writer.commit(1, {})
    with pytest.raises(StoreError, match="belongs to the start, and epoch 1 is whole"):
        writer.write("weights", {"w_in": W_IN})


def test_several_epochs_can_become_whole_together(writer):
    """A caller may commit every tenth epoch."""
    writer.write("weights", {"w_in": W_IN})
    for epoch in (0, 1, 2):
        write_epoch(writer, epoch)
    writer.commit(2, checkpoint(2))
    assert open_run(writer.path)["training"].sizes["epoch"] == 2


def test_a_closed_writer_writes_no_more(writer):
    """Its lock is another's by then."""
    writer.close()
    with pytest.raises(StoreError, match="closed"):
        writer.write("weights", {"w_in": W_IN})


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (None, "interrupted"),
        (KeyboardInterrupt, "interrupted"),
        (ValueError, "failed: ValueError: "),
    ],
)
def test_the_store_remembers_why_it_was_left(tmp_path, error, state):
    """And is free for the next writer."""
    path = tmp_path / "run.zarr"

    def leave():
        with create(path, layout(), ATTRS) as writer:
            go_on(writer, until=1)
            if error:
                raise error

    if error:
        with pytest.raises(error):
            leave()
    else:
        leave()
    assert status(path).state == state
    assert open_run(path).attrs["ended"] >= open_run(path).attrs["started"] > "2020"
    with resume(path).writer as writer:
        assert status(path).state == "running"
        assert writer.notes == []


def test_the_root_holds_what_the_caller_gave_and_how_the_run_stands(tmp_path):
    """Times are UTC."""
    attrs = open_run(whole(tmp_path / "run.zarr")).attrs
    assert attrs.items() >= {**ATTRS, "state": "done", "format": "plastisim store"}.items()
    assert attrs["started"].endswith("+00:00")
    assert (attrs["epochs_done"], attrs["epochs"]) == (3, 3)


@pytest.mark.parametrize("attrs", [{"state": "x"}, {"x": float("nan")}, {"x": np.int64(3)}])
def test_attributes_that_no_json_reader_takes_are_refused(tmp_path, attrs):
    """Before anything is written."""
    with pytest.raises(StoreError, match="attrs"):
        create(tmp_path / "run.zarr", layout(), attrs)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_store_is_not_touched_without_overwrite(tmp_path):
    """The message names both ways on."""
    path = partly(tmp_path / "run.zarr", until=2)
    before = _files(path)
    with pytest.raises(StoreExistsError) as caught:
        create(path, layout(), ATTRS)
    for word in ("interrupted after epoch 2", "--resume", "--overwrite"):
        assert word in str(caught.value)
    assert _files(path) == before
    assert list(tmp_path.iterdir()) == [path]


def test_overwrite_replaces_a_store_whole(tmp_path):
    """Nothing of the old one is left, neither beside nor within."""
    path = whole(tmp_path / "run.zarr")
    with create(path, layout(9), ATTRS, overwrite=True) as writer:
        go_on(writer, 9, until=0)
    assert list(tmp_path.iterdir()) == [path]
    assert status(path).epochs == 9
    assert open_run(path)["training"].sizes["epoch"] == 0
    assert not list(path.glob("training/*/c.1"))


@pytest.mark.parametrize("content", ["file", "directory", "zarr"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_strangers_data_are_never_overwritten(tmp_path, content, overwrite):
    """Only plastisim's own stores may be."""
    path = tmp_path / "thesis"
    if content == "file":
        path.write_text("life's work")
    else:
        path.mkdir()
        (path / "data.csv").write_text("life's work")
        if content == "zarr":
            node = {"zarr_format": 3, "node_type": "group", "attributes": {}}
            (path / "zarr.json").write_text(json.dumps(node))
    before = _files(tmp_path)
    with pytest.raises(StoreError, match=r"not a plastisim store.*left alone"):
        create(path, layout(), ATTRS, overwrite=overwrite)
    assert _files(tmp_path) == before


def test_a_store_that_is_being_written_is_not_overwritten(tmp_path):
    """The old store stays, and its writer goes on."""
    path = tmp_path / "run.zarr"
    with create(path, layout(), ATTRS) as writer:
        go_on(writer, until=1)
        with pytest.raises(StoreLockedError, match="is writing"):
            create(path, layout(9), ATTRS, overwrite=True)
        go_on(writer)
    assert list(tmp_path.iterdir()) == [path]
    assert status(path).finished


def test_an_overwriting_that_fails_brings_the_old_store_back(tmp_path, monkeypatch):
    """It was only moved aside."""
    path = whole(tmp_path / "run.zarr")

    def fails(new, path):
        raise OSError("the network is gone")

    monkeypatch.setattr("plastisim.store.creation._appear", fails)
    with pytest.raises(OSError, match="the network is gone"):
        create(path, layout(9), ATTRS, overwrite=True)
    assert list(tmp_path.iterdir()) == [path]
    assert status(path).epochs == 3
    assert status(path).finished


def test_a_damaged_store_can_be_overwritten(tmp_path):
    """Whatever is left of it."""
    path = whole(tmp_path / "run.zarr")
    (path / "zarr.json").write_bytes(b"{")
    (path / "checkpoint/position/c.0").unlink()
    create(path, layout(9), ATTRS, overwrite=True).close()
    assert status(path).epochs == 9


def test_of_two_creators_one_wins(tmp_path):
    """Whoever is later finds a store there."""
    path, outcomes, barrier = tmp_path / "run.zarr", [], threading.Barrier(4)

    def attempt():
        barrier.wait()
        try:
            create(path, layout(), ATTRS).close()
            outcomes.append("created")
        except StoreExistsError:
            outcomes.append("exists")

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["created", "exists", "exists", "exists"]
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_creator_left_is_cleared_away_by_the_next(tmp_path):
    """But not what a living one is building."""
    dead, alive = (tmp_path / f".run.zarr.{name}.new" for name in ("dead", "alive"))
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    record = lock.own_record()
    for place, pid in ((dead, process.pid), (alive, record.pid)):
        (place / lock.RECORDS).mkdir(parents=True)
        start = lock._process_start(pid)
        forged = dataclasses.asdict(dataclasses.replace(record, pid=pid, process_start=start))
        (place / lock.RECORDS / "writer.1.json").write_text(json.dumps(forged))
    process.communicate()
    create(tmp_path / "run.zarr", layout(), ATTRS).close()
    assert not dead.exists()
    assert alive.exists()


def test_an_interrupt_waits_for_the_write_under_way(writer, monkeypatch):
    """Else it would go on after the store has been given to another writer."""
    began, put = threading.Event(), LocalStore.set

    async def slow(self, key, value):
        began.set()
        await asyncio.sleep(0.3)
        await put(self, key, value)

    monkeypatch.setattr(LocalStore, "set", slow)
    main = threading.get_ident()
    ctrl_c = threading.Thread(
        target=lambda: (began.wait(), signal.pthread_kill(main, signal.SIGINT))
    )
    ctrl_c.start()
    with pytest.raises(KeyboardInterrupt):
        writer.write("training", {"weight_norm": 1.0}, epoch=1)
    chunk = writer.path / "training/weight_norm/c.0"
    assert not chunk.exists()
    writer.close()
    assert chunk.exists()


def _files(path):
    return {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
