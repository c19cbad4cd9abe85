"""``plastisim run``: progress on stderr, a summary on stdout, the store's path as its last line."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from plastisim.cli.imports import import_from_here
from plastisim.cli.progress import show_progress
from plastisim.cli.signals import stop_on_signals
from plastisim.cli.tables import print_pairs
from plastisim.errors import DivergedError
from plastisim.figures import draw, save
from plastisim.protocol import load_protocol
from plastisim.runs import Interrupted, default_path, engine_of, run
from plastisim.store import open_run


def run_command(
    protocol: str,
    overrides: list[str],
    *,
    out: Path | None,
    resume: bool,
    overwrite: bool,
    allow: list[str],
    figure: bool,
    quiet: bool,
) -> None:
    """See `plastisim.run`; here for people."""
    import_from_here(allow)
    loaded = load_protocol(protocol, overrides, allow=allow, entry_points=True)
    path = out or default_path(Path(protocol).stem, loaded)
    with stop_on_signals() as stop:
        try:
            with show_progress(Path(protocol).stem, quiet=quiet) as watch:
                run(
                    protocol, overrides, out=path, resume_run=resume, overwrite=overwrite,
                    allow=allow, should_stop=stop, watch=watch, tell=_note,
                )  # fmt: skip
        except Interrupted:
            done = open_run(path).attrs["epochs_done"]
            again = shlex.join([
                "plastisim", "run", protocol, *overrides, "--out", str(path), "--resume",
                *(word for package in allow for word in ("--allow", package)),
            ])  # fmt: skip
            print(f"interrupted; whole up to epoch {done}. Go on with:\n  {again}", file=sys.stderr)
            sys.exit(stop.exit_code)
        except DivergedError as error:
            done = open_run(path).attrs["epochs_done"]
            print(f"plastisim: {error}", file=sys.stderr)
            print(f"epochs up to {done} are kept in {path}", file=sys.stderr)
            sys.exit(1)
    tree, engine = open_run(path), engine_of(loaded.engine)
    if not quiet:
        print_pairs(tree.attrs["title"], engine.summary(tree))
    if figure:
        picture = path.with_suffix(".png")
        save(draw(tree, engine.FIGURE), picture, tree)
        if not quiet:
            print(f"figure  {picture}")
    print(path)


def _note(note: str) -> None:
    print(f"note: {note}", file=sys.stderr)
