"""What is said before a run is what its store then has."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
import zarr

from plastisim.cli.app import app
from plastisim.runs.bptt import checkpoint_bytes, layout, overview
from tests.runs.bptt.tiny import DIVERGING, GRID, MIXED, PLAIN, SILENT, protocol


@pytest.fixture(params=["whole", "grid"])
def either(request):
    return request.getfixturevalue(request.param)


def arrays(run):
    """Every array of a store by path, checkpoints included."""
    root = zarr.open_group(run.path, mode="r", use_consolidated=False)
    return {p: array for p, array in root.members(max_depth=None) if isinstance(array, zarr.Array)}


def test_bytes_are_those_of_the_arrays(either):
    """Checkpoints are those of the last two commits; text is counted as NumPy has it."""
    stored, counted = arrays(either), 0
    for path, array in stored.items():
        if path != "checkpoint/position":
            text = path.endswith("/regularizer")
            counted += np.array(array[...].tolist()).nbytes if text else array.nbytes
    assert sum(path.startswith("checkpoint/") for path in stored) > 40
    assert counted == layout(either.protocol).nbytes(checkpoint_bytes(either.protocol))


def test_files_are_those_of_the_variables(either):
    files = 0
    for name, group in layout(either.protocol).groups.items():
        for variable in group.variables:
            there = (either.path / name / variable).iterdir()
            files += sum(file.name.split(".")[0] == "c" for file in there)
    assert files == layout(either.protocol).n_files()


def test_check_says_so_in_words(whole, tmp_path, capsys):
    path = tmp_path / "mixed.yaml"
    path.write_text(MIXED, "utf-8")
    app(["check", str(path)], standalone_mode=False)
    said = " ".join(capsys.readouterr().out.split())
    there = layout(whole.protocol)
    size = there.nbytes(checkpoint_bytes(whole.protocol)) / 2**20
    assert f"store at most {size:.1f} MiB in {there.n_files()} files" in said
    assert said.endswith("mixed.yaml: no problems")


def test_the_overview_counts_what_is_then_done(whole):
    tree, said = whole.tree, overview(whole.protocol)
    pairs = dict(said.pairs)
    weights = tree["weights"].to_dataset()
    rows = {row[0]: row for row in said.rows}
    assert set(rows) == set(weights.data_vars)
    for name, row in rows.items():
        assert row[1] == " x ".join(map(str, weights[name].shape[2:]))
    per_network = sum(math.prod(weights[name].shape[2:]) for name in weights.data_vars)
    assert pairs["cell"] == f"leaky_rate, 6 units, {per_network} numbers trained, float32"
    assert pairs["networks"] == "2 for each of 3 settings"
    assert tree["final"].sizes["network"] == 2 * 3
    assert pairs["epochs"] == f"{tree['training'].sizes['epoch']}, of 2 steps with 5 trials"
    assert pairs["steps"] == f"{14 * 2 * 6} in all networks"
    assert pairs["tests"] == f"{tree['test'].sizes['epoch']}, of 12 trials"
    assert pairs["parameters kept"] == f"in {weights.sizes['epoch']} epochs"


def test_networks_of_a_grid_are_told_apart_by_seed_and_strength(whole):
    """Seeds vary fastest; a strength that is no grid's is no coordinate."""
    for name in ("training", "test", "weights", "final", "singular_values", "trajectories"):
        group = whole.tree[name].to_dataset()
        assert group.seed.values.tolist() == [5, 6] * 3
        strengths = group.strength_weight_decay
        assert strengths.values.tolist() == [PLAIN] * 2 + [SILENT] * 2 + [DIVERGING] * 2
        assert strengths.dims == ("network",)
        assert "strength_activity" not in group.coords
    assert whole.tree["training"].regularizer.values.tolist() == ["activity", "weight_decay"]


def test_two_grids_cross_and_the_first_varies_slowest(grid):
    for group in grid.tree.children:
        coords = grid.tree[group].to_dataset().coords
        names = ("strength_weight_decay", "strength_activity")
        pairs = zip(*(coords[name].values for name in names), strict=True)
        assert list(pairs) == list(product([PLAIN, SILENT], [0.0, 0.5, 0.25])), group
        assert coords["seed"].values.tolist() == [2] * 6


def test_epochs_are_those_that_were_asked_for(whole, grid):
    asked = {
        "training": list(range(1, 15)), "test": [0, 2, 4, 6, 8, 10, 12, 14],
        "weights": [0, 1, 2, 3, 4, 7, 8, 10, 14], "singular_values": [4, 8, 12, 14],
        "trajectories": [0, 4, 10, 14],
    }  # fmt: skip
    for group, epochs in asked.items():
        assert whole.tree[group].epoch.values.tolist() == epochs
    assert grid.tree["weights"].epoch.values.tolist() == list(range(10))
    assert grid.tree["test"].epoch.values.tolist() == [0, 3, 6, 9]
    assert "trajectories" not in grid.tree.children


def test_every_variable_says_its_units_and_its_meaning(either):
    for group in either.tree.children:
        for name, variable in either.tree[group].to_dataset().variables.items():
            assert variable.attrs["units"], f"{group}/{name}"
            assert variable.attrs["long_name"], f"{group}/{name}"


def test_without_regularizers_and_records_there_is_nothing_of_them():
    bare = layout(protocol(MIXED, "loss={kind: mse}", "record={}"))
    assert set(bare.groups) == {"training", "test", "weights", "final"}
    assert "penalty" not in bare.groups["training"].variables
    assert bare.groups["weights"].epochs() == (0, 14)
    assert not [c for c in bare.groups["final"].coords if c.startswith("strength")]


def test_variables_of_another_size_than_the_units_have_a_dimension_of_their_own():
    trials = "record.trials={n_trials: 2, epochs: [1]}"
    group = layout(protocol(GRID, trials)).groups["trajectories"]
    assert group.variables["rate"].dims[-1] == "unit"
    assert group.variables["latent"].dims[-1] == "latent_unit"
    assert group.shape("latent") == (3, 6, 2, 8, 2)
