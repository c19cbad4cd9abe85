"""A run does what its protocol says, the same every time, and keeps what it has."""

from __future__ import annotations

import numpy as np
import pytest

from plastisim.errors import DivergedError, NotAllowedError, StoreError, StoreExistsError
from plastisim.protocol import load_protocol
from plastisim.runs import Interrupted, Progress, run
from plastisim.runs.online.laboratory import Laboratory
from plastisim.store import check_store, open_run
from tests.runs.tiny import SMALL, TINY, same_store


def test_the_same_protocol_gives_the_same_bits(tmp_path):
    a = run(SMALL, TINY, out=tmp_path / "a.zarr")
    b = run(SMALL, TINY, out=tmp_path / "b.zarr")
    assert same_store(a, b) == []


def test_another_seed_gives_other_weights(tmp_path):
    """So that the test above can fail."""
    a = run(SMALL, TINY, out=tmp_path / "a.zarr")
    b = run(SMALL, (*TINY, "seed=1"), out=tmp_path / "b.zarr")
    assert "weights/w_rec" in same_store(a, b)


@pytest.mark.parametrize("stop_after", [0, 1, 3])
@pytest.mark.parametrize(
    "more",
    [
        (),
        ("network.noise=0.1", "schedule.reset=keep"),
        ("network.weight_noise=1e-3", "schedule.reset=random", "network.dtype=float32"),
        ("rule={kind: bcm, strength: 1e-4, threshold_time_constant: 100 ms}",),
        ("schedule.stop={when: all_cues_are_attractors, tests_in_a_row: 1, then: freeze}",),
    ],
    ids=["plain", "noise and kept rates", "weight noise", "traces", "stop condition"],
)
def test_an_interrupted_run_ends_as_if_it_had_not_been(tmp_path, more, stop_after):
    seen: list[int] = []
    whole = run(SMALL, (*TINY, *more), out=tmp_path / "whole.zarr")
    parts = tmp_path / "parts.zarr"
    with pytest.raises(Interrupted):
        run(
            SMALL, (*TINY, *more), out=parts,
            watch=lambda p: seen.append(p.epoch), should_stop=lambda: stop_after in seen,
        )  # fmt: skip
    assert open_run(parts).attrs["epochs_done"] == stop_after
    assert open_run(parts).attrs["state"] == "interrupted"
    run(SMALL, (*TINY, *more), out=parts, resume_run=True)
    assert same_store(whole, parts) == []
    assert open_run(parts).attrs["state"] == "done"
    assert check_store(parts).ok


def test_a_run_interrupted_among_the_last_measurements_ends_the_same(tmp_path):
    seen: list[str] = []
    whole = run(SMALL, TINY, out=tmp_path / "whole.zarr")
    with pytest.raises(Interrupted):
        run(
            SMALL, TINY, out=tmp_path / "parts.zarr",
            watch=lambda p: seen.append(p.doing), should_stop=lambda: "retention" in seen,
        )  # fmt: skip
    assert "n_retained" not in open_run(tmp_path / "parts.zarr")["attractors"]
    run(SMALL, TINY, out=tmp_path / "parts.zarr", resume_run=True)
    assert same_store(whole, tmp_path / "parts.zarr") == []


def test_a_diverging_network_names_the_moment_and_keeps_what_was_before(tmp_path):
    """Hebbian learning without bounds: weights grow by a factor every step until they overflow."""
    more = ("network.transfer=linear", "rule={kind: hebb, strength: 0.3}", "network.gain=0.5",
            "cues.amplitude=1e30")  # fmt: skip
    out = tmp_path / "run.zarr"
    with pytest.raises(DivergedError, match=r"epoch 1, cue \d, step \d+: a drive is not finite"):
        run(SMALL, (*TINY, *more), out=out)
    tree = open_run(out)
    assert tree.attrs["epochs_done"] == 0
    assert tree.attrs["state"].startswith("failed: DivergedError: the network diverged in epoch 1")
    assert np.isfinite(tree["weights"].w_rec.sel(epoch=0)).all()


def test_a_store_is_not_overwritten_unasked(tmp_path):
    path = run(SMALL, TINY, out=tmp_path / "run.zarr")
    before = open_run(path)["weights"].w_rec.values
    with pytest.raises(StoreExistsError, match="--overwrite"):
        run(SMALL, (*TINY, "seed=5"), out=path)
    assert np.array_equal(open_run(path)["weights"].w_rec.values, before)
    run(SMALL, (*TINY, "seed=5"), out=path, overwrite=True)
    assert not np.array_equal(open_run(path)["weights"].w_rec.values, before)


def test_resuming_with_another_protocol_shows_the_difference_and_changes_nothing(tmp_path):
    out, seen = tmp_path / "run.zarr", []
    with pytest.raises(Interrupted):
        run(SMALL, TINY, out=out, watch=lambda p: seen.append(p), should_stop=lambda: bool(seen))
    with pytest.raises(StoreError, match=r"(?s)another protocol.*-seed: 0.*\+seed: 4"):
        run(SMALL, (*TINY, "seed=4"), out=out, resume_run=True)
    run(SMALL, TINY, out=out, resume_run=True)


def test_resume_begins_a_run_that_is_not_there(tmp_path):
    """So that a job script needs one command, however often it is started."""
    assert open_run(run(SMALL, TINY, out=tmp_path / "a.zarr", resume_run=True)).attrs["state"] == (
        "done"
    )


def test_code_outside_is_not_run_unasked(tmp_path):
    with pytest.raises(NotAllowedError, match="--allow somebody"):
        run(SMALL, (*TINY, "rule={kind: 'somebody.rules:Rule', strength: 1}"), out=tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_learning_is_off_from_the_moment_every_cue_has_its_attractor(tmp_path):
    stop = "schedule.stop={when: all_cues_are_attractors, tests_in_a_row: 2, then: freeze}"
    more = ("test={every: 1, relax: 2 s}", "record={w_rec: {every: 1}}", "expect={}")
    tree = open_run(run(SMALL, (*more, "schedule.epochs=20", stop), out=tmp_path / "a.zarr"))
    n = tree["attractors"].n_attractors
    complete = (n == 5) & (n.shift(epoch=1) == 5)
    frozen_after = int(n.epoch[complete.values][0])
    strength = tree["training"].strength
    assert (strength.sel(epoch=slice(1, frozen_after)) == 4e-3).all()
    assert (strength.sel(epoch=slice(frozen_after + 1, None)) == 0).all()
    w_rec = tree["weights"].w_rec
    assert (w_rec.sel(epoch=slice(frozen_after, None)) == w_rec.sel(epoch=frozen_after)).all()
    assert (w_rec.sel(epoch=frozen_after) != w_rec.sel(epoch=frozen_after - 1)).any()
    assert int(tree["training"].plastic_steps.sel(epoch=frozen_after + 1)) == 0


def test_a_run_may_end_once_every_cue_has_its_attractor(tmp_path):
    stop = "schedule.stop={when: all_cues_are_attractors, tests_in_a_row: 1, then: end}"
    more = ("test={every: 1, relax: 2 s, retain: 1 s}", "record={}", "expect={}", stop)
    path = run(SMALL, more, out=tmp_path / "a.zarr")
    tree = open_run(path)
    n = tree["attractors"].n_attractors
    assert tree.attrs["state"] == "done"
    assert int(n[-1]) == 5
    assert (n[:-1] < 5).all()
    assert int(n.epoch[-1]) < 30
    assert int(tree["attractors"].n_retained) == 5
    assert check_store(path).ok


def test_a_run_interrupted_after_its_end_was_decided_learns_no_further(tmp_path):
    stop = "schedule.stop={when: all_cues_are_attractors, tests_in_a_row: 1, then: end}"
    more = ("test={every: 1, relax: 2 s, retain: 1 s}", "record={}", "expect={}", stop)
    whole = run(SMALL, more, out=tmp_path / "whole.zarr")
    seen: list[str] = []
    with pytest.raises(Interrupted):
        run(
            SMALL, more, out=tmp_path / "parts.zarr",
            watch=lambda p: seen.append(p.doing), should_stop=lambda: "retention" in seen,
        )  # fmt: skip
    run(SMALL, more, out=tmp_path / "parts.zarr", resume_run=True)
    assert same_store(whole, tmp_path / "parts.zarr") == []


def test_a_strength_schedule_is_followed_epoch_by_epoch(tmp_path):
    ramp = "rule.strength={schedule: linear, start: 4e-3, end: 0, epochs: 5}"
    tree = open_run(run(SMALL, (*TINY, ramp), out=tmp_path / "a.zarr"))
    np.testing.assert_allclose(tree["training"].strength, [4e-3, 3e-3, 2e-3, 1e-3, 0, 0])


def test_a_one_shot_rule_stores_once_and_then_stays(tmp_path):
    more = (
        "rule={kind: hopfield, gain: 4, base: alone}", "schedule.trial.1.plastic=false",
        "schedule.epochs=3", "record={w_rec: {every: 1}}",
    )  # fmt: skip
    w_rec = open_run(run(SMALL, (*TINY, *more), out=tmp_path / "a.zarr"))["weights"].w_rec
    assert (w_rec.sel(epoch=1) != w_rec.sel(epoch=0)).any()
    assert (w_rec.sel(epoch=3) == w_rec.sel(epoch=1)).all()
    np.testing.assert_array_equal(w_rec.sel(epoch=1), w_rec.sel(epoch=1).transpose("pre", "post"))


def test_the_watcher_hears_of_every_epoch(tmp_path):
    heard: list[Progress] = []
    run(SMALL, TINY, out=tmp_path / "a.zarr", watch=heard.append)
    assert [p.epoch for p in heard if p.doing == "learning"] == list(range(7))
    assert {p.found.partition("/")[2] for p in heard if p.found} == {"3 attractors"}


def test_a_test_leaves_the_network_as_it_was():
    """Frozen means unchanged: weights, rates and traces, before and after a test."""
    lab = Laboratory(load_protocol(SMALL, TINY))
    lab.learn(1, 4e-3)
    before = lab.engine.state()
    lab.test(2)
    after = lab.engine.state()
    for name in ("w_rec", "rate", "traces"):
        assert np.array_equal(getattr(before, name), getattr(after, name))


def test_every_variable_says_its_units_and_its_meaning(tmp_path):
    tree = open_run(run(SMALL, TINY, out=tmp_path / "a.zarr"))
    for group in tree.groups[1:]:
        for name, variable in tree[group].to_dataset().variables.items():
            assert variable.attrs["units"], f"{group}/{name}"
            assert variable.attrs["long_name"], f"{group}/{name}"


def test_the_store_tells_where_it_comes_from(tmp_path):
    attrs = open_run(run(SMALL, TINY, out=tmp_path / "a.zarr")).attrs
    assert attrs["protocol"] == SMALL.read_text(encoding="utf-8")
    assert "n_units: 40" in attrs["protocol_resolved"]
    assert attrs["seed"] == 0
    assert attrs["versions"]["numba"]
    assert attrs["source"] == "arXiv:2502.07256, Fig. 7, Eqs 7 and S11-S14"
