"""What a protocol for training expects is held against an ensemble, and no lost network is lost."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from plastisim.protocol import load_protocol
from plastisim.verification import compare

GOOD = load_protocol(Path(__file__).parent / "good_bptt.yaml")
NAN = float("nan")


def verdict(scores, pick: str, wanted):
    """Of the score of three networks after three tests (epoch, network)."""
    test = xr.Dataset(
        {"fraction_correct": (("epoch", "network"), np.array(scores, np.float32))},
        {"epoch": [0, 10, 20]},
    )
    expect = {"test.fraction_correct": {pick: wanted}}
    (found,) = compare(
        GOOD.model_copy(update={"expect": expect}), xr.DataTree.from_dict({"/test": test})
    )
    return found


@pytest.mark.parametrize(
    ("pick", "measured"),
    [("last_median", 0.5), ("last_min", 0.25), ("epoch_10_max", 0.75), ("first_mean", 0.0)],
)
def test_an_ensemble_is_reduced_to_one_number(pick, measured):
    scores = [[0, 0, 0], [0, 0.25, 0.75], [0.25, 0.5, 1]]
    found = verdict(scores, pick, f"{measured} +- 1e-6")
    assert found.measured == measured
    assert found.holds


def test_an_ensemble_that_is_not_reduced_is_no_number():
    assert verdict(np.zeros((3, 3)), "last", 0).measured is None


@pytest.mark.parametrize("pick", ["last_median", "last_min", "last_max", "last_mean", "max"])
@pytest.mark.parametrize("wanted", ["> -1e9", "< 1e9", "== 1", "0 +- 1e9"])
def test_a_network_that_diverged_is_never_left_out(pick, wanted):
    """Its score is NaN; the median of the others would say that all is well."""
    found = verdict([[0, 0, 0], [1, 1, 1], [1, NAN, 1]], pick, wanted)
    assert np.isnan(found.measured)
    assert not found.holds
