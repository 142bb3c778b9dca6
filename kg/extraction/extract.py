"""From articles to what they say."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from kg.extraction.collect import collect
from kg.extraction.pipeline import pipeline
from kg.model import Article, Extraction

_CHUNK = 8


def extract(article: Article) -> Extraction:
    """The entities, relations and figures of one article, each claim with the sentence it was read in.

    Offsets count code points of ``article.text``. The first call loads the pipeline, which takes a second or two. The
    same article gives the same extraction, in any process. Raises :class:`ValueError` for a text of more than a million
    characters.

    >>> found = extract(Article(text="Acme Corp has bought Bolt Ltd for $5 million."))
    >>> sorted(entity.name for entity, mentions in found.entities)
    ['Acme Corp', 'Bolt Ltd']
    >>> found.relations[0].type, found.relations[0].evidence[0].quote
    ('acquires', 'Acme Corp has bought Bolt Ltd for $5 million.')
    """
    # One text at a time: in a batch, sums of floats run in another order and a parse can come out differently.
    return collect(pipeline()(article.text), article)


def extract_all(articles: Iterable[Article], *, workers: int = 1) -> Iterator[Extraction]:
    """The extraction of each article, in the order of the articles, whatever the number of ``workers`` (processes)."""
    if workers <= 1:
        yield from map(extract, articles)
        return
    chunks = _chunks(articles)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        # A few chunks ahead of the reader: enough to keep the workers busy, and memory flat.
        waiting: deque[Future[list[Extraction]]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_extract_chunk, chunk))
            if len(waiting) > 2 * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _extract_chunk(articles: list[Article]) -> list[Extraction]:
    return [extract(a) for a in articles]


def _chunks(articles: Iterable[Article]) -> Iterator[list[Article]]:
    remaining = iter(articles)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
