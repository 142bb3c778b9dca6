"""From articles to what they say."""

from collections.abc import Iterable, Iterator
from typing import Final

from kg.extraction.collect import collect
from kg.extraction.confidence import at_least, check_confidence
from kg.extraction.pipeline import pipeline
from kg.model import Article, Extraction

_TOGETHER: Final = 20_000


def extract(article: Article, *, min_confidence: float = 0.0) -> Extraction:
    """The entities, relations and figures of one article, each claim with the sentence it was read in.

    Offsets count code points of ``article.text``. The first call loads the pipeline, which takes a second or two. The
    same article gives the same extraction, in any process.

    Args:
        article: What to read.
        min_confidence: Leave out claims whose surest evidence is below this probability. The others keep their ids,
            their status and all of their evidence.

    Raises:
        ValueError: The text has more than a million characters, or ``min_confidence`` is no probability.

    >>> found = extract(Article(text="Acme Corp has bought Bolt Ltd for $5 million."))
    >>> sorted(entity.name for entity, mentions in found.entities)
    ['Acme Corp', 'Bolt Ltd']
    >>> found.relations[0].type, found.relations[0].evidence[0].quote
    ('acquires', 'Acme Corp has bought Bolt Ltd for $5 million.')
    """
    check_confidence(min_confidence)
    return at_least(collect(pipeline()(article.text), article), min_confidence)


def extract_all(articles: Iterable[Article], *, min_confidence: float = 0.0) -> Iterator[Extraction]:
    """The same as :func:`extract` of each, in less time: spaCy's networks read short articles together.

    Up to about 20,000 characters are read before the first of them is given. Raises what :func:`extract` raises, for
    all that are read together.

    >>> texts = ["Acme Corp has bought Bolt Ltd.", "Acme Corp competes with Bolt Ltd."]
    >>> [found.relations[0].type for found in extract_all(Article(text=text) for text in texts)]
    ['acquires', 'competes_with']
    """
    check_confidence(min_confidence)
    for few in _together(articles):
        # A product by onnxruntime or blis gives a row the same bits among any others, so a text reads as it does alone.
        docs = pipeline().pipe([article.text for article in few], batch_size=len(few))
        for article, doc in zip(few, docs, strict=True):
            yield at_least(collect(doc, article), min_confidence)


def _together(articles: Iterable[Article]) -> Iterator[list[Article]]:
    few: list[Article] = []
    for article in articles:
        few.append(article)
        if sum(len(one.text) for one in few) >= _TOGETHER:
            yield few
            few = []
    if few:
        yield few
