"""A rule or a task outside plastisim is imported when it is allowed, and never before."""

import sys
from pathlib import Path

import pytest

from plastisim.errors import NotAllowedError, ProtocolError
from plastisim.protocol import (
    Foreign,
    foreign,
    load_protocol,
    protocol_from_text,
    resolved_text,
    with_imports,
)
from plastisim.rules import LocalRule

GOOD = Path(__file__).parent / "good.yaml"
GOOD_BPTT = Path(__file__).parent / "good_bptt.yaml"
MODULE = """
from pydantic import Field
from typing import Annotated, Literal
from plastisim.rules import LocalRule

class Slow(LocalRule):
    kind: str
    rate: Annotated[float, Field(gt=0)]

    @staticmethod
    def unit(r, r_before, x, p):
        return p.rate * r, r, 0.0

class Named(Slow):
    kind: Literal["named"]

class Unfinished(LocalRule):
    kind: str

class Picky(Slow):
    def model_post_init(self, context):
        if self.rate > 1:
            raise ValueError("a rate above 1 overshoots; write at most 1")

NOT_A_RULE = 3
"""
TASK = """
import jax.numpy as jnp
from plastisim.tasks import Task, Trial

class Echo(Task):
    kind: str
    steps: int

    scores = {"likeness": "how like the echo is", "mse": "mean squared error"}

    n_steps = property(lambda self: self.steps)
    n_inputs = property(lambda self: 1)
    n_outputs = property(lambda self: 1)
    graded = property(lambda self: (2, self.steps))

    def trial(self, key, shared, dtype):
        return Trial(jnp.zeros((self.steps, 1)), jnp.zeros((self.steps, 1)), {})

    def score(self, outputs, trials):
        return {"likeness": outputs.mean(), "mse": outputs.mean()}

class Unscored(Task):
    kind: str

    n_steps = n_inputs = n_outputs = property(lambda self: 1)

    def trial(self, key, shared, dtype): ...

    def score(self, outputs, trials): ...
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of a stranger's, on the path."""
    folder = tmp_path / "strangers_rules"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "slow.py").write_text(MODULE)
    (folder / "echo.py").write_text(TASK)
    (folder / "broken.py").write_text("raise SystemExit(3)\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "strangers_rules"
    for name in [n for n in sys.modules if n.partition(".")[0] == "strangers_rules"]:
        del sys.modules[name]


def rule(name: str, keys: str = "strength: 1.0e-3, rate: 0.5", module: str = "slow") -> list[str]:
    return [f'rule={{kind: "strangers_rules.{module}:{name}", {keys}}}']


def task(name: str = "Echo", keys: str = "steps: 20") -> list[str]:
    kind = f'task={{kind: "strangers_rules.echo:{name}", {keys}}}'
    return [kind, "training.stop.score=likeness"]


def refusal(overrides: list[str], *, of: Path = GOOD, **how) -> str:
    with pytest.raises(ProtocolError) as caught:
        load_protocol(of, overrides, **how)
    return str(caught.value)


def test_nothing_is_imported_that_is_not_allowed(package):
    protocol = load_protocol(GOOD, rule("Slow"), allow=["strangers", "strangers_rules.other"])
    assert protocol.rule == Foreign("strangers_rules.slow:Slow", {"strength": 1e-3, "rate": 0.5})
    assert package not in sys.modules


def test_a_rule_not_imported_survives_the_resolved_text(package):
    protocol = load_protocol(GOOD, rule("Slow"))
    assert protocol_from_text(resolved_text(protocol)) == protocol


@pytest.mark.parametrize("allow", ["strangers_rules", "strangers_rules.slow"])
def test_an_allowed_rule_is_imported_and_validated(package, allow):
    protocol = load_protocol(GOOD, rule("Slow"), allow=[allow])
    assert isinstance(protocol.rule, LocalRule)
    assert protocol.rule.rate == 0.5
    assert protocol_from_text(resolved_text(protocol), allow=[allow]) == protocol


def test_an_allowed_rules_keys_are_told_like_those_of_a_built_in_one(package):
    said = refusal(rule("Slow", "strength: a, rat: 0.5"), allow=[package])
    assert 'rule.strength: got "a"; write a number or a block with schedule:' in said
    assert "rule.rat: unknown field; did you mean rate?" in said
    assert "2 problems" in said
    assert "rule.rate: got -1; write a number above 0" in refusal(
        rule("Slow", "strength: 1, rate: -1"), allow=[package]
    )


def test_a_rules_own_objection_is_told_in_its_own_words(package):
    said = refusal(rule("Picky", "strength: 1, rate: 2"), allow=[package])
    assert "a rate above 1 overshoots; write at most 1" in said
    assert "Value error" not in said


@pytest.mark.parametrize(
    ("name", "module", "said"),
    [
        ("Slwo", "slow", "strangers_rules.slow has no Slwo; did you mean Slow?"),
        ("NOT_A_RULE", "slow", "which is no rule; write a subclass of plastisim.rules.LocalRule"),
        ("Unfinished", "slow", "which is unfinished: it defines no unit"),
        ("Named", "slow", "whose class takes kind: named alone; declare it as kind: str there"),
        ("Any", "broken", "its import failed: SystemExit: 3"),
        ("Any", "nowhere", "its import failed: ModuleNotFoundError: No module named"),
    ],
)
def test_a_rule_that_cannot_be_imported_says_why(package, name, module, said):
    assert said in refusal(rule(name, module=module), allow=[package])


def test_a_rule_left_out_can_be_imported_later_if_it_is_allowed(package):
    protocol = load_protocol(GOOD, rule("Slow"))
    with pytest.raises(NotAllowedError, match=r"^rule.kind .* pass --allow strangers_rules$"):
        with_imports(protocol)
    whole = with_imports(protocol, [package])
    assert whole.rule.rate == 0.5
    assert whole.model_copy(update={"rule": protocol.rule}) == protocol
    assert with_imports(whole) is whole


def test_keys_that_turn_out_wrong_once_a_rule_is_imported_are_told(package):
    protocol = load_protocol(GOOD, rule("Slow", "strength: 1, rate: -1"))
    with pytest.raises(ProtocolError, match="got -1; write a number above 0"):
        with_imports(protocol, [package])


class _EntryPoint:
    name = "offered_rule"

    def __init__(self):
        self.loads = 0

    def load(self):
        self.loads += 1
        from plastisim.rules.freeze_in import FreezeIn  # any class will do that takes another kind

        class Offered(FreezeIn):
            kind: str

        return Offered


def test_a_rule_that_a_package_offers_is_known_by_name_but_loaded_only_to_run(monkeypatch):
    point = _EntryPoint()
    monkeypatch.setattr(
        foreign, "offered", lambda group: {point.name: point} if group == "plastisim.rules" else {}
    )
    overrides = ["rule={kind: offered_rule, strength: 1}"]
    assert isinstance(load_protocol(GOOD, overrides).rule, Foreign)
    assert point.loads == 0
    assert isinstance(with_imports(load_protocol(GOOD, overrides)).rule, LocalRule)
    assert isinstance(load_protocol(GOOD, overrides, entry_points=True).rule, LocalRule)
    assert "did you mean offered_rule?" in refusal(["rule.kind=offred_rule"])


def test_a_task_of_ones_own_is_imported_only_if_it_is_allowed(package):
    protocol = load_protocol(GOOD_BPTT, task())
    assert protocol.task == Foreign("strangers_rules.echo:Echo", {"steps": 20})
    assert package not in sys.modules
    assert protocol_from_text(resolved_text(protocol)) == protocol
    with pytest.raises(NotAllowedError, match=r"^task.kind .* pass --allow strangers_rules$"):
        with_imports(protocol)
    assert with_imports(protocol, [package]).task.n_steps == 20


def test_a_task_of_ones_own_is_told_like_a_built_in_one(package):
    said = refusal(task("Ecko"), of=GOOD_BPTT, allow=[package])
    assert "strangers_rules.echo has no Ecko; did you mean Echo?" in said
    said = refusal(task(keys="stesp: 20"), of=GOOD_BPTT, allow=[package])
    assert "task.stesp: unknown field; did you mean steps?" in said
    said = refusal(task("Unscored", ""), of=GOOD_BPTT, allow=[package])
    assert "which is unfinished: it defines no scores" in said
    said = refusal(["task.kind=delayed_adition"], of=GOOD_BPTT)
    assert "sine_wave, or package.module:Name; did you mean delayed_addition?" in said
    said = refusal(['task={kind: "strangers_rules.slow:Slow"}'], of=GOOD_BPTT, allow=[package])
    assert "which is no task; write a subclass of plastisim.tasks.Task" in said


def test_the_checks_ask_a_task_of_ones_own_once_it_is_imported(package):
    short = [*task(keys="steps: 2"), "training.stop.score=likness", "loss.kind=cross_entropy"]
    said = refusal(short, of=GOOD_BPTT, allow=[package])
    assert "its answers count from step 2 to before 2 of 2" in said
    assert "are likeness and mse; did you mean likeness?" in said
    assert '"cross_entropy", which tells classes apart' in said
    with pytest.raises(ProtocolError, match="3 problems"):
        with_imports(load_protocol(GOOD_BPTT, short), [package])
