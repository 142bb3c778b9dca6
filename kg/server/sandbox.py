"""What the kernel holds a worker to: bounded memory, no sockets, no life beyond its parent's."""

import ctypes
import platform
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Final

_SET_PARENT_DEATH_SIGNAL: Final = 1
_SET_SECCOMP: Final = 22
_SET_NO_NEW_PRIVILEGES: Final = 38
_SECCOMP_FILTER: Final = 2
# audit architecture, and the number of socket(2) there
_MACHINES: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 13  # EACCES
_X32: Final = 0x40000000


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


def forbid_sockets() -> bool:
    """Have the kernel refuse every new socket from here on, so that no query can reach the network.

    False where this cannot be had: another system than Linux, or another processor.
    """
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    architecture, socket_call = _MACHINES[platform.machine()]
    program = b"".join(
        struct.pack("HBBI", *instruction)
        for instruction in (
            (_LOAD, 0, 0, 4),
            (_JUMP_IF_EQUAL, 1, 0, architecture),
            (_RETURN, 0, 0, _DENY),
            (_LOAD, 0, 0, 0),
            (_JUMP_IF_EQUAL, 1, 0, socket_call),
            (_JUMP_IF_EQUAL, 0, 1, _X32 | socket_call),
            (_RETURN, 0, 0, _DENY),
            (_RETURN, 0, 0, _ALLOW),
        )
    )
    buffer = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return int(libc.prctl(_SET_SECCOMP, _SECCOMP_FILTER, ctypes.c_void_p(ctypes.addressof(header)), 0, 0)) == 0
