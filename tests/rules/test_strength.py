"""A strength may change from epoch to epoch; impossible ones are refused with a reason."""

import numpy as np
import pytest
from pydantic import ValidationError

from plastisim.quantities import Time
from plastisim.rules import RULES, Decay, Listed, Ramp
from plastisim.testing.examples import example


def rule_with(strength):
    return example(RULES["hebb"], "hebb", strength=strength)


def test_a_number_is_the_strength_of_every_epoch():
    assert [rule_with(0.25).strength_at(epoch) for epoch in (1, 2, 500)] == [0.25] * 3


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("linear", [8.0, 6.5, 5.0, 3.5, 2.0, 2.0]),
        ("exponential", [8.0, 8 * 2**-0.5, 4.0, 8 * 2**-1.5, 2.0, 2.0]),
        # 2 + 6 (1 + cos(pi k / 4)) / 2
        ("cosine", [8.0, 5 + 3 * 2**-0.5, 5.0, 5 - 3 * 2**-0.5, 2.0, 2.0]),
    ],
)
def test_a_ramp_goes_from_start_to_end_in_so_many_epochs_and_stays(schedule, expected):
    rule = rule_with({"schedule": schedule, "start": 8.0, "end": 2.0, "epochs": 5})
    assert np.allclose([rule.strength_at(epoch) for epoch in range(1, 7)], expected, rtol=1e-14)


def test_a_ramp_of_one_epoch_has_arrived_nowhere_yet():
    ramp = Ramp(schedule="linear", start=8.0, end=2.0, epochs=1)
    assert (ramp.at(1), ramp.at(2)) == (8.0, 2.0)


def test_the_last_value_of_a_list_stays():
    assert [Listed(schedule="list", values=[3.0, 1.0]).at(e) for e in (1, 2, 3)] == [3.0, 1.0, 1.0]


@pytest.mark.parametrize(("start", "end"), [(1.0, 0.0), (0.0, 1.0), (1.0, -1.0), (-1.0, 0.0)])
def test_an_exponential_neither_touches_nor_crosses_zero(start, end):
    with pytest.raises(ValidationError, match="would touch or cross 0; write two values of one"):
        Ramp(schedule="exponential", start=start, end=end, epochs=3)
    Ramp(schedule="linear", start=start, end=end, epochs=3)


def test_an_exponential_between_negative_strengths_is_fine():
    assert Ramp(schedule="exponential", start=-1.0, end=-4.0, epochs=3).at(2) == -2.0


@pytest.mark.parametrize(
    ("strength", "where"),
    [
        (float("nan"), ("strength", "constant")),
        ("strong", ("strength", "constant")),
        ({"schedule": "list", "values": []}, ("strength", "list", "values")),
        (
            {"schedule": "linear", "start": 1.0, "end": 2.0, "epochs": 0},
            ("strength", "ramp", "epochs"),
        ),
    ],
)
def test_one_mistake_in_a_strength_is_one_problem_in_one_place(strength, where):
    with pytest.raises(ValidationError) as caught:
        rule_with(strength)
    assert [problem["loc"] for problem in caught.value.errors()] == [where]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("bcm", "threshold_time_constant"),
        ("covariance", "mean_time_constant"),
        ("trace", "trace_time_constant"),
    ],
)
def test_a_time_constant_is_longer_than_nothing(kind, key):
    with pytest.raises(ValidationError, match='got "0 ms"; a time constant is longer than 0'):
        example(RULES[kind], kind, **{key: "0 ms"})
    with pytest.raises(ValidationError, match="longer than 0"):
        Decay(time_constant="0 s", toward="zero")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "key", "parameter"),
    [
        ("bcm", "threshold_time_constant", "k_theta"),
        ("covariance", "mean_time_constant", "k_mean"),
        ("trace", "trace_time_constant", "delta"),
    ],
)
def test_a_time_constant_reaches_the_rule_in_steps(kind, key, parameter):
    rule = example(RULES[kind], kind, **{key: "40 ms"})
    assert rule.parameters(Time.parse("500 us")) == {parameter: 1 / 80}


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_survives_being_written_down(kind):
    rule = example(RULES[kind], kind)
    assert RULES[kind].model_validate(rule.model_dump(mode="json")) == rule
