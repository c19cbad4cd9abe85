"""What a person wants to know of a run once it is over."""

from __future__ import annotations

import numpy as np
import xarray as xr


def summary(tree: xr.DataTree) -> list[tuple[str, str]]:
    """Lines of a summary, each a name and a value in words.

    Parameters
    ----------
    tree
        A run, as `plastisim.open_run` gives it; finished or not.
    """
    attractors = tree["attractors"].to_dataset()
    if not attractors.sizes.get("epoch"):
        return [("attractors", "nothing was tested yet")]
    n = attractors.n_attractors.values
    n_cues, last = attractors.sizes["cue"], attractors.isel(epoch=-1)
    lines = [
        ("attractors", f"{n[-1]} of {n_cues} cues have one of their own, in epoch "
                       f"{int(last.epoch)}"),
        ("all of them", _first_all(attractors, n_cues)),
    ]  # fmt: skip
    own = last.is_own_attractor.values
    fixed = int(last.is_fixed_point.sum())
    if fixed > n[-1]:
        lines.append(("not counted", _not_counted(last)))
    if own.any():
        abscissa = last.spectral_abscissa.values[own]
        overlap = last.overlap.values[own]
        lines += [
            ("spectral abscissa", f"{abscissa.min():.3f} to {abscissa.max():.3f} per tau"),
            ("overlap with cue end", f"{overlap.min():.3f} to {overlap.max():.3f}"),
            ("residual", f"at most {last.residual.values[own].max():.1e}"),
        ]
    lines += _robustness(attractors, n_cues)
    if "seconds" in tree["training"].data_vars and tree["training"].sizes["epoch"]:
        spent = tree["training"].to_dataset().seconds.sum("epoch")
        stages = zip(spent.stage.values, spent.values, strict=True)
        text = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in stages)
        lines.append(("seconds", text))
    return lines


def _first_all(attractors: xr.Dataset, n_cues: int) -> str:
    complete = np.flatnonzero(attractors.n_attractors.values == n_cues)
    if not complete.size:
        best = int(attractors.n_attractors.max())
        return f"never; at most {best} of {n_cues}"
    return f"first in epoch {int(attractors.epoch[complete[0]])}"


def _not_counted(last: xr.Dataset) -> str:
    """Why fixed points of the last test are no cue's own."""
    fixed = last.is_fixed_point.values
    reasons = {
        "unstable": fixed & ~last.is_stable.values,
        "shared by several cues": fixed & ~last.is_distinct.values,
        "unlike the state at cue end": fixed & ~last.is_cue_faithful.values,
    }
    parts = [f"{int(which.sum())} {why}" for why, which in reasons.items() if which.any()]
    return f"of {int(fixed.sum())} fixed points, " + ", ".join(parts)


def _robustness(attractors: xr.Dataset, n_cues: int) -> list[tuple[str, str]]:
    lines = []
    if "n_retained" in attractors:
        seconds = float(attractors.retention_time[-1]) / 1000
        lines.append(("retention", f"{int(attractors.n_retained)} of {n_cues} after {seconds:g} s"))
    if "return_after_sign_flip" in attractors:
        back = attractors.return_after_sign_flip.mean("cue")
        lines.append(("return after sign flips", _by(back, "flip_fraction", "{:.0%}")))
    if "return_after_kick" in attractors:
        back = attractors.return_after_kick.mean("cue")
        lines.append(("return after kicks", _by(back, "kick_std", "std {:g}")))
    if "switch_success" in attractors:
        n = n_cues * n_cues
        good = round(float(attractors.switch_success) * n)
        lines.append(("switches", f"{good} of {n} reach the cue's memory"))
    if "weak_cue_reached" in attractors:
        right = (attractors.weak_cue_reached == attractors.cue).mean("cue")
        lines.append(("weak cues", _by(right, "cue_strength", "{:.0%}")))
    for name, what in (("novel_cue", "novel cues"), ("random_start", "random starts")):
        if f"{name}_reached" in attractors:
            which = attractors[f"{name}_reached"].values
            lines.append((
                what,
                f"{(which >= 0).mean():.0%} reach a memory, {(which == -2).mean():.0%} the mirror "
                f"image of one, {(which == -1).mean():.0%} neither",
            ))  # fmt: skip
    return lines


def _by(share: xr.DataArray, dim: str, label: str) -> str:
    return ", ".join(
        f"{label.format(float(x))}: {float(v):.2f}" for x, v in zip(share[dim], share, strict=True)
    )
