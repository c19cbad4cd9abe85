"""How far, and in how many directions, the recurrent weights have moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Change:
    r"""What separates two weight matrices.

    Attributes
    ----------
    norm
        Frobenius norm of the difference.
    rank
        Number of its singular values above N eps times the norm of the weights, that is, above
        what rounding makes of them; the larger norm of the two. -1 if not asked for.
    dimension
        Participation ratio :math:`(\sum \sigma^2)^2 / \sum \sigma^4`: the number of directions
        among which the change is spread; NaN if not asked for or if there is no change.
    """

    norm: float
    rank: int
    dimension: float


def change_of(w_rec: Array, w_initial: Array, *, decompose: bool) -> Change:
    """Compare weights (post, pre) with the initial ones.

    Parameters
    ----------
    decompose
        Whether rank and dimension, which need all singular values, are asked for.
    """
    difference = w_rec.astype(np.float64) - w_initial.astype(np.float64)
    norm = float(np.linalg.norm(difference))
    if not decompose:
        return Change(norm, -1, float("nan"))
    singular = np.linalg.svd(difference, compute_uv=False)
    scale = max(float(np.linalg.norm(w)) for w in (w_rec, w_initial))
    rounding = w_rec.shape[0] * float(np.finfo(w_rec.dtype).eps) * scale
    squares = singular**2
    total = float(squares.sum())
    return Change(
        norm=norm,
        rank=int((singular > rounding).sum()),
        dimension=total**2 / float((squares**2).sum()) if total > 0 else float("nan"),
    )
