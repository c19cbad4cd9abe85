"""A run that is killed, stopped or cut in other pieces ends with the bits of one that was not."""

from __future__ import annotations

import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from plastisim.cli.app import app
from plastisim.errors import StoreError, StoreExistsError
from plastisim.runs import Progress, run
from plastisim.runs.bptt import course
from plastisim.store import check_store, open_run
from plastisim.store.checkpoint import read_position
from tests.runs.bptt.tiny import MIXED, protocol
from tests.runs.tiny import same_store

ROOT = Path(__file__).parents[3]
STOPS = {  # how a run is stopped, and the last whole epoch then; each goes on from the one before
    "killed before the first commit": (["writes", "/run.zarr/checkpoint/position/c", "1"], -1),
    "killed between two commits": (["hears", "6"], 4),
    "Ctrl-C": (["asks", "6"], 6),
    "killed with epoch 8 half written": (["writes", "/weights/w_rec/c", "3"], 7),
    "killed before the end is written": (["writes", "/run.zarr/final", "0"], 14),
}


@dataclass(frozen=True)
class Stopped:
    """A process that has ended, and its store as it was then."""

    code: int
    out: str
    err: str
    store: Path


@pytest.fixture(scope="module")
def story(whole, tmp_path_factory) -> dict[str, Stopped]:
    """One run of real processes, stopped again and again."""
    home, found = tmp_path_factory.mktemp("story"), {}
    path, written = home / "run.zarr", home / "mixed.yaml"
    written.write_text(MIXED, "utf-8")
    for n, (name, (moment, _)) in enumerate(STOPS.items()):
        process = subprocess.run(
            [sys.executable, "-m", "tests.runs.bptt.dying", path, written, *moment],
            capture_output=True, text=True, timeout=120, check=False, cwd=ROOT,
        )  # fmt: skip
        kept = shutil.copytree(path, home / f"{n}.zarr")
        found[name] = Stopped(process.returncode, process.stdout, process.stderr, kept)
    return found


def assert_whole_epochs_are_those_of(path: Path, whole: Path, position: int) -> None:
    """All that a store shows is what another has, bit by bit, up to an epoch."""
    here, there = open_run(path), open_run(whole)
    assert here.groups == there.groups
    for group in here.children:
        right = there[group].to_dataset()
        right = right.sel(epoch=right.epoch <= position) if "epoch" in right.dims else right
        for name, variable in here[group].to_dataset().variables.items():
            assert variable.shape == right[name].shape, f"{group}/{name}"
            if name != "seconds":
                assert variable.values.tobytes() == right[name].values.tobytes(), f"{group}/{name}"


@pytest.mark.parametrize("name", STOPS)
def test_a_stopped_run_has_its_whole_epochs_and_no_more(whole, story, name):
    stopped, last = story[name], STOPS[name][1]
    assert stopped.code == (130 if name == "Ctrl-C" else -signal.SIGKILL), stopped.err
    assert read_position(stopped.store) == (last, False)
    assert open_run(stopped.store).attrs["state"] == "interrupted"
    assert open_run(stopped.store).attrs["epochs_done"] == max(last, 0)
    assert check_store(stopped.store).ok
    assert_whole_epochs_are_those_of(stopped.store, whole.path, last)


def test_who_goes_on_where_another_was_killed_says_so(story):
    """And not after Ctrl-C, which leaves nothing behind."""
    told = ["took over" in stopped.out + stopped.err for stopped in story.values()]
    assert told == [False, True, True, False, True]


def test_ctrl_c_says_how_far_the_run_is_and_how_to_go_on(story):
    err = story["Ctrl-C"].err
    assert "interrupted; whole up to epoch 6. Go on with:\n  plastisim run" in err
    assert "Traceback" not in err


def test_a_run_stopped_again_and_again_ends_with_the_bits_of_one_that_was_not(whole, story, capsys):
    """By the command that Ctrl-C has shown."""
    command = shlex.split(story["Ctrl-C"].err.splitlines()[-1])
    app([*command[1:], "--no-figure"], standalone_mode=False)
    path = Path(capsys.readouterr().out.splitlines()[-1])
    assert path.name == "run.zarr"
    assert same_store(whole.path, path) == []
    assert open_run(path).attrs["state"] == "done"
    assert check_store(path).ok
    assert not list(path.rglob("*.partial"))


def test_calls_of_one_epoch_a_commit_after_each_and_an_interrupt_change_no_bit(
    whole, tmp_path, monkeypatch
):
    """An interrupt that nobody handles, as in a notebook; then, the usual pieces."""
    heard: list[Progress] = []
    committed: set[int] = set()
    path = tmp_path / "run.zarr"

    def watch(progress: Progress) -> None:
        heard.append(progress)
        committed.add(read_position(path).epoch)
        if progress.epoch == 9:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(course, "CALL", 0.0)
        patch.setattr(course, "COMMIT", -1.0)
        with pytest.raises(KeyboardInterrupt):
            run(protocol(), out=path, watch=watch)
    assert [p.epoch for p in heard] == sorted(committed) == list(range(10))
    assert [p.epoch for p in whole.heard] == [0, 1, 2, 3, 4, 7, 8, 10, 14]
    assert open_run(path).attrs["state"] == "interrupted"
    assert_whole_epochs_are_those_of(path, whole.path, 9)
    run(protocol(), out=path, resume_run=True)
    assert same_store(whole.path, path) == []


def test_a_finished_run_says_so_and_stays_as_it_is(whole):
    before = open_run(whole.path).load()
    with pytest.raises(StoreError, match=r"finished, nothing to resume"):
        run(whole.protocol, out=whole.path, resume_run=True)
    with pytest.raises(StoreExistsError, match=r"exists: a finished run of 14 epochs; .*--overw"):
        run(whole.protocol, out=whole.path)
    assert open_run(whole.path).load().identical(before)
    assert check_store(whole.path).ok
