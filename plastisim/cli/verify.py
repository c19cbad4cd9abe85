"""``plastisim verify``: each protocol is run and held against what it says it shows."""

from __future__ import annotations

import sys
from pathlib import Path

from plastisim.cli.imports import import_from_here
from plastisim.cli.progress import show_progress
from plastisim.cli.signals import stop_on_signals
from plastisim.cli.tables import print_table
from plastisim.protocol import load_protocol, shipped
from plastisim.runs import Interrupted
from plastisim.verification import verify


def verify_command(protocols: list[str], *, allow: list[str], quiet: bool) -> None:
    """Exit code 1 if any expectation is missed."""
    import_from_here(allow)
    names = protocols or list(shipped())
    for name in names:  # every protocol is right before the first is run
        load_protocol(name)
    missed = 0
    with stop_on_signals() as stop:
        for name in names:
            title = Path(name).stem
            try:
                with show_progress(title, quiet=quiet) as watch:
                    verdicts = verify(name, allow=allow, should_stop=stop, watch=watch)
            except Interrupted:
                print("interrupted; nothing of this protocol was verified", file=sys.stderr)
                sys.exit(stop.exit_code)
            rows = [
                (
                    v.variable, v.pick, v.expected,
                    "not in the store" if v.measured is None else f"{v.measured:.6g}",
                    "yes" if v.holds else "NO",
                )
                for v in verdicts
            ]  # fmt: skip
            print_table(("variable", "of", "expected", "measured", "holds"), rows, title)
            if not rows:
                print(f"{title}: states nothing to expect")
            missed += sum(not v.holds for v in verdicts)
    if missed:
        noun = "expectation" if missed == 1 else "expectations"
        print(f"{missed} {noun} missed")
        sys.exit(1)
