"""What a trial ends in, judged by what it asked for."""

from __future__ import annotations

import numpy as np

from plastisim.measures.outcomes import MIRROR, NEITHER, OTHER, OWN, outcome, outcome_shares


def test_a_trial_is_judged_by_the_memory_it_asks_for():
    reached = np.array([[0, 0, -2], [-1, 1, 0]])
    expected = [[OWN, OTHER, MIRROR], [NEITHER, OWN, OTHER]]
    np.testing.assert_array_equal(outcome(reached, np.arange(3)), expected)


def test_a_trial_that_asks_for_none_has_no_memory_of_its_own():
    assert outcome(np.array([4, -1, -2]), None).tolist() == [OTHER, NEITHER, MIRROR]


def test_shares_of_a_row_sum_to_one():
    shares = outcome_shares(np.array([[OWN, OWN, OTHER, NEITHER], [MIRROR] * 4]))
    np.testing.assert_array_equal(shares, [[0.5, 0.25, 0, 0.25], [0, 0, 1, 0]])
