"""The nouns: article, entity, mention, relation, figure, evidence.

Every value is immutable and every id is a hash of content, so the same article gives the same ids in any order, on any
machine. Offsets count Unicode code points of :attr:`Article.text`; ``end`` is exclusive.
"""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_[ce]id|igshid|ref|cmpid)$")
_LEGAL_FORM = re.compile(
    r"(?:[\s,]+(?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|lp|plc|ag|se|sa|s\.a|spa|s\.p\.a|nv|"
    r"n\.v|bv|b\.v|gmbh|kgaa|ab|asa|a/s|oyj|kk|pte|pty|pvt|bhd|tbk|holdings?)\.?)+$",
    re.IGNORECASE,
)


def content_hash(*parts: str | float | None) -> str:
    """20 hex digits (80 bits) of the SHA-256 of the parts as a JSON list.

    >>> content_hash("a", "bc") == content_hash("ab", "c")
    False
    """
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:20]


def canonical_url(url: str) -> str:
    """The form of a URL that two copies of one article share: no fragment, no tracking parameters, host in lower case.

    >>> canonical_url("HTTPS://News.example/a/?utm_source=x&id=7#top")
    'https://news.example/a?id=7'
    """
    parts = urlsplit(url.strip())
    query = urlencode(sorted((k, v) for k, v in parse_qsl(parts.query) if not _TRACKING.match(k)))
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), query, ""))


def name_key(name: str) -> str:
    """What two spellings of one name share: no case, accents, punctuation, legal form or leading article.

    >>> name_key("The Alibaba Group Holding Ltd."), name_key("Nestlé S.A.")
    ('alibaba group', 'nestle')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"['’]s$", "", plain.strip())
    plain = re.sub(r"^the\s+(?=\S)", "", plain)
    short = _LEGAL_FORM.sub("", plain)
    words = re.sub(r"[^\w&+.]+|\.(?!\w)", " ", short or plain).split()
    return " ".join(words) or plain


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker such as ``[3]`` that the article puts behind a sentence. ``label`` is what the brackets hold."""

    label: str
    start: int
    end: int


@dataclass(frozen=True)
class Article:
    """One article, as read: its text is never re-flowed.

    ``published`` is an ISO 8601 date or date-time; ``language`` an ISO 639-1 code; ``source`` where it was read from
    (a path, or a path and line), which is no part of its identity.

    >>> Article(text="Acme bought Bolt.").id == Article(text="Acme bought Bolt.", source="a.txt").id
    True
    """

    text: str
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    language: str = "en"
    source: str = field(default="", compare=False)

    @cached_property
    def sha256(self) -> str:
        """Hex digest of everything that the graph keeps of the article; the order of authors is not kept."""
        kept = [self.text, self.url, self.title, self.publisher, sorted(self.authors), self.published, self.language]
        return hashlib.sha256(json.dumps(kept, ensure_ascii=False).encode()).hexdigest()

    @cached_property
    def id(self) -> str:
        """``article/`` and the hash of the canonical URL, else of the text."""
        return "article/" + content_hash(canonical_url(self.url) if self.url else self.text)


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of an article that names an entity. ``kind``: name, alias, acronym, ticker, short_form or nominal.

    >>> text = "Acme Corp has bought Bolt Ltd."
    >>> mention = Mention(start=21, end=29, text="Bolt Ltd")
    >>> text[mention.start : mention.end] == mention.text
    True
    """

    start: int
    end: int
    text: str
    kind: str = "name"


@dataclass(frozen=True, slots=True)
class Entity:
    """A company, organization, product, person, place, facility or technology.

    ``id`` is a reference entity's, else minted by :func:`entity_id`. ``identifiers`` are (scheme, value) pairs,
    sorted: lei, cik, ticker, isin, wikidata, iso3166_1, iso3166_2, m49. ``type`` is an entity type of the ontology.

    >>> Entity(entity_id("Acme Corp", "Company"), "Acme Corp", "Company").identifiers
    ()
    """

    id: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()


def entity_id(name: str, type_: str) -> str:
    """The id of an entity that no reference list holds, from its normalised name and type.

    >>> entity_id("Acme Robotics Inc.", "Company") == entity_id("ACME Robotics", "Company")
    True
    """
    return "entity/" + content_hash(type_, name_key(name))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a claim was read: ``quote`` is exactly ``article.text[start:end]``.

    ``citations`` are the labels of the markers that stand in or right behind the quote. ``confidence`` is a
    probability in [0, 1]. ``extractor`` names the component and pattern that read it.

    >>> article = Article(text="Acme Corp has bought Bolt Ltd.")
    >>> found = Evidence(article=article.id, start=0, end=30, quote="Acme Corp has bought Bolt Ltd.")
    >>> article.text[found.start : found.end] == found.quote
    True
    """

    article: str
    start: int
    end: int
    quote: str
    citations: tuple[str, ...] = ()
    confidence: float = 1.0
    extractor: str = ""

    def id_for(self, claim: str) -> str:
        """The id of this span as evidence for the claim with id ``claim``."""
        return "evidence/" + content_hash(claim, self.article, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge between two entities. ``subject`` and ``object`` are entity ids; the vocabulary lists types and statuses.

    The id ignores status and evidence, so that evidence accumulates (the convention of INDRA statements).

    >>> planned = Relation("entity/acme", "acquires", "entity/bolt", status="planned", evidence=())
    >>> done = Relation("entity/acme", "acquires", "entity/bolt", status="completed", evidence=())
    >>> planned.id == done.id
    True
    """

    subject: str
    type: str
    object: str
    status: str
    evidence: tuple[Evidence, ...]

    @property
    def id(self) -> str:
        return "claim/" + content_hash(self.subject, self.type, self.object)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, and both as written. ``unit``: an ISO 4217 code, ``percent``, or a plural noun.

    The value is in the unit itself, never in thousands or millions of it; percentages count from 0 to 100.

    >>> Quantity(value=4.67e9, unit="USD", text="$4.67 billion").value
    4670000000.0
    """

    value: float
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A numeric claim about an entity.

    ``metric`` is the id of a metric of the ontology (``revenue``) or, where none is known, the words of the article.
    ``period`` is an ISO 8601 date or interval where the words give one; ``period_text`` the words. ``kind`` is
    reported, planned or forecast. ``about`` is a second entity's id (the target of a bid, the place of a market
    share). ``also`` holds conversions written in brackets behind the quantity.

    >>> revenue = Quantity(value=33.4e9, unit="CNY", text="RMB33.4 billion")
    >>> dollars = Quantity(value=4.67e9, unit="USD", text="$4.67 billion")
    >>> period = "2025-07-01/2025-09-30"
    >>> found = Figure("entity/alibaba-cloud", "revenue", revenue, evidence=(), period=period, also=(dollars,))
    >>> found.kind, found.also[0].unit
    ('reported', 'USD')
    """

    subject: str
    metric: str
    quantity: Quantity
    evidence: tuple[Evidence, ...]
    period: str | None = None
    period_text: str | None = None
    kind: str = "reported"
    about: str | None = None
    also: tuple[Quantity, ...] = ()

    @property
    def id(self) -> str:
        period = self.period or self.period_text
        fields = (self.subject, self.metric, self.quantity.value, self.quantity.unit, period, self.kind, self.about)
        return "claim/" + content_hash(*fields)


Claim = Relation | Figure


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one article says: its entities with their mentions, its relations and its figures, each sorted by id.

    ``claims`` are the relations, then the figures.

    >>> Extraction(Article(text="Nothing happened."), entities=(), relations=(), figures=()).claims
    ()
    """

    article: Article
    entities: tuple[tuple[Entity, tuple[Mention, ...]], ...]
    relations: tuple[Relation, ...]
    figures: tuple[Figure, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        return (*self.relations, *self.figures)
