"""Whether keys that are right by themselves are right together.

A check is a function of a protocol and the class of its rule that yields what it finds. It may read
any key as if it were right: where one is not, `Unknown` ends this check alone, so that all others
still speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from plastisim.protocol.checks import cues, epochs, expectations, network, times, trial
from plastisim.protocol.checks.partial import Unknown, known_part
from plastisim.protocol.findings import Finding
from plastisim.protocol.online import OnlineProtocol
from plastisim.protocol.rule_kind import Imports, RuleClass, rule_class

Check = Callable[[Any, RuleClass | None], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    times.none_is_zero,
    times.dt_is_at_most_tau,
    times.all_are_whole_steps,
    times.recording_fits_its_interval,
    epochs.recorded_ones_exist,
    epochs.recorded_ones_differ,
    epochs.spectra_are_taken_in_tests,
    epochs.stop_can_happen,
    network.bounds_hold_zero,
    network.eigenvalues_exist,
    network.flips_change_a_unit,
    network.precision_resolves_rest,
    cues.every_cue_has_a_channel,
    cues.switches_have_two_cues,
    cues.file_holds_patterns,
    cues.conditions_differ,
    cues.perturbations_differ,
    trial.a_cue_is_presented,
    trial.the_rule_can_learn,
    trial.third_factors_count,
    trial.names_differ,
    expectations.they_can_be_read,
)


def inconsistencies(
    protocol: OnlineProtocol | None, data: dict[str, Any], found: list[Finding], imports: Imports
) -> list[Finding]:
    """What the checks find, where nothing was found wrong before.

    Parameters
    ----------
    protocol
        The protocol, or None if some of its keys are wrong by themselves.
    data
        What it was made from.
    found
        What is wrong with single keys.
    imports
        What may be imported.
    """
    rule = data.get("rule")
    try:
        cls = rule_class(rule.get("kind") if isinstance(rule, dict) else None, imports)
    except ValueError:
        cls = None
    subject = protocol if protocol is not None else known_part(OnlineProtocol, data, imports)
    said = {finding.path for finding in found}
    new: list[Finding] = []
    for check in CHECKS:
        try:
            new += [finding for finding in check(subject, cls) if finding.path not in said]
        except Unknown:
            continue
    return new
