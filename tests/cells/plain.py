"""Every cell once more in plain NumPy: one weight matrix a gate, W formed, one step after another.

A step is a function of (cell, parameters, the variables one step before, input) that gives the
variables now; before a trial, only those are known that the next step needs.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit as sigma


def plrnn(cell, p, before, s):
    x = before["state"]
    a = np.diag(p["autoregression"])
    return {"state": a @ x + p["w_rec"] @ np.maximum(x, 0) + p["w_in"] @ s + p["bias"][:, None]}


def leaky_rate(cell, p, before, s):
    h = p["bias"][:, None] if cell.with_bias else 0.0
    return _leaky(cell, p["w_rec"], p["w_in"] @ s + h, before["rate"])


def rank_one(cell, p, before, s):
    w = np.outer(p["left"], p["right"]) / cell.n_units
    now = _leaky(cell, w, p["w_in"] @ s + p["bias"][:, None], before["rate"])
    return {**now, "latent": p["right"][None, :] @ now["rate"] / cell.n_units}


def low_rank(cell, p, before, s):
    w = p["left"] @ p["right"] / cell.n_units
    now = _leaky(cell, w, p["w_in"] @ s + p["bias"][:, None], before["rate"])
    return {**now, "latent": p["right"] @ now["rate"] / cell.n_units}


def vanilla(cell, p, before, s):
    x = p["w_rec"] @ before["rate"] + p["w_in"] @ s + p["bias"][:, None]
    return {"rate": np.tanh(x) if cell.transfer == "tanh" else np.maximum(x, 0), "drive": x}


def lstm(cell, p, before, s):
    h, c = before["hidden"], before["cell"]
    gates = zip(*(np.split(p[name], 4) for name in ("w_rec", "w_in", "bias")), strict=True)
    a_i, a_f, a_g, a_o = (w @ h + u @ s + b[:, None] for w, u, b in gates)
    i, f, g, o = sigma(a_i), sigma(a_f), np.tanh(a_g), sigma(a_o)
    c = f * c + i * g
    return {
        "hidden": o * np.tanh(c), "cell": c,
        "input_gate": i, "forget_gate": f, "candidate": g, "output_gate": o,
    }  # fmt: skip


def gru(cell, p, before, s):
    h = before["hidden"]
    (w_r, w_z, w_n), (c_r, c_z, c_n), (b_r, b_z, b_n) = (
        np.split(p[name], 3) for name in ("w_rec", "w_in", "bias")
    )
    r = sigma(w_r @ h + c_r @ s + b_r[:, None])
    z = sigma(w_z @ h + c_z @ s + b_z[:, None])
    n = np.tanh(c_n @ s + b_n[:, None] + r * (w_n @ h + p["bias_rec"][:, None]))
    return {
        "hidden": (1 - z) * n + z * h, "reset_gate": r, "update_gate": z, "candidate": n,
    }  # fmt: skip


def _leaky(cell, w, external, r):
    alpha = cell.dt.seconds / cell.tau.seconds
    x = w @ r + external
    return {"rate": r + alpha * (np.tanh(x) - r), "drive": x}


STEPS = {f.__name__: f for f in (plrnn, leaky_rate, rank_one, low_rank, vanilla, lstm, gru)}


def before_a_trial(cell, p, n_trials):
    """What is known before the first step: the learned start, and an empty cell state."""
    start = np.repeat(p["start"][:, None], n_trials, axis=1)
    return {cell.variables[0]: start, **({"cell": 0 * start} if cell.kind == "lstm" else {})}


def output(cell, p, now):
    if cell.kind == "rank_one":
        return now["latent"]
    return p["w_out"] @ now[cell.variables[0]] + p["bias_out"][:, None]


def run(cell, p, inputs):
    """Answers (time, output, trial) and all variables (time, unit, trial)."""
    now, course = before_a_trial(cell, p, inputs.shape[-1]), []
    for s in inputs:
        now = STEPS[cell.kind](cell, p, now, s)
        course.append(now)
    seen = {name: np.stack([now[name] for now in course]) for name in cell.variables}
    return np.stack([output(cell, p, now) for now in course]), seen


def loss(cell, p, inputs, targets):
    """Mean squared error, and the sum of squares of what every variable changes by in a step."""
    outputs, seen = run(cell, p, inputs)
    changes = sum((np.diff(v, axis=0) ** 2).sum() for v in seen.values())
    return ((outputs - targets) ** 2).mean() + changes
