r"""Gradients by hand: the adjoint equations of every cell, backward in time, in plain NumPy.

:math:`\bar v[t]` is the derivative of the loss by :math:`v[t]` through all that depends on it. What
the loss itself sees of a variable comes in from outside (`direct`); what the next step makes of it
is carried backward. Each function is one step backward: it adds to the gradients, and returns what
it carries to the step before.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from tests.cells import plain


def plrnn(cell, p, grad, before, now, s, direct, later):
    r"""x = A x' + W relu(x') + C s + h, with x' one step before."""
    x, g = before["state"], direct["state"] + later["state"]
    grad["autoregression"] += (g * x).sum(axis=1)
    grad["w_rec"] += g @ np.maximum(x, 0).T
    _external(grad, g, s)
    return {"state": p["autoregression"][:, None] * g + (x > 0) * (p["w_rec"].T @ g)}


def leaky_rate(cell, p, grad, before, now, s, direct, later):
    """x = W r' + C s + h, r = (1 - alpha) r' + alpha tanh(x)."""
    g_r = direct["rate"] + later["rate"]
    g_x = direct["drive"] + _alpha(cell) * g_r * (1 - np.tanh(now["drive"]) ** 2)
    grad["w_rec"] += g_x @ before["rate"].T
    _external(grad, g_x, s, with_bias=cell.with_bias)
    return {"rate": (1 - _alpha(cell)) * g_r + p["w_rec"].T @ g_x}


def low_rank(cell, p, grad, before, now, s, direct, later):
    """As leaky_rate with W = M K, K = N^T / N; and kappa = K r."""
    n = cell.n_units
    grad["right"] += direct["latent"] @ now["rate"].T / n
    g_r = direct["rate"] + later["rate"] + p["right"].T @ direct["latent"] / n
    g_x = direct["drive"] + _alpha(cell) * g_r * (1 - np.tanh(now["drive"]) ** 2)
    g_k = p["left"].T @ g_x  # kappa one step before
    grad["left"] += g_x @ (p["right"] @ before["rate"] / n).T
    grad["right"] += g_k @ before["rate"].T / n
    _external(grad, g_x, s)
    return {"rate": (1 - _alpha(cell)) * g_r + p["right"].T @ g_k / n}


def rank_one(cell, p, grad, before, now, s, direct, later):
    """As leaky_rate with W = m n^T / N; and kappa = n^T r / N."""
    n = cell.n_units
    g_r = direct["rate"] + later["rate"] + np.outer(p["right"], direct["latent"]) / n
    g_x = direct["drive"] + _alpha(cell) * g_r * (1 - np.tanh(now["drive"]) ** 2)
    g_k = p["left"] @ g_x  # kappa one step before (trial,)
    grad["left"] += g_x @ (p["right"] @ before["rate"]) / n
    grad["right"] += (now["rate"] @ direct["latent"][0] + before["rate"] @ g_k) / n
    _external(grad, g_x, s)
    return {"rate": (1 - _alpha(cell)) * g_r + np.outer(p["right"], g_k) / n}


def vanilla(cell, p, grad, before, now, s, direct, later):
    """x = W r' + C s + h, r = phi(x)."""
    slope = 1 - now["rate"] ** 2 if cell.transfer == "tanh" else now["drive"] > 0
    g_x = direct["drive"] + slope * (direct["rate"] + later["rate"])
    grad["w_rec"] += g_x @ before["rate"].T
    _external(grad, g_x, s)
    return {"rate": p["w_rec"].T @ g_x}


def lstm(cell, p, grad, before, now, s, direct, later):
    """c = f c' + i g, h = o tanh(c), with all gates from a = W h' + C s + b."""
    i, f, g, o = (
        now[name] for name in ("input_gate", "forget_gate", "candidate", "output_gate")
    )  # fmt: skip
    shown = np.tanh(now["cell"])
    g_h = direct["hidden"] + later["hidden"]
    g_c = direct["cell"] + later["cell"] + g_h * o * (1 - shown**2)
    g_a = np.concatenate([
        (direct["input_gate"] + g_c * g) * i * (1 - i),
        (direct["forget_gate"] + g_c * before["cell"]) * f * (1 - f),
        (direct["candidate"] + g_c * i) * (1 - g**2),
        (direct["output_gate"] + g_h * shown) * o * (1 - o),
    ])  # fmt: skip
    grad["w_rec"] += g_a @ before["hidden"].T
    _external(grad, g_a, s)
    return {"hidden": p["w_rec"].T @ g_a, "cell": g_c * f}


def gru(cell, p, grad, before, now, s, direct, later):
    """n = tanh(v + r q), q = W_n h' + b_n, h = (1 - z) n + z h'."""
    h, r, z, n = before["hidden"], now["reset_gate"], now["update_gate"], now["candidate"]
    w_r, w_z, w_n = np.split(p["w_rec"], 3)
    q = w_n @ h + p["bias_rec"][:, None]
    g_h = direct["hidden"] + later["hidden"]
    g_v = (direct["candidate"] + g_h * (1 - z)) * (1 - n**2)
    g_z = (direct["update_gate"] + g_h * (h - n)) * z * (1 - z)
    g_r = (direct["reset_gate"] + g_v * q) * r * (1 - r)
    g_q = g_v * r
    grad["bias_rec"] += g_q.sum(axis=1)
    grad["w_rec"] += np.concatenate([g_r, g_z, g_q]) @ h.T
    _external(grad, np.concatenate([g_r, g_z, g_v]), s)
    return {"hidden": g_h * z + w_r.T @ g_r + w_z.T @ g_z + w_n.T @ g_q}


STEPS = {f.__name__: f for f in (plrnn, leaky_rate, rank_one, low_rank, vanilla, lstm, gru)}


def _alpha(cell):
    return cell.dt.seconds / cell.tau.seconds


def _external(grad, g, s, *, with_bias=True):
    """The gradients of C and h, of C s + h."""
    grad["w_in"] += g @ s.T
    if with_bias:
        grad["bias"] += g.sum(axis=1)


def gradient(cell, p, inputs, targets):
    """The gradient of `plain.loss` by every parameter."""
    outputs, seen = plain.run(cell, p, inputs)
    g_out = 2 * (outputs - targets) / outputs.size
    direct = {name: _of_changes(v) for name, v in seen.items()}
    grad = defaultdict(float)
    if cell.reads_out:
        first = cell.variables[0]
        grad["w_out"] = np.einsum("tob,tub->ou", g_out, seen[first])
        grad["bias_out"] = g_out.sum(axis=(0, 2))
        direct[first] = direct[first] + np.einsum("ou,tob->tub", p["w_out"], g_out)
    else:
        direct["latent"] = direct["latent"] + g_out
    start = plain.before_a_trial(cell, p, inputs.shape[-1])
    later = dict.fromkeys(start, 0.0)
    for t in reversed(range(len(inputs))):
        before = {name: v[t - 1] for name, v in seen.items()} if t else start
        now, seen_now = (
            {name: v[t] for name, v in of_time.items()} for of_time in (seen, direct)
        )  # fmt: skip
        later = STEPS[cell.kind](cell, p, grad, before, now, inputs[t], seen_now, later)
    grad["start"] = later[cell.variables[0]].sum(axis=1)
    return dict(grad)


def _of_changes(v):
    """The gradient of the sum of (v[t] - v[t-1])^2 by v (time, unit, trial)."""
    change, found = np.diff(v, axis=0), np.zeros_like(v)
    found[1:] += 2 * change
    found[:-1] -= 2 * change
    return found
