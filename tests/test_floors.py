"""The shape of the code, checked on its syntax trees: imports point down, writing stays where it belongs."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {
    "ducha": 5,
    "addin": 4,
    "sync": 3,
    "bulletin": 3,
    "xlsx": 2,
    "ledger": 1,
    "templates": 0,
    "macros": 0,
}
EXAMPLES = "examples"  # stands beside the house: imported by ducha alone, imports nothing of ours
EXAMPLES_MAY_IMPORT = {"openpyxl", "yaml", *sys.stdlib_module_names}
WRITERS = {"sync", "ducha", EXAMPLES}
NOT_SHIPPED = {"tests", "bench"}
VAGUE_NAMES = {"utils", "helpers", "common"}
LONGEST_FILE, LONGEST_FUNCTION = 330, 60  # lines
MAY_CATCH_ALL = {
    "ledger/sources/sheets.py",  # a panic of calamine is a BaseException of a class that cannot be imported
    "sync/faults.py",  # a fault of the program with one file must not stop the others; nothing else may catch one
}

METHODS_THAT_WRITE = {
    *("write_text", "write_bytes", "mkdir", "makedirs", "unlink", "rmdir", "rmtree", "renames"),
    *("symlink_to", "hardlink_to", "chmod", "truncate", "copytree", "copyfile", "copy2"),
}
FUNCTIONS_THAT_WRITE = {
    *(
        "os.replace",
        "os.remove",
        "os.rename",
        "os.link",
        "os.symlink",
        "os.write",
        "os.open",
        "shutil.copy",
        "shutil.move",
    ),
    *("sqlite3.connect", "tempfile.mkstemp", "tempfile.mkdtemp"),
    *("tempfile.NamedTemporaryFile", "tempfile.TemporaryDirectory", "tempfile.TemporaryFile"),
}


class Violation(NamedTuple):
    """One broken rule: the file below the root, its line, the rule's name and what was found."""

    path: str
    line: int
    rule: str
    found: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.found}"


def violations(root: Path) -> list[Violation]:
    """All broken rules in the packages below `root`, in order of files and lines."""
    found: set[Violation] = set()
    for package in [*FLOORS, EXAMPLES]:
        for path in (root / package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            tree = ast.parse(source, str(path))
            name = path.relative_to(root).as_posix()
            rules = [_imports(tree, package), _writes(tree, package), _catches(tree, name), _lengths(tree, source)]
            rules.append(_names(path))
            if path.name == "__init__.py":
                rules.append(_exports(tree))
            found |= {Violation(name, *rest) for rule in rules for rest in rule}
    return sorted(found)


Found = Iterator[tuple[int, str, str]]  # line, rule, what


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, first word of the module) of every absolute import, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.partition(".")[0]


def _imports(tree: ast.AST, package: str) -> Found:
    for line, module in _imported(tree):
        if module == package:
            continue
        if module == "xlwings" and package != "addin":
            yield line, "xlwings", "only addin knows Excel's object model"
        elif package == EXAMPLES and module not in EXAMPLES_MAY_IMPORT:
            yield line, "examples", module
        elif module == EXAMPLES and package != "ducha":
            yield line, "examples", f"imported by {package}"
        elif package in FLOORS and FLOORS.get(module, -1) >= FLOORS[package]:
            yield line, "floor", f"{package} imports {module}"


def _writes(tree: ast.AST, package: str) -> Found:
    if package in WRITERS:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        last = called.rpartition(".")[2]
        opens = last == "open" and any(set(mode) & set("wax+") for mode in _modes(node, called))
        # Path.rename takes one argument; other things may be renamed in memory
        renames = last == "rename" and last != called and len(node.args) + len(node.keywords) == 1
        if opens or renames or last in METHODS_THAT_WRITE or called in FUNCTIONS_THAT_WRITE:
            yield node.lineno, "write", called


def _modes(call: ast.Call, called: str) -> Iterator[str]:
    """The mode of a call of open(path, mode) or path.open(mode), if it is written out."""
    place = 1 if called in ("open", "io.open") else 0
    given = [*call.args[place : place + 1], *(k.value for k in call.keywords if k.arg == "mode")]
    for mode in given:
        if isinstance(mode, ast.Constant) and isinstance(mode.value, str):
            yield mode.value


def _catches(tree: ast.AST, name: str) -> Found:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and name not in MAY_CATCH_ALL:
            caught = ast.unparse(node.type) if node.type else "everything"
            classes = set(caught.strip("()").split(", "))
            # undoing and passing on is how a transaction meets every end, Ctrl-C included
            passes_on = caught == "BaseException" and ast.unparse(node.body[-1]) == "raise"
            if {"everything", "Exception", "BaseException"} & classes and not passes_on:
                yield node.lineno, "except", caught


def _lengths(tree: ast.AST, source: str) -> Found:
    lines = source.count("\n")
    if lines > LONGEST_FILE:
        yield 1, "file", f"{lines} lines"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.lineno, "function", f"{node.name} has {length} lines"


def _names(path: Path) -> Found:
    if VAGUE_NAMES & {path.stem, path.parent.name}:
        yield 1, "name", path.stem


def _exports(tree: ast.Module) -> Found:
    """What a package takes from its modules must be listed, and what is listed must be there."""
    there: dict[str, int] = {}
    listed: set[str] | None = None
    public: dict[str, int] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom | ast.Import):
            names = {(alias.asname or alias.name).partition(".")[0]: node.lineno for alias in node.names}
            public |= {name: line for name, line in names.items() if not name.startswith("_")}
            there |= names
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            listed = set(ast.literal_eval(node.value))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            there[node.name] = node.lineno
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            there |= {ast.unparse(target): node.lineno for target in targets}
    yield from (
        (line, "__all__", f"{name} is not listed") for name, line in public.items() if name not in (listed or ())
    )
    yield from ((1, "__all__", f"{name} is listed but absent") for name in (listed or set()) - set(there))


def test_the_house_stands() -> None:
    """No rule is broken anywhere."""
    assert [str(violation) for violation in violations(ROOT)] == []


def test_every_package_is_checked() -> None:
    """Every folder of the project with an __init__.py has its floor."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in NOT_SHIPPED}
    assert packages == {*FLOORS, EXAMPLES}


LONG_FILE = "\n" * (LONGEST_FILE + 1)
LONG_FUNCTION = "def long():\n" + "    pass\n" * LONGEST_FUNCTION
BROKEN = [  # file, source, expected (line, rule)
    ("ledger/up.py", "import ledger.cell\nfrom xlsx.book import Book\n", [(2, "floor")]),
    ("sync/sideways.py", "import bulletin.word\n", [(1, "floor")]),
    ("ledger/hidden.py", "def f():\n    import sync\n", [(2, "floor")]),
    ("templates/up.py", "import macros\n", [(1, "floor")]),
    ("sync/excel.py", "import xlwings as xw\n", [(1, "xlwings")]),
    ("examples/clever.py", "import json, yaml\nimport ledger\n", [(2, "examples")]),
    ("sync/demo.py", "from examples import anping\n", [(1, "examples")]),
    (
        "xlsx/save.py",
        "p.write_bytes(b'')\nopen(p, 'rb')\nopen(p, mode='wb')\np.open('a')\n",
        [(n, "write") for n in (1, 3, 4)],
    ),
    ("bulletin/swap.py", "import os\nos.replace(a, b)\n'a'.replace('a', 'b')\n", [(2, "write")]),
    ("ledger/deaf.py", "try: f()\nexcept (KeyError, Exception): pass\nexcept: pass\n", [(2, "except"), (3, "except")]),
    ("ledger/half.py", "try: f()\nexcept BaseException:\n    if a: raise\n", [(2, "except")]),
    ("ledger/long.py", LONG_FILE, [(1, "file")]),
    ("ledger/slow.py", LONG_FUNCTION, [(1, "function")]),
    ("ledger/utils.py", "", [(1, "name")]),
    ("ledger/helpers/dates.py", "", [(1, "name")]),
    ("ledger/__init__.py", "from ledger.a import b, _c\n__all__ = ['d']\n", [(1, "__all__"), (1, "__all__")]),
]
SOUND = [
    ("ducha/cli.py", "import examples.anping, sync, json\nfrom rich import print\nopen('a', 'w')\n"),
    ("addin/run.py", "import xlwings\nimport sync.intake, ledger\nfrom . import functions\n"),
    ("sync/write.py", "import os\nos.replace('a', 'b')\n"),
    ("ledger/careful.py", "try: f()\nexcept (KeyError, ValueError): raise\n"),
    ("ledger/undo.py", "try: f()\nexcept BaseException:\n    undo()\n    raise\n"),
    ("ledger/__init__.py", "from ledger.a import b as b\nc = 1\n__all__ = ['b', 'c']\n"),
]


@pytest.mark.parametrize(("path", "source", "expected"), BROKEN, ids=[path for path, _, _ in BROKEN])
def test_broken_rule_is_found(path: str, source: str, expected: list[tuple[int, str]], tmp_path: Path) -> None:
    """Each rule catches its violation, in that file and on that line, and nothing else."""
    _write(tmp_path, path, source)
    assert [(v.path, v.line, v.rule) for v in violations(tmp_path)] == [(path, *each) for each in expected]


def test_sound_code_passes(tmp_path: Path) -> None:
    for path, source in SOUND:
        _write(tmp_path, path, source)
    assert violations(tmp_path) == []


def _write(root: Path, path: str, source: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(source, encoding="utf-8")
