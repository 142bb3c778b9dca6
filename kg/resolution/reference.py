"""The reference entities: companies, products, organizations and places known by name, with checked identifiers.

They are read from ``ontology/entities/*.yaml``; ``docs/reference-entities.md`` describes the format, in which
anybody can write a file of their own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, Literal

import yaml

from kg.errors import NotFoundError, OntologyError
from kg.model import Entity, name_key
from kg.vocabulary import vocabulary

NameKind = Literal["name", "alias", "acronym", "ticker", "adjective"]

_ID: Final = re.compile(r"entity/[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_ACRONYM: Final = re.compile(r"[A-Z](?:[A-Z0-9]|[&.-](?=[A-Z0-9])){1,7}\.?")
_IDENTIFIERS: Final = {
    "cik": re.compile(r"\d{10}"),
    "iso3166_1": _COUNTRY,
    "iso3166_2": re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}"),
    "isin": re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d"),
    "lei": re.compile(r"[A-Z0-9]{18}\d{2}"),
    "m49": re.compile(r"\d{3}"),
    "ticker": re.compile(r"[A-Z0-9]{1,6}(?:[.-][A-Z0-9]{1,2})?"),
    "wikidata": re.compile(r"Q[1-9]\d*"),
}
_LISTS: Final = frozenset({"aliases", "shared", "adjectives", "descriptors"})
_FIELDS: Final = frozenset({"id", "name", "type", "country", "parent", "identifiers", "ambiguous"}) | _LISTS
# All scalars are strings: YAML 1.1 would read Norway's code NO as false and a CIK as an octal number.
_Loader: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class ReferenceEntity:
    """An entity of the catalogue, and what a matcher has to know of its names.

    ``shared`` are names that other entities bear too (``Gemini``, ``Georgia``): they never match by themselves.
    ``adjectives`` (``Chinese``) point to a place but do not name it. ``descriptors`` are nouns that can stand for the
    entity (``e-commerce giant``). ``parent`` is the id of the company that owns or makes it, ``country`` an ISO 3166-1
    alpha-2 code. The names of an ``ambiguous`` entity are common words (``Apple``, ``Gap``): only their exact case
    counts.
    """

    entity: Entity
    shared: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    descriptors: tuple[str, ...] = ()
    parent: str | None = None
    country: str | None = None
    ambiguous: bool = False

    @property
    def id(self) -> str:
        return self.entity.id

    @property
    def name(self) -> str:
        return self.entity.name

    @property
    def type(self) -> str:
        return self.entity.type

    @property
    def identifiers(self) -> dict[str, tuple[str, ...]]:
        """The values of each scheme: ``{"cik": ("0001577552",), "ticker": ("BABA",)}``."""
        found: dict[str, tuple[str, ...]] = {}
        for scheme, value in self.entity.identifiers:
            found[scheme] = (*found.get(scheme, ()), value)
        return found

    def is_case_sensitive(self, form: str) -> bool:
        """Whether ``form`` names the entity in its exact case only: a common word, or all capitals such as ``SAP``."""
        return self.ambiguous or form == form.upper()

    def names(self) -> Iterator[tuple[str, NameKind]]:
        """Its surface forms that no other entity bears, each with its kind, the name first."""
        kinds: dict[str, NameKind] = {}
        if self.name not in self.shared:
            kinds[self.name] = "name"
        for alias in self.entity.aliases:
            if alias not in self.shared:
                kinds.setdefault(alias, "acronym" if _ACRONYM.fullmatch(alias) else "alias")
        for ticker in self.identifiers.get("ticker", ()):
            kinds.setdefault(ticker, "ticker")
        for adjective in self.adjectives:
            kinds.setdefault(adjective, "adjective")
        yield from kinds.items()


@dataclass(frozen=True)
class Catalogue:
    """Reference entities, no two of which bear the same name.

    >>> alibaba = catalogue().lookup("Alibaba Group Holding Ltd.")
    >>> alibaba.id, alibaba.country
    ('entity/alibaba-group', 'CN')
    """

    entities: tuple[ReferenceEntity, ...]
    _by_id: Mapping[str, ReferenceEntity] = field(init=False, repr=False, compare=False)
    _by_form: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _by_key: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _shared: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id: dict[str, ReferenceEntity] = {}
        by_form: dict[str, str] = {}
        by_key: dict[str, str] = {}
        shared: dict[str, tuple[str, ...]] = {}

        def claim(taken: dict[str, str], key: str, form: str, id_: str) -> None:
            owner = taken.setdefault(key, id_)
            if owner != id_:
                raise OntologyError(
                    f"{id_}: {form!r} also names {owner}; drop it from one, or list it as shared in both"
                )

        for one in sorted(self.entities, key=lambda e: e.id):
            if one.id in by_id:
                raise OntologyError(f"{one.id}: the id stands twice; give each entity an id of its own")
            by_id[one.id] = one
            for form in one.shared:
                key = name_key(form)
                shared[key] = (*shared.get(key, ()), one.id)
            for form, kind in one.names():
                if kind in ("name", "alias", "acronym"):
                    claim(by_key, name_key(form), form, one.id)
                    by_form[form] = one.id
        for one in by_id.values():
            for form, kind in one.names():
                if kind == "adjective" or (kind == "ticker" and name_key(form) not in by_key):
                    claim(by_form, form, form, one.id)
        for one in by_id.values():
            if one.parent is not None and one.parent not in by_id:
                raise OntologyError(
                    f"{one.id}: parent {one.parent!r} is not in the catalogue; add it or drop the field"
                )
        for key, ids in shared.items():
            if key in by_key:
                raise OntologyError(f"{by_key[key]}: {key!r} is shared with {ids[0]}; list it as shared in both")
        object.__setattr__(self, "entities", tuple(by_id.values()))
        object.__setattr__(self, "_by_id", by_id)
        object.__setattr__(self, "_by_form", by_form)
        object.__setattr__(self, "_by_key", by_key)
        object.__setattr__(self, "_shared", shared)

    @classmethod
    def load(cls, paths: Iterable[Path | Traversable], *, base: "Catalogue | None" = None) -> "Catalogue":
        """The entities of some YAML files, added to those of ``base``.

        Raises :class:`~kg.errors.OntologyError` naming file, entry and field where one is malformed, and where two
        entities have one id or one name.
        """
        found = [entity for path in paths for entity in _read(path)]
        return cls((*(base.entities if base else ()), *found))

    def __len__(self) -> int:
        return len(self.entities)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._by_id

    def by_id(self, id_: str) -> ReferenceEntity:
        """The entity with an id; :class:`~kg.errors.NotFoundError` where there is none."""
        try:
            return self._by_id[id_]
        except KeyError:
            raise NotFoundError(f"no reference entity has the id {id_!r}") from None

    def lookup(self, name: str) -> ReferenceEntity | None:
        """The entity that a name, alias, acronym or ticker means, or None where none or more than one bears it.

        Case, accents, punctuation, legal form and a leading article don't count, but for tickers and adjectives, which
        are matched as they are written; a common word in lower case (``apple``) is no name.
        """
        id_ = self._by_key.get(name_key(name)) or self._by_form.get(name)
        if id_ is None or (self._by_id[id_].ambiguous and name == name.lower() != name.upper()):
            return None
        return self._by_id[id_]

    def candidates(self, name: str) -> tuple[ReferenceEntity, ...]:
        """Every entity that bears a name, in order of id: more than one where the name is shared.

        >>> [e.id for e in catalogue().candidates("Georgia")]
        ['entity/georgia', 'entity/georgia-us']
        """
        one = self.lookup(name)
        return (one,) if one else tuple(self._by_id[i] for i in self._shared.get(name_key(name), ()))

    def names(self) -> Iterator[tuple[str, str, bool, NameKind]]:
        """Every surface form that means one entity: form, entity id, whether only its exact case counts, kind.

        In order of id. Tickers are safe only in brackets or behind an exchange's name; adjectives name nothing. A
        ticker that is the name of another entity (``MGM``) is left out.
        """
        for one in self.entities:
            for form, kind in one.names():
                if self._by_form.get(form) != one.id:
                    continue
                exact = kind in ("acronym", "ticker", "adjective") or one.is_case_sensitive(form)
                yield form, one.id, exact, kind


def reference_files() -> tuple[Traversable, ...]:
    """The files of ``ontology/entities/``, in order of name."""
    found = (f for f in files("kg.ontology.entities").iterdir() if f.name.endswith(".yaml"))
    return tuple(sorted(found, key=lambda f: f.name))


@cache
def catalogue() -> Catalogue:
    """The project's own reference entities, read once."""
    return Catalogue.load(reference_files())


def _read(path: Path | Traversable) -> Iterator[ReferenceEntity]:
    """The entities of one file."""
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise OntologyError(f"{path}: cannot be read as YAML in UTF-8: {error}") from error
    if entries in (None, ""):
        return
    if not isinstance(entries, list):
        raise OntologyError(f"{path}: is not a list; write one entry, beginning with a dash, for each entity")
    for number, entry in enumerate(entries, start=1):
        yield _entity(entry, f"{path}: entry {number}")


def _entity(entry: object, where: str) -> ReferenceEntity:
    if not isinstance(entry, dict):
        raise OntologyError(f"{where}: is not a mapping; give it the fields id, name and type")
    if isinstance(entry.get("id"), str):
        where = f"{where} ({entry['id']})"

    def fail(field_: str, what: str) -> OntologyError:
        return OntologyError(f"{where}: {field_}: {what}")

    def word(field_: str, fits: Callable[[str], object], expected: str) -> str | None:
        value = entry.get(field_)
        if value is None:
            return None
        if not isinstance(value, str) or not fits(value):
            raise fail(field_, f"{value!r} is not {expected}")
        return value

    def words(field_: str) -> tuple[str, ...]:
        values = entry.get(field_, [])
        if not isinstance(values, list) or not all(isinstance(v, str) and _is_clean(v) for v in values):
            raise fail(field_, f"{values!r} is not a list of names; write [one, another]")
        if len(set(values)) < len(values):
            raise fail(field_, "holds one name twice")
        return tuple(values)

    if unknown := sorted(str(k) for k in entry.keys() - _FIELDS):
        raise fail(unknown[0], f"is not a field; the fields are {', '.join(sorted(_FIELDS))}")
    types = vocabulary().entity_types
    id_ = word("id", _ID.fullmatch, "entity/ and a slug of lower-case letters, digits and single hyphens")
    name = word("name", _is_clean, "a name without white space at its ends")
    type_ = word("type", types.__contains__, f"one of {', '.join(types)}")
    if not id_ or not name or not type_:
        missing = next(f for f, v in (("id", id_), ("name", name), ("type", type_)) if not v)
        raise fail(missing, "is missing")
    aliases, shared = words("aliases"), words("shared")
    return ReferenceEntity(
        entity=Entity(
            id=id_,
            name=name,
            type=type_,
            aliases=tuple(sorted({*aliases, *shared} - {name})),
            identifiers=_identifiers(entry.get("identifiers", {}), fail),
        ),
        shared=shared,
        adjectives=words("adjectives"),
        descriptors=words("descriptors"),
        parent=word("parent", _ID.fullmatch, "the id of an entity"),
        country=word("country", _COUNTRY.fullmatch, "an ISO 3166-1 alpha-2 code"),
        ambiguous=word("ambiguous", ("true", "false").__contains__, "true or false") == "true",
    )


def _identifiers(entry: object, fail: Callable[[str, str], OntologyError]) -> tuple[tuple[str, str], ...]:
    if not isinstance(entry, dict):
        raise fail("identifiers", f"{entry!r} is not a mapping from scheme to value")
    pairs = []
    for scheme, values in entry.items():
        if scheme not in _IDENTIFIERS:
            raise fail("identifiers", f"{scheme!r} is not a scheme; the schemes are {', '.join(_IDENTIFIERS)}")
        for value in values if isinstance(values, list) else [values]:
            if not isinstance(value, str) or not _IDENTIFIERS[scheme].fullmatch(value):
                raise fail(f"identifiers: {scheme}", f"{value!r} has not the form of one")
            pairs.append((scheme, value))
    return tuple(sorted(pairs))


def _is_clean(name: str) -> bool:
    return bool(name) and name == " ".join(name.split())
