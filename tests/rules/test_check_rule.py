"""Each check of check_rule fails for what breaks its promise, and says so."""

import broken
import pytest

from plastisim.testing import LOCAL_CHECKS, ONE_SHOT_CHECKS, check_rule, local
from plastisim.testing.examples import local_rules

BCM = local_rules()["bcm"]  # has a trace
BY_NAME = {check.__name__: check for check in LOCAL_CHECKS}


def first_failure(rule, checks):
    """The first check that a rule fails, as `check_rule` meets it, and its sentence."""
    for check in checks:
        try:
            check(rule, 23)
        except AssertionError as error:
            return check.__name__, str(error)
    return None, ""


def failures(rule, checks):
    found = set()
    for check in checks:
        try:
            check(rule, 23)
        except AssertionError:
            found.add(check.__name__)
    return found


@pytest.mark.parametrize(
    ("check", "rule"),
    [(check, rule) for check, rules in broken.RULES.items() for rule in rules],
    ids=lambda v: getattr(v, "__name__", v),
)
def test_a_broken_rule_is_caught_by_the_check_that_is_meant_for_it(check, rule):
    name, sentence = first_failure(rule(kind="broken", strength=1e-3), LOCAL_CHECKS)
    assert name == check
    assert sentence.startswith("rule broken: ")


@pytest.mark.parametrize(
    "rule",
    [broken.LosesDigits, broken.TraceStandsStill],
    ids=lambda rule: rule.__name__,
)
def test_a_rule_that_breaks_one_promise_fails_one_check(rule):
    (check,) = [check for check, rules in broken.RULES.items() if rule in rules]
    assert failures(rule(kind="broken", strength=1e-3), LOCAL_CHECKS) == {check}


@pytest.mark.parametrize("check", broken.ENGINES)
def test_a_broken_engine_is_caught_by_the_check_that_is_meant_for_it(check, monkeypatch):
    monkeypatch.setattr(local, "OnlineEngine", broken.ENGINES[check])
    with pytest.raises(AssertionError, match="rule bcm: "):
        BY_NAME[check](BCM, 23)


def test_an_engine_that_is_only_wrong_when_frozen_fails_only_there(monkeypatch):
    monkeypatch.setattr(local, "OnlineEngine", broken.LearnsWhenFrozen)
    assert failures(BCM, LOCAL_CHECKS) == {"leaves_frozen_weights_alone"}


def test_a_kernel_that_swaps_post_and_pre_is_caught(monkeypatch):
    monkeypatch.setattr(local, "update_and_drive", broken.swapped_update_and_drive)
    assert failures(BCM, LOCAL_CHECKS) == {"tells_post_from_pre"}


def test_every_check_has_something_broken_to_catch():
    caught = {*broken.RULES, *broken.ENGINES, "tells_post_from_pre"}
    assert caught == {*BY_NAME}
    assert {*broken.ONE_SHOT} == {check.__name__ for check in ONE_SHOT_CHECKS}


@pytest.mark.parametrize(
    ("check", "rule"),
    [(check, rule) for check, rules in broken.ONE_SHOT.items() for rule in rules],
    ids=lambda v: getattr(v, "__name__", v),
)
def test_a_broken_one_shot_rule_fails_its_check(check, rule):
    base = "added" if check == "adds_to_weights_when_added" else "alone"
    failed = failures(rule(kind="broken", gain=4.0, base=base), ONE_SHOT_CHECKS)
    assert check in failed
    with pytest.raises(AssertionError, match="rule broken"):
        check_rule(rule(kind="broken", gain=4.0, base=base))


def test_a_rule_of_somebody_elses_that_keeps_its_promises_passes():
    check_rule(broken._Hopfield(kind="mine", gain=2.0, base="cancelling"))
