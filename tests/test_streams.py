"""Streams of random numbers: reproducible, and none disturbs another."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plastisim.streams import Name, stream

NAMES = get_args(Name)
seeds = st.integers(0, 2**70)
names = st.sampled_from(NAMES)
places = st.lists(st.integers(0, 2**40), max_size=3).map(tuple)


def first(seed, name, *place):
    return stream(seed, name, *place).random(4).tolist()


@given(seeds, names, places)
def test_the_same_seed_name_and_place_give_the_same_numbers(seed, name, place):
    assert first(seed, name, *place) == first(seed, name, *place)


@given(seeds, st.tuples(names, places), st.tuples(names, places))
def test_different_names_or_places_give_different_numbers(seed, one, other):
    same = one == other
    assert (first(seed, one[0], *one[1]) == first(seed, other[0], *other[1])) == same


@pytest.mark.parametrize(
    ("one", "other"), [((), (0,)), ((0,), (0, 0)), ((1, 2), (2, 1)), ((12,), (1, 2)), ((1,), (2,))]
)
def test_places_are_told_apart(one, other):
    assert first(3, "noise", *one) != first(3, "noise", *other)


@given(seeds, seeds, names)
def test_seeds_are_told_apart(one, other, name):
    assert (first(one, name) == first(other, name)) == (one == other)


def test_streams_do_not_correlate():
    """13 streams at two places: |correlation| of 4000 numbers has a standard error of .016."""
    drawn = [stream(5, name, *p).standard_normal(4000) for name in NAMES for p in ((), (1,))]
    correlation = np.corrcoef(drawn) - np.eye(len(drawn))
    assert np.abs(correlation).max() < 5 * 0.016


def test_drawing_more_from_one_stream_leaves_the_others_as_they_are():
    expected = first(1, "weights")
    stream(1, "noise").standard_normal(1000)
    assert first(1, "weights") == expected


def test_names_keep_their_places():
    """The place in this list is part of every seed: new names go to the end, none ever leaves."""
    assert NAMES[:13] == (
        "weights",
        "input_weights",
        "bias",
        "connections",
        "cues",
        "order",
        "noise",
        "weight_noise",
        "reset",
        "perturbations",
        "novel_cues",
        "random_starts",
        "retention",
    )


def test_the_numbers_are_those_of_numpys_seed_sequence():
    """The same stream written out: name number 5, epoch 12."""
    sequence = np.random.SeedSequence(42, spawn_key=(5, 12))
    written_out = np.random.Generator(np.random.PCG64DXSM(sequence)).permutation(25)
    assert (stream(42, "order", 12).permutation(25) == written_out).all()


def test_golden_numbers():
    """As drawn when the streams were first laid out; another number here is another experiment."""
    assert stream(0, "weights").integers(0, 2**63, 3).tolist() == [
        1419545727954056754,
        7915295417855496291,
        7556353930367972803,
    ]
    assert stream(7, "order", 3).integers(0, 1000, 6).tolist() == [120, 869, 311, 395, 720, 204]
