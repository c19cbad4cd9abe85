"""Two ensembles that train in no time, whose networks end in known ways whatever is drawn.

A decoupled weight decay multiplies the readout with 1 - rate * strength after every step: with a
rate of 1/64 by 1, by 0 or by -1e8, which are the arms of a grid.
"""

from __future__ import annotations

import numpy as np

from plastisim.protocol import protocol_from_text
from plastisim.protocol.bptt import BpttProtocol
from tests.cells import plain

PLAIN, SILENT, DIVERGING = 0.0, 64.0, 64.0 * 1e8

MIXED = f"""
schema: 1
title: Two networks that train, two that are given up and two that diverge
engine: bptt
seed: 5
cell:
  kind: leaky_rate
  n_units: 6
  tau: 10 ms
  dt: 5 ms
  start: learned
  dtype: float32
  self_connections: false
  with_bias: true
  trained: [w_rec, w_in, bias, w_out, bias_out, start]
  initial:
    w_rec: {{kind: gaussian_gain, gain: 1.2}}
    w_in: {{kind: gaussian, std: 1.0}}
    bias: {{kind: gaussian, std: 0.1}}
    w_out: {{kind: xavier}}
    bias_out: {{kind: constant, value: 0.0}}
    start: {{kind: gaussian, std: 0.1}}
task: {{kind: flip_flop, bits: 2, steps: 7, pulse_probability: 0.3}}
loss:
  kind: mse
  regularizers:
    - {{kind: activity, strength: 0.125, of: [rate, drive], units: 3, reduction: mean}}
    - kind: weight_decay
      strength: [{PLAIN}, {SILENT}, {DIVERGING}]
      of: [w_out]
      decoupled: true
training:
  networks: 2
  optimizer: {{kind: adam}}
  learning_rate: 0.015625
  batch: 5
  steps_per_epoch: 2
  epochs: 14
  trials: fresh
  stop: {{score: correlation, patience: 7}}
test: {{every: 2, n_trials: 12}}
record:
  parameters: {{epochs: [1, 2, 3, 4, 7, 8, 10]}}
  singular_values: {{every: 4}}
  trials: {{n_trials: 12, epochs: [4, 10]}}
"""

GRID = f"""
schema: 1
title: Networks of two grids, half of which stop at a correlation
engine: bptt
seed: 2
cell:
  kind: low_rank
  n_units: 5
  rank: 2
  tau: 10 ms
  dt: 4 ms
  start: learned
  dtype: float64
  trained: [left, right, w_in, bias, start, w_out, bias_out]
  initial:
    left: {{kind: gaussian, std: 1.0}}
    right: {{kind: gaussian, std: 1.0}}
    w_in: {{kind: gaussian, std: 1.0}}
    bias: {{kind: gaussian, std: 0.1}}
    start: {{kind: gaussian, std: 0.1}}
    w_out: {{kind: xavier}}
    bias_out: {{kind: constant, value: 0.0}}
task: {{kind: flip_flop, bits: 3, steps: 8, pulse_probability: 0.3}}
loss:
  kind: mse
  regularizers:
    - {{kind: weight_decay, strength: [{PLAIN}, {SILENT}], of: [w_out], decoupled: true}}
    - {{kind: activity, strength: [0.0, 0.5, 0.25], of: [latent], reduction: sum}}
training:
  networks: 1
  optimizer: {{kind: adam}}
  learning_rate: 0.015625
  batch: 4
  steps_per_epoch: 1
  epochs: 9
  trials: {{n_trials: 7}}
  stop: {{score: correlation, above: 1.0e-3, tests_in_a_row: 2}}
test: {{every: 3, n_trials: 11}}
record:
  parameters: {{every: 1}}
  singular_values: {{every: 2}}
"""

GIVEN_UP_AFTER = 9  # a silent network's first test, at 2, is never bettered; then 7 epochs


def protocol(text: str = MIXED, *overrides: str) -> BpttProtocol:
    loaded = protocol_from_text(text, overrides)
    assert isinstance(loaded, BpttProtocol)
    return loaded


def recomputed(cell, parameters, inputs):
    """Answers and variables by the equation in NumPy, from what a store has of one network.

    Parameters
    ----------
    parameters
        The cell's, by name.
    inputs
        (trial, time, input).

    Returns
    -------
    dict
        Each (trial, time, output or unit).
    """
    p = {name: np.asarray(value, np.float64) for name, value in parameters.items()}
    now, found = plain.before_a_trial(cell, p, len(inputs)), []
    for s in np.moveaxis(np.asarray(inputs, np.float64), 0, -1):
        now = plain.STEPS[cell.kind](cell, p, now, s)
        answer = p["w_out"] @ now[cell.variables[0]] + p["bias_out"][:, None]
        found.append({**now, "outputs": answer})
    return {k: np.stack([one[k] for one in found]).transpose(2, 0, 1) for k in found[0]}
