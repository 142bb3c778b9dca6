"""From an article to what it says."""

from kg.extraction.collect import collect
from kg.extraction.confidence import at_least, check_confidence
from kg.extraction.pipeline import pipeline
from kg.model import Article, Extraction


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
    # One text at a time: in a batch, sums of floats run in another order and a parse can come out differently.
    return at_least(collect(pipeline()(article.text), article), min_confidence)
