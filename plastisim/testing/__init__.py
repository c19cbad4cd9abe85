"""Holds a learning rule, built-in or a stranger's, to the house's conformance checks.

.. code-block:: python

    from plastisim.testing import check_rule

    check_rule(MyRule(kind="my_rule", strength=1e-3))
"""

from __future__ import annotations

from plastisim.rules import LocalRule, OneShotRule
from plastisim.testing.local import LOCAL_CHECKS
from plastisim.testing.one_shot import ONE_SHOT_CHECKS


def check_rule(rule: LocalRule | OneShotRule, n_units: int = 23) -> None:
    """Run all checks that apply to `rule`, in a network of `n_units` units.

    Raises
    ------
    AssertionError
        By the first check that fails, with a sentence that says what is wrong.
    """
    if isinstance(rule, OneShotRule):
        for check in ONE_SHOT_CHECKS:
            check(rule, n_units)
    else:
        for check in LOCAL_CHECKS:
            check(rule, n_units)


__all__ = ["LOCAL_CHECKS", "ONE_SHOT_CHECKS", "check_rule"]
