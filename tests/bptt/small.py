"""A small ensemble that trains in no time, and changes of it."""

from plastisim.protocol import protocol_from_text
from plastisim.protocol.bptt import BpttProtocol

TEXT = """
schema: 1
title: A small ensemble
engine: bptt
seed: 5
cell:
  kind: leaky_rate
  n_units: 6
  tau: 10 ms
  dt: 5 ms
  start: {std: 0.5}
  dtype: float32
  self_connections: false
  with_bias: true
  trained: [w_rec, w_in, bias, w_out, bias_out]
  initial:
    w_rec: {kind: gaussian_gain, gain: 1.2}
    w_in: {kind: gaussian, std: 1.0}
    bias: {kind: gaussian, std: 0.1}
    w_out: {kind: xavier}
    bias_out: {kind: constant, value: 0.0}
task: {kind: flip_flop, bits: 2, steps: 7, pulse_probability: 0.2}
loss:
  kind: mse
  regularizers:
    - {kind: tcr, strength: [0.0, 0.5], of: [rate, drive], units: 3, reduction: mean}
training:
  networks: 2
  optimizer: {kind: adam}
  learning_rate: 1.0e-2
  clip: 1.0
  batch: 5
  steps_per_epoch: 3
  epochs: 8
  trials: fresh
test: {every: 2, n_trials: 20}
record:
  parameters: {epochs: [3]}
  singular_values: {every: 2}
  trials: {n_trials: 4, epochs: [0, 5]}
"""

PLAIN = "loss={kind: mse}"  # without regularizers


def protocol(*overrides: str) -> BpttProtocol:
    loaded = protocol_from_text(TEXT, overrides)
    assert isinstance(loaded, BpttProtocol)
    return loaded
