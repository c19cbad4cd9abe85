"""`verify`: a protocol is run and held against what it says it shows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from plastisim.protocol import load_protocol, with_imports
from plastisim.protocol.load import refusal
from plastisim.runs import Progress, engine_of, run
from plastisim.store import open_run
from plastisim.verification.beforehand import not_to_come
from plastisim.verification.verdicts import Verdict, compare


def verify(
    protocol: str | Path,
    overrides: Iterable[str] = (),
    *,
    allow: Iterable[str] = (),
    should_stop: Callable[[], bool] = lambda: False,
    watch: Callable[[Progress], None] = lambda progress: None,
) -> list[Verdict]:
    """Run a protocol in a temporary store and compare with its `expect`.

    Raises
    ------
    ProtocolError
        Also if something is expected of what the run would not hold; nothing was run.
    NotAllowedError, DivergedError
        As `plastisim.run` does.
    """
    overrides, allow = tuple(overrides), tuple(allow)
    loaded = load_protocol(protocol, overrides, allow=allow, entry_points=True)
    loaded = with_imports(loaded, allow)
    if found := list(not_to_come(loaded, engine_of(loaded.engine).layout(loaded))):
        raise refusal(protocol, overrides, found)
    with tempfile.TemporaryDirectory() as folder:
        path = run(loaded, out=Path(folder) / "run.zarr", should_stop=should_stop, watch=watch)
        return compare(loaded, open_run(path))
