"""Everything this package raises on purpose. Each message says what was wrong, where, and what to do."""


class KgError(Exception):
    """Base of every error of this package."""


class ReadingError(KgError):
    """A source could not be turned into an article.

    ``source`` names the file, line or row; ``reason`` says what was wrong in a few words.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type["ReadingError"], tuple[str, str]]:
        return type(self), (self.source, self.reason)


class OntologyError(KgError):
    """The ontology or a file of reference entities is malformed."""


class GraphError(KgError):
    """The graph on disk is missing, locked, or of another format."""


class NotFoundError(KgError):
    """A name, id or article that is not in the graph."""


class QueryError(KgError):
    """A query that does not parse or cannot be answered."""


class WorkerError(KgError):
    """A process that shared the work died."""


class BuildError(KgError):
    """A strict build met articles that cannot be read; nothing was written. ``failed`` lists them."""

    def __init__(self, failed: tuple[ReadingError, ...]) -> None:
        many = f"{len(failed)} articles" if len(failed) > 1 else "1 article"
        super().__init__(f"{many} could not be read, so nothing was written; repair or leave out what is listed")
        self.failed = failed

    def __reduce__(self) -> tuple[type["BuildError"], tuple[tuple[ReadingError, ...]]]:
        return type(self), (self.failed,)
