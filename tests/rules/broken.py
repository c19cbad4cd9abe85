"""Rules and engines that break one promise each."""

from typing import ClassVar

import numpy as np
from numba.extending import overload

from plastisim.online import OnlineEngine
from plastisim.rules import LocalRule, OneShotRule

# --------------------------------------------------------------------------------------- rules


class ReturnsTwo(LocalRule):
    @staticmethod
    def unit(r, r_before, x, p):
        return r, r


class ForgetsItsTrace(LocalRule):
    traces: ClassVar = {"mean": 0.0}

    @staticmethod
    def unit(r, r_before, x, p):
        return r, r, 0.0


class LacksItsParameter(LocalRule):
    @staticmethod
    def unit(r, r_before, x, p):
        return p.eta * r, r, 0.0


class Infinite(LocalRule):
    @staticmethod
    def unit(r, r_before, x, p):
        return 1.0 / r, r, 0.0


class ParameterWithoutEnd(LocalRule):
    @staticmethod
    def unit(r, r_before, x, p):
        return p.eta * r, r, 0.0

    def parameters(self, dt):
        return {"eta": float("inf")}


class DoesNotCompile(LocalRule):
    @staticmethod
    def unit(r, r_before, x, p):
        return float(f"{r:.3f}"), r, 0.0


def _squared(r):
    return r * r


@overload(_squared)
def _squared_compiled(r):
    return lambda r: r * r * r


class CompiledOtherwise(LocalRule):
    @staticmethod
    def unit(r, r_before, x, p):
        return _squared(r), r, 0.0


class ThrowsDice(LocalRule):
    @staticmethod
    def unit(r, r_before, x, p):
        return r + np.random.random(), r, 0.0  # noqa: NPY002


class DoesNothing(LocalRule):
    @staticmethod
    def unit(r, r_before, x, p):
        return 0.0 * r, r, 0.0


class LosesDigits(LocalRule):
    @staticmethod
    def unit(r, r_before, x, p):
        return (r + p.much) - p.much, r, 0.0

    def parameters(self, dt):
        return {"much": 1e6}


class TraceExplodes(LocalRule):
    traces: ClassVar = {"sum": 2.0}

    @staticmethod
    def unit(r, r_before, x, trace, p):
        return r, r, 0.0, trace * trace + r * r


class TraceStandsStill(LocalRule):
    traces: ClassVar = {"mean": 0.5}

    @staticmethod
    def unit(r, r_before, x, trace, p):
        return r, r, trace, trace


RULES = {
    "returns_one_number_for_each": [
        ReturnsTwo, ForgetsItsTrace, LacksItsParameter, ParameterWithoutEnd,
    ],
    "is_finite": [Infinite],
    "compiles": [DoesNotCompile],
    "is_the_same_compiled": [CompiledOtherwise],
    "remembers_nothing_else": [ThrowsDice],
    "is_scaled_by_its_strength": [DoesNothing],
    "works_in_single_precision": [LosesDigits],
    "remembers_while_frozen": [TraceExplodes, TraceStandsStill],
}  # fmt: skip

# ------------------------------------------------------------------------------------- engines


class LearnsWhenFrozen(OnlineEngine):
    def present(self, periods, **keys):
        super().present(periods, **keys)
        if not periods[0].plastic:
            self.w_rec[0, 1] += 1e-16


class LearnsAtZeroStrength(OnlineEngine):
    def present(self, periods, *, strength, **keys):
        super().present(periods, strength=strength or 1e-12, **keys)


class SquaresTheStrength(OnlineEngine):
    def present(self, periods, *, strength, **keys):
        super().present(periods, strength=strength**2, **keys)


class FavoursTheFirstUnit(OnlineEngine):
    def present(self, periods, **keys):
        super().present(periods, **keys)
        if periods[0].plastic and keys["strength"]:
            self.w_rec[0] += keys["strength"] * (self.w_rec[0] - self._network.w_initial[0])


class SeesTheMeanRate(OnlineEngine):
    def present(self, periods, *, strength, **keys):
        super().present(periods, strength=strength * (1 + 1e-3 * self.rate.mean()), **keys)


class TurnsAround(OnlineEngine):
    """Swaps post and pre in what it learned."""

    def present(self, periods, **keys):
        super().present(periods, **keys)
        start = self._network.w_initial
        self.w_rec[:] = start + (self.w_rec - start).T


class ForgetsWhileFrozen(OnlineEngine):
    def present(self, periods, **keys):
        before = self.state().traces
        super().present(periods, **keys)
        if not periods[0].plastic:
            self._units.traces[:] = before


class ComputesInDouble(OnlineEngine):
    def state(self):
        state = super().state()
        state.rate = state.rate.astype(np.float64)
        return state


ENGINES = {
    "leaves_frozen_weights_alone": LearnsWhenFrozen,
    "does_nothing_at_zero_strength": LearnsAtZeroStrength,
    "is_scaled_by_its_strength": SquaresTheStrength,
    "does_not_number_its_units": FavoursTheFirstUnit,
    "is_local": SeesTheMeanRate,
    "remembers_while_frozen": ForgetsWhileFrozen,
    "follows_the_reference": TurnsAround,
    "works_in_single_precision": ComputesInDouble,
}


def swapped_update_and_drive(w, post, pre, decay, strength, zero_diagonal, rate, x):
    """A kernel that takes one population for the other."""
    n_post, n_pre = len(post), len(pre)
    wrong = np.outer(pre, post).reshape(-1)[: n_post * n_pre].reshape(n_post, n_pre)
    w += strength * (wrong - decay[:, None] * w)
    x[:] = w @ rate


# ------------------------------------------------------------------------------ one-shot rules


class _Hopfield(OneShotRule):
    def learn(self, xi, w):
        return w + (self.gain * xi - w @ xi) @ xi.T / len(xi)


class MindsWhatItReplaces(_Hopfield):
    def store(self, patterns, w_initial):
        return super().store(patterns, w_initial) + 1e-9 * w_initial


class AddsTwice(_Hopfield):
    def store(self, patterns, w_initial):
        w = super().store(patterns, w_initial)
        return w + w_initial if self.base == "added" else w


class StoresTheOpposite(_Hopfield):
    def learn(self, xi, w):
        return w - self.gain * xi @ xi.T / len(xi)


class FavoursTheFirst(_Hopfield):
    def learn(self, xi, w):
        learned = super().learn(xi, w)
        learned[0] *= 1.01
        return learned


class ForgetsTheDtype(_Hopfield):
    def store(self, patterns, w_initial):
        return super().store(patterns, w_initial).astype(np.float64)


class WritesOnItsInput(_Hopfield):
    def store(self, patterns, w_initial):
        stored = super().store(patterns, w_initial)
        patterns *= -1
        return stored


ONE_SHOT = {
    "replaces_weights_when_alone": [MindsWhatItReplaces],
    "adds_to_weights_when_added": [AddsTwice],
    "stores_its_patterns": [StoresTheOpposite],
    "does_not_number_its_units": [FavoursTheFirst],
    "keeps_the_dtype": [ForgetsTheDtype, WritesOnItsInput],
}
