"""The mean over networks, and how well it is known."""

import numpy as np

from plastisim.measures.average import average_over_networks


def test_the_average_leaves_out_what_is_not_finite():
    """1, 2, 3, 6: mean 3, variance 14 / 3, error sqrt(14 / 12)."""
    nan, inf = np.nan, np.inf
    found = average_over_networks(
        np.array([[1, nan, 2, 3, 6], [5, inf, nan, nan, nan], [nan] * 5, [7, 7, nan, -inf, nan]])
    )
    np.testing.assert_array_equal(found.mean, [3, 5, nan, 7])
    np.testing.assert_allclose(found.sem, [np.sqrt(14 / 12), nan, nan, 0])
    assert found.n.tolist() == [4, 1, 0, 2]
