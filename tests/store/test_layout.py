"""A layout says what is wrong with it, and how much room a run will take."""

from __future__ import annotations

import math

import numpy as np
import pytest

from plastisim.errors import StoreError
from plastisim.store import Coordinate, Group, Layout, Variable
from tests.store.runs import N_CUES, N_POST, N_PRE, checkpoint, layout, whole


def test_every_problem_of_a_layout_is_named_at_once():
    """As with a protocol."""
    group = Group(
        {
            "a": Variable(("epoch",), "float16", "1", "x"),
            "b": Variable(("cue", "epoch"), "float64", "1", "x"),
            "c": Variable(("epoch", "unit"), "float64", "1", "x"),
            "d": Variable(("epoch", "cue"), "float64", "seconds", "x"),
            "e": Variable(("epoch", "cue"), "float64", "1", "x", chunks=(0, 2)),
            "f": Variable(("epoch",), "float64", "1", "x", at="start"),
            "g": Variable(("epoch",), "float64", "1", "x", attrs={"units": "ms"}),
            "h": Variable(("epoch",), "float64", "", "x"),
            "cue": Variable(("epoch",), "float64", "1", "x"),
            "fine": Variable(("epoch", "cue"), "float64", "1/tau", "x"),
        },
        {"epoch": Coordinate([2, 1], "1", "epoch"), "cue": Coordinate(range(4), "1", "cue")},
    )
    with pytest.raises(StoreError) as caught:
        Layout({"g": group, "checkpoint": Group({})})
    lines = str(caught.value).splitlines()[1:]
    named = [line.split(":")[0].strip() for line in lines]
    assert named == ["g/epoch", *(f"g/{n}" for n in "abcdefgh"), "g/cue", "checkpoint"]
    assert "float16" in lines[1]
    assert "unit is not known" in lines[3]
    assert "write s or ms" in lines[4]


def test_sizes_that_contradict_each_other_are_named():
    """From `sizes` and from a coordinate."""
    group = Group({}, {"cue": Coordinate(range(4), "1", "cue")}, {"cue": 5})
    with pytest.raises(StoreError, match=r"g/cue: cue has 4 values here and 5 before"):
        Layout({"g": group})


def test_the_estimate_of_the_size_counts_every_number():
    """By hand, for the small run of the tests."""
    expected = (
        3 * 8 + 3 * N_CUES * 8  # training
        + 4 * N_CUES * (1 + 16) + N_CUES * 4 + 8  # attractors
        + 2 * N_POST * N_PRE * 8 + N_POST * N_CUES * 4  # weights
        + 8 * (3 + 2 + 4 + 2 + 2 + 2) + 4 * N_CUES * len("learned")  # coordinates
    )  # fmt: skip
    assert layout().nbytes() == expected
    one = sum(np.asarray(a).nbytes for a in checkpoint(0).values())
    assert layout().nbytes(one) == expected + 2 * one


def test_the_number_of_files_is_the_one_found_on_disk(tmp_path):
    """Chunks of variables; coordinates, metadata and checkpoints come on top."""
    path = whole(tmp_path / "run.zarr")
    coordinates = {"epoch", "cue", "kind"}
    found = [
        file
        for group in ("training", "attractors", "weights")
        for file in (path / group).rglob("c*")
        if file.is_file() and file.parent.name not in coordinates
    ]
    assert layout().n_files() == len(found) > 0


@pytest.mark.parametrize("shape", [(400, 400), (3000, 3001), (2, 20_000_000)])
def test_a_chunk_is_one_epoch_and_at_most_64_megabytes(shape):
    """And no smaller than it must be."""
    group = Group(
        {"w_rec": Variable(("epoch", "post", "pre"), "float64", "1", "weights")},
        {"epoch": Coordinate(range(10), "1", "epoch")},
        dict(zip(("post", "pre"), shape, strict=True)),
    )
    chunks = group.chunks("w_rec")
    size, whole_size = 8 * math.prod(chunks), 8 * math.prod(shape)
    assert chunks[0] == 1
    assert size <= 64 * 2**20
    assert size == whole_size or size > 30 * 2**20


def test_the_last_epoch_is_the_last_of_any_group():
    """Groups record epochs of their own."""
    assert layout(7).last_epoch == 7
    assert Layout({"g": Group({})}).last_epoch == 0
