"""One seed, many named streams of random numbers, none of which disturbs another.

A stream is named by what it decides and, where it is asked for again and again, by the place it
is asked for (an epoch, a cue). No generator's state outlives its use, so going on after an
interruption needs no more than the seed and the position.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

Name = Literal[
    "weights",  # initial recurrent weights
    "input_weights",  # weights from the input channels
    "bias",  # constant input to each unit
    "connections",  # which synapses exist
    "cues",  # cue patterns
    "order",  # order of the cues within an epoch
    "noise",  # noise on the drive
    "weight_noise",  # noise on the recurrent weights
    "reset",  # random states before a cue
    "perturbations",  # kicks given to attractors
    "novel_cues",  # cues never learned
    "random_starts",  # states to relax from
    "retention",  # noise while a memory is held
    "parameters",  # of a task-trained network, besides weights, input weights and bias
    "training_trials",  # trials that a network is trained on
    "test_trials",  # trials that a network is tested on
]
_NUMBER = {name: i for i, name in enumerate(get_args(Name))}


def stream(seed: int, name: Name, *place: int) -> np.random.Generator:
    """A generator for one purpose: the same (seed, name, place) gives the same numbers.

    New names go to the end of `Name`: the position in it is part of the seed.
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(_NUMBER[name], *place))
    return np.random.Generator(np.random.PCG64DXSM(sequence))
