"""``plastisim list`` and ``plastisim new``: what there is, and a copy to begin with."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, get_args

from plastisim.cli.tables import print_table
from plastisim.protocol import shipped


def list_command(catalogue: str) -> None:
    """Print a catalogue: names, and the first line of each one's description."""
    if catalogue not in _CATALOGUES:
        print(f'plastisim: got "{catalogue}"; there are {", ".join(_CATALOGUES)}', file=sys.stderr)
        sys.exit(2)
    print_table((catalogue, ""), _CATALOGUES[catalogue]())


def new_command(name: str, path: Path | None) -> None:
    """Copy a shipped protocol, and the schema it names; never over a file that stands there."""
    known = shipped()
    if name not in known:
        print(f'plastisim: got "{name}"; there are {", ".join(known)}', file=sys.stderr)
        sys.exit(2)
    path = path or Path(f"{name}.yaml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(known[name].read_text(encoding="utf-8"))
    except FileExistsError:
        print(f"plastisim: {path} stands there already; it is left as it is", file=sys.stderr)
        sys.exit(2)
    schema = path.with_name("protocol.schema.json")
    if not schema.exists():
        schema.write_text(known[name].with_name(schema.name).read_text("utf-8"), "utf-8")
    print(path)


def _rules() -> list[tuple[str, str]]:
    from plastisim.rules import RULES

    return [*_described(RULES), *_installed("plastisim.rules")]


def _cells() -> list[tuple[str, str]]:
    from plastisim.cells import CELLS

    return _described(CELLS)


def _initial() -> list[tuple[str, str]]:
    from plastisim.cells.initial import AnyInitial

    return _kinds(AnyInitial)


def _tasks() -> list[tuple[str, str]]:
    from plastisim.tasks import TASKS

    return [*_described(TASKS), *_installed("plastisim.tasks")]


def _regularizers() -> list[tuple[str, str]]:
    from plastisim.regularizers import REGULARIZERS

    return _described(REGULARIZERS)


def _cues() -> list[tuple[str, str]]:
    from plastisim.cues import Cues

    return _kinds(Cues)


def _transfers() -> list[tuple[str, str]]:
    from plastisim.dynamics import TRANSFERS

    return [(t.name, t.equation) for t in TRANSFERS.values()]


def _measures() -> list[tuple[str, str]]:
    from plastisim.measures import MEASURES

    return _described(MEASURES)


def _figures() -> list[tuple[str, str]]:
    from plastisim.figures import FIGURES

    return _described(FIGURES)


def _protocols() -> list[tuple[str, str]]:
    from plastisim.protocol import load_protocol

    return [(name, load_protocol(path).title) for name, path in shipped().items()]


def _described(catalogue: Mapping[str, object]) -> list[tuple[str, str]]:
    return [(name, _first_line(thing)) for name, thing in catalogue.items()]


def _installed(group: str) -> list[tuple[str, str]]:
    """What installed packages offer: named, not imported."""
    return [(point.name, f"from {point.value}") for point in entry_points(group=group)]


def _kinds(union: Any) -> list[tuple[str, str]]:
    """The models of an annotated union that are told apart by ``kind``."""
    models = get_args(get_args(union)[0])
    return [(get_args(m.model_fields["kind"].annotation)[0], _first_line(m)) for m in models]


def _first_line(thing: object) -> str:
    line = (inspect.getdoc(thing) or "").partition("\n")[0]
    return re.sub(r":math:`(.*?)`", r"\1", line)


_CATALOGUES: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "rules": _rules,
    "cues": _cues,
    "transfers": _transfers,
    "cells": _cells,
    "initial": _initial,
    "tasks": _tasks,
    "regularizers": _regularizers,
    "measures": _measures,
    "figures": _figures,
    "protocols": _protocols,
}
