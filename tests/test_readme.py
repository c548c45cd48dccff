"""Every command that README.md shows works, in the order of the page."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```(?:console|bash)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOT_RUN = ("git clone", "pip ", "python -m pip ")  # they fetch and install


def commands(text: str) -> list[str]:
    """The lines after "$ " in blocks of console or bash, those ending in a backslash joined to the next."""
    lines = "".join(BLOCK.findall(text)).replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ").strip() for line in lines if line.startswith("$ ")]


def targets(makefile: str) -> set[str]:
    """The names that `make` knows."""
    return set(re.findall(r"^([a-z]+):(?!=)", makefile, re.MULTILINE))


@pytest.mark.timeout(600)
def test_commands_work(tmp_path: Path) -> None:
    """One workspace for all; `make` is only checked for its targets, fetching commands are left out."""
    shown = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    known = targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    assert shown, "README.md shows no commands"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    folder = tmp_path
    for command in shown:
        if command.startswith("make"):
            assert set(command.split()[1:]) <= known, f"{command}: no such target"
        elif command.startswith("cd "):
            # into a workspace; the cloned project itself is not there
            step = folder / command.removeprefix("cd ")
            folder = step if step.is_dir() else folder
        elif not command.startswith(NOT_RUN):
            done = subprocess.run(
                ["/bin/sh", "-c", command.removeprefix(".venv/bin/")],
                cwd=folder,
                env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"


def test_reading_of_commands() -> None:
    """Only lines with a prompt in the two kinds of blocks are commands."""
    text = (
        "$ no\n```console\n$ ducha a \\\n  b\noutput\n$ make test\n```\n```yaml\n$ no\n```\n```bash\n$ ducha c\n```\n"
    )
    assert commands(text) == ["ducha a    b", "make test", "ducha c"]


def test_reading_of_targets() -> None:
    assert targets(".PHONY: a\nSHELL := sh\na: b\n\tb: c\n.venv/x: y\nbench: a\n") == {"a", "bench"}
