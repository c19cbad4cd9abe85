"""`open_run` shows whole epochs, lazily, and never a number that was not written."""

from __future__ import annotations

import numpy as np
import pytest
import zarr

from plastisim.errors import StoreDamagedError, StoreError
from plastisim.store import create, open_run, resume
from plastisim.store.arrays import StrictStore
from tests.store.runs import ATTRS, arrays, go_on, layout, partly, weights, whole, write_epoch


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A finished store that no test changes."""
    return whole(tmp_path_factory.mktemp("store") / "run.zarr")


def test_every_number_comes_back(store):
    """All groups, all epochs."""
    tree = open_run(store)
    for epoch in range(4):
        for group, values in arrays(epoch).items():
            if epoch in tree[group]["epoch"]:
                for name, value in values.items():
                    np.testing.assert_array_equal(tree[group][name].sel(epoch=epoch), value)


@pytest.mark.parametrize("until", [0, 1, 2])
def test_an_interrupted_run_shows_its_whole_epochs_only(tmp_path, until):
    """Nor what belongs to the end, nor an epoch written without its commit."""
    path = partly(tmp_path / "run.zarr", until)
    with resume(path).writer as writer:
        write_epoch(writer, until + 1)
    tree = open_run(path)
    assert tree["training"]["epoch"].values.tolist() == list(range(1, until + 1))
    assert tree["attractors"]["epoch"].values.tolist() == list(range(until + 1))
    assert tree["weights"]["epoch"].values.tolist() == [0]
    assert "retention" not in tree["attractors"]
    assert "w_in" in tree["weights"]
    np.testing.assert_array_equal(
        tree["attractors/eigenvalues"][-1], arrays(until)["attractors"]["eigenvalues"]
    )
    assert (tree.attrs["state"], tree.attrs["epochs_done"]) == ("interrupted", until)


def test_a_store_with_nothing_whole_opens_empty(tmp_path):
    """Not even what was written at the start is whole before the first commit."""
    create(tmp_path / "run.zarr", layout(), ATTRS).close()
    tree = open_run(tmp_path / "run.zarr")
    assert tree["attractors"].sizes["epoch"] == 0
    assert tree["attractors/is_distinct"].values.shape == (0, 2)
    assert "w_in" not in tree["weights"]


def test_a_reader_of_a_running_store_keeps_what_it_opened(tmp_path):
    """Epochs that come later come with the next opening."""
    with create(tmp_path / "run.zarr", layout(), ATTRS) as writer:
        go_on(writer, until=1)
        tree = open_run(writer.path)
        assert tree.attrs["state"] == "running"
        go_on(writer)
        assert tree["attractors/eigenvalues"].values.shape == (2, 2)
        assert open_run(writer.path)["attractors/eigenvalues"].shape == (4, 2)


def test_values_are_read_when_they_are_asked_for(store, monkeypatch):
    """Opening reads coordinates; one epoch of one variable reads its own chunks."""
    read, get = [], StrictStore.get

    async def spy(self, key, *args, **kwargs):
        read.append(key)
        return await get(self, key, *args, **kwargs)

    monkeypatch.setattr(StrictStore, "get", spy)
    tree = open_run(store)
    assert not [key for key in read if key.startswith(("weights/w_", "training/weight_norm"))]
    read.clear()
    part = tree["weights/w_rec"].sel(epoch=3)[4, :2].values
    np.testing.assert_array_equal(part, weights(3)[4, :2])
    assert read == ["weights/w_rec/c.1.2.0"]


@pytest.mark.parametrize(
    ("chunk", "place"),
    [
        ("attractors/eigenvalues/c.2.0", "attractors/eigenvalues epoch=2"),
        ("weights/w_rec/c.1.2.0", "weights/w_rec epoch=3,post=4:5,pre=0:2"),
        ("weights/w_in/c.0.0", "weights/w_in"),
        ("attractors/retention/c.0", "attractors/retention"),
        ("attractors/n_retained/c", "attractors/n_retained"),
        ("attractors/cue/c.0", "attractors/cue"),
    ],
)
def test_a_missing_chunk_is_named_and_never_read_as_fill(tmp_path, chunk, place):
    """At the opening; and later, if it goes missing in between."""
    path = whole(tmp_path / "run.zarr")
    tree = open_run(path)
    (path / chunk).unlink()
    with pytest.raises(StoreDamagedError, match=f"missing: {place}$"):
        open_run(path)
    if "cue" not in chunk:
        with pytest.raises(StoreDamagedError, match=f"{chunk}: missing"):
            tree[chunk.rpartition("/")[0]].load()


def test_a_chunk_missing_from_an_epoch_under_way_is_no_damage(tmp_path):
    """It is not yet due."""
    path = partly(tmp_path / "run.zarr", until=1)
    assert not (path / "attractors/eigenvalues/c.2.0").exists()
    open_run(path).load()


def test_a_corrupted_chunk_is_an_error_when_it_is_read(tmp_path):
    """And no number; the other epochs remain readable."""
    path = whole(tmp_path / "run.zarr")
    chunk = path / "attractors/eigenvalues/c.2.0"
    chunk.write_bytes(b"\0" + chunk.read_bytes()[1:])
    eigenvalues = open_run(path)["attractors/eigenvalues"]
    eigenvalues.sel(epoch=[0, 1, 3]).load()
    with pytest.raises(ValueError, match="checksum"):
        eigenvalues.sel(epoch=2).load()


@pytest.mark.parametrize("coordinate", ["epoch", "cue"])
def test_a_corrupted_coordinate_is_an_error_at_the_opening(tmp_path, coordinate):
    """Without it nothing could be picked."""
    path = whole(tmp_path / "run.zarr")
    (path / f"attractors/{coordinate}/c.0").write_bytes(b"half")
    with pytest.raises(StoreDamagedError, match="checksum wrong"):
        open_run(path)


def test_what_is_no_store_is_said_to_be_none(tmp_path):
    """And why."""
    with pytest.raises(StoreError, match="no such store"):
        open_run(tmp_path / "nothing")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="a file, not a plastisim store"):
        open_run(tmp_path / "file")
    with pytest.raises(StoreError, match=r"not a plastisim store: its zarr\.json is missing"):
        open_run(tmp_path)
    (tmp_path / "zarr.json").write_text("{")
    with pytest.raises(StoreError, match=r"not a plastisim store: its zarr\.json is damaged"):
        open_run(tmp_path)
    zarr.create_group(tmp_path, attributes={"format": "another"}, overwrite=True)
    with pytest.raises(StoreError, match="its format is 'another'"):
        open_run(tmp_path)
    attrs = {"format": "plastisim store", "format_version": 0}
    zarr.create_group(tmp_path, attributes=attrs, overwrite=True)
    with pytest.raises(StoreError, match="written in version 0 of the format"):
        open_run(tmp_path)


def test_a_store_without_its_position_is_not_guessed_at(tmp_path):
    """How far it is can only be told by the position."""
    path = whole(tmp_path / "run.zarr")
    (path / "checkpoint/position/c.0").write_bytes(b"half")
    with pytest.raises(StoreDamagedError, match="checkpoint/position: checksum wrong"):
        open_run(path)
    (path / "checkpoint/position/c.0").unlink()
    with pytest.raises(StoreDamagedError, match="checkpoint/position: missing"):
        open_run(path)
