"""plastisim: a laboratory for local learning rules in recurrent rate networks.

The doors for Python:

- `load_protocol` reads a protocol, or says everything that is wrong with it;
- `run` runs one and returns the path of its store;
- `open_run` opens a store as an xarray DataTree;
- `verify` runs a protocol and compares with what it says it shows;
- `draw` makes a figure of a run;
- `RULES` is the catalogue of learning rules.

Nothing heavy is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plastisim.figures import draw
    from plastisim.protocol import Protocol, load_protocol
    from plastisim.rules import RULES
    from plastisim.runs import run
    from plastisim.store import check_store, open_run
    from plastisim.verification import verify

__version__ = "0.1.0"

_HOME = {
    "Protocol": "plastisim.protocol",
    "RULES": "plastisim.rules",
    "check_store": "plastisim.store",
    "draw": "plastisim.figures",
    "load_protocol": "plastisim.protocol",
    "open_run": "plastisim.store",
    "run": "plastisim.runs",
    "verify": "plastisim.verification",
}

__all__ = [
    "RULES",
    "Protocol",
    "__version__",
    "check_store",
    "draw",
    "load_protocol",
    "open_run",
    "run",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'plastisim' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
