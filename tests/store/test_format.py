"""A stranger reads a store by zarr's and xarray's own means."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import zarr

from plastisim.store import Coordinate, Group, Layout, Variable, create, open_run
from plastisim.store.checkpoint import read_checkpoint
from tests.store.runs import N_CUES, RETENTION, W_IN, arrays, partly, weights, whole

DTYPES = ["bool", "int8", "int32", "int64", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_written_is_read_to_the_bit(tmp_path, dtype):
    """NaN payloads and signed zeros included, and a chunk of nothing but the fill value."""
    raw = np.random.default_rng(1).integers(0, 256, 96, np.uint8)
    values = (raw < 128) if dtype == "bool" else raw.view(dtype)
    x = Variable(("epoch", "a"), dtype, "1", "x")
    epochs = {"epoch": Coordinate([0, 1], "1", "epoch")}
    with create(
        tmp_path / "s", Layout({"g": Group({"x": x}, epochs, {"a": values.size})}), {}
    ) as w:
        fill = np.full_like(values, w._contents.arrays["g/x"].fill_value)
        w.write("g", {"x": values}, epoch=0)
        w.commit(0, {"values": values})
        w.write("g", {"x": fill}, epoch=1)
        w.commit(1, {"fill": fill})
        assert read_checkpoint(w.path, 0)["values"].tobytes() == values.tobytes()
        assert read_checkpoint(w.path, 1)["fill"].tobytes() == fill.tobytes()
    found = open_run(tmp_path / "s")["g/x"]
    assert found.dtype == dtype
    assert found.values.tobytes() == values.tobytes() + fill.tobytes()


def test_every_chunk_ends_with_its_checksum(tmp_path):
    """After compression, but for checkpoints, which are not compressed."""
    root = zarr.open_group(whole(tmp_path / "run.zarr"), mode="r", use_consolidated=False)
    for path, member in root.members(max_depth=None):
        if isinstance(member, zarr.Array):
            names = [type(codec).__name__ for codec in member.compressors]
            compressed = [] if path.startswith("checkpoint") else ["ZstdCodec"]
            assert names == [*compressed, "Crc32cCodec"]


def test_a_stranger_opens_a_store_with_xarray_alone(tmp_path):
    """No warning either: pytest makes them errors."""
    tree = xr.open_datatree(whole(tmp_path / "run.zarr"), engine="zarr")
    assert set(tree.children) == {"training", "attractors", "weights"}
    assert tree.attrs["state"] == "done"
    np.testing.assert_array_equal(tree["weights/w_in"], W_IN)
    np.testing.assert_array_equal(tree["weights/w_rec"].sel(epoch=3), weights(3))
    np.testing.assert_array_equal(tree["attractors/retention"], RETENTION)
    assert tree["attractors/n_retained"] == 2
    eigenvalues = tree["attractors/eigenvalues"].sel(epoch=2)
    np.testing.assert_array_equal(eigenvalues, arrays(2)["attractors"]["eigenvalues"])
    assert tree["attractors"].coords["kind"].values.tolist() == ["learned", "né"]


def test_a_stranger_opens_a_single_group(tmp_path):
    """Each group carries the metadata of its arrays too."""
    path = whole(tmp_path / "run.zarr")
    with xr.open_dataset(path, group="training", engine="zarr") as training:
        assert training["cue_order"].shape == (3, N_CUES)


def test_a_stranger_and_open_run_see_the_same(tmp_path):
    """Values, coordinates, attributes, types."""
    path = whole(tmp_path / "run.zarr")
    theirs, ours = xr.open_datatree(path, engine="zarr"), open_run(path)
    assert set(theirs.children) == set(ours.children)
    for name in ours.children:
        strangers, own = theirs[name].to_dataset(), ours[name].to_dataset()
        xr.testing.assert_identical(strangers, own)
        assert {n: v.dtype for n, v in strangers.items()} == {n: v.dtype for n, v in own.items()}


def test_what_is_not_written_reads_as_absurd_for_a_stranger(tmp_path):
    """0 would pass for a count, so integers get the least number of their type."""
    tree = xr.open_datatree(partly(tmp_path / "run.zarr", until=1), engine="zarr")
    assert (tree["training/cue_order"].sel(epoch=2) == np.iinfo("i8").min).all()
    assert np.isnan(tree["training/weight_norm"].sel(epoch=2))


def test_the_whole_hierarchy_opens_without_consolidated_metadata(tmp_path):
    """Nothing lies about that zarr would stumble over, the lock included."""
    path = Path(whole(tmp_path / "run.zarr"))
    root = zarr.open_group(path, mode="r", use_consolidated=False)
    members = dict(root.members(max_depth=None))
    np.testing.assert_array_equal(members["checkpoint/position"][:], [3, 1])
    np.testing.assert_array_equal(members["checkpoint/3/w_rec"][:], weights(3))
