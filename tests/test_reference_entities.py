"""The catalogue of reference entities: what it holds, how names find an entity, and what a malformed file says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import NotFoundError, OntologyError
from kg.model import name_key
from kg.resolution.reference import Catalogue, catalogue
from kg.vocabulary import vocabulary

FORMS = sorted({form for form, *_ in catalogue().names()})


def load(folder: Path, text: str, base: Catalogue | None = None) -> Catalogue:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return Catalogue.load([path], base=base)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Alibaba", "entity/alibaba-group"),
        ("Alibaba Group Holding Ltd.", "entity/alibaba-group"),
        ("阿里巴巴", "entity/alibaba-group"),
        ("Alibaba Cloud", "entity/alibaba-cloud"),
        ("PDD", "entity/pinduoduo"),
        ("字节跳动", "entity/bytedance"),
        ("Zhipu", "entity/z-ai"),
        ("Dify", "entity/dify"),
        ("Qwen3", "entity/qwen3"),
        ("AWS", "entity/amazon-web-services"),
        ("Hon Hai", "entity/foxconn"),
        ("U.S. Justice Department", "entity/us-department-of-justice"),
        ("NYSE", "entity/new-york-stock-exchange"),
        ("Southeast Asia", "entity/southeast-asia"),
        ("U.S.", "entity/united-states"),
        ("Zurich", "entity/zurich"),
    ],
)
def test_names_aliases_and_acronyms_find_their_entity(name: str, id_: str) -> None:
    found = catalogue().lookup(name)
    assert found is not None
    assert found.id == id_


@pytest.mark.parametrize(
    "name",
    [
        "Tencent",
        "Baidu",
        "JD.com",
        "Meituan",
        "Huawei",
        "Nvidia",
        "AMD",
        "Intel",
        "TSMC",
        "SMIC",
        "Samsung",
        "Apple",
        "Microsoft",
        "Google",
        "Amazon",
        "Meta",
        "OpenAI",
        "Anthropic",
        "Oracle",
        "Salesforce",
        "SAP",
        "Douyin",
    ],
)
def test_the_companies_of_the_field_are_companies(name: str) -> None:
    found = catalogue().lookup(name)
    assert found is not None
    assert found.type == "Company"


def test_there_are_at_least_six_hundred_entities_and_every_type_is_of_the_ontology() -> None:
    assert len(catalogue()) >= 600
    assert {e.type for e in catalogue().entities} <= set(vocabulary().entity_types)


@given(st.sampled_from(FORMS))
def test_every_surface_form_finds_the_entity_it_belongs_to(form: str) -> None:
    owners = {id_ for f, id_, _, _ in catalogue().names() if f == form}
    assert len(owners) == 1
    found = catalogue().lookup(form)
    assert found is None or found.id in owners
    assert found is not None or catalogue().by_id(owners.pop()).ambiguous


def test_no_normalized_name_means_two_entities() -> None:
    owners: dict[str, str] = {}
    for form, id_, _, kind in catalogue().names():
        if kind in ("name", "alias", "acronym"):
            assert owners.setdefault(name_key(form), id_) == id_, form


def test_a_common_word_and_an_acronym_demand_their_exact_case() -> None:
    exact = {form: case for form, _, case, _ in catalogue().names()}
    assert exact["Apple"]
    assert exact["AWS"]
    assert exact["SAP"]
    assert exact["BABA"]
    assert exact["Southeast Asian"]
    assert not exact["Pinduoduo"]
    assert catalogue().lookup("apple") is None


def test_a_shared_name_means_nobody_but_has_candidates() -> None:
    assert catalogue().lookup("Georgia") is None
    assert len(catalogue().candidates("Georgia")) == 2
    assert "Georgia" not in FORMS
    assert [e.id for e in catalogue().candidates("Alibaba")] == ["entity/alibaba-group"]
    assert catalogue().candidates("Nobody Ever Heard") == ()


def test_an_adjective_is_no_name() -> None:
    kinds = {form: kind for form, _, _, kind in catalogue().names()}
    assert kinds["Chinese"] == "adjective"
    assert "Chinese" not in catalogue().by_id("entity/china").entity.aliases


def test_a_ticker_that_names_another_entity_is_left_out_of_the_names() -> None:
    assert catalogue().by_id("entity/mgm-resorts").identifiers["ticker"] == ("MGM",)
    assert [id_ for form, id_, *_ in catalogue().names() if form == "MGM"] == ["entity/mgm"]


def test_parents_are_entities_of_the_catalogue() -> None:
    assert catalogue().by_id("entity/alibaba-cloud").parent == "entity/alibaba-group"
    assert all(e.parent in catalogue() for e in catalogue().entities if e.parent)


def test_an_unknown_id_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="entity/nobody"):
        catalogue().by_id("entity/nobody")


def test_a_file_of_ones_own_adds_to_the_catalogue(tmp_path: Path) -> None:
    own = load(tmp_path, "- {id: entity/acme, name: Acme, type: Company, country: NO, parent: entity/sap}", catalogue())
    acme = own.lookup("ACME Inc.")
    assert acme is not None
    assert acme.country == "NO"
    assert own.lookup("Alibaba") is not None


def test_an_empty_file_holds_no_entities(tmp_path: Path) -> None:
    assert len(load(tmp_path, "# none yet\n")) == 0


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    one, two = tmp_path / "1.yaml", tmp_path / "2.yaml"
    one.write_text("- {id: entity/a, name: Aa, type: Company}", encoding="utf-8")
    two.write_text("- {id: entity/b, name: Bb, type: Company}", encoding="utf-8")
    assert Catalogue.load([one, two]) == Catalogue.load([two, one])


ACME = "- {id: entity/acme, name: Acme, type: Company}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {id: entity/acme, type: Company}", r"own\.yaml: entry 1 \(entity/acme\): name: is missing"),
        (ACME + "- {id: Bolt, name: Bolt, type: Company}", r"own\.yaml: entry 2 \(Bolt\): id: 'Bolt' is not"),
        ("- {id: entity/acme, name: Acme, type: Firm}", "type: 'Firm' is not one of"),
        ("- {id: entity/acme, name: Acme, type: Company, alias: [A]}", "alias: is not a field"),
        ("- {id: entity/acme, name: Acme, type: Company, aliases: A}", "aliases: 'A' is not a list"),
        ("- {id: entity/acme, name: Acme, type: Company, aliases: [A1, A1]}", "aliases: holds one name twice"),
        ("- {id: entity/acme, name: Acme, type: Company, ambiguous: perhaps}", "ambiguous: 'perhaps' is not true"),
        ("- {id: entity/acme, name: Acme, type: Company, identifiers: {cik: 12}}", "identifiers: cik: '12'"),
        ("- {id: entity/acme, name: Acme, type: Company, identifiers: {duns: 1}}", "'duns' is not a scheme"),
        ("- {id: entity/acme, name: Acme, type: Company, identifiers: [x]}", "identifiers: .* is not a mapping"),
        ("- {id: entity/acme, name: Acme, type: Company, parent: entity/gone}", "entity/acme: parent 'entity/gone'"),
        (ACME + ACME, "entity/acme: the id stands twice"),
        (ACME + "- {id: entity/a, name: A Corp, type: Company, aliases: [ACME Ltd]}", "also names entity/a"),
        (ACME + "- {id: entity/a, name: A Corp, type: Company, shared: [acme]}", "list it as shared in both"),
        ("- [1, 2", "cannot be read as YAML"),
        ("id: entity/acme", "is not a list"),
        ("- just words", "entry 1: is not a mapping"),
    ],
)
def test_a_malformed_file_is_refused_with_file_entry_and_field(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(OntologyError, match=says):
        load(tmp_path, text)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match=r"gone\.yaml"):
        Catalogue.load([tmp_path / "gone.yaml"])
