"""One writer at a time: who holds a store, and whether they are still alive.

A store keeps a record of each of its writers, `writer.1.json`, `writer.2.json`, ... (beside the
position, where zarr does not take them for arrays). The last record is the lock. It is free once
its writer has released it or is known to be dead, and is then taken by writing the next record,
which the file system lets exactly one process do. Records are never removed, so nobody can win a
number that was given before.

A living writer touches its record every few seconds. On the same machine its process is looked
up; from another machine a record left untouched for `STALE` is a dead writer's.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import threading
import time
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from plastisim.errors import StoreLockedError

HEARTBEAT = 5.0  # seconds
STALE = 300.0  # seconds without a heartbeat, after which a writer elsewhere counts as dead
RECORDS = "checkpoint/position"


@dataclass(frozen=True)
class Record:
    """One writer of a store."""

    host: str
    pid: int
    process_start: str  # tells a process from a later one with its number
    pid_space: str  # where the number means something: boot of the machine, and container
    token: str
    since: str  # UTC
    until: str | None = None  # UTC; None while it writes


@dataclass(frozen=True)
class Holder:
    """The last writer of a store, and what is known of it."""

    record: Record
    alive: bool
    note: str  # why it counts as alive or dead, for people


class Lock:
    """A held lock, kept alive by a thread until it is released."""

    def __init__(self, store: Path, number: int, record: Record, notes: tuple[str, ...]) -> None:
        self.store, self.number, self.record, self.notes = store, number, record, notes
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._beat, name="plastisim store heartbeat", daemon=True
        )
        self._thread.start()

    @property
    def path(self) -> Path:
        """Our record."""
        return self.store / RECORDS / f"writer.{self.number}.json"

    def check(self) -> None:
        """Raise unless the lock is still ours.

        Raises
        ------
        StoreLockedError
            If we had seemed dead for so long (a suspended machine) that another took over.
        """
        if _last(self.store) != self.number:
            raise StoreLockedError(
                f"{self.store}: this process was out of reach for so long that another took the "
                "store over; it writes no more"
            )

    def release(self) -> None:
        """Say that we are done, and stop the heartbeat."""
        self._stop.set()
        if self.record.pid != os.getpid():  # a forked child does not speak for its parent
            return
        self._thread.join()
        if self.record.until is None and _last(self.store) == self.number:
            self.record = replace(self.record, until=utc_now())
            fresh = self.path.with_name(f".{self.record.token}.json")
            try:
                _write(fresh, self.record)
                fresh.replace(self.path)
            except OSError:  # a full disk: say it in a way that takes no room
                fresh.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    os.utime(self.path, (0, 0))

    def _beat(self) -> None:
        while not self._stop.wait(HEARTBEAT):
            with contextlib.suppress(OSError):
                os.utime(self.path)


def acquire(store: Path) -> Lock:
    """Take the lock of a store.

    Raises
    ------
    StoreLockedError
        Naming host, process and time of the living writer.
    """
    record = own_record()
    (store / RECORDS).mkdir(parents=True, exist_ok=True)  # a damaged store may lack it
    fresh = store / RECORDS / f".{record.token}.json"
    _write(fresh, record)
    try:
        now = fresh.stat().st_mtime  # the file system's clock, not ours, stamps the heartbeats
        notes: tuple[str, ...] = ()
        while True:
            last = _last(store)
            if last:
                holder = _holder(store, last, now)
                if holder.alive:
                    raise StoreLockedError(f"{store}: {holder.note}{_patience(holder)}")
                notes = (f"took over: {holder.note}",) if holder.record.until is None else ()
            lock = store / RECORDS / f"writer.{last + 1}.json"
            if _exclusively(fresh, lock):
                return Lock(store, last + 1, record, notes)
    finally:
        fresh.unlink(missing_ok=True)


def holder(store: Path) -> Holder | None:
    """The last writer; None for a store that never had one."""
    last = _last(store)
    return _holder(store, last, time.time()) if last else None


def own_record() -> Record:
    """The process that asks, as a writer from now on."""
    pid = os.getpid()
    return Record(
        host=socket.gethostname(),
        pid=pid,
        process_start=_process_start(pid),
        pid_space=_pid_space(),
        token=uuid.uuid4().hex,
        since=utc_now(),
    )


def utc_now() -> str:
    """The time, to the second, as ISO 8601 writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(path: Path, record: Record) -> None:
    path.write_text(json.dumps(asdict(record), indent=1))


def _exclusively(source: Path, target: Path) -> bool:
    """Give a complete file a name that nobody has yet; False if somebody has."""
    try:
        os.link(source, target)
    except FileExistsError:
        return False
    except (OSError, NotImplementedError):  # no hard links on this file system
        try:
            with open(target, "xb") as file:
                file.write(source.read_bytes())
        except FileExistsError:
            return False
    return True


def _last(store: Path) -> int:
    """Number of the last writer, 0 if there was none."""
    names = (path.name for path in (store / RECORDS).glob("writer.*.json"))
    return max((int(name.split(".")[1]) for name in names), default=0)


def _holder(store: Path, number: int, now: float) -> Holder:
    path = store / RECORDS / f"writer.{number}.json"
    touched = path.stat().st_mtime
    silence = max(now - touched, 0.0)
    try:
        record = Record(**json.loads(path.read_bytes()))
    except (ValueError, TypeError):  # torn by a crash of the machine, or just being written
        record = Record("an unknown host", 0, "", "", "", "an unknown time")
    who = f"process {record.pid} on {record.host}"
    if record.until is not None:
        return Holder(record, False, f"{who} released it at {record.until}")
    if touched == 0:
        return Holder(record, False, f"{who} released it on a full disk")
    if _neighbour(record):
        start = _process_start(record.pid)
        if not start:
            return Holder(record, False, f"{who} died while writing")
        if start != record.process_start:
            return Holder(record, False, f"{who} died while writing; its number went to another")
        return Holder(record, True, f"{who} is writing to it since {record.since}")
    if silence > STALE:
        note = f"{who} was writing and gave no sign of life for {silence:.0f} s"
        return Holder(record, False, note)
    note = f"{who} is writing to it since {record.since}, last seen {silence:.0f} s ago"
    return Holder(record, True, note)


def _neighbour(record: Record) -> bool:
    """Whether the writer's process could be seen from here."""
    here = _pid_space()
    return here != "" and (record.host, record.pid_space) == (socket.gethostname(), here)


def _patience(holder: Holder) -> str:
    if _neighbour(holder.record):
        return ""
    return f"; if it is dead, its lock ends {STALE:.0f} s after its last sign of life"


def _pid_space() -> str:
    """Equal for two processes only if they see each other under the same numbers."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return "" if os.name == "nt" else f"{socket.gethostname()} {uuid.getnode()}"


def _process_start(pid: int) -> str:
    """When a process began, in whatever the system counts; "" if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        if Path("/proc/self/stat").exists() or os.name == "nt":
            return ""
        ps = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return ps.stdout.strip()
    state, *fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return "" if state in "ZX" else fields[18]
