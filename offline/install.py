"""Install Ducha from the wheels in this folder, without internet or admin rights. Run by install.cmd."""

import os
import subprocess
import sys
from pathlib import Path

VERSIONS = ((3, 11), (3, 12), (3, 13))


def refusal(version: tuple[int, int], bits: int) -> str:
    """Why this Python will not do, empty when it will."""
    if version not in VERSIONS or bits != 64:
        return f"这台电脑的Python是{version[0]}.{version[1]}（{bits}位），要64位的3.11、3.12或3.13，请改装后重试。"
    return ""


def places(environment: dict[str, str]) -> list[Path]:
    """Where it may be installed, the best first; Excel finds a Python only under an ASCII path."""
    wanted = [
        environment.get("SystemDrive", "C:") + "\\ducha",
        environment.get("PUBLIC", "C:\\Users\\Public") + "\\ducha",
    ]
    return [Path(place) for place in wanted if place.isascii()]


def steps(place: Path, wheels: Path) -> list[list[str]]:
    """The commands, in order: an environment of its own, the program, the add-in for Excel."""
    python = str(place / "Scripts" / "python.exe")
    return [
        [sys.executable, "-m", "venv", str(place)],
        [
            python,
            "-m",
            "pip",
            "install",
            "--no-index",
            "--find-links",
            str(wheels),
            "--upgrade",
            "ducha[addin,password]",
        ],
        [python, "-m", "ducha", "addin", "install"],
    ]


def main() -> int:
    if told := refusal(sys.version_info[:2], 64 if sys.maxsize > 2**32 else 32):
        print(told)
        return 1
    for place in places(dict(os.environ)):
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        break
    else:
        print("C:\\ducha和公用文件夹都建不了，没有安装，请找管理员建一个全英文路径的文件夹。")
        return 1
    *installing, addin = steps(place, Path(__file__).resolve().parent)
    for step in installing:
        if subprocess.run(step, check=False).returncode:
            print(f"没有装好，停在：{' '.join(step)}")
            return 1
    print(f"督查台账已装在{place}，命令是{place / 'Scripts' / 'ducha.exe'}。")
    return subprocess.run(addin, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
