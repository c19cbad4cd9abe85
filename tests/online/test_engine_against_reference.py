"""The compiled engine and the plain reference go the same way, whatever is asked of them."""

from dataclasses import replace

import numpy as np
import pytest

from plastisim import reference
from plastisim.dynamics import TRANSFERS, Network, Period, State
from plastisim.online import OnlineEngine
from plastisim.quantities import Time
from plastisim.rules import Decay
from plastisim.testing.examples import local_rules

RULES = local_rules()
DT = Time.parse("1 ms")
N = 23  # no multiple of a cache line, a vector or a block of rows
PRESENTATION = (("cue", 30, False), ("freeze", 40, True), ("gap", 10, False), ("again", 20, True))


def random_network(n, transfer="tanh", seed=7):
    rng = np.random.default_rng(seed)
    w = 0.6 / np.sqrt(n) * rng.standard_normal((n, n))
    np.fill_diagonal(w, 0.0)
    return Network(
        w, rng.standard_normal((n, 2)), np.zeros(n), alpha=0.1, transfer=transfer, theta=0.25
    )


class Case:
    """A network, a rule and what is done to them; each constraint below changes one of these."""

    def __init__(self, network, rule):
        self.network, self.rule = network, rule
        self.third_factor, self.noisy, self.kicked = 1.0, False, False

    def constrain_initial_weights(self):
        self.network.constrain(self.network.w_initial)

    def periods(self, cue):
        h, c = self.network.bias, self.network.w_in[:, cue]
        return [
            Period(name, n, h + c if name == "cue" else h + 0.1 * c, plastic, self.third_factor)
            for name, n, plastic in PRESENTATION
        ]

    def presentations(self):
        """Keyword arguments of two presentations; chance is drawn anew, but the same each time."""
        n = self.network.n_units
        for cue in (0, 1):
            rng = np.random.default_rng(cue)
            kicks = np.random.default_rng(10 + cue)
            yield {
                "periods": self.periods(cue),
                "strength": 1e-4,
                "noise": 0.1 * rng.standard_normal((100, n)) if self.noisy else None,
                "weight_noise": (
                    (lambda kicks=kicks: 1e-3 * kicks.standard_normal((n, n)))
                    if self.kicked
                    else None
                ),
            }

    def by_engine(self):
        engine = OnlineEngine(self.network, self.rule, DT)
        for keys in self.presentations():
            engine.reset(0.0)
            engine.present(**keys)
        return engine.state()

    def by_reference(self):
        traces = tuple(self.rule.traces.values()) if self.rule else ()
        state = State.before_learning(self.network, traces)
        for keys in self.presentations():
            state.rate = np.zeros_like(state.rate)
            reference.present(state, self.network, self.rule, DT, **keys)
        return state


def nothing(case):
    pass


def self_connections(case):
    case.network = replace(case.network, self_connections=True)


def bounds(case):
    n = case.network.n_units
    case.network = replace(case.network, lower=np.full(n, -0.2), upper=np.full(n, 0.15))
    case.constrain_initial_weights()


def upper_bound_only(case):
    case.network = replace(case.network, upper=np.full(case.network.n_units, 0.1))
    case.constrain_initial_weights()


def dale(case):
    excites = np.random.default_rng(2).random(case.network.n_units) < 0.7
    w = case.network.w_initial
    w[:] = 0.3 * np.where(excites, np.abs(w), -np.abs(w))  # weak: its mean is no longer 0
    case.network = replace(
        case.network,
        lower=np.where(excites, 0.0, -np.inf),
        upper=np.where(excites, np.inf, 0.0),
    )


def connection_mask(case):
    n = case.network.n_units
    case.network = replace(case.network, connected=np.random.default_rng(3).random((n, n)) < 0.4)
    case.constrain_initial_weights()


def decay_to_zero(case):
    pull = Decay(time_constant="300 ms", toward="zero")
    case.rule = case.rule.model_copy(update={"decay": pull})


def decay_to_initial(case):
    pull = Decay(time_constant="50 ms", toward="initial")
    case.rule = case.rule.model_copy(update={"decay": pull})


def weight_noise(case):
    case.kicked = True


def drive_noise(case):
    case.noisy = True


def bias(case):
    case.network = replace(
        case.network, bias=np.random.default_rng(4).uniform(-0.5, 0.5, case.network.n_units)
    )


def third_factor(case):
    case.third_factor = -1.5


def everything_at_once(case):
    for constraint in (dale, connection_mask, decay_to_initial, weight_noise, drive_noise, bias):
        constraint(case)
    lower, upper = case.network.lower, case.network.upper
    case.network = replace(
        case.network, lower=np.maximum(lower, -0.3), upper=np.minimum(upper, 0.3)
    )
    case.constrain_initial_weights()
    third_factor(case)


CONSTRAINTS = (
    nothing, self_connections, bounds, upper_bound_only, dale, connection_mask, decay_to_zero,
    decay_to_initial, weight_noise, drive_noise, bias, third_factor, everything_at_once,
)  # fmt: skip


def assert_alike(found, expected, tolerance=1e-12):
    for what in ("w_rec", "rate", "traces"):
        a, b = getattr(found, what), getattr(expected, what)
        assert np.isfinite(b).all(), what
        off = np.abs(a - b).max(initial=0.0)
        assert off <= tolerance * np.abs(b).max(initial=0.0), f"{what} is off by {off}"


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda c: c.__name__)
@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("kind", RULES)
def test_two_presentations_end_alike(kind, transfer, constraint):
    case = Case(random_network(N, transfer), RULES[kind])
    constraint(case)
    start = case.network.w_initial.copy()
    after = case.by_engine()
    assert_alike(after, case.by_reference())
    assert np.abs(after.w_rec - start).max() > 1e-7  # something was learned to compare


@pytest.mark.parametrize("n", [2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 32, 33, 365])
@pytest.mark.parametrize("constraint", [nothing, everything_at_once], ids=lambda c: c.__name__)
@pytest.mark.parametrize("kind", ["freeze_in", "oja"])  # without and with a decay
def test_any_number_of_units(kind, n, constraint):
    case = Case(random_network(n), RULES[kind])
    constraint(case)
    assert_alike(case.by_engine(), case.by_reference())


def test_a_network_without_a_rule_learns_nothing_though_plastic():
    case = Case(random_network(N), None)
    case.kicked, case.noisy = True, True
    after = case.by_engine()
    assert_alike(after, case.by_reference())
    assert np.array_equal(after.w_rec, case.network.w_initial)


def test_a_period_cut_into_pieces_ends_where_the_whole_ends():
    """The update that a step leaves pending is in the weights when a call returns."""
    case = Case(random_network(N), RULES["bcm"])
    h = case.network.w_in[:, 0]
    whole, pieces = (OnlineEngine(case.network, case.rule, DT) for _ in range(2))
    whole.present([Period("all", 12, h, True)], strength=0.01)
    for n in (1, 4, 7):
        pieces.present([Period("piece", n, h, True)], strength=0.01)
    assert_alike(pieces.state(), whole.state(), 1e-14)


def test_a_presentation_of_no_steps_changes_nothing():
    case = Case(random_network(N), RULES["bcm"])
    engine = OnlineEngine(case.network, case.rule, DT)
    engine.reset(0.5)
    before = engine.state()
    engine.present([Period("none", 0, case.network.bias, True)], strength=1.0)
    after = engine.state()
    assert all(
        np.array_equal(getattr(before, k), getattr(after, k)) for k in ("w_rec", "rate", "traces")
    )


def test_the_same_run_twice_gives_the_same_bits():
    case = Case(random_network(N), RULES["covariance"])
    everything_at_once(case)
    first, second = case.by_engine(), case.by_engine()
    for what in ("w_rec", "rate", "traces"):
        assert np.array_equal(getattr(first, what), getattr(second, what))


def test_an_engine_goes_on_from_a_state_as_if_never_stopped():
    case = Case(random_network(N), RULES["trace"])
    first, second = case.presentations()
    through, halfway = (OnlineEngine(case.network, case.rule, DT) for _ in range(2))
    through.present(**first)
    halfway.present(**first)
    resumed = OnlineEngine(case.network, case.rule, DT, halfway.state())
    through.present(**second)
    resumed.present(**second)
    for what in ("w_rec", "rate", "traces"):
        assert np.array_equal(getattr(through.state(), what), getattr(resumed.state(), what))


def test_an_engine_leaves_what_it_was_given_as_it_was():
    case = Case(random_network(N), RULES["hebb"])
    everything_at_once(case)
    w_initial = case.network.w_initial.copy()
    state = State.before_learning(case.network)
    engine = OnlineEngine(case.network, case.rule, DT, state)
    engine.present(**next(case.presentations()))
    assert np.array_equal(case.network.w_initial, w_initial)
    assert np.array_equal(state.w_rec, w_initial)
    assert not state.rate.any()


def test_inputs_and_noise_of_a_wrong_size_are_refused_before_the_first_step():
    case = Case(random_network(N), RULES["hebb"])
    engine = OnlineEngine(case.network, case.rule, DT)
    with pytest.raises(ValueError, match=r"noise has shape \(99, 23\); \(100, 23\) is needed"):
        engine.present(case.periods(0), noise=np.zeros((99, N)))
    with pytest.raises(ValueError, match=r"period cue has shape \(22,\); \(23,\) is needed"):
        engine.present([Period("cue", 5, np.zeros(N - 1), False)])
    assert not engine.rate.any()


@pytest.mark.parametrize("kind", ["freeze_in", "bcm"])
def test_single_precision_goes_the_same_way_as_its_reference(kind):
    case = Case(random_network(N), RULES[kind])
    everything_at_once(case)
    single = {
        name: value.astype(np.float32)
        for name, value in vars(case.network).items()
        if isinstance(value, np.ndarray) and value.dtype == np.float64
    }
    case.network = replace(case.network, **single)
    after, expected = case.by_engine(), case.by_reference()
    assert after.w_rec.dtype == after.rate.dtype == np.float32
    assert_alike(after, expected, 1e-4)
