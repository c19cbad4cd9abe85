"""``plastisim check``: is a protocol right, is a store whole? Runs nothing.

It imports no rule; a task says how long its trials are and what is scored, so it has to be.
"""

from __future__ import annotations

import sys
from pathlib import Path

from plastisim.cli.tables import print_pairs, print_table
from plastisim.protocol import Protocol, load_protocol, resolved_text
from plastisim.protocol.foreign import Foreign
from plastisim.protocol.load import refusal, with_imports


def check_command(what: str, overrides: list[str], *, allow: list[str], resolved: bool) -> None:
    """A directory is taken for a store, anything else for a protocol."""
    if Path(what).is_dir() and (Path(what) / "zarr.json").exists():
        _check_store(Path(what))
        return
    protocol = load_protocol(what, overrides, allow=allow)
    if resolved:
        print(resolved_text(protocol), end="")
        return
    if isinstance(getattr(protocol, "task", None), Foreign):
        protocol = with_imports(protocol, allow)
    _print_protocol(what, overrides, protocol)


def _check_store(path: Path) -> None:
    from plastisim.store import check_store

    report = check_store(path)
    print(report)
    if not report.ok:
        sys.exit(1)


def _print_protocol(what: str, overrides: list[str], protocol: Protocol) -> None:
    from plastisim.runs import engine_of
    from plastisim.verification import not_to_come

    engine = engine_of(protocol.engine)
    shown, layout = engine.overview(protocol), engine.layout(protocol)
    if found := list(not_to_come(protocol, layout)):
        raise refusal(what, overrides, found)
    size = layout.nbytes(engine.checkpoint_bytes(protocol)) / 2**20
    print_table(shown.columns, shown.rows, protocol.title)
    store = ("store", f"at most {size:,.1f} MiB in {layout.n_files():,} files")
    print_pairs("", [*shown.pairs, store])
    print(f"{what}: no problems")
