"""How a rule, ours or a stranger's, becomes part of the compiled loop and of its disk cache.

A loop that receives a compiled function as an argument is never found again in Numba's cache. So
a rule travels in a type instead: its parameters are one record, the record's type carries a stamp
of the rule's code, and `advance_units` looks the rule up by that stamp while it is compiled. New
values of parameters compile nothing; new code, here or in the rule, always does.

What is compiled for one rule also carries its stamp in its name. Numba names machine code after the
Python name and the argument types, and a record type by a number that each process counts anew; of
two pieces from the disk cache with one name, the linker takes the first for both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numba
import numpy as np
from numba import njit
from numba.extending import overload

from plastisim.dynamics import TRANSFERS

_STAMP = "stamp_"
_BOUND: dict[str, tuple[Any, int]] = {}  # stamp -> compiled unit function, number of traces
_MOST_TRACES = 3
_LIBRARIES = {"math", "numba", "numpy", "scipy"}  # their versions are stable while one works


def bind(
    unit: Callable[..., Any], n_traces: int, parameters: dict[str, float], dtype: np.dtype[Any]
) -> np.void:
    """The record ``p`` that carries a rule's parameters and, in its type, the rule.

    Raises
    ------
    ValueError
        If the rule has more traces than a unit may have.
    """
    if n_traces > _MOST_TRACES:
        raise ValueError(f"a rule may have at most {_MOST_TRACES} traces; got {n_traces}")
    stamp = _STAMP + _digest(unit, n_traces)
    if stamp not in _BOUND:
        named = renamed(unit, f"unit_{stamp}")
        _BOUND[stamp] = (njit(named, error_model="numpy"), n_traces)  # x / 0 is inf, as in NumPy
    fields = [*((name, dtype) for name in parameters), (stamp, np.dtype(np.uint8))]
    return np.array([(*parameters.values(), 0)], np.dtype(fields))[0]


def stamp_of(p: np.void) -> str:
    """The stamp of the rule that a record carries."""
    return next(name for name in p.dtype.names or () if name.startswith(_STAMP))


def renamed(function: Callable[..., Any], name: str) -> FunctionType:
    """A copy of a Python function under another name."""
    function = getattr(function, "py_func", function)
    assert isinstance(function, FunctionType)
    copy = FunctionType(
        function.__code__, function.__globals__, name, function.__defaults__, function.__closure__
    )
    copy.__qualname__ = name
    return copy


def advance_units(r, r_before, x, traces, p, post, pre, decay):
    """Fill `post`, `pre`, `decay` (unit,) and advance `traces` (trace, unit), in place.

    In Numba code only; each unit sees nothing but its own numbers.
    """
    raise NotImplementedError("advance_units exists in compiled code only")


@overload(advance_units)
def _advance_units(r, r_before, x, traces, p, post, pre, decay):
    stamp = next(name for name in p.fields if name.startswith(_STAMP))
    unit, n_traces = _BOUND[stamp]
    if n_traces == 0:

        def advance(r, r_before, x, traces, p, post, pre, decay):
            for i in range(r.size):
                post[i], pre[i], decay[i] = unit(r[i], r_before[i], x[i], p)

    elif n_traces == 1:

        def advance(r, r_before, x, traces, p, post, pre, decay):
            for i in range(r.size):
                post[i], pre[i], decay[i], traces[0, i] = unit(
                    r[i], r_before[i], x[i], traces[0, i], p
                )

    elif n_traces == 2:

        def advance(r, r_before, x, traces, p, post, pre, decay):
            for i in range(r.size):
                post[i], pre[i], decay[i], traces[0, i], traces[1, i] = unit(
                    r[i], r_before[i], x[i], traces[0, i], traces[1, i], p
                )

    else:

        def advance(r, r_before, x, traces, p, post, pre, decay):
            for i in range(r.size):
                post[i], pre[i], decay[i], traces[0, i], traces[1, i], traces[2, i] = unit(
                    r[i], r_before[i], x[i], traces[0, i], traces[1, i], traces[2, i], p
                )

    return renamed(advance, f"advance_{stamp}")


def _digest(unit: Callable[..., Any], n_traces: int) -> str:
    """A name for the code of a rule and of the engine that it is compiled into."""
    sha = hashlib.sha256(f"{numba.__version__} {n_traces} {_engine_digest()}".encode())
    _feed(sha, unit, set())
    return sha.hexdigest()[:16]


@cache
def _engine_digest() -> str:
    """Numba's cache looks at one source file; the loop is compiled from all of this folder."""
    sha = hashlib.sha256(repr(list(TRANSFERS)).encode())  # a code is a place in this list
    for path in sorted(Path(__file__).parent.glob("*.py")):
        sha.update(path.read_bytes())
    return sha.hexdigest()


def _feed(sha: Any, function: Any, seen: set[int]) -> None:
    """Hash a function's code and source file with all functions and constants that it uses."""
    function = getattr(function, "py_func", function)  # a function that is already compiled
    if not isinstance(function, FunctionType) or id(function) in seen:
        return
    seen.add(id(function))
    code = function.__code__
    with suppress(OSError):  # what was typed into a notebook has no file; its code is below
        sha.update(Path(code.co_filename).read_bytes())
    cells = {
        name: cell.cell_contents
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True)
    }
    _feed_code(sha, code, function.__globals__ | cells, seen)
    sha.update(repr(function.__defaults__).encode())


def _feed_code(sha: Any, code: CodeType, names: dict[str, Any], seen: set[int]) -> None:
    sha.update(code.co_code)
    sha.update(repr((code.co_names, code.co_varnames, code.co_freevars)).encode())
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _feed_code(sha, constant, names, seen)
        else:
            sha.update(repr(constant).encode())
    for name in (*code.co_names, *code.co_freevars):
        used = names.get(name)
        if isinstance(used, ModuleType):
            if used.__name__.partition(".")[0] not in _LIBRARIES:
                for member in code.co_names:
                    _feed_value(sha, member, getattr(used, member, None), seen)
        else:
            _feed_value(sha, name, used, seen)


def _feed_value(sha: Any, name: str, used: Any, seen: set[int]) -> None:
    if isinstance(used, (bool, int, float, complex, str, tuple, np.generic)):
        sha.update(f"{name}={used!r}".encode())
    elif isinstance(used, np.ndarray):
        sha.update(f"{name}={used.dtype}{used.shape}".encode() + used.tobytes())
    else:
        _feed(sha, used, seen)


__all__ = ["advance_units", "bind", "renamed", "stamp_of"]
