"""Hypothesis strategies for the nouns: any article text, with claims whose evidence stands at its offsets."""

from hypothesis import strategies as st

from kg.model import Article, Entity, Evidence, Extraction, Figure, Mention, Quantity, Relation, entity_id
from kg.vocabulary import vocabulary

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=80)
words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
names = (
    st.sampled_from(["Alibaba", "Acme Robotics Inc.", "Zürich Re", "O'Neill & Söhne", '"Quoted" <b>', "百度", "\\"])
    | words
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    return Article(
        text=draw(texts),
        url=draw(st.none() | st.integers(0, 5).map(lambda n: f"https://ledger.example/{n}")),
        title=draw(st.none() | words),
        publisher=draw(st.none() | words),
        authors=tuple(sorted(draw(st.sets(words, max_size=2)))),
        published=draw(st.none() | st.dates().map(str)),
    )


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    article = draw(articles())

    def span() -> tuple[int, int]:
        start = draw(st.integers(0, len(article.text) - 1))
        return start, draw(st.integers(start + 1, len(article.text)))

    def evidence() -> tuple[Evidence, ...]:
        spans = sorted({span() for _ in range(draw(st.integers(1, 2)))})
        confidence = draw(st.integers(0, 1000)) / 1000
        return tuple(
            Evidence(
                article.id, s, e, article.text[s:e], tuple(sorted(draw(st.sets(words, max_size=2)))), confidence, "test"
            )
            for s, e in spans
        )

    entities: dict[str, tuple[Entity, tuple[Mention, ...]]] = {}
    taken: set[tuple[int, int]] = set()
    for name in draw(st.lists(names, min_size=2, max_size=4, unique=True)):
        type_ = draw(st.sampled_from(sorted(vocabulary().entity_types)))
        spans = sorted({span() for _ in range(2)} - taken)
        taken.update(spans)
        entity = Entity(entity_id(name, type_), name, type_)
        entities[entity.id] = entity, tuple(Mention(s, e, article.text[s:e]) for s, e in spans)
    ids = sorted(entities)
    relations: dict[str, Relation] = {}
    figures: dict[str, Figure] = {}
    for _ in range(draw(st.integers(0, 3))):
        type_ = draw(st.sampled_from(sorted(vocabulary().relation_types)))
        subject, object_ = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
        if vocabulary().relation_types[type_].symmetric:
            subject, object_ = sorted((subject, object_))
        relation = Relation(subject, type_, object_, draw(st.sampled_from(sorted(vocabulary().statuses))), evidence())
        relations[relation.id] = relation
    for _ in range(draw(st.integers(0, 2))):
        value = draw(st.integers(-(10**12), 10**12)) / draw(st.sampled_from([1, 4, 100]))
        figure = Figure(
            subject=draw(st.sampled_from(ids)),
            metric=draw(st.sampled_from(["revenue", "smiles per hour"])),
            quantity=Quantity(value, draw(st.sampled_from(["USD", "percent", "people"])), "as written"),
            evidence=evidence(),
            period=draw(st.none() | st.just("2025-07-01/2025-09-30")),
            period_text=draw(st.none() | st.just("in Q3")),
            kind=draw(st.sampled_from(["reported", "planned", "forecast"])),
            about=draw(st.none() | st.sampled_from(ids)),
            also=draw(st.sampled_from([(), (Quantity(4.67e9, "USD", "$4.67 billion"),)])),
        )
        figures[figure.id] = figure
    return Extraction(
        article,
        tuple(entities[i] for i in ids),
        tuple(relations[i] for i in sorted(relations)),
        tuple(figures[i] for i in sorted(figures)),
    )
