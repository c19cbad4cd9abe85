"""Epochs written many at a time, into chunks that hold several of them."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

from plastisim.errors import StoreDamagedError, StoreError
from plastisim.store import (
    Coordinate,
    Group,
    Layout,
    Variable,
    check_store,
    create,
    open_run,
    resume,
    status,
)
from plastisim.store.words import listed, ranges
from tests.store.curves import (
    BEST,
    N_EPOCHS,
    checkpoint,
    go_on,
    layout,
    values,
    write_block,
    written,
)
from tests.store.test_resume import ROOT, content

CURVES = [sys.executable, "-m", "tests.store.curves"]


@pytest.fixture
def writer(tmp_path):
    """A writer at the very beginning."""
    with create(tmp_path / "run.zarr", layout(), {}) as writer:
        yield writer


def arrays_of(path):
    """Every file of a store but its checkpoints, times and writers."""
    files = content(path).items()
    return {name: data for name, data in files if not name.startswith("checkpoint")}


def assert_shown(path, last):
    """The whole epochs, right to the bit, and no others."""
    tree = open_run(path)
    assert tree["tests"]["epoch"].values.tolist() == list(range(0, last + 1, 3))
    assert tree["curves"]["epoch"].values.tolist() == list(range(1, last + 1))
    for group in ("curves", "tests"):
        if epochs := tree[group]["epoch"].values.tolist():
            for name, value in values(group, epochs).items():
                np.testing.assert_array_equal(tree[group][name].values, value, strict=True)


@pytest.fixture(scope="module")
def epoch_by_epoch(tmp_path_factory):
    """The arrays of a run written an epoch at a time, by size of the shared chunks."""
    stores = {}
    for shared in (1, 4, 5, 99):
        path = tmp_path_factory.mktemp("store") / "run.zarr"
        with create(path, layout(shared=shared), {}) as writer:
            for epoch in range(N_EPOCHS + 1):
                write_block(writer, epoch, epoch, singly=True)
                writer.commit(epoch, checkpoint(epoch))
            go_on(writer, ())
        assert_shown(path, N_EPOCHS)
        stores[shared] = arrays_of(path)
    return stores


@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_the_blocks_a_run_is_written_in_leave_no_trace(epoch_by_epoch, tmp_path_factory, data):
    """Whatever the blocks, their order between two commits, the commits and the chunks."""
    shared = data.draw(st.sampled_from(sorted(epoch_by_epoch)))
    stops = sorted(data.draw(st.sets(st.integers(0, N_EPOCHS - 1), max_size=3)) | {N_EPOCHS})
    path = tmp_path_factory.mktemp("store") / "run.zarr"
    with create(path, layout(shared=shared), {}) as writer:
        for stop in stops:
            inner = range(writer.epoch + 2, stop + 1)
            cuts = data.draw(st.sets(st.sampled_from(inner), max_size=3)) if inner else set()
            ends = sorted({writer.epoch + 1, stop + 1} | cuts)
            blocks = list(itertools.pairwise(ends))
            for first, end in data.draw(st.permutations(blocks)):
                write_block(writer, first, end - 1, singly=data.draw(st.booleans()))
            writer.commit(stop, checkpoint(stop))
        go_on(writer, ())
    assert arrays_of(path) == epoch_by_epoch[shared]


def test_a_run_killed_at_any_moment_goes_on_to_the_same_bytes(tmp_path):
    """Before every twenty-ninth change of the disk, from the first to the last."""
    expected = content(written(tmp_path / "whole.zarr"))
    paths = _crashed(tmp_path / "runs", "29")
    done = [_assert_goes_on(path, expected) for path in paths[:-1]]
    assert done == sorted(done)
    assert len(done) > 8
    assert set(done) >= {-1, 0, N_EPOCHS}
    assert content(paths[-1]) == expected  # out of moments to die at


def test_a_run_killed_while_a_chunk_takes_more_epochs_keeps_those_it_has(tmp_path):
    """Before each change of chunks that are begun with epochs 5 and 6, and take 7 and 8 later."""
    expected = content(written(tmp_path / "whole.zarr"))
    paths = _crashed(tmp_path / "runs", "1", "curves/loss/c.1.")
    writing = [path.glob("curves/loss/c.1.*.partial") for path in paths]
    assert len(paths) == 2 * 2 * 2 + 1  # two pieces, written twice: another name, then renamed
    assert next(writing[3])
    assert next(writing[7])
    done = [_assert_goes_on(path, expected) for path in paths[:-1]]
    assert done == [3] * 4 + [6] * 4


def test_a_reader_sees_whole_epochs_only_at_any_moment_of_the_writing(tmp_path):
    """By another process, while chunks that hold them are rewritten every few milliseconds."""
    path, n_epochs, seen = tmp_path / "run.zarr", 60, [0]
    command = [*CURVES, "write", path, str(n_epochs), "0.003"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout.readline() == "started\n"
        while seen[-1] < n_epochs:
            running = process.poll() is None
            seen.append(open_run(path).attrs["epochs_done"])
            tree = open_run(path).load()
            epochs = tree["curves"]["epoch"].values.tolist()[-9:]
            if epochs:
                for name, value in values("curves", epochs).items():
                    np.testing.assert_array_equal(tree["curves"][name][-len(epochs) :], value)
            assert check_store(path).ok
            assert running or seen[-1] == n_epochs
    assert process.returncode == 0
    assert seen == sorted(seen)
    assert len(set(seen)) > 2  # or the writer was too fast to be watched


def test_what_a_reader_has_opened_stays_while_its_chunks_take_more_epochs(writer):
    """Values are read when they are asked for, from the rewritten chunk."""
    go_on(writer, (6,), finish=False)
    before = (writer.path / "curves/n_correct/c.1").read_bytes()
    tree = open_run(writer.path)
    go_on(writer)
    assert (writer.path / "curves/n_correct/c.1").read_bytes() != before
    found = tree["curves"].load()
    for name, value in values("curves", range(1, 7)).items():
        np.testing.assert_array_equal(found[name], value)


def test_what_was_written_without_its_commit_is_overwritten(tmp_path):
    """It is not shown, and leaves no trace."""
    path = written(tmp_path / "run.zarr", (0, 3), finish=False)
    with resume(path).writer as writer:
        wrong = {name: value[::-1] for name, value in values("curves", range(4, 9)).items()}
        writer.write("curves", wrong, epochs=range(4, 9))
    assert_shown(path, 3)
    assert check_store(path).ok
    with resume(path).writer as writer:
        go_on(writer)
    assert content(path) == content(written(tmp_path / "whole.zarr"))


@pytest.mark.parametrize("harm", ["flipped", "emptied", "deleted"])
def test_a_damaged_chunk_without_a_whole_epoch_is_begun_anew(tmp_path, harm):
    """A machine that lost its power may have left it."""
    path = written(tmp_path / "run.zarr", (0, 3), finish=False)
    with resume(path).writer as writer:
        write_block(writer, 4, 6)
    _harm(path / "curves/loss/c.1.0", harm)
    assert check_store(path).ok
    writer, position, _ = resume(path)
    assert (position, writer.notes) == (3, [])
    with writer:
        go_on(writer, (6, 8, 11))
    assert content(path) == content(written(tmp_path / "whole.zarr"))


@pytest.mark.parametrize(("harm", "fault"), [("flipped", "checksum wrong"), ("deleted", "missing")])
def test_whole_epochs_that_cannot_be_read_are_not_written_over(writer, harm, fault):
    """They are named; nothing stands in for them."""
    go_on(writer, (6,), finish=False)
    chunk = writer.path / "curves/n_correct/c.1"
    _harm(chunk, harm)
    before = chunk.read_bytes() if chunk.exists() else None
    with pytest.raises(StoreDamagedError, match=rf"curves/n_correct epoch=5\.\.6: {fault}$"):
        write_block(writer, 7, 7)
    assert (chunk.read_bytes() if chunk.exists() else None) == before


def test_a_damaged_chunk_that_is_to_take_more_epochs_is_written_again_from_before_it(tmp_path):
    """The checkpoint before serves, if no whole epoch but those done again is in the chunk."""
    path = written(tmp_path / "run.zarr", (0, 4, 6), finish=False)
    _harm(path / "curves/loss/c.1.1", "flipped")
    damage = "curves/loss epoch=5..6,network=2:3: checksum wrong"
    assert [str(found) for found in check_store(path).damages] == [damage]
    writer, position, _ = resume(path)
    assert position == 4
    assert f"{damage}; went back to the checkpoint of epoch 4" in writer.notes[0]
    assert_shown(path, 4)
    with writer:
        go_on(writer, (8, 11))
    assert_shown(path, N_EPOCHS)
    assert check_store(path).ok
    assert arrays_of(path) == arrays_of(written(tmp_path / "whole.zarr"))


def test_a_damaged_chunk_with_epochs_from_before_every_checkpoint_is_an_error(tmp_path):
    """Which leaves the store unlocked and as it was."""
    path = written(tmp_path / "run.zarr", (0, 6, 7), finish=False)
    _harm(path / "curves/n_correct/c.1", "flipped")
    before = content(path)
    with pytest.raises(StoreDamagedError) as caught:
        resume(path)
    for word in ("epoch=5..7: checksum wrong", "epoch=5..6: checksum wrong", "there is no other"):
        assert word in str(caught.value)
    assert content(path) == before
    assert not status(path).writer.alive


def test_a_damaged_chunk_that_is_full_does_not_keep_a_run_from_going_on(tmp_path):
    """As with chunks of one epoch: it is named, the rest is written."""
    path = written(tmp_path / "run.zarr", (0, 6), finish=False)
    _harm(path / "curves/n_correct/c.0", "flipped")
    with resume(path).writer as writer:
        assert writer.notes == []
        go_on(writer)
    assert list(map(str, check_store(path).damages)) == [
        "curves/n_correct epoch=1..4: checksum wrong"
    ]


def test_a_damaged_checkpoint_gives_way_to_one_in_the_middle_of_a_chunk(tmp_path):
    """Epochs are done again beside whole ones; who had read on sees no gap meanwhile."""
    path = written(tmp_path / "run.zarr", (0, 6, 8), finish=False)
    tree = open_run(path)
    _harm(path / "checkpoint/8/n/c", "flipped")
    writer, position, _ = resume(path)
    assert position == 6
    with writer:
        write_block(writer, 7, 7)
        assert_shown(path, 6)
        np.testing.assert_array_equal(tree["curves/loss"], values("curves", range(1, 9))["loss"])
        go_on(writer)
    assert arrays_of(path) == arrays_of(written(tmp_path / "whole.zarr"))


@pytest.mark.parametrize(
    ("chunk", "place"),
    [
        ("curves/loss/c.1.0", "curves/loss epoch=5..8,network=0:2"),
        ("curves/loss/c.2.1", "curves/loss epoch=9..11,network=2:3"),
        ("curves/gradient/c.4.0", "curves/gradient epoch=5"),
        ("tests/is_distinct/c.0", "tests/is_distinct epoch=0..6"),
        ("tests/is_distinct/c.1", "tests/is_distinct epoch=9"),
    ],
)
def test_a_missing_or_damaged_chunk_is_named_by_its_range_of_epochs(tmp_path, chunk, place):
    """Numbers of the group's coordinate, not rows."""
    path = written(tmp_path / "run.zarr")
    _harm(path / chunk, "flipped")
    assert list(map(str, check_store(path).damages)) == [f"{place}: checksum wrong"]
    _harm(path / chunk, "deleted")
    assert list(map(str, check_store(path).damages)) == [f"{place}: missing"]
    with pytest.raises(StoreDamagedError, match=f"missing: {place}$"):
        open_run(path)


def test_every_chunk_of_many_is_checked_where_they_are_read_in_several_goes(tmp_path, monkeypatch):
    """A store may be larger than memory."""
    path = written(tmp_path / "run.zarr")
    n_chunks = check_store(path).n_chunks
    assert n_chunks == 3 * 2 + 3 + 11 + 2 + 2 + 1 + 4  # the last are coordinates
    for place in ("loss/c.0.1", "loss/c.2.0", "n_correct/c.2"):
        _harm(path / "curves" / place, "flipped")
    for largest in (1, 8 * 3 * 4, 8 * 3 * 8, 10**9):
        monkeypatch.setattr("plastisim.store.integrity.LARGEST_CHUNK", largest)
        assert [str(damage).split(":")[0] for damage in check_store(path).damages] == [
            "curves/loss epoch=1..4,network=2",
            "curves/loss epoch=9..11,network=0",
            "curves/n_correct epoch=9..11",
        ]


def test_a_run_done_early_leaves_a_chunk_partly_filled(writer):
    """Its epochs are all that is shown, checked and named."""
    go_on(writer, (0, 3, 6))
    path = writer.path
    assert_shown(path, 6)
    tree = open_run(path)
    assert tree.attrs.items() >= {"state": "done", "epochs_done": 6, "epochs": N_EPOCHS}.items()
    np.testing.assert_array_equal(tree["tests/best"], BEST)
    assert check_store(path).ok
    assert str(status(path)) == f"a run that ended after epoch 6 of at most {N_EPOCHS}"
    strangers = xr.open_datatree(path, engine="zarr")["curves"]
    assert np.isnan(strangers["loss"][6:]).all()
    assert (strangers["n_correct"][6:] == np.iinfo("i8").min).all()
    (path / "curves/n_correct/c.1").unlink()
    assert list(map(str, check_store(path).damages)) == ["curves/n_correct epoch=5..6: missing"]


@pytest.mark.parametrize(
    ("group", "epochs", "fault"),
    [
        ("tests", [0, 6], r"got epochs \[0, 6\]; .* from 0 on are \[0, 3\], one after another"),
        ("tests", [0, 3, 4], r"epoch 4 is not one of the recorded \[0, 3, 6, 9\]"),
        ("tests", [3, 0], r"got epochs \[3, 0\]; those recorded from 3 on are \[3, 6\]"),
        ("tests", [3, 3], r"got epochs \[3, 3\]; those recorded from 3 on are \[3, 6\]"),
        ("tests", [9, 9], r"got epochs \[9, 9\]; those recorded from 9 on are \[9\]"),
        ("curves", range(9, 14), r"epoch 12 is not one of the recorded \[1, 2, 3, \.\.\., 11\]"),
        ("curves", range(1, 12, 2), r"got epochs \[1, 3, 5, 7, 9, 11\]; those .* \[1, 2, 3, 4, 5,"),
        ("curves", [], r"got epochs=\[\]; give one or more whole numbers"),
        ("curves", [1.0, 2.0], r"got epochs=\[1\.0, 2\.0\]; give one or more whole numbers"),
        ("curves", [[1, 2]], r"got epochs=\[\[1, 2\]\]; give one or more whole numbers"),
    ],
)
def test_epochs_that_do_not_follow_each_other_are_refused(writer, group, epochs, fault):
    """What was found, and what would be right; nothing is written."""
    name = "is_distinct" if group == "tests" else "n_correct"
    with pytest.raises(StoreError, match=fault):
        writer.write(group, {name: np.zeros(len(epochs), bool)}, epochs=epochs)
    assert not list(writer.path.glob(f"{group}/{name}/c*"))


@pytest.mark.parametrize(
    ("group", "array", "fault"),
    [
        ("curves", {"loss": np.zeros((3, 2))}, r"\(3, 2\); \('epoch', 'network'\) is \(2, 3\)"),
        ("curves", {"loss": np.zeros(3)}, r"shape \(3,\); \('epoch', 'network'\) is \(2, 3\)"),
        ("curves", {"n_correct": 1}, r"got shape \(\); \('epoch',\) is \(2,\)"),
        ("curves", {"n_correct": [1.0, 2.0]}, "got float64, which int64 cannot hold"),
        ("tests", {"best": BEST}, r"written with epochs=\[1, 2\], but the layout has at='end'"),
    ],
)
def test_a_block_that_does_not_fit_is_refused(writer, group, array, fault):
    """Its arrays have the epochs first."""
    with pytest.raises(StoreError, match=fault):
        writer.write(group, array, epochs=[1, 2])


def test_one_epoch_and_several_are_not_mixed_up(writer):
    """Each has its own shape."""
    with pytest.raises(StoreError, match="written with epoch=1 and epochs too; give one of them"):
        writer.write("curves", {"n_correct": 1}, epoch=1, epochs=[1])
    with pytest.raises(StoreError, match=r"got shape \(1, 3\); \('network',\) is \(3,\)"):
        writer.write("curves", {"loss": np.zeros((1, 3))}, epoch=1)
    with pytest.raises(StoreError, match=r"shape \(3,\); \('epoch', 'network'\) is \(1, 3\)"):
        writer.write("curves", {"loss": np.zeros(3)}, epochs=[1])


def test_whole_epochs_are_not_written_again_with_others(writer):
    """Even at the front of a block."""
    go_on(writer, (6,), finish=False)
    with pytest.raises(StoreError, match="curves/loss: epoch 6 is whole already"):
        writer.write("curves", values("curves", [6, 7]), epochs=[6, 7])


def test_a_commit_over_many_epochs_wants_every_one_of_them(writer):
    """Those missing are named, neighbours together."""
    write_block(writer, 5, 7)
    write_block(writer, 0, 2)
    with pytest.raises(StoreError) as caught:
        writer.commit(11, {})
    named = "curves/gradient epoch=3..4,8..11, curves/loss epoch=3..4,8..11, "
    assert named in str(caught.value)
    assert "tests/eigenvalues epoch=3,9, tests/is_distinct epoch=3,9" in str(caught.value)
    assert writer.epoch == -1
    write_block(writer, 3, 4)
    writer.commit(7, checkpoint(7))
    with pytest.raises(StoreError, match=r"not written: curves/gradient epoch=8, "):
        writer.commit(8, {})
    assert_shown(writer.path, 7)


def test_thirty_thousand_epochs_are_few_files_and_short_messages(tmp_path):
    """Thirty of a variable, where a thousand epochs share one."""
    loss = Variable(("epoch", "network"), "float64", "1", "loss", chunks=(1000, 20))
    epochs = {"epoch": Coordinate(range(1, 30_001), "1", "epoch")}
    long = Layout({"curves": Group({"loss": loss}, epochs, {"network": 20})})
    assert long.n_files() == 30
    with create(tmp_path / "run.zarr", long, {}) as writer:
        with pytest.raises(StoreError, match=r"not written: curves/loss epoch=1\.\.30000$"):
            writer.commit(30_000, {})
        one = np.zeros((1, 20))
        with pytest.raises(StoreError, match=r"the recorded \[1, 2, 3, \.\.\., 30000\]$"):
            writer.write("curves", {"loss": one}, epochs=[0])
        writer.write("curves", {"loss": np.ones((30_000, 20))}, epochs=range(1, 30_001))
        writer.commit(30_000, {})
    assert len(list(writer.path.glob("curves/loss/c.*"))) == 30
    assert open_run(writer.path)["curves/loss"].sum() == 600_000


def test_epochs_read_short_in_words():
    """Neighbours by their place, not by their number."""
    epochs = np.array([0, 10, 20, 30, 35])
    assert ranges(epochs, np.array([0, 1, 2, 4])) == "0..20,35"
    assert ranges(np.arange(99), np.arange(0, 99, 2)) == "0,2,4,6,8,10,12,14,..."
    assert listed(epochs) == "[0, 10, 20, 30, 35]"
    assert listed(np.arange(9)) == "[0, 1, 2, ..., 8]"


def _crashed(directory, *how):
    """Runs that were killed one later than another; the last one was not."""
    directory.mkdir()
    subprocess.run([*CURVES, "crash", directory, *how], check=True, cwd=ROOT)
    return sorted(directory.iterdir(), key=lambda path: int(path.stem))


def _assert_goes_on(path, expected):
    """A killed run shows its whole epochs, and goes on from there; returns the last of them."""
    last = int(zarr.open_array(path / "checkpoint/position", mode="r")[0])
    assert_shown(path, last)
    if not status(path).finished:
        assert check_store(path).ok
        writer, position, arrays = resume(path)
        assert position == last
        assert arrays == (checkpoint(position) if position >= 0 else {})
        with writer:
            go_on(writer)
        assert content(path) == expected
    return last


def _harm(file, harm):
    if harm == "deleted":
        file.unlink()
    elif harm == "emptied":
        file.write_bytes(b"")
    else:
        data = bytearray(file.read_bytes())
        data[3] ^= 1
        file.write_bytes(data)
