"""The bytes on disk are zarr's own, and a stranger reads them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import zarr
from zarr.codecs import BytesCodec, Crc32cCodec, ZstdCodec

from plastisim.store import open_run
from plastisim.store.zarr_v3 import StoredArray, array_from_json, array_json, decode, encode
from tests.store.runs import N_CUES, RETENTION, W_IN, arrays, partly, weights, whole

DTYPES = ["bool", "int8", "int32", "int64", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "chunks"), [((5, 3), (2, 3)), ((4,), (1,)), ((), ())])
@pytest.mark.parametrize("compressed", [True, False])
def test_metadata_and_chunks_equal_those_that_zarr_writes(
    tmp_path, dtype, shape, chunks, compressed
):
    """Zarr writes the same array with the same codecs; every file must be the same."""
    values = (10 * np.random.default_rng(0).normal(size=shape)).astype(dtype)
    dims = tuple("abc"[: len(shape)])
    ours = StoredArray(dims, shape, chunks, dtype, compressed, {"units": "1"})
    fill = {"b": False, "i": np.iinfo(dtype).min if dtype.startswith("int") else 0}.get(
        values.dtype.kind, np.nan if values.dtype.kind == "f" else complex(np.nan, np.nan)
    )
    theirs = zarr.create_array(
        tmp_path / "theirs", shape=shape, chunks=chunks, dtype=dtype, dimension_names=dims,
        serializer=BytesCodec() if values.dtype.itemsize > 1 else BytesCodec(endian=None),
        compressors=[*([ZstdCodec(level=1)] if compressed else []), Crc32cCodec()],
        chunk_key_encoding={"name": "default", "separator": "."}, fill_value=fill,
        attributes={"units": "1"}, config={"write_empty_chunks": True},
    )  # fmt: skip
    theirs[...] = values
    assert json.loads((tmp_path / "theirs/zarr.json").read_bytes()) == array_json(ours)
    for index in ours.indices():
        name = ".".join(["c", *map(str, index)])
        assert (tmp_path / "theirs" / name).read_bytes() == encode(ours, values[ours.region(index)])


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_encoded_is_decoded_to_the_bit(dtype):
    """NaN payloads and signed zeros included."""
    raw = np.random.default_rng(1).integers(0, 256, 96, np.uint8)
    values = (raw < 128) if dtype == "bool" else raw.view(dtype)
    array = StoredArray(("a",), values.shape, values.shape, dtype)
    assert decode(array, encode(array, values)).tobytes() == values.tobytes()


def test_metadata_of_another_hand_are_refused():
    """Reading on as if an unknown codec were not there would give wrong numbers."""
    node = array_json(StoredArray(("a",), (3,), (3,), "float64"))
    assert array_from_json(node).shape == (3,)
    node["codecs"].insert(1, {"name": "gzip", "configuration": {"level": 1}})
    with pytest.raises(ValueError, match="not an array"):
        array_from_json(node)


def test_a_stranger_opens_a_store_with_xarray_alone(tmp_path):
    """No warning either: pytest makes them errors."""
    tree = xr.open_datatree(whole(tmp_path / "run.zarr"), engine="zarr")
    assert set(tree.children) == {"training", "attractors", "weights"}
    assert tree.attrs["state"] == "done"
    np.testing.assert_array_equal(tree["weights/w_in"], W_IN)
    np.testing.assert_array_equal(tree["weights/w_rec"].sel(epoch=3), weights(3))
    np.testing.assert_array_equal(tree["attractors/retention"], RETENTION)
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
        if "kind" in own.coords:  # zarr gives numpy's variable-length strings
            strangers = strangers.assign_coords(kind=strangers["kind"].astype(own["kind"].dtype))
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
    np.testing.assert_array_equal(members["checkpoint/position"][:], [3, 1, 1])
    np.testing.assert_array_equal(members["checkpoint/b/w_rec"][:], weights(3))
