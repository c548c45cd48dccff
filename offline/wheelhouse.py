"""Gather everything that Windows computers without internet need, and prove that it suffices: ``make wheelhouse``."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.11", "3.12", "3.13")
# pip asks this computer's markers, not Windows': what is needed only there must be named
ONLY_WINDOWS = ("pywin32", "colorama", "tzdata")


def main(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _pip("wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    (ours,) = folder.glob("ducha-*.whl")
    for version in VERSIONS:
        _pip("download", *_windows(version), "--dest", folder, f"{ours}[addin,password]", *ONLY_WINDOWS)
    for version in VERSIONS:
        _prove(folder, version)
    for name in ("install.cmd", "install.py"):
        shutil.copy(Path(__file__).with_name(name), folder / name)
    shutil.copy(ROOT / "docs" / "离线安装.md", folder / "安装说明.md")
    print(f"{folder}: {len(list(folder.glob('*.whl')))} wheels for Python {', '.join(VERSIONS)}")


def _prove(folder: Path, version: str) -> None:
    """Everything can be had from the folder alone, as it will be on a computer without internet."""
    with TemporaryDirectory() as taken:
        alone = ("--no-index", "--find-links", folder, "--dest", taken)
        _pip("download", *alone, *_windows(version), "ducha[addin,password]", *ONLY_WINDOWS)


def _windows(version: str) -> tuple[str, ...]:
    return ("--only-binary=:all:", "--platform", "win_amd64", "--implementation", "cp", "--python-version", version)


def _pip(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *map(str, words)], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
