"""One instance of every task, small, with numbers of inputs, outputs and steps that differ."""

from typing import Any

from pydantic import TypeAdapter

from plastisim.tasks import TASKS, Task

KEYS: dict[str, dict[str, Any]] = {
    "delayed_addition": {"steps": 21},
    "multiplication": {"steps": 21},
    "evidence_accumulation": {
        "steps": 40,
        "evidence": [7, 25],
        "response": 27,
        "coherence": {"kind": "values", "values": [-1.0, -0.4, 0.5, 0.9]},
        "pulse_probability": 0.5,
    },
    "flip_flop": {"bits": 3, "steps": 50, "pulse_probability": 0.1},
    "cue_recall": {
        "cues": {"kind": "random_patterns", "n_cues": 4, "n_inputs": 6, "amplitude": 2.0},
        "cue_steps": 3,
        "delay_steps": 5,
        "response_steps": 2,
    },
    "delayed_match": {
        "n_stimuli": 5,
        "sample_steps": 2,
        "delay_steps": [3, 7],
        "test_steps": 4,
        "response_steps": 3,
    },
    "sine_wave": {"steps": 30, "periods": {"low": 1.5, "high": 4.0}},
}


def example(name: str, **keys: Any) -> Any:
    """The example of that name, with some keys changed."""
    adapter: TypeAdapter[Task] = TypeAdapter(TASKS[name])
    return adapter.validate_python({"kind": name, **KEYS[name], **keys})
