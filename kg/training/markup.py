"""Articles annotated in place: the form in which the project writes its own training data.

A file has a head, then one sentence a line, a blank line between paragraphs, and annotations under the sentence that
states them::

    title: [Kestrel](kestrel) to buy rival [Nordlund](nordlund)
    date: 2024-03-05
    publisher: Harbor Business Daily
    @ kestrel Company Kestrel Foods
    @ nordlund Company Nordlund AB

    [Kestrel Foods](kestrel) will pay $2.1bn for [Nordlund](nordlund), [the Swedish bakery group](nordlund) said.
    > kestrel acquires nordlund planned
    = kestrel | deal_value | 2.1e9 USD | - | nordlund | planned

``>`` is a relation (subject, type, object, status), ``=`` a figure (subject, metric, value and unit, period or ``-``,
about or ``-``, kind). ``>>`` and ``==`` cite the sentence above together with this one.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import TrainingDataError
from kg.training.annotated import AnnotatedArticle, AnnotatedEntity, AnnotatedFigure, AnnotatedRelation, Span
from kg.vocabulary import vocabulary

_MENTION = re.compile(r"\[([^\[\]]+)\]\(([a-z][\w-]*)\)")
_HEAD = re.compile(r"(title|date|publisher):\s*(\S.*)")
_ENTITY = re.compile(r"@\s+([a-z][\w-]*)\s+(\w+)\s+(\S.*)")
_RELATION = re.compile(r"(>>?)\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)")
_KINDS = ("reported", "forecast", "planned")


def read_markup(path: Path) -> AnnotatedArticle:
    """The article of one file. Raises :class:`~kg.errors.TrainingDataError` that names the file and the line."""
    return _Reader(path).read()


def read_folder(folder: Path) -> Iterator[AnnotatedArticle]:
    """The articles of a folder's ``*.txt`` files, in order of name."""
    for path in sorted(folder.glob("*.txt")):
        yield read_markup(path)


@dataclass
class _Sentence:
    start: int
    end: int
    entities: frozenset[str]


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.line = 0
        self.text = ""
        self.entities: dict[str, AnnotatedEntity] = {}
        self.mentions: dict[str, list[Span]] = {}
        self.sentences: list[_Sentence] = []
        self.relations: list[AnnotatedRelation] = []
        self.figures: list[AnnotatedFigure] = []

    def wrong(self, what: str) -> TrainingDataError:
        return TrainingDataError(f"{self.path}, line {self.line}: {what}")

    def read(self) -> AnnotatedArticle:
        head: dict[str, str] = {}
        paragraph = False
        for number, raw in enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1):
            self.line = number
            line = raw.strip()
            if not line:
                paragraph = True
            elif not self.sentences and (found := _HEAD.fullmatch(line)):
                head[found[1]] = found[2]
            elif line.startswith("@"):
                self._entity(line)
            elif line.startswith(">"):
                self._relation(line)
            elif line.startswith("="):
                self._figure(line)
            else:
                if not self.sentences:
                    self._sentence(head.get("title", ""), "")
                    paragraph = True
                self._sentence(line, "\n\n" if paragraph else " ")
                paragraph = False
        for key in ("title", "date", "publisher"):
            if key not in head:
                raise self.wrong(f"the head has no '{key}:' line")
        for id_ in self.entities:
            if not self.mentions.get(id_):
                raise self.wrong(f"'{id_}' is declared with @ but never marked in the text")
        entities = tuple(
            AnnotatedEntity(e.id, e.name, e.type, tuple(self.mentions[e.id])) for e in self.entities.values()
        )
        return AnnotatedArticle(
            name=self.path.name,
            text=self.text,
            entities=entities,
            relations=tuple(self.relations),
            figures=tuple(self.figures),
            complete=True,
        )

    def _entity(self, line: str) -> None:
        found = _ENTITY.fullmatch(line)
        if not found:
            raise self.wrong("write '@ id Type Full Name'; an id is lower case")
        if found[2] not in vocabulary().entity_types:
            raise self.wrong(f"'{found[2]}' is no entity type; use one of {', '.join(vocabulary().entity_types)}")
        if found[1] in self.entities:
            raise self.wrong(f"'{found[1]}' is declared twice")
        self.entities[found[1]] = AnnotatedEntity(found[1], found[3], found[2], ())

    def _sentence(self, line: str, before: str) -> None:
        if before:
            self.text += before
        start, last, named = len(self.text), 0, set()
        for found in _MENTION.finditer(line):
            self.text += line[last : found.start()]
            id_ = found[2]
            if id_ not in self.entities:
                raise self.wrong(f"[{found[1]}]({id_}) names no entity declared with @ above")
            self.mentions.setdefault(id_, []).append(Span(len(self.text), len(self.text) + len(found[1])))
            self.text += found[1]
            last = found.end()
            named.add(id_)
        self.text += line[last:]
        if "](" in self.text[start:]:
            raise self.wrong("a mark is not of the form [words](id); marks cannot stand inside one another")
        self.sentences.append(_Sentence(start, len(self.text), frozenset(named)))

    def _cited(self, both: bool) -> tuple[_Sentence, ...]:
        if not self.sentences:
            raise self.wrong("an annotation stands under the sentence that states it; there is none above")
        cited = tuple(self.sentences[-2:] if both else self.sentences[-1:])
        if both and len(cited) < 2:
            raise self.wrong("'>>' and '==' need two sentences above")
        return cited

    def _marked(self, id_: str, cited: tuple[_Sentence, ...]) -> None:
        if id_ not in self.entities:
            raise self.wrong(f"'{id_}' is not declared with @ above")
        if not any(id_ in s.entities for s in cited):
            raise self.wrong(f"'{id_}' is not marked in the cited sentence; mark what names it, or cite two with >>")

    def _relation(self, line: str) -> None:
        found = _RELATION.fullmatch(line)
        if not found:
            raise self.wrong("write '> subject type object status'")
        mark, subject, type_, object_, status = found.groups()
        cited = self._cited(mark == ">>")
        if type_ not in vocabulary().relation_types:
            raise self.wrong(f"'{type_}' is no relation type; use one of {', '.join(vocabulary().relation_types)}")
        if status not in vocabulary().statuses:
            raise self.wrong(f"'{status}' is no status; use one of {', '.join(vocabulary().statuses)}")
        for end in (subject, object_):
            self._marked(end, cited)
        kinds = self.entities[subject].type, self.entities[object_].type
        if not vocabulary().relation_types[type_].allows(*kinds):
            raise self.wrong(f"{type_} does not hold between a {kinds[0]} and a {kinds[1]}")
        evidence = Span(cited[0].start, cited[-1].end)
        self.relations.append(AnnotatedRelation(subject, type_, object_, status, (evidence,)))

    def _figure(self, line: str) -> None:
        fields = [f.strip() for f in line.lstrip("= ").split("|")]
        if len(fields) != 6:
            raise self.wrong("write '= subject | metric | value unit | period or - | about or - | kind'")
        subject, metric, quantity, period, about, kind = fields
        cited = self._cited(line.startswith("=="))
        value, _, unit = quantity.partition(" ")
        try:
            number = float(value)
        except ValueError:
            raise self.wrong(f"'{value}' is no number; write 2.1e9, not $2.1bn") from None
        if not unit or kind not in _KINDS:
            raise self.wrong(f"a figure needs a unit, and a kind out of {', '.join(_KINDS)}")
        for end in (subject, *([about] if about != "-" else [])):
            self._marked(end, cited) if end == subject else self._known(end)
        evidence = Span(cited[0].start, cited[-1].end)
        self.figures.append(
            AnnotatedFigure(
                subject=subject,
                metric=metric,
                value=number,
                unit=unit,
                period=None if period == "-" else period,
                about=None if about == "-" else about,
                kind=kind,
                evidence=(evidence,),
            )
        )

    def _known(self, id_: str) -> None:
        if id_ not in self.entities:
            raise self.wrong(f"'{id_}' is not declared with @ above")


def main() -> int:
    """Check files given on the command line; print what is wrong and what they hold."""
    bad = articles = relations = figures = 0
    for name in sys.argv[1:]:
        try:
            article = read_markup(Path(name))
        except TrainingDataError as error:
            print(error)
            bad += 1
            continue
        articles += 1
        relations += len(article.relations)
        figures += len(article.figures)
    print(f"{articles} articles, {relations} relations, {figures} figures; {bad} with errors")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
