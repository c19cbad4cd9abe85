"""What is trained: two networks of the paper at their sizes."""

from __future__ import annotations

from dataclasses import dataclass

from plastisim.protocol import load_protocol
from plastisim.protocol.bptt import BpttProtocol

LEARNING_RATE, CLIP, TCR = 1e-3, 3.0, 0.1


@dataclass(frozen=True)
class Problem:
    """A shipped protocol at one batch size; `with_tcr` on rate and drive of half of the units."""

    name: str
    protocol: str
    n_units: int
    n_steps: int
    batch: int
    with_tcr: bool

    def ask(self, networks: int = 1, steps: int = 100) -> BpttProtocol:
        """The protocol, without tests and records, `steps` steps of training in an epoch."""
        overrides = [
            f"training.networks={networks}", f"training.batch={self.batch}",
            f"training.steps_per_epoch={steps}", "training.epochs=100000",
            f"training.learning_rate={LEARNING_RATE}", f"training.clip={CLIP}",
            "test={every: 100000, n_trials: 100}", "record={parameters: {}}",
        ]  # fmt: skip
        if self.with_tcr:  # at the length that was asked about
            overrides += [
                f"loss.regularizers.0.strength={TCR}", f"task.steps={self.n_steps}",
                "expect={test.loss: {last_mean: '< 1e9'}}",
            ]  # fmt: skip
        loaded = load_protocol(self.protocol, overrides)
        assert isinstance(loaded, BpttProtocol)
        return loaded


LEAKY = "evidence_accumulation_strong_tcr"
PROBLEMS = (
    Problem("PLRNN N=40 T=40 batch 100", "delayed_addition_plrnn", 40, 40, 100, False),
    Problem("PLRNN N=40 T=40 batch 1000", "delayed_addition_plrnn", 40, 40, 1000, False),
    Problem(
        "lfRNN N=50 T=60 batch 100, TCR", "evidence_accumulation_strong_tcr", 50, 60, 100, True
    ),
)
