"""The catalogue of tasks: one file each, one line each."""

from plastisim.tasks.base import Task, Trial
from plastisim.tasks.delayed_addition import DelayedAddition

TASKS: dict[str, type[Task]] = {
    "delayed_addition": DelayedAddition,
}

__all__ = ["TASKS", "Task", "Trial"]
