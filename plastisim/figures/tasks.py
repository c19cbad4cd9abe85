"""What a run's task and cell say of its numbers: which score is followed, what is graded."""

from __future__ import annotations

import xarray as xr

from plastisim.figures.reading import protocol_of
from plastisim.tasks import TASKS, Task


def followed_score(tree: xr.DataTree) -> str:
    """The first score of the task; of a task that is not listed, the first by name; "" if none."""
    kept = tree.children["test"].data_vars if "test" in tree.children else ()
    kind = _kind_of(tree)
    own = kind.scores if kind else sorted(str(name) for name in kept)
    return next((name for name in own if name in kept and name != "loss"), "")


def graded_window(tree: xr.DataTree) -> tuple[int, int] | None:
    """The steps at which the answer counts, the last not included; None if nobody knows."""
    kind = _kind_of(tree)
    if kind is None:
        return None
    try:
        return kind.model_validate(protocol_of(tree)["task"]).graded
    except ValueError:  # written for another version of the task
        return None


def state_name(tree: xr.DataTree) -> str:
    """The variable of the cell that is its state; of a cell that is not listed, the first kept."""
    from plastisim.cells import CELLS

    kept = tree.children["trajectories"].data_vars if "trajectories" in tree.children else {}
    cell = CELLS.get(str(protocol_of(tree).get("cell", {}).get("kind")))
    own = cell.variables if cell else ()
    others = (str(name) for name in kept if name not in ("inputs", "targets", "outputs"))
    return next((name for name in (*own, *others) if name in kept), "")


def _kind_of(tree: xr.DataTree) -> type[Task] | None:
    return TASKS.get(str(protocol_of(tree).get("task", {}).get("kind")))
