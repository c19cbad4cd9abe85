"""``plastisim figure``: one picture of one run."""

from __future__ import annotations

import sys
from pathlib import Path

from plastisim.figures import FIGURES, draw, save
from plastisim.protocol import protocol_from_text
from plastisim.runs import engine_of
from plastisim.store import open_run


def figure_command(store: Path, kind: str, out: Path | None) -> None:
    """Draw `kind` of the run in `store`; prints the picture's path."""
    tree = open_run(store)
    kind = kind or engine_of(protocol_from_text(tree.attrs["protocol_resolved"]).engine).FIGURE
    if kind not in FIGURES:
        print(f'plastisim: got "{kind}"; there are {", ".join(FIGURES)}', file=sys.stderr)
        sys.exit(2)
    path = out or store.with_name(f"{store.stem}_{kind}.png")
    if path.suffix not in (".png", ".pdf"):
        print(f'plastisim: got "{path}"; write a .png or a .pdf', file=sys.stderr)
        sys.exit(2)
    save(draw(tree, kind), path, tree)
    print(path)
