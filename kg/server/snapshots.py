"""Serving while building: a snapshot of each published generation, in hard links, and workers over it.

The writer deletes generations it no longer needs; a snapshot of the server's own cannot be taken away. It is a graph
folder like any other, ``DIR/serving/PID/NAME``, and takes no space of its own while its generation lives.
"""

import asyncio
import fcntl
import itertools
import logging
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from pyoxigraph import Store

from kg.errors import GraphError
from kg.server.pool import JobError, Limits, Pool

_log = logging.getLogger("kg.server")
_POLL_SECONDS: Final = 0.5
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """A published state of the graph and the workers that answer from it. ``counts`` is filled once it is known.

    ``folder`` holds it, and is the server's own where ``owned``.
    """

    name: str
    pool: Pool
    folder: Path
    owned: bool
    counts: asyncio.Task[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Projected:
    """The workers that answer Cypher, and the generation that they read."""

    generation: Generation
    pool: Pool


def published(path: Path) -> str:
    """The name of the generation that is published now."""
    try:
        return (path / "current").read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise GraphError(f"{path}: the published graph cannot be read: {error}") from error


class Snapshots:
    """The generations of a graph as they come; :attr:`current` is the one that answers new requests."""

    def __init__(
        self,
        path: Path,
        limits: Limits,
        count: Callable[[Pool], Awaitable[dict[str, Any]]],
        *,
        poll: float = _POLL_SECONDS,
    ) -> None:
        self.path = path
        self.limits = limits
        self._count = count
        self._poll = poll
        self._current: Generation | None = None
        self._projected: Projected | None = None
        self._following: asyncio.Task[None] | None = None
        self._needed: Generation | None = None
        self._drains: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)
        self._watcher: asyncio.Task[None] | None = None
        self._own: Path | None = None
        self._own_lock: BinaryIO | None = None
        self._spool = Path()

    @property
    def current(self) -> Generation:
        if self._current is None:
            raise GraphError(f"{self.path} is not served yet")
        return self._current

    async def cypher(self) -> Pool:
        """The workers for Cypher, which start when they are first asked for.

        They follow each publication as soon as its property graph is made, which takes longer than for the RDF; until
        then those of the one before go on. Raises :class:`JobError` where the first is not made within the time limit.
        """
        if self._projected is None:
            following = self._follow()
            try:
                async with asyncio.timeout(self.limits.seconds):
                    await asyncio.shield(following)
            except TimeoutError:
                raise JobError(503, "the property graph is still being made; try again shortly") from None
        if self._projected is None:
            raise JobError(503, "the property graph cannot be made now; the log of the server says why")
        return self._projected.pool

    def _follow(self) -> asyncio.Task[None]:
        if self._following is None or self._following.done():
            self._following = asyncio.create_task(self._follow_publications())
        return self._following

    async def _follow_publications(self) -> None:
        while self._projected is None or self._projected.generation is not self.current:
            generation = self._needed = self.current
            projections = self.path / "projections" if self._own else self._spool / "projections"
            pool = Pool("cypher", generation.folder, projections, self._spool, self.limits)
            try:
                await pool.start()
            except JobError as error:
                _log.warning("Cypher over generation %s: %s", generation.name, error)
                self._needed = None
                return
            except asyncio.CancelledError:
                pool.kill()
                raise
            before, self._projected = self._projected, Projected(generation, pool)
            self._needed = None
            _log.info("answering Cypher from generation %s of %s", generation.name, self.path)
            if before is not None:
                await before.pool.drain()

    async def start(self) -> None:
        """Open what is published now, and watch for what comes."""
        self._claim_folder()
        await self._open(published(self.path))
        self._watcher = asyncio.create_task(self._watch())

    def _claim_folder(self) -> None:
        """A folder beside the generations, locked as long as the server lives; those of dead servers are deleted."""
        serving = self.path / "serving"
        try:
            serving.mkdir(exist_ok=True)
            for left in serving.iterdir():
                with suppress(OSError), (left / "lock").open("rb") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left, ignore_errors=True)
            self._own = Path(tempfile.mkdtemp(dir=serving))
            self._own_lock = (self._own / "lock").open("wb")
            fcntl.flock(self._own_lock, fcntl.LOCK_EX)
            self._spool = self._own / "spool"
            self._spool.mkdir()
        except OSError as error:
            _log.warning(
                "%s is not writable (%s): serving without a snapshot, so do not build here meanwhile", serving, error
            )
            self._own = None
            self._spool = Path(tempfile.mkdtemp(prefix="kg-serve-"))

    def _snapshot(self, name: str) -> Path:
        """A graph folder that holds this generation alone. Raises OSError where the writer has just deleted it."""
        if self._own is None:
            return self.path
        folder = self._own / f"{next(self._numbers)}"
        (folder / "generations").mkdir(parents=True)
        try:
            Store.read_only(str(self.path / "generations" / name)).backup(str(folder / "generations" / name))
            shutil.copyfile(self.path / "kg.json", folder / "kg.json")
            (folder / "current").write_text(name, encoding="ascii")
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    async def _open(self, name: str) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                folder = await asyncio.to_thread(self._snapshot, name)
                break
            except OSError as error:
                if attempt == _ATTEMPTS - 1:
                    raise GraphError(f"{self.path}: generation {name} cannot be opened: {error}") from error
                await asyncio.sleep(0.05)
                name = published(self.path)
        pool = Pool("sparql", folder, folder, self._spool, self.limits)
        await pool.start()
        counts = asyncio.create_task(_logged(self._count(pool)))
        before, self._current = self._current, Generation(name, pool, folder, self._own is not None, counts)
        if self._projected is not None:
            self._follow()
        if before is not None:
            _log.info("serving generation %s of %s", name, self.path)
            task = asyncio.create_task(self._retire(before))
            self._drains.add(task)
            task.add_done_callback(self._drains.discard)

    async def _retire(self, generation: Generation) -> None:
        generation.counts.cancel()
        await generation.pool.drain()
        while self._needed is generation or (self._projected and self._projected.generation is generation):
            await asyncio.sleep(_POLL_SECONDS)
        if generation.owned:
            await asyncio.to_thread(shutil.rmtree, generation.folder, ignore_errors=True)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._poll)
            try:
                name = published(self.path)
                if name != self.current.name:
                    await self._open(name)
            except (GraphError, JobError) as error:
                _log.warning("%s; generation %s goes on being served", error, self.current.name)

    async def stop(self) -> None:
        """End every worker and delete the snapshots."""
        if self._watcher is not None:
            self._watcher.cancel()
        for task in self._drains:
            task.cancel()
        if self._current is not None:
            self._current.counts.cancel()
            self._current.pool.kill()
        if self._following is not None:
            self._following.cancel()
        if self._projected is not None:
            self._projected.pool.kill()
        for folder in (self._own, self._spool):
            if folder is not None:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        if self._own_lock is not None:
            self._own_lock.close()


async def _logged(counting: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    try:
        return await counting
    except JobError as error:
        _log.warning("the graph could not be counted: %s", error)
        raise
