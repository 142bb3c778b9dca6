"""What the kernel holds a worker to: bounded memory, no sockets, no files, no life beyond its parent's."""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SET_PARENT_DEATH_SIGNAL: Final = 1
_SET_NO_NEW_PRIVILEGES: Final = 38
_FILTER_ALL_THREADS: Final = (1, 1)  # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC
_LOAD, _AND, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 13  # EACCES
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32: Final = 0x40000000
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_LOOKED_AT: Final = os.O_ACCMODE | os.O_CREAT | os.O_EXCL

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of system calls on a processor. ``opens`` gives the argument that holds the flags."""

    architecture: int
    seccomp: int
    socket: int
    opens: Sequence[tuple[int, int]]
    others: Sequence[int]  # further ways to a file or a program: openat2, open_by_handle_at, io_uring_setup, execve ...


_MACHINES: Final = {
    "x86_64": _Machine(0xC000003E, 317, 41, ((2, 1), (257, 2)), (437, 304, 425, 59, 322, 85)),
    "aarch64": _Machine(0xC00000B7, 277, 198, ((56, 2),), (437, 265, 425, 221, 281)),
}


def limit_memory(bytes_: int) -> None:
    """Let the process map at most this many bytes more than it does now; beyond that an allocation fails."""
    statistics = Path("/proc/self/statm")
    mapped = int(statistics.read_text().split()[0]) * resource.getpagesize() if statistics.exists() else 0
    bytes_ += mapped
    resource.setrlimit(resource.RLIMIT_AS, (bytes_, bytes_))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with_parent() -> None:
    """Be killed when the parent dies, however it dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def confine(*, files: bool) -> bool:
    """Have the kernel refuse every new socket from here on, so that no query can reach the network.

    With ``files`` no file can be opened or program started either, but for a new file to write an answer into. False
    where this cannot be had: another system than Linux, or another processor.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    program = b"".join(struct.pack("HBBI", *instruction) for instruction in _program(machine, files=files))
    buffer = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return int(libc.syscall(machine.seccomp, *_FILTER_ALL_THREADS, ctypes.byref(header))) == 0


def _program(machine: _Machine, *, files: bool) -> Iterator[Instruction]:
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _JUMP_IF_EQUAL, 1, 0, machine.architecture
    yield _RETURN, 0, 0, _DENY
    yield _LOAD, 0, 0, _NUMBER
    for call in (machine.socket, _X32 | machine.socket, *(machine.others if files else ())):
        yield _JUMP_IF_EQUAL, 0, 1, call
        yield _RETURN, 0, 0, _DENY
    for call, argument in machine.opens if files else ():
        yield _JUMP_IF_EQUAL, 0, 5, call
        yield _LOAD, 0, 0, _FIRST_ARGUMENT + 8 * argument
        yield _AND, 0, 0, _LOOKED_AT
        yield _JUMP_IF_EQUAL, 1, 0, _NEW_FILE
        yield _RETURN, 0, 0, _DENY
        yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _ALLOW
