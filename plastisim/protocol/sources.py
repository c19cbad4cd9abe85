"""Where a protocol's text comes from: a file, or a protocol shipped with plastisim by its name."""

from __future__ import annotations

import difflib
from pathlib import Path

import plastisim
from plastisim.errors import Problem, ProtocolError
from plastisim.protocol.text import MAX_BYTES, TOO_LONG

SUFFIXES = (".yaml", ".yml")


def shipped() -> dict[str, Path]:
    """The protocols that come with plastisim: name -> file.

    They lie in ``plastisim/_protocols`` of an installed package and in ``protocols/`` beside an
    editable one.
    """
    package = Path(plastisim.__file__).parent
    for folder in (package / "_protocols", package.parent / "protocols"):
        if folder.is_dir():
            return {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    return {}


def find(source: str | Path) -> Path:
    """The file that a path or a shipped protocol's name means.

    Raises
    ------
    ProtocolError
        If there is none; suggests what may have been meant.
    """
    path = Path(source)
    known = shipped()
    if path.is_file():
        return path
    if isinstance(source, str) and source in known:
        return known[source]
    if not str(source).strip():
        raise _refusal(source, "no path; write a protocol file or a name such as freeze_in_25cues")
    if path.is_dir():
        raise _refusal(source, "this is a folder; a protocol is a YAML file")
    if path.exists():  # a pipe
        return path
    raise _refusal(source, "there is no such file" + _hint(path))


def read(path: Path) -> str:
    """The text of a protocol file.

    Raises
    ------
    ProtocolError
        If it cannot be read, is too large or is not UTF-8 text.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refusal(path, f"cannot be read: {error.strerror or error}") from None
    if len(content) > MAX_BYTES:
        raise _refusal(path, TOO_LONG)
    if b"\0" in content:
        raise _refusal(path, "this is a binary file; a protocol is YAML in UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file in UTF-8"
        raise ProtocolError(path, [Problem(line, column, "", message)]) from None


def _refusal(source: str | Path, message: str) -> ProtocolError:
    return ProtocolError(source, [Problem(0, 0, "", message)])


def _hint(path: Path) -> str:
    if path.parent == Path() and path.suffix not in SUFFIXES:
        close = difflib.get_close_matches(path.name, shipped(), n=1)
        if close:
            return f"; did you mean {close[0]}?"
    if not path.parent.exists():
        return f": {path.parent} does not exist"
    if path.parent.is_dir():
        near = [p.name for p in path.parent.iterdir() if p.suffix in SUFFIXES]
        for name in (path.name, path.name + ".yaml"):
            close = difflib.get_close_matches(name, near, n=1)
            if close:
                return f"; did you mean {path.parent / close[0]}?"
    names = ", ".join(shipped())
    return f"; protocols known by name are {names}" if names else ""
