"""`run`: a protocol goes in, the path of a finished store comes out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path

from threadpoolctl import threadpool_limits

from plastisim.errors import StoreError
from plastisim.protocol import Protocol, load_protocol, resolved_text, with_imports
from plastisim.runs.engines import engine_of
from plastisim.runs.progress import Progress
from plastisim.runs.provenance import provenance
from plastisim.store import create, resume


def run(
    protocol: str | Path | Protocol,
    overrides: Iterable[str] = (),
    *,
    out: str | Path | None = None,
    resume_run: bool = False,
    overwrite: bool = False,
    allow: Iterable[str] = (),
    should_stop: Callable[[], bool] = lambda: False,
    watch: Callable[[Progress], None] = lambda progress: None,
    tell: Callable[[str], None] = lambda note: None,
) -> Path:
    """Run a protocol and return the path of its store.

    Parameters
    ----------
    protocol
        A protocol, the path of one, or the name of a shipped one.
    overrides
        ``KEY=VALUE`` each; see `plastisim.load_protocol`.
    out
        Where the store goes; without it, ``runs/<protocol>-seed<seed>.zarr``.
    resume_run
        Go on with the store that stands there. It ends bit by bit as if never interrupted.
    overwrite
        Replace the store that stands there.
    allow
        Packages from which the protocol may import a rule or a task.
    should_stop
        Asked between presentations or epochs; a true answer ends the run with `Interrupted`.
    watch
        Called after every epoch, or every second where epochs are shorter.
    tell
        Called with notes a person should see, such as a lock taken over from a dead process.

    Raises
    ------
    ProtocolError
        With every problem of the protocol; nothing was run.
    NotAllowedError
        If the protocol names a rule in a package that is not allowed.
    StoreExistsError, StoreLockedError
        If the store is there already, or being written.
    DivergedError
        Naming epoch, cue and step; every epoch before is kept.
    Interrupted
        After `should_stop`.
    """
    written, name = "", "run"
    if not isinstance(protocol, Protocol):
        written, name = _as_written(protocol), Path(protocol).stem
        protocol = load_protocol(protocol, overrides, allow=allow, entry_points=True)
    elif tuple(overrides):
        raise TypeError("overrides go with the path of a protocol, not with a Protocol")
    protocol = with_imports(protocol, allow)
    engine = engine_of(protocol.engine)
    path = Path(out) if out is not None else default_path(name, protocol)
    with threadpool_limits(1):  # the last bits of a BLAS result depend on the number of threads
        if resume_run and path.exists():
            taken_up = resume(path)
            writer, checkpoint = taken_up.writer, taken_up.checkpoint or None
            try:
                _refuse_other(writer.attrs["protocol_resolved"], resolved_text(protocol), path)
            except StoreError:
                writer.close()
                raise
            writer.set_state("running")
        else:
            attrs = provenance(protocol, written or resolved_text(protocol), engine.PACKAGES)
            writer = create(path, engine.layout(protocol), attrs, overwrite=overwrite)
            checkpoint = None
        for note in writer.notes:
            tell(note)
        with writer:
            engine.run_epochs(protocol, writer, checkpoint, should_stop=should_stop, watch=watch)
    return path


def default_path(name: str, protocol: Protocol) -> Path:
    """Where the store of a run goes if nobody says: ``runs/<protocol>-seed<seed>.zarr``."""
    return Path("runs") / f"{name}-seed{protocol.seed}.zarr"


def _as_written(source: str | Path) -> str:
    from plastisim.protocol import sources

    return sources.read(sources.find(source))


def _refuse_other(stored: str, asked: str, path: Path) -> None:
    """Raise if the store belongs to another protocol, showing the lines that differ."""
    if stored == asked:
        return
    lines = difflib.unified_diff(
        stored.splitlines(), asked.splitlines(), "in the store", "asked for", lineterm="", n=0
    )
    shown = "\n    ".join(line for line in lines if not line.startswith("@@"))
    raise StoreError(f"{path}: belongs to another protocol:\n    {shown}")
