"""Turns annotated articles and CORE pairs into what the network learns from."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kg.evaluation.core import UNDEFINED, CorePair, PairContext
from kg.evaluation.encoder import MarkedPair, marked_pair
from kg.extraction.annotations import EntityCluster, MentionSpan
from kg.extraction.arguments import tree_of
from kg.extraction.candidates import STOCK_TYPES
from kg.extraction.features import PairFeatures, size
from kg.extraction.learned import placed
from kg.extraction.links import link_of
from kg.extraction.nominals import is_nominal, is_pronoun
from kg.extraction.pairs import Pair, Placed, allowed, pairs, relation_classes
from kg.extraction.patterns import pattern_book
from kg.extraction.pipeline import training_pipeline
from kg.extraction.relations import read_relations
from kg.extraction.tags import TAGS, hints
from kg.extraction.windows import Window, windows
from kg.training.annotated import AnnotatedArticle, AnnotatedRelation, Span
from kg.training.core import CLASSES, OURS, core_class, turned
from kg.training.references import Lesson, figure_lessons, reference_lessons
from kg.vocabulary import vocabulary

IGNORED = -100
_SMOOTHING = 0.05
PairSpans = tuple[tuple[int, int], tuple[int, int]]


@dataclass(slots=True)
class PairExample:
    """A pair of mentions: pieces of each, types of each, and for each class 1, 0 or -1 (not known).

    ``core``: how likely each of CORE's classes is, where that is known.
    """

    spans: PairSpans
    kinds: tuple[int, int]
    relations: list[int]
    features: list[float]
    core: list[float] | None = None


@dataclass(slots=True)
class LinkExample:
    """Two mentions, or one and a quantity: pieces, kinds, distance, the answer asked for, and whether it holds."""

    spans: PairSpans
    kinds: tuple[int, int]
    distance: int
    answer: int
    holds: bool


@dataclass(slots=True)
class Example:
    """A window, a tag for each piece (or :data:`IGNORED`), its pairs and its links.

    ``marked``: its hints mark the ends of its only pair.
    """

    window: Window
    tags: list[int]
    pairs: list[PairExample] = field(default_factory=list)
    links: list[LinkExample] = field(default_factory=list)
    article: str = ""
    marked: bool = False


def article_examples(article: AnnotatedArticle, code: Callable[[str], tuple[int, ...]]) -> list[Example]:
    """The windows of an article with all that its annotations say of them.

    Pairs are those of the mentions that the pipeline finds, and those of the annotated ones besides. Of the pipeline's,
    one with an end that annotators did not list has no relation.
    """
    doc = training_pipeline()(article.text)
    sentences = [(s.start, s.end) for s in doc.sents]
    found = windows(tree_of(doc).word, sentences, hints(doc), code)
    theirs: list[EntityCluster] = doc._.entities
    clusters = annotated_clusters(doc, article)
    doc._.entities = clusters
    mentions = placed(doc)
    tags = _tags(article, doc, mentions)
    examples = []
    for window in found:
        of_pieces = [IGNORED] * len(window.pieces)
        for i in range(window.start, window.end):
            of_pieces[window.begins[i - window.start]] = tags[i]
        examples.append(Example(window, of_pieces, article=article.name))
    cited = _cited(article, doc)
    ids = [e.id for e in article.entities]
    seen: set[tuple[int, PairSpans]] = set()
    related: list[Lesson] = []
    for these, names in ((theirs, _names(article, mentions, theirs)), (clusters, ids)):
        doc._.entities = these
        here = placed(doc)
        features = PairFeatures(here, read_relations(doc, pattern_book()))
        for pair in pairs(here, found):
            first, second = names[pair.first.entity], names[pair.second.entity]
            one = _pair_example(pair, found[pair.window], cited, (first, second), features.of(pair), article.complete)
            if first != second and (pair.window, one.spans) not in seen:
                seen.add((pair.window, one.spans))
                examples[pair.window].pairs.append(one)
                if -1 not in one.relations:
                    related.append(Lesson(link_of(pair), 1 in one.relations))
    lessons = related + reference_lessons(doc, clusters)
    lessons += figure_lessons(doc, article, clusters)
    for lesson in lessons:
        _add_link(lesson, examples)
    return examples


def _add_link(lesson: Lesson, examples: Sequence[Example]) -> None:
    link = lesson.link
    for example in examples:
        window = example.window
        if link.within(window):
            spans = (window.span(link.start, link.end), window.span(link.asked_start, link.asked_end))
            example.links.append(LinkExample(spans, link.kinds, link.distance, link.answer, lesson.holds))
            return


def _names(article: AnnotatedArticle, marked: Sequence[Placed], clusters: Sequence[EntityCluster]) -> list[str]:
    """For each entity of the pipeline the annotated one that most of its mentions refer to, or a name of its own."""
    of_word: dict[int, int] = {m.end - 1: m.entity for m in marked}
    names = []
    for number, cluster in enumerate(clusters):
        votes = Counter(of_word[m.end - 1] for m in cluster.mentions if m.end - 1 in of_word)
        entity, count = min(votes.items(), key=lambda v: (-v[1], v[0]), default=(-1, 0))
        names.append(article.entities[entity].id if 2 * count >= len(cluster.mentions) else f"unlisted {number}")
    return names


def annotated_clusters(doc: Doc, article: AnnotatedArticle) -> list[EntityCluster]:
    """The annotated entities as the pipeline would have left them; a mention that ends inside a word takes it whole."""
    offsets: list[int] = doc._.offsets
    clusters = []
    for entity in article.entities:
        cluster = EntityCluster(entity.name, entity.type)
        for span in entity.mentions:
            inside = _words(doc, offsets, span)
            if inside:
                kind = "nominal" if is_nominal(article.text[span.start : span.end]) else "name"
                cluster.mentions.append(MentionSpan(inside[0], inside[-1] + 1, kind))
        cluster.mentions.sort(key=lambda m: (m.start, m.end))
        clusters.append(cluster)
    return clusters


def _words(doc: Doc, offsets: list[int], span: Span) -> list[int]:
    return [t.i for t in doc if offsets[t.i] < span.end and span.start < offsets[t.i] + len(t)]


Cited = dict[tuple[str, str], list[tuple[AnnotatedRelation, set[int]]]]


def _cited(article: AnnotatedArticle, doc: Doc) -> Cited:
    """Relations by their ends, each with the sentences that state it."""
    offsets: list[int] = doc._.offsets
    sentence_of = tree_of(doc).sentence
    cited: Cited = defaultdict(list)
    for relation in article.relations:
        sentences = {sentence_of[i] for span in relation.evidence for i in _words(doc, offsets, span)}
        cited[relation.subject, relation.object].append((relation, sentences))
    return cited


def _pair_example(
    pair: Pair,
    window: Window,
    cited: Cited,
    names: tuple[str, str],
    features: list[float],
    complete: bool,
) -> PairExample:
    first, second = names
    possible = allowed(pair.first.type, pair.second.type)
    between = set(range(pair.first.sentence, pair.second.sentence + 1))
    labels = []
    for number, class_ in enumerate(relation_classes()):
        symmetric = vocabulary().relation_types[class_.type].symmetric
        ends = (first, second) if class_.forward else (second, first)
        stated = [*cited.get(ends, ()), *(cited.get(ends[::-1], ()) if symmetric else ())]
        stated = [(r, where) for r, where in stated if r.type == class_.type]
        if not possible[number] or not stated:
            labels.append(0)
            continue
        here = any(between <= where or where & between for _, where in stated)
        labels.append(1 if here else 0 if complete else -1)
    return PairExample(
        spans=(window.span(pair.first.start, pair.first.end), window.span(pair.second.start, pair.second.end)),
        kinds=(pair.first.kind, pair.second.kind),
        relations=labels,
        features=features,
    )


def _tags(article: AnnotatedArticle, doc: Doc, mentions: Sequence[Placed]) -> list[int]:
    """Names as BIO tags. Where annotators marked only what takes part, an unmarked name says nothing either way."""
    tags = [0] * len(doc)
    if not article.complete:
        tags = [IGNORED if t.tag_ in ("NNP", "NNPS") or t.ent_type_ in STOCK_TYPES else 0 for t in doc]
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
    if is_pronoun(word):
        return False
    if i == mention.start and doc[i].is_sent_start and doc[i].tag_ in ("DT", "PRP$", "JJ", "JJR", "JJS"):
        return False
    if doc[i].lower_ in ("the", "its", "a", "an", "their", "his", "of", "and"):
        return False
    return any(c.isupper() or c.isdigit() for c in word) or (mention.end - mention.start == 1 and doc[i].tag_ == "NNP")


def core_example(pair: CorePair, code: Callable[[str], tuple[int, ...]]) -> Example:
    """A CORE context as one window with one pair, labelled in CORE's classes and in ours."""
    marked = marked_pair(pair.context, code)
    core = [_SMOOTHING / CLASSES] * CLASSES
    core[core_class(pair.label.relation, pair.label.inverted != marked.swapped)] += 1 - _SMOOTHING
    return _marked_example(marked, _ours(pair, marked.swapped), core, pair.id)


def taught_example(context: PairContext, shares: Sequence[float], code: Callable[[str], tuple[int, ...]]) -> Example:
    """A context that nobody labelled, with what a teacher says of each of CORE's classes."""
    marked = marked_pair(context, code)
    unknown = [-1] * len(relation_classes())
    return _marked_example(marked, unknown, turned(shares) if marked.swapped else list(shares), "taught")


def _marked_example(marked: MarkedPair, relations: list[int], core: list[float], name: str) -> Example:
    window, first, second = marked.window, marked.pair.first, marked.pair.second
    example = PairExample(
        spans=(window.span(first.start, first.end), window.span(second.start, second.end)),
        kinds=(first.kind, second.kind),
        relations=relations,
        features=[0.0] * size(),
        core=core,
    )
    return Example(window, [IGNORED] * len(window.pieces), [example], article=name, marked=True)


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
