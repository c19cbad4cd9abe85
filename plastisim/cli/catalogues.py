"""``plastisim list`` and ``plastisim new``: what there is, and a copy to begin with."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

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

    installed = entry_points(group="plastisim.rules")  # named, not imported
    return [
        *((name, _first_line(rule)) for name, rule in RULES.items()),
        *((point.name, f"from {point.value}") for point in installed),
    ]


def _cues() -> list[tuple[str, str]]:
    from typing import get_args

    from plastisim.cues import Cues

    kinds = get_args(get_args(Cues)[0])
    return [(get_args(k.model_fields["kind"].annotation)[0], _first_line(k)) for k in kinds]


def _transfers() -> list[tuple[str, str]]:
    from plastisim.dynamics import TRANSFERS

    return [(t.name, t.equation) for t in TRANSFERS.values()]


def _measures() -> list[tuple[str, str]]:
    from plastisim.measures import MEASURES

    return [(name, _first_line(measure)) for name, measure in MEASURES.items()]


def _figures() -> list[tuple[str, str]]:
    from plastisim.figures import FIGURES

    return [(name, _first_line(figure)) for name, figure in FIGURES.items()]


def _protocols() -> list[tuple[str, str]]:
    from plastisim.protocol import load_protocol

    return [(name, load_protocol(path).title) for name, path in shipped().items()]


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


_CATALOGUES: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "rules": _rules,
    "cues": _cues,
    "transfers": _transfers,
    "measures": _measures,
    "figures": _figures,
    "protocols": _protocols,
}
