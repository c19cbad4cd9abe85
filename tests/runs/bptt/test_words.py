"""What a person is told while networks train, and afterwards."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.cli.progress import show_progress
from plastisim.runs import Progress
from plastisim.runs.bptt import summary
from tests.runs.bptt.tiny import DIVERGING

WORDS = {1: "learned", 2: "given up", 3: "diverged"}


@pytest.mark.parametrize("run", ["whole", "grid"])
def test_progress_tells_the_median_score_of_the_last_tests_and_who_has_stopped(run, request):
    """All of it as it stands in the store, at the epochs that the watcher heard of."""
    run = request.getfixturevalue(run)
    test, status = run.tree["test"].correlation, run.tree["training"].status
    for heard in run.heard:
        assert heard.epochs == run.protocol.training.epochs
        if heard.epoch not in test.epoch:
            continue
        scores = test.sel(epoch=heard.epoch).values
        words = [f"median correlation {np.nanmedian(scores):.3f}"]
        now = status.sel(epoch=heard.epoch).values if heard.epoch else np.zeros(len(scores))
        words += [f"{(now == s).sum()} {w}" for s, w in WORDS.items() if (now == s).any()]
        assert heard == Progress(heard.epoch, heard.epochs, ", ".join(words))
    epochs = [heard.epoch for heard in run.heard]
    assert epochs == sorted(set(epochs))
    assert (epochs[0], epochs[-1]) == (0, run.protocol.training.epochs)
    assert run.heard[-1].found.endswith(("2 given up, 2 diverged", ", 3 learned"))


def test_a_log_has_a_line_of_the_end_however_short_the_run(whole, capsys):
    with show_progress("mixed", quiet=False) as watch:
        for heard in whole.heard:
            watch(heard)
    assert capsys.readouterr().err == f"mixed: epoch 14/14, {whole.heard[-1].found}\n"


def test_the_summary_is_of_the_last_test_arm_by_arm(whole):
    tree = whole.tree
    lines = summary(tree)
    told = dict(lines)
    assert len(told) == len(lines)
    arms = {"0": slice(0, 2), "64": slice(2, 4), f"{DIVERGING:g}": slice(4, 6)}
    ends = ["trained to the end", "given up", "diverged"]
    for (strength, networks), end in zip(arms.items(), ends, strict=True):
        head = f"weight_decay {strength}"
        assert told[f"{head}: networks"] == f"2: 2 {end}"
        for name in ("loss", "correlation", "fraction_correct"):
            low, high = sorted(float(v) for v in tree["test"][name].sel(epoch=14)[networks])
            right = f"median {(low + high) / 2:.4g} ({low:.4g} to {high:.4g}) in epoch 14"
            if end == "diverged":
                right = "no finite number in epoch 14"
            assert told[f"{head}: {name}"] == right
    assert told["seconds"] == f"{float(tree['training'].seconds.sum()):.1f}"
    assert len(told) == 3 * 4 + 1


def test_two_strengths_name_an_arm(grid):
    told = dict(summary(grid.tree))
    assert told["activity 0.5, weight_decay 0: networks"] == "1: 1 learned"
    assert told["activity 0.25, weight_decay 64: networks"] == "1: 1 trained to the end"
    assert len(told) == 6 * 4 + 1


def cut(tree: xr.DataTree, epoch: int) -> xr.DataTree:
    """The tree of a run that was interrupted after an epoch."""
    groups = {name: group.to_dataset().sel(epoch=slice(epoch))
              for name, group in tree.children.items() if name != "final"}  # fmt: skip
    root = xr.Dataset(attrs=tree.attrs | {"state": "interrupted", "epochs_done": epoch})
    return xr.DataTree.from_dict({"/": root, **groups})


def test_nobody_has_trained_to_the_end_before_it(whole):
    told = dict(summary(cut(whole.tree, 9)))
    assert told["weight_decay 0: networks"] == "2: 2 in training"
    assert told["weight_decay 64: networks"] == "2: 2 given up"
    assert told["weight_decay 64: loss"].endswith("in epoch 8")
    told = dict(summary(cut(whole.tree, 0)))
    assert "weight_decay 0: networks" not in told
    assert told["weight_decay 0: loss"].endswith("in epoch 0")
    assert "seconds" not in told
    assert summary(cut(whole.tree, -1)) == [("networks", "nothing was tested yet")]
