"""Times with their units, exact."""

import time as clock
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from plastisim.quantities import UNITS, Time

units = st.sampled_from(list(UNITS))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2 s", Fraction(2)),
        ("10 ms", Fraction(1, 100)),
        ("500 us", Fraction(1, 2000)),
        ("0.1 ms", Fraction(1, 10_000)),  # which no float is
        (".5 s", Fraction(1, 2)),
        ("5. s", Fraction(5)),
        ("1e-1 ms", Fraction(1, 10_000)),
        ("1.5E2 us", Fraction(150, 1_000_000)),
        ("+3 ms", Fraction(3, 1000)),
        ("-3 ms", Fraction(-3, 1000)),
        ("  7ms ", Fraction(7, 1000)),
        ("0 s", Fraction(0)),
    ],
)
def test_a_time_is_exactly_what_was_written(text, seconds):
    assert Time.parse(text).value == seconds


@pytest.mark.parametrize(
    ("time", "dt", "steps"),
    [
        ("50 ms", "1 ms", 50),
        ("0.1 ms", "0.02 ms", 5),  # 5.000000000000001 in floats of seconds
        ("0.3 s", "0.1 s", 3),  # 2.9999999999999996 in floats
        ("2 s", "1 us", 2_000_000),
        ("1e2 ms", "2.5e-1 ms", 400),
        ("0 ms", "1 ms", 0),
        ("1e9 s", "1e-9 us", 10**24),
    ],
)
def test_steps_are_counted_exactly(time, dt, steps):
    assert Time.parse(time).steps(Time.parse(dt)) == steps


@given(st.integers(0, 10**6), st.integers(1, 10**5), st.integers(0, 6), units)
def test_as_many_steps_as_were_multiplied(n, k, digits, unit):
    dt = Time.parse(f"{k}e-{digits} {unit}")
    assert Time(n * dt.value, "").steps(dt) == n


def test_a_time_that_is_no_whole_number_of_steps_says_so():
    with pytest.raises(ValueError, match="whole multiple") as caught:
        Time.parse("10 ms").steps(Time.parse("4 ms"))
    assert str(caught.value) == (
        'got "10 ms", which is 2.5 steps of dt = 4 ms; write a whole multiple of dt'
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (10, 'got 10; a time needs its unit: write "10 ms"'),
        (0.5, 'got 0.5; a time needs its unit: write "0.5 ms"'),
        ("10", 'got "10"; a time needs its unit: write "10 ms"'),
        ("10 min", 'got "10 min"; unit "min" is not a time: write s, ms or us, such as "10 ms"'),
        ("10 MS", 'got "10 MS"; unit "MS" is not a time: write s, ms or us, such as "10 ms"'),
        ("10 m/s", 'got "10 m/s"; write a time with its unit, such as "10 ms"'),
        ("ms", 'got "ms"; write a time with its unit, such as "10 ms"'),
        ("", 'got ""; write a time with its unit, such as "10 ms"'),
        ("10 ms 5", 'got "10 ms 5"; write a time with its unit, such as "10 ms"'),
        ("nan ms", 'got "nan ms"; write a time with its unit, such as "10 ms"'),
        ("inf s", 'got "inf s"; write a time with its unit, such as "10 ms"'),
        ("1,5 ms", 'got "1,5 ms"; write a time with its unit, such as "10 ms"'),
        (True, 'got true; write a time with its unit, such as "10 ms"'),
        (False, 'got false; write a time with its unit, such as "10 ms"'),
        (None, 'got nothing; write a time with its unit, such as "10 ms"'),
        ({"s": 1}, 'got a block; write a time with its unit, such as "10 ms"'),
        ([1, "ms"], 'got a list; write a time with its unit, such as "10 ms"'),
        ("1e-20 s", 'got "1e-20 s"; write a time between 1e-9 us and 1e9 s'),
        ("1e10 s", 'got "1e10 s"; write a time between 1e-9 us and 1e9 s'),
        ("-1e10 s", 'got "-1e10 s"; write a time between 1e-9 us and 1e9 s'),
    ],
)
def test_what_is_no_time_says_what_would_be(found, said):
    with pytest.raises(ValueError, match="write") as caught:
        Time.parse(found)
    assert str(caught.value) == said


@pytest.mark.parametrize("found", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_time(found):
    with pytest.raises(ValueError, match="a time needs its unit"):
        Time.parse(found)


@pytest.mark.parametrize(
    "found", ["1e999999999 ms", "1e999 s", "9" * 10_000 + " ms", "1" + " " * 10_000, "1e-999 s"]
)
def test_a_monstrous_time_is_refused_at_once_and_quoted_in_short(found):
    began = clock.perf_counter()
    with pytest.raises(ValueError, match="write a time") as caught:
        Time.parse(found)
    assert clock.perf_counter() - began < 0.5
    assert len(str(caught.value)) < 150


@given(st.decimals(-(10**6), 10**6, places=6), units)
def test_what_was_written_is_read_again(number, unit):
    time = Time.parse(f"{number} {unit}")
    assert Time.parse(str(time)) == time
    assert str(Time.parse(str(time))) == str(time)
    assert hash(Time.parse(str(time))) == hash(time)


def test_a_time_stays_as_it_is():
    time = Time.parse("10 ms")
    assert Time.parse(time) is time


def test_text_is_kept_as_it_was_written_but_for_blanks():
    assert str(Time.parse("  1e1ms ")) == "1e1 ms"


def test_different_times_differ():
    assert Time.parse("10 ms") != Time.parse("11 ms")
    assert Time.parse("10 ms") != Time.parse("10 us")


def test_numbers_of_a_time_are_the_nearest_floats():
    time = Time.parse("0.1 ms")
    assert (time.seconds, time.milliseconds) == (1e-4, 0.1)


def test_a_ratio_of_times_is_the_nearest_float():
    """0.3 / 0.1 is 2.9999999999999996 in floats."""
    assert Time.parse("0.3 s") / Time.parse("0.1 s") == 3.0
    assert Time.parse("1 ms") / Time.parse("10 ms") == 0.1


class Model(BaseModel):
    tau: Time


def test_a_model_reads_and_writes_times():
    model = Model(tau="2.50 ms")
    assert model.tau.value == Fraction(1, 400)
    assert model.model_dump(mode="json") == {"tau": "2.50 ms"}
    assert Model.model_validate_json(model.model_dump_json()) == model


@pytest.mark.parametrize(
    ("found", "said"),
    [("-1 ms", 'got "-1 ms"; a time cannot be negative'), (3, 'write "3 ms"'), (None, "nothing")],
)
def test_a_model_refuses_in_the_same_words(found, said):
    with pytest.raises(ValidationError) as caught:
        Model(tau=found)
    assert said in caught.value.errors()[0]["msg"]
