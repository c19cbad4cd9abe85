"""An ensemble is its networks: each gets the bits that it would get alone."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from plastisim.bptt import BpttEngine, Ensemble
from plastisim.bptt import engine as engine_module
from plastisim.bptt.engine import BUFFER
from tests.bptt.small import PLAIN, protocol

ROOT = Path(__file__).parents[2]
ELSEWHERE = """
import sys
import numpy as np
from tests.bptt.small import PLAIN, protocol
from tests.bptt.test_ensemble import trained
engine, (found,) = trained(protocol(), 4)
scores = {f"score_{name}": value for name, value in found["scores"].items()}
np.savez(sys.argv[1], n_devices=engine._mesh.size, **engine.checkpoint(), **scores)
"""


def trained(asked, *blocks):
    """The engine after blocks of epochs, and what it measured, block by block."""
    engine, first, found = BpttEngine(asked), 1, []
    for n in blocks:
        found.append(engine.train(first, n))
        first += n
    return engine, found


def same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


@pytest.fixture(scope="module")
def whole():
    return trained(protocol(), 4)


def test_a_grid_has_the_same_seeds_in_every_arm():
    ensemble = Ensemble.of(protocol())
    np.testing.assert_array_equal(ensemble.seeds, [5, 6, 5, 6])
    np.testing.assert_array_equal(ensemble.strengths_at(range(1, 3))[:, 0, 0], [0, 0, 0.5, 0.5])


def test_two_grids_cross():
    second = "{kind: activity, strength: [1.0, 2.0, 3.0], of: [rate], reduction: mean}"
    first = "{kind: tcr, strength: [0.0, 0.5], of: [rate], reduction: mean}"
    asked = protocol(f"loss.regularizers=[{first}, {second}]")
    arms = Ensemble.of(asked).strengths_at(range(1, 2))[:, 0]
    assert [tuple(a) for a in arms[::2]] == [(s, t) for s in (0.0, 0.5) for t in (1.0, 2.0, 3.0)]


def test_network_k_is_that_of_the_seed_plus_k(whole):
    engine, (found,) = whole
    alone, (measured,) = trained(
        protocol("seed=6", "training.networks=1", "loss.regularizers.0.strength=[0.5]"), 4
    )
    for name, value in alone.parameters().items():
        np.testing.assert_array_equal(value[0], engine.parameters()[name][3], err_msg=name)
    np.testing.assert_array_equal(measured["loss"][:, 0], found["loss"][:, 3])
    np.testing.assert_array_equal(
        measured["test_scores"]["correlation"][:, 0], found["test_scores"]["correlation"][:, 3]
    )


def test_the_number_of_devices_changes_no_bit(whole, tmp_path):
    """Devices are asked for before JAX is used, so another process has another number of them."""
    here, path = whole[0]._mesh.size, tmp_path / "found.npz"
    there = 1 if here > 1 else 2
    flags = {"XLA_FLAGS": f"--xla_force_host_platform_device_count={there}"}
    subprocess.run(
        [sys.executable, "-c", ELSEWHERE, path], check=True, cwd=ROOT, env=os.environ | flags
    )
    with np.load(path) as archive:
        found = dict(archive)
    assert found.pop("n_devices") == there
    scores = {k: found.pop(f"score_{k}") for k in protocol().task.scores}
    same(found, whole[0].checkpoint())
    same(scores, whole[1][0]["scores"])


def test_a_number_of_networks_that_does_not_fit_the_devices_is_no_matter(whole):
    engine, _ = trained(protocol("training.networks=3", "loss.regularizers.0.strength=[0.0]"), 4)
    assert engine.parameters()["w_rec"].shape == (3, 6, 6)
    np.testing.assert_array_equal(
        engine.parameters()["w_rec"][:2], whole[0].parameters()["w_rec"][:2]
    )
    assert not engine.is_over


def test_the_blocks_in_which_epochs_are_run_change_no_bit(whole):
    engine, found = trained(protocol(), 1, 2, 1)
    same(engine.checkpoint(), whole[0].checkpoint())
    losses = np.concatenate([f["loss"] for f in found])
    np.testing.assert_array_equal(losses, whole[1][0]["loss"])


def test_a_checkpoint_is_all_that_is_needed_to_go_on(whole):
    before, _ = trained(protocol(), 2)
    after = BpttEngine(protocol(), before.checkpoint())
    found = after.train(3, 2)
    same(after.checkpoint(), whole[0].checkpoint())
    np.testing.assert_array_equal(found["loss"], whole[1][0]["loss"][2:])


def test_nothing_is_compiled_again_along_epochs_strengths_or_networks(whole):
    engine = whole[0]
    assert engine._run._cache_size() == 1


def test_nothing_is_compiled_again_for_a_network_alone():
    engine = BpttEngine(protocol("training.networks=1", PLAIN))
    engine.test()
    for epoch in (1, 2):
        engine.train(epoch, 1)
    assert engine._run._cache_size() == 1


def test_more_epochs_than_a_call_holds_are_refused(whole):
    with pytest.raises(ValueError, match=f"got {BUFFER + 1} epochs; write 1 to {BUFFER}"):
        whole[0].train(1, BUFFER + 1)


def test_names_in_a_checkpoint_are_those_of_the_state(whole):
    names = set(whole[0].checkpoint())
    assert {"trained__w_rec", "status", "slowing"} <= names
    assert engine_module.BUFFER == BUFFER
