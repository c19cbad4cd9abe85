"""Verdicts over states made by hand, of eight units."""

from dataclasses import dataclass

import numpy as np
import pytest

from plastisim.dynamics import jacobian, velocity
from plastisim.measures import classify
from tests.networks import network_of

A = np.array([1, 1, 1, 1, 1, 1, 1, 1.0])
B = np.array([1, 1, 1, 1, -1, -1, -1, -1.0])
C = np.array([1, 1, -1, -1, 1, 1, -1, -1.0])
D = np.array([1, -1, 1, -1, 1, -1, 1, -1.0])  # all orthogonal


@dataclass
class Cue:
    """What became of a cue: unless said, a stable fixed point where it left the network."""

    state: np.ndarray
    cue_end: np.ndarray | None = None
    residual: float = 1e-14
    moved: float = 1e-7
    abscissa: float = -0.5


def verdicts(*cues, same=0.99, faithful=0.9):
    return classify(
        np.stack([c.state if c.cue_end is None else c.cue_end for c in cues], axis=1),
        np.stack([c.state for c in cues], axis=1),
        np.array([c.residual for c in cues]),
        np.array([c.moved for c in cues]),
        np.array([c.abscissa for c in cues]),
        same=same,
        faithful=faithful,
    )


def test_cues_with_an_attractor_each():
    found = verdicts(Cue(A), Cue(B), Cue(C))
    for flags in (found.is_fixed_point, found.is_stable, found.is_distinct, found.is_cue_faithful,
                  found.is_own_attractor):  # fmt: skip
        assert flags.tolist() == [True, True, True]
    assert found.is_mirror.tolist() == [False, False, False]
    assert found.n_attractors == found.n_fixed_points == 3
    assert found.cue_overlap == pytest.approx([1, 1, 1])
    assert np.allclose(found.between, np.eye(3), rtol=0, atol=1e-15)


def test_an_attractor_that_two_cues_share_is_neither_ones_own():
    found = verdicts(Cue(A), Cue(B), Cue(1.001 * A))
    assert found.is_distinct.tolist() == [False, True, False]
    assert found.is_own_attractor.tolist() == [False, True, False]
    assert found.is_stable.all()
    assert found.is_cue_faithful.all()
    assert found.n_attractors == 1
    assert found.n_fixed_points == 2


def test_a_mirror_image_is_told_and_is_another_fixed_point():
    found = verdicts(Cue(A), Cue(B), Cue(-A))
    assert found.is_mirror.tolist() == [True, False, True]
    assert found.is_distinct.tolist() == [True, True, True]
    assert found.n_attractors == 3
    assert found.n_fixed_points == 3


def test_a_pair_of_mirror_images_counts_as_two_however_many_cues_lead_there():
    found = verdicts(Cue(A), Cue(-A), Cue(A), Cue(-A), Cue(A))
    assert found.n_fixed_points == 2
    assert found.n_attractors == 0
    assert found.is_mirror.all()


def test_an_attractor_unlike_the_state_at_cue_end_is_not_the_cues():
    """(4 A + 3 B) / 5 has an overlap of .8 with A, below .9 and above .7."""
    far = (4 * A + 3 * B) / 5
    found = verdicts(Cue(A, cue_end=far), Cue(C))
    assert found.cue_overlap == pytest.approx([0.8, 1.0])
    assert found.is_cue_faithful.tolist() == [False, True]
    assert found.is_own_attractor.tolist() == [False, True]
    assert found.n_fixed_points == 2
    assert verdicts(Cue(A, cue_end=far), Cue(C), faithful=0.7).n_attractors == 2


def test_an_unstable_fixed_point_is_none_to_stay_in():
    found = verdicts(Cue(A, abscissa=0.01), Cue(B))
    assert found.is_fixed_point.tolist() == [True, True]
    assert found.is_stable.tolist() == [False, True]
    assert found.is_own_attractor.tolist() == [False, True]
    assert found.n_fixed_points == 1


def test_a_marginal_one_is_not_stable():
    assert not verdicts(Cue(A, abscissa=0.0)).is_stable[0]


def test_the_saturated_state_at_cue_end_looks_stable_and_is_no_fixed_point():
    """Saturated units have no slope, so the Jacobian is nearly -1 wherever the velocity points.

    Here weights of 3 lead from (1, 1, ...) straight to its mirror image.
    """
    w = -3.0 * (np.ones((8, 8)) - np.eye(8)) / 7
    network = network_of(w)
    state = np.tanh(9.0) * A
    residual = np.abs(velocity(w, state, network.bias, network.phi, 0.0)).max()
    abscissa = np.linalg.eigvals(jacobian(w, state, network.bias, network.phi, 0.0)).real.max()
    assert abscissa < -0.9
    assert residual > 1.9
    found = verdicts(Cue(state, residual=residual, abscissa=abscissa, moved=0.0), Cue(B))
    assert found.cue_overlap[0] == pytest.approx(1.0)
    assert found.is_fixed_point.tolist() == [False, True]
    assert found.is_stable.tolist() == [False, True]
    assert found.n_attractors == found.n_fixed_points == 1


def test_a_refinement_that_went_far_has_found_somebody_elses_fixed_point():
    found = verdicts(Cue(A, moved=0.06), Cue(B, moved=0.04))
    assert found.is_fixed_point.tolist() == [False, True]


def test_a_state_that_is_no_fixed_point_makes_no_other_indistinct_or_a_mirror():
    found = verdicts(Cue(A), Cue(A, residual=0.1), Cue(B), Cue(-B, residual=0.1))
    assert found.is_distinct.tolist() == [True, False, True, False]
    assert found.is_mirror.tolist() == [False, False, False, False]
    assert found.n_attractors == 2


def test_what_is_no_number_is_nothing():
    nothing = Cue(np.full(8, np.nan), A, np.nan, 0.0, np.nan)
    found = verdicts(Cue(A), nothing, Cue(B, abscissa=np.nan))
    assert found.is_fixed_point.tolist() == [True, False, True]
    assert found.is_stable.tolist() == [True, False, False]
    assert found.is_cue_faithful.tolist() == [True, False, True]
    assert found.is_distinct.tolist() == [True, False, True]
    assert found.n_attractors == 1


def test_same_is_the_overlap_from_which_two_are_one():
    """A and (4 A + 3 B) / 5 overlap by .8."""
    near = (4 * A + 3 * B) / 5
    assert verdicts(Cue(A), Cue(near), same=0.81).is_distinct.tolist() == [True, True]
    assert verdicts(Cue(A), Cue(near), same=0.79).is_distinct.tolist() == [False, False]
    assert verdicts(Cue(A), Cue(-near), same=0.79).is_mirror.tolist() == [True, True]
    assert verdicts(Cue(A), Cue(near), same=0.79).n_fixed_points == 1


def test_silence_is_one_state_however_its_rounding_points():
    """A network that forgets everything has one fixed point, and no cue owns it."""
    rounding = 1e-17
    found = verdicts(
        Cue(rounding * A, A), Cue(rounding * B, B), Cue(np.zeros(8), C), Cue(-rounding * A, -A)
    )
    assert found.is_stable.all()
    assert not found.is_distinct.any()
    assert not found.is_mirror.any()
    assert not found.is_cue_faithful.any()
    assert found.n_fixed_points == 1
    assert found.n_attractors == 0


def test_silence_and_a_memory_are_two():
    found = verdicts(Cue(np.zeros(8), A), Cue(B), Cue(C))
    assert found.is_distinct.tolist() == [True, True, True]
    assert found.is_own_attractor.tolist() == [False, True, True]
    assert found.n_fixed_points == 3


def test_the_order_of_the_cues_does_not_matter():
    cues = [Cue(A), Cue(A), Cue(-B), Cue(B), Cue(C, abscissa=1.0), Cue(D, residual=1.0)]
    order = [4, 2, 0, 5, 1, 3]
    one, other = verdicts(*cues), verdicts(*(cues[k] for k in order))
    for name in ("is_fixed_point", "is_stable", "is_distinct", "is_mirror", "is_own_attractor"):
        assert getattr(one, name)[order].tolist() == getattr(other, name).tolist()
    assert one.n_fixed_points == other.n_fixed_points == 3
