"""`check_store` finds every damage, and names it."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plastisim.errors import StoreError
from plastisim.store import check_store
from tests.store.runs import ATTRS, create, go_on, layout, partly, whole


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A finished store that every test leaves as it was."""
    return whole(tmp_path_factory.mktemp("store") / "run.zarr")


@pytest.fixture(scope="module")
def chunks(store):
    """All chunks that the finished store needs."""
    position = store / "checkpoint/position/c.0"
    last = store / "checkpoint/3"
    return sorted(
        file
        for file in store.rglob("c*")
        if file.is_file() and (file == position or last in file.parents
                               or store / "checkpoint" not in file.parents)
    )  # fmt: skip


def found(store):
    """The damages in words."""
    return [str(damage) for damage in check_store(store).damages]


def test_an_intact_store_is_said_to_be_so(store, chunks):
    """And how large it is, and how far the run."""
    report = check_store(store)
    assert report.ok
    assert report.damages == ()
    assert report.n_files == sum(file.is_file() for file in store.rglob("*"))
    assert report.nbytes >= sum(file.stat().st_size for file in chunks)
    assert report.n_chunks == len([c for c in chunks if "checkpoint" not in str(c)])
    assert "a finished run of 3 epochs" in str(report)
    assert "nothing is damaged or missing" in str(report)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20
)
@given(data=st.data())
def test_one_changed_bit_in_any_chunk_is_found(store, chunks, data):
    """A checksum of 32 bits misses none."""
    file = data.draw(st.sampled_from(chunks))
    before = file.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1))
    changed = bytearray(before)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(changed)
    try:
        damages = found(store)
    finally:
        file.write_bytes(before)
    name = "/".join(file.relative_to(store).parts[:-1])
    assert any(damage.startswith(name) and "checksum wrong" in damage for damage in damages)


@pytest.mark.parametrize("harm", ["truncated", "emptied", "lengthened", "deleted"])
def test_a_harmed_file_is_found_whichever_it_is(store, chunks, harm):
    """Chunks and metadata alike, five of each drawn at random."""
    metadata = [f for f in store.rglob("zarr.json") if store / "checkpoint/2" not in f.parents]
    metadata.remove(store / "zarr.json")
    metadata.remove(store / "checkpoint/zarr.json")  # nothing is read from it
    draw = random.Random(harm)
    for file in draw.sample(chunks, 5) + draw.sample(sorted(metadata), 5):
        before = file.read_bytes()
        if harm == "deleted":
            file.unlink()
        elif harm == "lengthened":
            file.write_bytes(before + b"x")
        else:
            file.write_bytes(before[: len(before) // 2] if harm == "truncated" else b"")
        try:
            damages = found(store)
        finally:
            file.write_bytes(before)
        name = "/".join(file.relative_to(store).parts[:-1])
        assert any(damage.startswith(name) for damage in damages), name
    assert found(store) == []


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("attractors/eigenvalues/c.2.0", "attractors/eigenvalues epoch=2: missing"),
        ("weights/w_rec/c.1.2.0", "weights/w_rec epoch=3,post=4:5,pre=0:2: missing"),
        ("weights/w_in/c.0.0", "weights/w_in: missing"),
        ("attractors/n_retained/c", "attractors/n_retained: missing"),
        ("attractors/kind/c.0", "attractors/kind: missing"),
        ("weights/w_in/zarr.json", "weights/w_in: zarr.json missing"),
        ("weights/zarr.json", "weights: zarr.json missing"),
        ("zarr.json", "zarr.json: missing"),
        ("checkpoint/position/c.0", "checkpoint/position: missing"),
        ("checkpoint/3/rate/c.0", "checkpoint/3/rate: missing"),
        ("checkpoint/3/rate/zarr.json", "checkpoint/3/rate: missing"),
        ("checkpoint/3/zarr.json", "checkpoint/3: missing"),
    ],
)
def test_a_deleted_file_is_named_by_variable_and_region(store, file, fault):
    """One damage, one line."""
    before = (store / file).read_bytes()
    (store / file).unlink()
    try:
        assert found(store) == [fault]
    finally:
        (store / file).write_bytes(before)


def test_several_damages_are_all_named(tmp_path):
    """Not only the first."""
    path = whole(tmp_path / "run.zarr")
    for epoch in (1, 3):
        (path / f"attractors/is_distinct/c.{epoch}.0").write_bytes(b"")
    (path / "attractors/epoch/c.0").unlink()
    (path / "training/cue_order/c.0.0").unlink()
    report = check_store(path)
    assert set(map(str, report.damages)) == {
        "attractors/epoch: missing",
        "training/cue_order epoch=1: missing",
    }
    assert "attractors: not checked epoch by epoch" in str(report)
    assert "2 damaged or missing" in str(report)


def test_a_store_is_checked_as_far_as_it_is_whole(tmp_path):
    """What is to come is not missing; what is whole must be there."""
    path = partly(tmp_path / "run.zarr", until=1)
    assert found(path) == []
    (path / "training/weight_norm/c.0").unlink()
    assert found(path) == ["training/weight_norm epoch=1: missing"]
    assert "interrupted after epoch 1" in str(check_store(path))


def test_a_store_that_is_being_written_can_be_checked(tmp_path):
    """And the report says by whom."""
    with create(tmp_path / "run.zarr", layout(), ATTRS) as writer:
        go_on(writer, until=1)
        report = check_store(writer.path)
    assert report.ok
    assert "is writing to it since" in str(report)


def test_what_is_no_store_cannot_be_checked(tmp_path):
    """It is not a damaged store either."""
    with pytest.raises(StoreError, match="not a plastisim store"):
        check_store(tmp_path)
