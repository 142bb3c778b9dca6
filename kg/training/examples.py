"""Turns annotated articles and CORE pairs into what the network learns from."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kg.evaluation.core import UNDEFINED, CorePair
from kg.extraction.pairs import Pair, Placed, allowed, entity_types, pairs, relation_classes
from kg.extraction.pipeline import stock_pipeline
from kg.extraction.tags import TAGS, hints
from kg.extraction.windows import Window, windows
from kg.training.annotated import AnnotatedArticle, AnnotatedRelation, Span
from kg.training.core import OURS, core_class
from kg.vocabulary import vocabulary

IGNORED = -100
STATUSES = tuple(vocabulary().statuses)


@dataclass(slots=True)
class PairExample:
    """A pair of mentions: pieces of each, types of each, and for each class 1, 0 or -1 (not known)."""

    spans: tuple[tuple[int, int], tuple[int, int]]
    kinds: tuple[int, int]
    relations: list[int]
    status: int = IGNORED
    core: int = IGNORED
    entities: tuple[str, str] = ("", "")


@dataclass(slots=True)
class Example:
    """A window, a tag for each piece (or :data:`IGNORED`), and its pairs."""

    window: Window
    tags: list[int]
    pairs: list[PairExample] = field(default_factory=list)
    article: str = ""


def article_examples(article: AnnotatedArticle, code: Callable[[str], tuple[int, ...]]) -> list[Example]:
    """The windows of an article with all that its annotations say of them."""
    doc = stock_pipeline()(article.text)
    words = [t.text for t in doc]
    sentences = [(s.start, s.end) for s in doc.sents]
    sentence_of = [n for n, (s, e) in enumerate(sentences) for _ in range(s, e)]
    found = windows(words, sentences, hints(doc), code)
    mentions = _placed(article, doc, sentence_of)
    tags = _tags(article, doc, mentions)
    examples = []
    for window in found:
        of_pieces = [IGNORED] * len(window.pieces)
        for i in range(window.start, window.end):
            of_pieces[window.begins[i - window.start]] = tags[i]
        examples.append(Example(window, of_pieces, article=article.name))
    cited = _cited(article, doc, sentence_of)
    ids = [e.id for e in article.entities]
    for pair in pairs(mentions, found):
        example = examples[pair.window]
        example.pairs.append(_pair_example(pair, example.window, cited, ids, article.complete))
    return examples


def _placed(article: AnnotatedArticle, doc: Doc, sentence_of: list[int]) -> list[Placed]:
    """The mentions in words; one that begins or ends inside a word takes the whole word."""
    offsets: list[int] = doc._.offsets
    placed = []
    for number, entity in enumerate(article.entities):
        for span in entity.mentions:
            inside = _words(doc, offsets, span)
            if inside:
                start, end = inside[0], inside[-1] + 1
                placed.append(Placed(number, entity.type, start, end, sentence_of[start]))
    return placed


def _words(doc: Doc, offsets: list[int], span: Span) -> list[int]:
    return [t.i for t in doc if offsets[t.i] < span.end and span.start < offsets[t.i] + len(t)]


def _cited(
    article: AnnotatedArticle, doc: Doc, sentence_of: list[int]
) -> dict[tuple[str, str], list[tuple[AnnotatedRelation, set[int]]]]:
    """Relations by their ends, each with the sentences that state it."""
    offsets: list[int] = doc._.offsets
    cited: dict[tuple[str, str], list[tuple[AnnotatedRelation, set[int]]]] = defaultdict(list)
    for relation in article.relations:
        sentences = {sentence_of[i] for span in relation.evidence for i in _words(doc, offsets, span)}
        cited[relation.subject, relation.object].append((relation, sentences))
    return cited


def _pair_example(
    pair: Pair,
    window: Window,
    cited: dict[tuple[str, str], list[tuple[AnnotatedRelation, set[int]]]],
    ids: Sequence[str],
    complete: bool,
) -> PairExample:
    first, second = ids[pair.first.entity], ids[pair.second.entity]
    possible = allowed(pair.first.type, pair.second.type)
    between = set(range(pair.first.sentence, pair.second.sentence + 1))
    labels = []
    status = IGNORED
    for number, class_ in enumerate(relation_classes()):
        symmetric = vocabulary().relation_types[class_.type].symmetric
        ends = (first, second) if class_.forward else (second, first)
        stated = [*cited.get(ends, ()), *(cited.get(ends[::-1], ()) if symmetric else ())]
        stated = [(r, where) for r, where in stated if r.type == class_.type]
        if not possible[number] or not stated:
            labels.append(0)
            continue
        here = [r for r, where in stated if between <= where or where & between]
        if here:
            labels.append(1)
            status = STATUSES.index(here[0].status.split("|")[0])
        else:
            labels.append(0 if complete else -1)
    types = entity_types()
    return PairExample(
        spans=(window.span(pair.first.start, pair.first.end), window.span(pair.second.start, pair.second.end)),
        kinds=(types.index(pair.first.type), types.index(pair.second.type)),
        relations=labels,
        status=status,
        entities=(first, second),
    )


def _tags(article: AnnotatedArticle, doc: Doc, mentions: Sequence[Placed]) -> list[int]:
    """Names as BIO tags. Where annotators marked only what takes part, an unmarked name says nothing either way."""
    tags = [0] * len(doc)
    if not article.complete:
        tags = [IGNORED if t.tag_ in ("NNP", "NNPS") or t.ent_type_ in _NAMES else 0 for t in doc]
    for mention in mentions:
        start, end = _name(doc, mention)
        if start == end:
            for i in range(mention.start, mention.end):
                tags[i] = tags[i] if tags[i] == IGNORED else 0
            continue
        for i in range(mention.start, start):
            tags[i] = 0
        for i in range(start, end):
            tags[i] = TAGS.index(f"{'B' if i == start else 'I'}-{mention.type}")
    return tags


_NAMES = frozenset({"ORG", "PERSON", "GPE", "PRODUCT", "FAC", "LOC", "WORK_OF_ART"})
_JOINING = frozenset(
    {"of", "and", "&", "-", "for", "the", "de", "du", "der", "van", "von", "la", "'s", "’s", "/", "+", "."}
)


def _name(doc: Doc, mention: Placed) -> tuple[int, int]:
    """The words of a mention that are a name: from its first capital on, if it ends in one; else none."""
    if not _written_as_name(doc, mention.end - 1, mention):
        return mention.start, mention.start
    start = mention.end - 1
    for i in range(mention.end - 1, mention.start - 1, -1):
        if _written_as_name(doc, i, mention):
            start = i
        elif doc[i].lower_ not in _JOINING:
            break
    return start, mention.end


def _written_as_name(doc: Doc, i: int, mention: Placed) -> bool:
    word = doc[i].text
    if i == mention.start and doc[i].is_sent_start and doc[i].tag_ in ("DT", "PRP$", "JJ", "JJR", "JJS"):
        return False
    if doc[i].lower_ in ("the", "its", "a", "an", "their", "his", "of", "and"):
        return False
    return any(c.isupper() or c.isdigit() for c in word) or (mention.end - mention.start == 1 and doc[i].tag_ == "NNP")


def core_example(pair: CorePair, code: Callable[[str], tuple[int, ...]]) -> Example:
    """A CORE context as one window with one pair, labelled in CORE's classes and in ours."""
    words = pair.context.tokens
    [window, *_] = windows(words, [(0, len(words))], [0] * len(words), code)
    swapped = pair.context.second < pair.context.first
    ends = (pair.context.second, pair.context.first) if swapped else (pair.context.first, pair.context.second)
    spans = []
    for start, end in ends:
        stop = min(end, window.end)
        spans.append(window.span(min(start, stop - 1), stop))
    example = PairExample(
        spans=(spans[0], spans[1]),
        kinds=(0, 0),
        relations=_ours(pair, swapped),
        core=core_class(pair.label.relation, pair.label.inverted != swapped),
    )
    return Example(window, [IGNORED] * len(window.pieces), [example], article=pair.id)


def _ours(pair: CorePair, swapped: bool) -> list[int]:
    labels = [0] * len(relation_classes())
    if pair.label.relation != UNDEFINED:
        type_, subject_first = OURS[pair.label.relation]
        symmetric = vocabulary().relation_types[type_].symmetric
        forward = symmetric or (subject_first != (pair.label.inverted != swapped))
        for number, class_ in enumerate(relation_classes()):
            if class_.type == type_ and class_.forward == forward:
                labels[number] = 1
    return labels
