"""Both an editable and a built install work from anywhere, and install nothing but ``kg``."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
USE = """
import kg
from kg.vocabulary import vocabulary
from kg.resolution.reference import catalogue
import kg.loaders, kg.queries
from importlib.util import find_spec
print(kg.__file__, len(vocabulary().relation_types), catalogue().lookup("Alibaba").id)
print([name for name in ("loaders", "ontology", "queries") if find_spec(name)])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(REPOSITORY)]
    subprocess.run(build, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def run_from(folder: Path, *, path: Path | None = None) -> list[str]:
    env = {"PATH": "/usr/bin:/bin"} | ({"PYTHONPATH": str(path)} if path else {})
    done = subprocess.run([sys.executable, "-c", USE], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_a_wheel_puts_only_kg_at_the_top_of_an_environment(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"kg"}


def test_a_wheel_holds_every_file_of_ontology_loaders_and_queries(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "ontology", "loaders", "queries", "kg"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    expected = {path if path.startswith("kg/") else f"kg/{path}" for path in tracked}
    assert {path for path in expected if not path.endswith(".md")} <= names


def test_a_built_install_works_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    (tmp_path / "empty").mkdir()
    used, general_names = run_from(tmp_path / "empty", path=site)
    assert used == f"{site}/kg/__init__.py 12 entity/alibaba-group"
    assert general_names == "[]"


def test_an_editable_install_works_from_another_folder(tmp_path: Path) -> None:
    used, general_names = run_from(tmp_path)
    assert used == f"{REPOSITORY}/kg/__init__.py 12 entity/alibaba-group"
    assert general_names == "[]"
