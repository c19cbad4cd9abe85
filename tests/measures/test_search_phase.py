"""The end of the search phase by the paper's bounds, and by those that last."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import end_of_search, training_speed
from plastisim.measures.search_phase import PAPER_CRITERIA, Criterion
from plastisim.tasks import TASKS

NAN = float("nan")


def scores(**values):
    epochs = [0, 10, 20, 40, 80]
    return xr.Dataset(
        {name: (("epoch", "network"), np.array(v).T) for name, v in values.items()},
        {"epoch": epochs, "seed": ("network", [3, 4, 5])},
    )


def test_the_papers_bounds_by_hand():
    """A blip of chance ends the search by the paper's bound, but is no end that lasts."""
    addition = scores(
        fraction_correct=[
            [0.02, 0.09, 0.07, 0.30, 0.90],
            [0.02, 0.03, 0.04, 0.05, 0.07],
            [0.09, 0.10, 0.20, 0.50, NAN],
        ]
    )
    paper = PAPER_CRITERIA["delayed_addition"]
    first = end_of_search(addition, paper, in_a_row=1)
    np.testing.assert_array_equal(first, [10, NAN, 0])
    assert first.seed.values.tolist() == [3, 4, 5]
    np.testing.assert_array_equal(end_of_search(addition, paper, in_a_row=2), [40, NAN, 0])
    quarter = Criterion("fraction_correct", above=0.25)
    np.testing.assert_array_equal(end_of_search(addition, quarter, in_a_row=1), [40, NAN, 40])


def test_an_error_falls_below_its_bound():
    evidence = scores(coherence_error=[[1, 0.8, 0.29, 0.1, 0.1], [1] * 5, [1, 1, 0.3, 0.3, 0.2]])
    found = end_of_search(evidence, PAPER_CRITERIA["evidence_accumulation"], in_a_row=1)
    np.testing.assert_array_equal(found, [20, NAN, 80])


@pytest.mark.parametrize("kind", PAPER_CRITERIA)
def test_every_criterion_names_a_score_of_its_task(kind):
    assert PAPER_CRITERIA[kind].score in TASKS[kind].scores


def test_speed_is_one_over_the_epoch_and_nothing_where_there_is_no_end():
    end = xr.DataArray([10.0, NAN, 0.0, 40.0], {"seed": ("network", range(4))}, ("network",))
    found = training_speed(end)
    assert found.values.tolist() == [0.1, 0.0, np.inf, 0.025]
    assert found.seed.values.tolist() == [0, 1, 2, 3]


def test_a_score_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="no correlation among them; there are: loss"):
        end_of_search(scores(loss=[[1] * 5] * 3), PAPER_CRITERIA["flip_flop"], in_a_row=1)
