"""What every rule in the catalogue inherits by being listed."""

import inspect
from pathlib import Path
from typing import get_args

import pytest

from plastisim.rules import RULES
from plastisim.testing import LOCAL_CHECKS, ONE_SHOT_CHECKS, check_rule
from plastisim.testing.examples import local_rules, one_shot_rules

LOCAL, ONE_SHOT = local_rules(), one_shot_rules()


@pytest.mark.parametrize("check", LOCAL_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("kind", LOCAL)
def test_a_local_rule_keeps_its_promises(kind, check):
    check(LOCAL[kind], n_units=23)


@pytest.mark.parametrize("check", ONE_SHOT_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("base", ["alone", "added", "cancelling"])
@pytest.mark.parametrize("kind", ONE_SHOT)
def test_a_one_shot_rule_keeps_its_promises(kind, base, check):
    check(ONE_SHOT[kind].model_copy(update={"base": base}), n_units=120)


@pytest.mark.parametrize("rule", [*LOCAL.values(), *ONE_SHOT.values()], ids=lambda rule: rule.kind)
def test_check_rule_runs_all_checks_that_apply(rule):
    check_rule(rule, n_units=12)


def test_there_is_no_third_sort_of_rule():
    assert {*LOCAL, *ONE_SHOT} == {*RULES}


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_is_listed_under_the_kind_it_answers_to(kind):
    assert get_args(RULES[kind].model_fields["kind"].annotation) == (kind,)


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_has_a_file_of_its_own_with_its_equation_and_source(kind):
    assert Path(inspect.getfile(RULES[kind])).name == f"{kind}.py"
    text = RULES[kind].__doc__ or ""
    assert ".. math::" in text
    assert "Source: " in text
