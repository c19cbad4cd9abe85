"""A small protocol to lay out, changed key by key."""

from plastisim.protocol import OnlineProtocol, protocol_from_text

TEXT = """
schema: 1
title: Four cues in forty units
engine: online
seed: 3
network:
  {n_units: 40, gain: 1.8, tau: 10 ms, dt: 1 ms, transfer: tanh, self_connections: false}
cues: {kind: one_channel_each, n_cues: 4, amplitude: 5.0, input_weights_std: 1.0}
rule: {kind: freeze_in, strength: 1.0e-3}
schedule:
  epochs: 10
  order: shuffled
  reset: zero
  trial:
    - {period: cue, duration: 50 ms, input: cue, plastic: false}
    - {period: freeze, duration: 30 ms, input: none, plastic: true}
test: {every: 4, relax: 1 s}
"""
PATTERNS = (
    "cues={kind: random_patterns, n_cues: 5, n_inputs: 7, amplitude: 2.0, input_weights_std: 1}"
)


def protocol(*overrides: str, folder: str = ".") -> OnlineProtocol:
    return protocol_from_text(TEXT, overrides, folder=folder)
