"""The workers of one generation: lent to one job at a time, killed when its time is up, replaced when they die.

A job that has run for a second is a long one: its worker gives way to the others (nice), and when requests wait and
long jobs hold all places but a few, it is refused, so that short questions never wait behind long ones.
"""

import asyncio
import multiprocessing
import os
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from kg.server.attendance import Clock, Terms
from kg.server.jobs import IDLE, PREFIX, SENDING, UNREAD, Job, Language, Post, decode_reply
from kg.server.worker import work

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

_LONG_SECONDS: Final = 1.0
_LONG_NICENESS: Final = 10
_QUEUE_LIMIT: Final = 1000
_AGAIN_SECONDS: Final = 0.5
# One process without threads holds all that workers import and forks them: milliseconds, and shared memory.
_PROCESSES: Final = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["kg.cli", "kg.server.worker", "kg.server.rows"])


@dataclass(frozen=True, slots=True)
class Limits:
    """``seconds`` for a job; bytes of ``memory`` for a worker and of a ``result``; ``workers`` at once."""

    seconds: float = 30.0
    memory: int = 1024 * 2**20
    result: int = 256 * 2**20
    workers: int = max(4, 2 * (os.cpu_count() or 1) + 2)

    @property
    def ready(self) -> int:
        """How many workers are there at least, one a processor, so that a short job waits for none to start."""
        return min(self.workers, max(2, os.cpu_count() or 1))

    @property
    def long_jobs(self) -> int:
        """How many of the workers long jobs may hold while others wait."""
        return max(1, self.workers - max(2, self.workers // 3))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answered. ``file``, open and already without a name, holds the body where that is large."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str]
    file: BinaryIO | None


class JobError(Exception):
    """A job that was not answered. ``status`` is the HTTP status for it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Worker(asyncio.Protocol):
    """The near end of one worker process."""

    def __init__(self, pool: "Pool", process: "ForkServerProcess", connection: socket.socket, clock: Clock) -> None:
        self.pool = pool
        self.process = process
        self.clock = clock
        self.attending = False
        self._connection = connection
        self._reason: JobError | None = None
        self.ready = asyncio.get_running_loop().create_future()
        self.answer: asyncio.Future[Answer] | None = None
        self.long = False
        self.abandoned = False
        self._buffer = bytearray()
        self._wanted: tuple[int, int] | None = None

    @classmethod
    async def start(cls, pool: "Pool") -> "Worker":
        """A worker whose graph is open."""
        near, far = socket.socketpair()
        clock = Clock.create()
        try:
            with far:
                process = _PROCESSES.Process(target=work, args=(far, pool.post), daemon=True)
                await asyncio.to_thread(process.start)
            socket.send_fds(near, [b"\0"], [clock])
            near.setblocking(False)
            made = partial(cls, pool, process, near, Clock(clock))
            _, worker = await asyncio.get_running_loop().create_connection(made, sock=near)
        except BaseException:
            near.close()
            raise
        finally:
            os.close(clock)
        await worker.ready
        return worker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._wanted is None and len(self._buffer) >= PREFIX.size:
            self._wanted = PREFIX.unpack_from(self._buffer)
        if self._wanted is None or len(self._buffer) < PREFIX.size + sum(self._wanted):
            return
        middle = PREFIX.size + self._wanted[0]
        reply = decode_reply(bytes(self._buffer[PREFIX.size : middle]), bytes(self._buffer[middle:]))
        self._buffer, self._wanted = bytearray(), None
        if not self.ready.done():
            if reply.status == 200:
                self.ready.set_result(None)
            else:
                self.ready.set_exception(JobError(reply.status, reply.body.decode()))
            return
        file = None
        if reply.file:
            file = Path(reply.file).open("rb")  # noqa: SIM115
            Path(reply.file).unlink()
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(Answer(reply.status, reply.content_type, reply.body, reply.headers, file))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        lost: Exception = self._reason or JobError(
            500,
            f"the query needs more than {self.pool.limits.memory // 2**20} MB of memory, "
            "the limit of this server; narrow it, or aggregate less",
        )
        if self.attending and self.clock.value in (IDLE, SENDING):  # the client waits for nothing, or for the rest
            lost = ConnectionAbortedError()
        for future in (self.ready, self.answer):
            if future is not None and not future.done():
                future.set_exception(lost)
                future.exception()
        with suppress(OSError):
            (self.pool.post.spool / f"{self.process.pid}.answer").unlink(missing_ok=True)
        self.pool.discard(self)
        asyncio.get_running_loop().run_in_executor(None, self.process.join)

    def attend(self, terms: Terms, client: int) -> None:
        """Have a client's connection attended to, see :mod:`kg.server.attendance`. Only for an idle worker."""
        self.attending = True
        try:
            socket.send_fds(self._connection, [Job("attend", asdict(terms)).encode()], [client])
        except OSError:  # it is ending
            self.kill()

    def recall(self) -> None:
        """Ask for the connection back that is attended to."""
        if self.attending:
            self.transport.write(Job("return", {}).encode())

    def kill(self, reason: JobError | None = None) -> None:
        """End the process now, whatever it does."""
        self.process.kill()
        if self.attending:  # whether the client has an answer is known when the process has ended
            self._reason = reason
            return
        if reason is not None and self.answer is not None and not self.answer.done():
            self.answer.set_exception(reason)
        self.transport.abort()


class Pool:
    """Workers over one graph on disk, for one language.

    ``spool`` is a folder for large answers, ``projections`` one where the property graph is kept.
    """

    def __init__(self, language: Language, graph: Path, projections: Path, spool: Path, limits: Limits) -> None:
        self.post = Post(language, graph, projections, spool, limits.memory, limits.result)
        self.limits = limits
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._starting = 0
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._waited = float("-inf")
        self._draining = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start as many workers as are always kept ready; more start when they are needed."""
        self._starting += self.limits.ready
        await asyncio.gather(*(self._start_one() for _ in range(self.limits.ready)))
        if not self._workers:
            self._draining = True
            raise JobError(503, f"no worker could open {self.post.graph}")

    async def _start_one(self) -> None:
        try:
            worker = await Worker.start(self)
        except (JobError, OSError):
            asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self._grow)
            return
        finally:
            self._starting -= 1
        self._workers.add(worker)
        self._return(worker)

    def _grow(self) -> None:
        """Start workers for those who wait, and in the place of those that died."""
        there = len(self._workers) + self._starting
        wanted = max(len(self._waiting) - self._starting, 0 if self._draining else self.limits.ready - there)
        for _ in range(min(wanted, self.limits.workers - there)):
            self._starting += 1
            task = asyncio.get_running_loop().create_task(self._start_one())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def discard(self, worker: Worker) -> None:
        """Forget a worker that has died."""
        if worker in self._workers:  # and not one that could not start, which is tried again after a while
            self._workers.remove(worker)
            if worker in self._idle:
                self._idle.remove(worker)
            self._grow()

    def _return(self, worker: Worker) -> None:
        worker.answer = None
        if worker.long:  # its niceness cannot be taken back
            worker.kill()
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(worker)
                return
        if self._draining:
            worker.transport.close()
        else:
            self._idle.append(worker)

    async def _lend(self) -> Worker:
        if self._idle:
            return self._idle.pop()
        if len(self._waiting) >= _QUEUE_LIMIT:
            raise JobError(503, "too many queries are waiting; try again shortly")
        self._waited = asyncio.get_running_loop().time()
        self.recall()
        waiting: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._grow()
        self._refuse_long_jobs()
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await waiting
        except TimeoutError:
            raise JobError(503, "the server is busy with other queries; try again shortly") from None
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self._return(waiting.result())
            raise

    def _refuse_long_jobs(self) -> None:
        """Make room for those who wait, at the cost of the long jobs beyond their share, the last come first."""
        long = [w for w in self._workers if w.long and w.answer is not None and not w.answer.done()]
        if self._waiting and len(self._workers) >= self.limits.workers:
            for worker in sorted(long, key=lambda w: w.process.pid or 0)[self.limits.long_jobs :]:
                worker.kill(
                    JobError(503, "the server is busy and this query is a long one; narrow it, or try again later")
                )

    async def run(self, job: Job, seconds: float | None = None, *, grace: float = 0.0) -> Answer:
        """Have a worker do a job, in the pool's seconds where none are given; it is killed ``grace`` seconds later.

        Raises :class:`JobError` when it was stopped, or could not start.
        """
        seconds = self.limits.seconds if seconds is None else seconds
        worker = await self._lend()
        answer = self._expect(worker)
        worker.transport.write(job.encode())
        self._hold_to(worker, answer, seconds, grace)
        return await self._come(worker, answer)

    @property
    def can_attend(self) -> bool:
        """Whether a worker can be spared for one connection: another is idle, and nobody has waited lately."""
        now = asyncio.get_running_loop().time()
        return len(self._idle) > 1 and not self._waiting and now - self._waited > _LONG_SECONDS

    async def attend(self, client: int, terms: Terms, slow: Callable[[], None]) -> Answer:
        """Have the worker that can be spared attend to a connection, until it gives that back.

        ``slow`` is called when a query takes so long that the worker gives the connection back after it. Raises
        :class:`JobError` as :meth:`run` does, and ``ConnectionAbortedError`` where the connection cannot go on.
        """
        if not self.can_attend:  # any more
            return Answer(0, UNREAD, b"", {}, None)
        worker = self._idle.pop()
        answer = self._expect(worker)
        worker.attend(terms, client)
        self._look_after(worker, answer, 2 * terms.long, slow)
        return await self._come(worker, answer)

    def _expect(self, worker: Worker) -> "asyncio.Future[Answer]":
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        worker.answer = answer

        def done(future: "asyncio.Future[Answer]") -> None:
            if not future.cancelled() and future.exception() is None:
                worker.abandoned = worker.attending = False
                self._return(worker)

        answer.add_done_callback(done)
        return answer

    def _hold_to(self, worker: Worker, answer: "asyncio.Future[Answer]", seconds: float, later: float) -> None:
        """Stop a job at its limit, so much ``later``, and give it little of the processor when it is long."""
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(seconds + later, self._expire, worker, answer, seconds)]
        # A job that may not take longer never becomes a long one: made nice, it would miss its own limit.
        if seconds > _LONG_SECONDS:
            timers.append(loop.call_later(min(_LONG_SECONDS, _LONG_SECONDS + later), self._mark_long, worker, answer))

        def done(_: "asyncio.Future[Answer]") -> None:
            for timer in timers:
                timer.cancel()

        answer.add_done_callback(done)

    def _look_after(
        self, worker: Worker, answer: "asyncio.Future[Answer]", long: float, slow: Callable[[], None]
    ) -> None:
        if answer.done():
            return
        began = worker.clock.value
        if began > 0 and time.monotonic() - began > long:
            slow()
            self._hold_to(worker, answer, self.limits.seconds, began - time.monotonic())
        else:
            asyncio.get_running_loop().call_later(long / 2, self._look_after, worker, answer, long, slow)

    async def _come(self, worker: Worker, answer: "asyncio.Future[Answer]") -> Answer:
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:  # the client has gone: a short job may end, a long one is stopped
            worker.abandoned = True
            worker.recall()
            if worker.long:
                worker.kill(JobError(503, "the client has gone"))
            raise

    def recall(self) -> None:
        """Have every connection back that a worker attends to."""
        for worker in self._workers:
            worker.recall()

    def _mark_long(self, worker: Worker, answer: "asyncio.Future[Answer]") -> None:
        if answer.done():
            return
        worker.long = True
        if worker.abandoned:
            worker.kill(JobError(503, "the client has gone"))
            return
        if worker.process.pid is not None:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, worker.process.pid, _LONG_NICENESS)
        self._refuse_long_jobs()

    def _expire(self, worker: Worker, answer: "asyncio.Future[Answer]", seconds: float) -> None:
        if not answer.done():
            message = f"the query took longer than {seconds:g} s, the limit of this server, and was stopped"
            worker.kill(JobError(504, f"{message}; narrow it, or add LIMIT"))

    async def drain(self) -> None:
        """Let the jobs under way finish, and end every worker as soon as it has none."""
        self._draining = True
        self.recall()
        while self._idle:
            self._idle.pop().transport.close()
        while self._workers or self._starting:
            await asyncio.sleep(0.05)
        for task in list(self._tasks):
            await task

    def kill(self) -> None:
        """End every worker now."""
        self._draining = True
        for worker in list(self._workers):
            worker.kill()
