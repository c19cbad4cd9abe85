"""When a network leaves the search phase: the first epoch at which it is better than guessing."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from plastisim.measures.onset import onset


@dataclass(frozen=True)
class Criterion:
    """A score, and the bound beyond which the search is over."""

    score: str  # a variable of the store's `test` or `training`
    above: float | None = None
    below: float | None = None


PAPER_CRITERIA = {
    "delayed_addition": Criterion("fraction_correct", above=0.08),
    "flip_flop": Criterion("correlation", above=0.5),
    "evidence_accumulation": Criterion("coherence_error", below=0.3),
}
"""By kind of task. Source: arXiv:2502.07256, "Training speed during the search phase", which also
inspected every curve: a constant answer of 1 already scores 0.0784 in delayed addition, so that
chance alone may cross 0.08. Ask for several tests in a row, or for more, such as 0.25."""


def end_of_search(scores: xr.Dataset, criterion: Criterion, *, in_a_row: int) -> xr.DataArray:
    """The epoch after which each network's score meets the criterion, in so many tests in a row.

    Parameters
    ----------
    scores
        A store's `test` or `training`: scores (epoch, network).
    criterion
        One of `PAPER_CRITERIA`, or one's own.
    in_a_row
        1 for the paper's "first epoch that achieves a particular value"; more for an end that
        lasts.

    Returns
    -------
    xr.DataArray
        Epochs (network,), NaN for a network that does not leave the search phase (see `onset`).
        0 where a network is as good before training.

    Raises
    ------
    ValueError
        Where there is no such score.
    """
    if criterion.score not in scores:
        known = ", ".join(map(str, scores.data_vars))
        raise ValueError(f"scores: no {criterion.score} among them; there are: {known}")
    found = onset(
        scores[criterion.score],
        above=criterion.above,
        below=criterion.below,
        in_a_row=in_a_row,
    )
    return found.assign_attrs(long_name="epoch at the end of the search phase").rename(
        "end_of_search"
    )


def training_speed(end: xr.DataArray) -> xr.DataArray:
    r"""One over the epoch at the end of the search phase, per epoch; 0 for a search without end.

    .. math:: v = 1 / t_{end}

    Infinite for a network that was as good before training. A median over networks is thus robust
    to both, and a mean is not.

    Source: arXiv:2502.07256, "Training speed during the search phase".
    """
    return (
        (1.0 / end)
        .fillna(0.0)
        .assign_attrs(
            units="1", long_name="training speed: 1 / epoch at the end of the search phase"
        )
        .rename("training_speed")
    )
