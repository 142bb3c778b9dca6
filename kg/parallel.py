"""Work spread over processes, with results in the order of the work whatever the number of processes."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Final, TypeVar

from kg.errors import WorkerError

T = TypeVar("T")
R = TypeVar("R")

_CHUNK: Final = 8


def map_in_order(
    function: Callable[[Sequence[T]], Iterable[R]], items: Iterable[T], *, workers: int = 1
) -> Iterator[R]:
    """What ``function`` makes of a few items at once, in the order of the items, on as many processes as ``workers``.

    ``function`` stands at the top of a module, and it, the items and the results can be pickled. Items are taken a few
    chunks ahead, so memory does not grow with their number. No process is started before there is work for it.
    Raises :class:`~kg.errors.WorkerError` when a process dies, and what ``function`` raises.

    >>> list(map_in_order(sorted, [3, 1, 2]))
    [1, 2, 3]
    """
    if workers <= 1:
        for chunk in _chunks(items):
            yield from function(chunk)
        return
    context = get_context("spawn")
    lifeline, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(lifeline,))
    waiting: deque[Future[list[R]]] = deque()
    try:
        for chunk in _chunks(items):
            waiting.append(pool.submit(_map_chunk, function, chunk))
            if len(waiting) > 2 * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerError("a worker process died, perhaps for want of memory; try again with fewer workers") from error
    except BaseException:
        held.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        held.close()
        lifeline.close()


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk


def _map_chunk(function: Callable[[Sequence[T]], Iterable[R]], chunk: list[T]) -> list[R]:
    return list(function(chunk))


def _start_worker(lifeline: Connection) -> None:
    # Ctrl-C reaches the whole process group: the parent alone answers it, and ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()


def _end_with_parent(lifeline: Connection) -> None:
    """Ends this process when the parent lets go of the other end of its lifeline, or is killed."""
    lifeline.poll(None)
    os._exit(1)
