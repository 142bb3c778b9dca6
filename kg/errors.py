"""Everything this package raises on purpose. Each message says what was wrong, where, and what to do."""


class KgError(Exception):
    """Base of every error of this package.

    >>> issubclass(NotFoundError, KgError)
    True
    """


class ReadingError(KgError):
    """A source could not be turned into an article.

    ``source`` names the file, line or row; ``reason`` says what was wrong in a few words.

    >>> str(ReadingError("news.jsonl:7", "no text"))
    'news.jsonl:7: no text'
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type["ReadingError"], tuple[str, str]]:
        return type(self), (self.source, self.reason)


class OntologyError(KgError):
    """The ontology or a file of reference entities is malformed.

    >>> raise OntologyError("mine.yaml, entry 3: no name; give it one")
    Traceback (most recent call last):
    ...
    kg.errors.OntologyError: mine.yaml, entry 3: no name; give it one
    """


class GraphError(KgError):
    """The graph on disk is missing, locked, or of another format.

    >>> from kg.graph import Graph
    >>> Graph.open("no-such-folder")
    Traceback (most recent call last):
    ...
    kg.errors.GraphError: no-such-folder is not a graph; build one with: kg build SOURCE --graph no-such-folder
    """


class NotFoundError(KgError):
    """A name, id or article that is not in the graph.

    >>> import tempfile
    >>> from kg.graph import Graph
    >>> try:
    ...     Graph.create(tempfile.mkdtemp()).find("Acme")
    ... except NotFoundError as error:
    ...     print(str(error).split(" in ")[0])
    no entity is named 'Acme'
    """


class QueryError(KgError):
    """A query that does not parse or cannot be answered.

    >>> import tempfile
    >>> from kg.graph import Graph
    >>> Graph.create(tempfile.mkdtemp()).query("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    kg.errors.QueryError: SERVICE is refused: a query here reaches no other server
    """


class WorkerError(KgError):
    """A process that shared the work died; what it was working on was not written.

    >>> issubclass(WorkerError, KgError)
    True
    """


class BuildError(KgError):
    """A strict build met articles that cannot be read; nothing was written. ``failed`` lists them.

    >>> error = BuildError((ReadingError("a.txt", "empty"),))
    >>> str(error), error.failed[0].reason
    ('1 article could not be read, so nothing was written; repair or leave out what is listed', 'empty')
    """

    def __init__(self, failed: tuple[ReadingError, ...]) -> None:
        many = f"{len(failed)} articles" if len(failed) > 1 else "1 article"
        super().__init__(f"{many} could not be read, so nothing was written; repair or leave out what is listed")
        self.failed = failed

    def __reduce__(self) -> tuple[type["BuildError"], tuple[tuple[ReadingError, ...]]]:
        return type(self), (self.failed,)


class LoadError(KgError):
    """A server that the graph is loaded into did not answer, or refused.

    >>> issubclass(LoadError, KgError)
    True
    """


class ServerError(KgError):
    """The server cannot listen at its address.

    >>> issubclass(ServerError, KgError)
    True
    """


class TrainingDataError(KgError):
    """An annotated article or a relation data set cannot be read: what is wrong, in which file and line.

    >>> issubclass(TrainingDataError, KgError)
    True
    """
