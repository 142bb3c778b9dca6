"""Every external identifier of the catalogue agrees with the source it was checked against."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from kg.loaders.sec import read_filers, unconfirmed

from kg.errors import ReadingError
from kg.resolution.reference import Catalogue, catalogue

SEC = Path(__file__).parents[2] / "shared" / "reference" / "sec_company_tickers.json"


@pytest.fixture
def sec() -> Path:
    if not SEC.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SEC} is missing")
        pytest.skip(f"{SEC} is missing")
    return SEC


@pytest.fixture
def filers(tmp_path: Path) -> Path:
    path = tmp_path / "company_tickers.json"
    path.write_text(json.dumps({"0": {"cik_str": 7, "ticker": "ACME", "title": "ACME ROBOTICS INC"}}))
    return path


def own(folder: Path, fields: str) -> Catalogue:
    path = folder / "own.yaml"
    path.write_text(f"- {{id: entity/acme, type: Company, {fields}}}", encoding="utf-8")
    return Catalogue.load([path])


def test_the_sec_confirms_every_cik_and_ticker(sec: Path) -> None:
    assert sum("cik" in e.identifiers for e in catalogue().entities) > 300
    assert list(unconfirmed(catalogue(), sec)) == []


def test_alibaba_has_its_adrs_ticker(sec: Path) -> None:
    (adr,) = [f for f in read_filers(sec) if f.ticker == "BABA"]
    assert catalogue().by_id("entity/alibaba-group").identifiers["cik"] == (adr.cik,)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ("name: Acme, identifiers: {cik: 0000000007, ticker: ACME}", []),
        ("name: Acme, identifiers: {cik: 0000000008, ticker: ACME}", ["belongs to CIK 0000000007"]),
        ("name: Acme, identifiers: {cik: 0000000007, ticker: ACM}", ["lists no ticker ACM"]),
        ("name: Bolt, identifiers: {cik: 0000000007, ticker: ACME}", ["no word of the entity's"]),
        ("name: Acme, identifiers: {cik: 0000000007}", ["without the other"]),
    ],
)
def test_what_the_list_does_not_confirm_is_said(tmp_path: Path, filers: Path, fields: str, says: list[str]) -> None:
    found = list(unconfirmed(own(tmp_path, fields), filers))
    assert len(found) == len(says)
    assert all(part in sentence for part, sentence in zip(says, found, strict=True))


def test_a_file_that_is_not_the_secs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "company_tickers.json"
    path.write_text('["no filers"]')
    with pytest.raises(ReadingError, match=r"company_tickers\.json"):
        list(read_filers(path))


def test_every_country_has_a_code_of_its_own() -> None:
    codes = [c for e in catalogue().entities for c in e.identifiers.get("iso3166_1", ())]
    assert len(codes) == len(set(codes)) == 249


def test_countries_of_companies_and_cities_are_countries_of_the_catalogue() -> None:
    codes = {c for e in catalogue().entities for c in e.identifiers.get("iso3166_1", ())}
    assert {e.country for e in catalogue().entities if e.country} <= codes


def test_subdivisions_have_codes_of_their_country() -> None:
    states = [(e.country, c) for e in catalogue().entities for c in e.identifiers.get("iso3166_2", ())]
    assert all(code.split("-")[0] == country for country, code in states)
    assert Counter(country for country, _ in states)["US"] == 50


def test_no_identifier_but_a_parents_stands_twice() -> None:
    values = Counter(pair for e in catalogue().entities for pair in e.entity.identifiers)
    assert [pair for pair, count in values.items() if count > 1] == []


def test_southeast_asia_has_its_m49_code() -> None:
    assert catalogue().by_id("entity/southeast-asia").identifiers["m49"] == ("035",)
