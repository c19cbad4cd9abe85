"""Signed ranks: by counting all signs, and by labels."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import xarray as xr

from plastisim.measures import signed_rank


def by_counting(difference):
    """T, and the share of all 2^n signs of the ranks whose T is as small."""
    ranks = np.abs(difference).argsort().argsort() + 1
    found = min(ranks[difference > 0].sum(), ranks[difference < 0].sum())
    sums = [ranks @ np.array(s) for s in product((0, 1), repeat=len(ranks))]
    smaller = np.minimum(sums, ranks.sum() - np.array(sums))
    return found, (smaller <= found).mean()


@pytest.mark.parametrize("seed", range(4))
def test_p_is_the_share_of_signs_that_are_as_extreme(seed):
    random = np.random.default_rng(seed)
    a, b = random.normal(size=(2, 9))
    b += 0.5 * seed
    found = signed_rank(a, b)
    statistic, p = by_counting(b - a)
    assert (found.statistic, found.n_pairs) == (statistic, 9)
    assert found.p == pytest.approx(p)
    assert found.n_larger == (b > a).sum()
    assert found.median_difference == pytest.approx(np.median(b - a))


def test_all_of_nineteen_pairs_on_one_side_is_two_of_all_signs():
    a = np.arange(19.0)
    assert signed_rank(a, a + np.arange(1, 20) / 7).p == pytest.approx(2 / 2**19)


def test_the_order_of_the_two_changes_nothing_but_the_sign():
    a, b = np.random.default_rng(9).normal(size=(2, 12))
    one, other = signed_rank(a, b), signed_rank(b, a)
    assert (one.statistic, one.p) == (other.statistic, other.p)
    assert one.n_larger + other.n_larger == 12
    assert one.median_difference == -other.median_difference


def test_a_pair_with_a_hole_is_left_out_and_networks_meet_by_label():
    a = xr.DataArray([1.0, 2, 3, np.nan, 5], {"network": [0, 1, 2, 3, 4]}, ("network",))
    b = xr.DataArray([9.0, 7, 6, 3.5, 1.5], {"network": [4, 3, 2, 1, 0]}, ("network",))
    found = signed_rank(a, b)
    assert (found.n_pairs, found.n_larger) == (4, 4)
    assert found.median_difference == 2.25
    assert found.p == pytest.approx(2 / 2**4)


def test_no_difference_is_no_test():
    for values in ([1.0, 2.0], [np.nan, np.nan], []):
        found = signed_rank(values, values)
        assert np.isnan(found.p)
        assert found.n_pairs == np.isfinite(values).sum()


def test_pairs_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match=r"pairs: got shapes \(2,\) and \(3,\)"):
        signed_rank([1.0, 2.0], [1.0, 2.0, 3.0])
