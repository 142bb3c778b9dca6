"""Made-up articles with their claims, any number, the same for the same seed: for benchmarks and large tests."""

from collections.abc import Iterator
from random import Random

from kg.model import Article, Entity, Evidence, Extraction, Figure, Mention, Quantity, Relation, entity_id
from kg.vocabulary import vocabulary

PUBLISHERS = ("The Example Ledger", "Harbor Wire", "Quay Street Journal", "Northgate Post", "Plain Dealer Daily")
METRICS = (("revenue", "USD", 1e6), ("market-share", "percent", 1.0), ("employees", "people", 100.0))
PLACES = ("Malaysia", "Singapore", "Vietnam", "Poland", "Mexico")
WORDING = {
    "competes_with": "{s} competes with {o}.",
    "partners_with": "{s} has formed a partnership with {o}.",
    "invests_in": "{s} invested in {o}.",
    "acquires": "{s} acquired {o}.",
    "subsidiary_of": "{s} is a unit of {o}.",
    "supplies": "{s} supplies parts to {o}.",
    "litigates_with": "{s} sued {o}.",
    "makes": "{s} makes the {o}.",
    "operates_in": "{s} runs offices in {o}.",
}


def extractions(count: int, *, seed: int = 7, companies: int | None = None) -> Iterator[Extraction]:
    """``count`` articles of about six claims each over ``companies`` companies (a twentieth of ``count`` by default).

    A few companies are in many articles and most in few, as in the news.
    """
    random = Random(seed)
    size = companies or max(10, count // 20)
    for number in range(count):
        yield _extraction(number, random, size)


def _rank(random: Random, size: int) -> int:
    return min(int(random.paretovariate(0.6)), size)


def _company(rank: int) -> Entity:
    name = f"Synthetic {rank} Holdings"
    return Entity(entity_id(name, "Company"), name, "Company")


def _extraction(number: int, random: Random, size: int) -> Extraction:
    sentences: list[str] = []
    entities: dict[str, Entity] = {}
    mentions: dict[str, list[tuple[int, str]]] = {}
    relations: dict[tuple[str, str, str], tuple[str, list[int]]] = {}
    figures: list[tuple[Entity, str, Quantity, int]] = []
    offset = 0

    def write(sentence: str, *named: Entity) -> int:
        nonlocal offset
        start = offset
        for entity in named:
            entities[entity.id] = entity
            mentions.setdefault(entity.id, []).append((start + sentence.index(entity.name), entity.name))
        sentences.append(sentence)
        offset += len(sentence) + 1
        return start

    for _ in range(4):
        type_ = random.choice(sorted(WORDING))
        rank = _rank(random, size)
        # A unit has one parent, and none is its own: a tree, as companies are.
        subject, object_ = (
            _company(rank),
            _company(max(1, rank // 3) if type_ == "subsidiary_of" else _rank(random, size)),
        )
        if type_ == "makes":
            name = f"Gadget {random.randrange(size)}"
            object_ = Entity(entity_id(name, "Product"), name, "Product")
        elif type_ == "operates_in":
            name = random.choice(PLACES)
            object_ = Entity(entity_id(name, "Place"), name, "Place")
        if subject == object_:
            continue
        start = write(WORDING[type_].format(s=subject.name, o=object_.name), subject, object_)
        ends = (subject.id, object_.id)
        if vocabulary().relation_types[type_].symmetric:
            ends = (min(ends), max(ends))
        status = random.choice(("current", "current", "planned", "ended"))
        relations.setdefault((ends[0], type_, ends[1]), (status, []))[1].append(start)
    for _ in range(2):
        subject = _company(_rank(random, size))
        metric, unit, scale = random.choice(METRICS)
        value = round(random.uniform(1, 90) * scale, 1)
        start = write(f"{subject.name} reported a {metric} of {value} {unit}.", subject)
        figures.append((subject, metric, Quantity(value, unit, f"{value} {unit}"), start))

    text = " ".join(sentences)
    article = Article(
        text=text,
        url=f"https://ledger.example/synthetic/{number}",
        title=f"Story {number}",
        publisher=random.choice(PUBLISHERS),
        published=f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}",
    )
    sentence_at = {}
    place = 0
    for sentence in sentences:
        sentence_at[place] = sentence
        place += len(sentence) + 1

    def evidence(start: int) -> Evidence:
        quote = sentence_at[start]
        return Evidence(article.id, start, start + len(quote), quote, (), 0.8, "synthetic")

    made_relations = [
        Relation(s, t, o, status, tuple(evidence(start) for start in starts))
        for (s, t, o), (status, starts) in relations.items()
    ]
    made_figures = {
        f.id: f
        for subject, metric, quantity, start in figures
        for f in [Figure(subject.id, metric, quantity, (evidence(start),))]
    }
    return Extraction(
        article,
        tuple(
            (entities[i], tuple(Mention(s, s + len(n), n) for s, n in sorted(set(mentions[i]))))
            for i in sorted(entities)
        ),
        tuple(sorted(made_relations, key=lambda r: r.id)),
        tuple(made_figures[i] for i in sorted(made_figures)),
    )
