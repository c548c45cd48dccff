"""Installing, removing and examining the add-in on a pretended Windows."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import typer

from addin import desktop
from ducha import doctor, windows
from ducha.excel import addin
from ledger.errors import StateError

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = Path("dist") / "ducha.xlam"
ALL = ["Python", "组件", "连接Excel的动态库", "加载项文件", "加载项的设置", "宏设置", "Defender规则"]


class Computer:
    """A user's folders, a Python, and a registry."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.python = root / "Python" / "Scripts" / "pythonw.exe"
        self.python.parent.mkdir(parents=True)
        self.python.write_bytes(b"")
        self.dll = root / "Python" / f"xlwings64-{doctor.XLWINGS}.dll"
        self.dll.write_bytes(b"")
        self.addin = root / "AppData" / "Microsoft" / "Excel" / "XLSTART" / "ducha.xlam"
        self.conf = root / "用户" / ".ducha" / "ducha.conf"
        self.registry: dict[str, object] = {}
        monkeypatch.setenv("APPDATA", str(root / "AppData"))
        monkeypatch.setenv("USERPROFILE", str(root / "用户"))
        monkeypatch.setattr(windows, "is_windows", lambda: True)
        monkeypatch.setattr(windows, "interpreter", lambda: self.python)
        monkeypatch.setattr(windows, "_value", lambda _root, key, name: self.registry.get(f"{key}\\{name}"))
        monkeypatch.setattr(doctor, "find_spec", lambda name: name)
        monkeypatch.setattr(doctor.sys, "version_info", (3, 12, 1))


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    return Computer(tmp_path, monkeypatch)


def wrong(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the examination found wrong; every check is named once."""
    with pytest.raises(typer.Exit):
        addin("doctor", OUTPUT)
    lines = [line for line in capsys.readouterr().out.splitlines() if line[:2] in ("正常", "不行")]
    assert [line[4:].partition("：")[0] for line in lines] == ALL
    assert all(line.endswith("。") for line in lines if line.startswith("不行"))
    return [line[4:].partition("：")[0] for line in lines if line.startswith("不行")]


def test_install_puts_file_and_settings_into_place(computer: Computer, capsys: pytest.CaptureFixture[str]) -> None:
    """Twice is as good as once, and everything is well afterwards."""
    addin("install", OUTPUT)
    addin("install", OUTPUT)
    assert computer.addin.read_bytes()[:2] == b"PK"
    assert computer.conf.read_text(encoding="ascii") == f'"INTERPRETER_WIN","{computer.python}"\n"PYTHONPATH",""\n'
    assert "都正常" in capsys.readouterr().out


def test_remove_takes_both_away(computer: Computer, capsys: pytest.CaptureFixture[str]) -> None:
    addin("install", OUTPUT)
    addin("remove", OUTPUT)
    assert not computer.addin.exists()
    assert not computer.conf.exists()
    addin("remove", OUTPUT)
    assert "没有装过加载项" in capsys.readouterr().out


def test_an_add_in_that_is_in_use_stays(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows does not delete what Excel has open."""
    addin("install", OUTPUT)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "in use", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StateError, match="请关闭Excel后重试"):
        addin("remove", OUTPUT)


def test_the_doctor_names_what_is_wrong(
    computer: Computer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each thing alone, and only that."""
    assert wrong(capsys) == ["加载项文件", "加载项的设置"]
    addin("install", OUTPUT)
    capsys.readouterr()
    computer.registry[r"Software\Policies\Microsoft\Office\16.0\Excel\Security\VBAWarnings"] = 4
    assert wrong(capsys) == ["宏设置"]
    computer.registry.clear()
    rules = r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
    computer.registry[rf"{rules}\D4F940AB-401B-4EFC-AADC-AD5F3C50688A"] = "1"
    assert wrong(capsys) == ["Defender规则"]
    computer.registry.clear()
    computer.dll.unlink()
    assert wrong(capsys) == ["连接Excel的动态库"]
    computer.dll.write_bytes(b"")
    monkeypatch.setattr(doctor, "find_spec", lambda _: None)
    assert wrong(capsys) == ["组件"]
    monkeypatch.setattr(doctor, "find_spec", lambda name: name)
    monkeypatch.setattr(doctor.sys, "version_info", (3, 14, 0))
    assert wrong(capsys) == ["Python"]


def test_a_python_in_a_chinese_folder_is_refused(computer: Computer, tmp_path: Path) -> None:
    """xlwings' VBA does not find it there; nothing is installed."""
    computer.python = tmp_path / "软件" / "pythonw.exe"
    with pytest.raises(StateError, match="全英文的路径"):
        addin("install", OUTPUT)
    assert not computer.addin.exists()


def test_the_pinned_xlwings_is_asked_for() -> None:
    """The version in pyproject.toml, in the doctor and on this computer is one."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"xlwings=={doctor.XLWINGS}" in config["project"]["optional-dependencies"]["addin"]
    assert version("xlwings") == doctor.XLWINGS


def test_a_document_that_no_program_opens_is_told_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Word installed: the document lies there, and the sentence says where."""

    def refuse(path: Path) -> None:
        raise OSError(1155, "no application is associated", str(path))

    opened: list[Path] = []
    monkeypatch.setattr(desktop.sys, "platform", "win32")
    monkeypatch.setattr(desktop.os, "startfile", opened.append, raising=False)
    desktop.show(tmp_path / "通报.docx")
    assert opened == [tmp_path / "通报.docx"]
    monkeypatch.setattr(desktop.os, "startfile", refuse)
    with pytest.raises(StateError, match=r"通报\.docx”已经放好，但电脑上没有能打开它的程序"):
        desktop.show(tmp_path / "通报.docx")


def test_elsewhere_there_is_nothing_to_install() -> None:
    for what in ("install", "remove", "doctor"):
        with pytest.raises(StateError, match="只能装在Windows上"):
            addin(what, OUTPUT)
