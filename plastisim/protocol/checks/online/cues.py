"""Whether there are cues for what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from plastisim.cues.file import read_patterns
from plastisim.protocol.checks.partial import Unknown
from plastisim.protocol.findings import Finding
from plastisim.protocol.text import Path


def every_cue_has_a_channel(p: Any) -> Iterator[Finding]:
    """Cues on channels of their own need as many channels."""
    cues = p.cues
    if cues.kind != "one_channel_each" or cues.n_inputs is None:
        return
    if cues.n_inputs < cues.n_cues:
        yield Finding(
            ("cues", "n_inputs"),
            f"got {cues.n_inputs} for {cues.n_cues} cues with a channel each; "
            f"write {cues.n_cues} or more, or leave it out",
        )


def switches_have_two_cues(p: Any) -> Iterator[Finding]:
    """Switching takes another cue to switch to."""
    if p.test.switches is not None and p.cues.kind != "from_file" and p.cues.n_cues < 2:
        yield Finding(("test", "switches"), "got one cue; switching takes two: raise cues.n_cues")


def file_holds_patterns(p: Any) -> Iterator[Finding]:
    """The experimenter's own patterns can be read."""
    if p.cues.kind != "from_file":
        return
    try:
        read_patterns(FilePath(p.cues.path))
    except ValueError as error:
        yield Finding(("cues", "path"), str(error))


def conditions_differ(p: Any) -> Iterator[Finding]:
    """A list of conditions names each of them once."""
    for path, values in _conditions(p):
        for i, value in enumerate(values):
            if value in values[:i]:
                yield Finding((*path, i), f"got {value:g} a second time; write every value once")


def perturbations_differ(p: Any) -> Iterator[Finding]:
    """One kind of perturbation is one block."""
    kinds = p.test.perturbations
    if not isinstance(kinds, list):
        return
    names = [kind.kind for kind in kinds]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Finding(
                ("test", "perturbations", i, "kind"),
                f'got "{name}" a second time; write one block of it, with all its values in a list',
            )


def _conditions(p: Any) -> Iterator[tuple[Path, list[float]]]:
    kinds = p.test.perturbations
    if kinds is not None:
        single = not isinstance(kinds, list)
        for i, kind in enumerate([kinds] if single else kinds):
            path: Path = ("test", "perturbations") if single else ("test", "perturbations", i)
            try:
                key = "fractions" if kind.kind == "sign_flip" else "stds"
                yield (*path, key), getattr(kind, key)
            except Unknown:
                continue
    if p.test.weak_cues is not None:
        yield ("test", "weak_cues", "fractions"), p.test.weak_cues.fractions
