"""What a run is made of, engine by engine: a subroom each, with the same doors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from numpy.typing import NDArray

from plastisim.runs.progress import Progress
from plastisim.store import Layout, StoreWriter

if TYPE_CHECKING:
    from xarray import DataTree


@dataclass(frozen=True)
class Overview:
    """What a protocol will do, in words: a table, and pairs of a name and a value."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    pairs: Sequence[tuple[str, str]]


class Engine(Protocol):
    """The doors of a subroom; `protocol` is one of its engine."""

    FIGURE: str  # drawn beside a finished store
    PACKAGES: tuple[str, ...]  # whose versions a store remembers, besides those of all engines

    def layout(self, protocol: Any, /) -> Layout:
        """What a run will hold."""
        ...

    def checkpoint_bytes(self, protocol: Any, /) -> int:
        """Bytes of what a run needs to go on."""
        ...

    def overview(self, protocol: Any, /) -> Overview:
        """What it will do."""
        ...

    def summary(self, tree: DataTree, /) -> list[tuple[str, str]]:
        """What a person wants to know of a run once it is over."""
        ...

    def run_epochs(
        self,
        protocol: Any,
        writer: StoreWriter,
        checkpoint: Mapping[str, NDArray[Any]] | None,
        *,
        should_stop: Callable[[], bool],
        watch: Callable[[Progress], None],
    ) -> None:
        """Everything from the last whole epoch to the end; `writer` is left finished."""
        ...


def engine_of(name: str) -> Engine:
    """The subroom of an engine, such as "online"; imported when it is asked for."""
    return cast(Engine, import_module(f"plastisim.runs.{name}"))
