"""What ``import kg`` offers: a few names, each explained with an example, and nothing loaded before its use."""

import doctest
import inspect
import subprocess
import sys

import pytest

import kg

HEAVY = (
    "spacy",
    "numpy",
    "pyoxigraph",
    "rdflib",
    "pyshacl",
    "networkx",
    "pyarrow",
    "trafilatura",
    "click",
    "rich",
    "yaml",
)


@pytest.mark.parametrize("name", kg.__all__)
def test_every_public_name_has_a_docstring_with_an_example(name: str) -> None:
    documented = inspect.getdoc(getattr(kg, name)) or ""
    examples = doctest.DocTestParser().get_examples(documented)
    assert examples, f"kg.{name} has no example"
    assert documented.splitlines()[0].endswith((".", ";", ",")), "the first line is a sentence"


@pytest.mark.parametrize("name", kg.__all__)
def test_every_public_method_has_a_docstring(name: str) -> None:
    value = getattr(kg, name)
    if inspect.isclass(value):
        methods = [n for n, m in vars(value).items() if not n.startswith("_") and inspect.isroutine(m)]
        assert [n for n in methods if not inspect.getdoc(getattr(value, n))] == []


@pytest.mark.parametrize("name", ["build", "extract", "read"])
def test_public_functions_are_typed_and_take_their_options_by_keyword_only(name: str) -> None:
    signature = inspect.signature(getattr(kg, name))
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not p.empty for p in signature.parameters.values())
    options = [p for p in signature.parameters.values() if p.default is not p.empty]
    assert all(p.kind is p.KEYWORD_ONLY for p in options)


def test_public_errors_share_one_base() -> None:
    errors = [value for name in kg.__all__ if name.endswith("Error") and (value := getattr(kg, name))]
    assert all(issubclass(error, kg.KgError) for error in errors)


def test_every_error_raised_on_purpose_is_public() -> None:
    assert {error.__name__ for error in kg.KgError.__subclasses__()} <= set(kg.__all__)


def test_public_names_are_sorted_and_are_what_dir_lists() -> None:
    assert sorted(kg.__all__) == kg.__all__ == dir(kg)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = kg.nonsense


def in_fresh_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_the_package_loads_no_other_package() -> None:
    code = f"import sys, kg; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert in_fresh_python(code) == "[]"


def test_the_nouns_load_no_other_package() -> None:
    code = f"import sys, kg; kg.Article(text='Acme bought Bolt.').id; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert in_fresh_python(code) == "[]"


@pytest.mark.parametrize("name", kg.__all__)
def test_a_public_name_stays_what_it_is_whatever_was_imported_before(name: str) -> None:
    assert not inspect.ismodule(getattr(kg, name))
