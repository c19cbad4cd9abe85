"""Whether the keys of a protocol for training by gradients go together."""

from plastisim.protocol.checks import Check, expectations

CHECKS: tuple[Check, ...] = (expectations.they_can_be_read,)
