"""What people install: the wheel holds the packages and nothing else, and works where nothing else is."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = CONFIG["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
BIN = "Scripts" if os.name == "nt" else "bin"

# building and installing fetch packages
pytestmark = pytest.mark.timeout(900)


def run(*command: str | Path, cwd: Path) -> str:
    """The output of a command that must succeed; it sees nothing of the environment that runs the tests."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**inherited, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", ROOT, "--no-deps", "--quiet", "--wheel-dir", folder, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a new environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    commands = folder / "venv" / BIN
    run(commands / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return commands


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    """Every file of the packages as it stands in the project, and the configuration among the templates."""
    expected = {"templates/schema.yaml"}
    for package in PACKAGES:
        files = (path for path in (ROOT / package).rglob("*") if path.is_file())
        expected |= {path.relative_to(ROOT).as_posix() for path in files if _shipped(path)}
    found = {name for name in contents(wheel) if ".dist-info/" not in name}
    assert found == expected


def test_wheel_has_only_known_top_level_names(wheel: Path) -> None:
    """Neither tests nor tools nor documents come along: the names are plain and would get in others' way."""
    top = {name.partition("/")[0] for name in contents(wheel)}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)


def test_shipped_configuration_is_the_project_s_own(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("templates/schema.yaml") == (ROOT / "schema.yaml").read_bytes()


def test_demo_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """In an empty folder of an environment that has never seen the project's folder."""
    run(installed / "ducha", "demo", cwd=tmp_path)
    assert [path.name for path in tmp_path.rglob("master.xlsx")] == ["master.xlsx"]
    assert list(tmp_path.rglob("*.docx"))


def test_each_package_can_be_imported_alone(installed: Path, tmp_path: Path) -> None:
    for package in PACKAGES:
        run(installed / "python", "-W", "error", "-c", f"import {package}", cwd=tmp_path)


def _shipped(path: Path) -> bool:
    """Not what git ignores: caches, and the lock files of open office programs."""
    return "__pycache__" not in path.parts and not path.name.startswith((".~lock.", "~$"))
