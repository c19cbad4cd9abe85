"""Whether something happens in a trial that the rule can learn from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plastisim.protocol.checks.partial import model_of
from plastisim.protocol.findings import Finding
from plastisim.rules import OneShotRule

TRIAL = ("schedule", "trial")


def a_cue_is_presented(p: Any) -> Iterator[Finding]:
    """A trial presents its cue."""
    if all(period.input == "none" for period in p.schedule.trial):
        yield Finding(TRIAL, "no period presents the cue; write input: cue in one of them")


def the_rule_can_learn(p: Any) -> Iterator[Finding]:
    """A rule that learns step by step has plastic periods; one that stores at once has none."""
    rule = model_of(p.rule)
    if rule is None:
        return
    periods = [(i, period.plastic) for i, period in enumerate(p.schedule.trial)]
    if not issubclass(rule, OneShotRule):
        if not any(plastic for _, plastic in periods):
            yield Finding(
                TRIAL,
                "no period is plastic, so that the rule never learns; write plastic: true in one",
            )
        return
    for i, plastic in periods:
        if plastic:
            yield Finding(
                (*TRIAL, i, "plastic"),
                "got true; this rule stores all patterns at once and learns in no period: "
                "write false",
            )


def third_factors_count(p: Any) -> Iterator[Finding]:
    """A third factor multiplies learning, so it belongs to a plastic period."""
    for i, period in enumerate(p.schedule.trial):
        if period.third_factor != 1.0 and not period.plastic:
            yield Finding(
                (*TRIAL, i, "third_factor"),
                f"got {period.third_factor:g} in a period that is not plastic, where it has no "
                "effect; leave it out, or write plastic: true",
            )


def names_differ(p: Any) -> Iterator[Finding]:
    """A period is known by its name."""
    names = [period.period for period in p.schedule.trial]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Finding(
                (*TRIAL, i, "period"),
                f'got "{name}" a second time; write a name of its own, such as "{name}_2"',
            )
