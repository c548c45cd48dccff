"""A lost or damaged ``.ducha``: built anew beside the old one, from a backup or from what people have, then renamed.

The old folder is kept under another name. A recovery that was killed leaves the workspace as it was, or complete.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ledger.errors import StateError
from ledger.schema import load_schema
from sync.atomic import write_private, write_whole
from sync.exchange import is_private, make_private
from sync.identity import new_key
from sync.intake import sync_once
from sync.journal import Journal
from sync.master import Master, open_master
from sync.recovery.backup import BackupSet, backup_folder, sound_backup
from sync.recovery.catching_up import catch_up
from sync.recovery.keys import fitting_key, key_in, key_texts, written_down
from sync.recovery.proof import Proof, prove
from sync.recovery.reconstruction import reconstruct
from sync.recovery.repair import repair
from sync.workspace import KEY_COPY, OWN, Workspace, nobody_else, schema_file, write_key_copy

__all__ = ["Recovered", "recover"]

PATIENCE = 10.0  # seconds that another program may take to finish
_MAKING, _READY = ".ducha-恢复", "完整"
_LOST = (
    "没有备份，日志是从总表、outbox和inbox重新做的，以下的没有了：撤下、恢复、本办退回和更正收到时间的决定，"
    "已从inbox移走的来件，导入文件时发现的问题，总表的旧版本。收到时间按inbox里文件的时间算。"
)
_NEW_KEY = (
    "签名密钥找不到了，已换新的并另存了一份备份，请移到安全的地方。以前下发的填报表不再认得出，"
    "请重新下发本期填报表（ducha distribute），已经报来的请单位在新表里重报，或由本办在“代填”里登记。"
)


@dataclass
class Recovered:
    """What was done, in sentences; where the old folder lies now; the proof made afterwards."""

    told: list[str] = field(default_factory=list)
    kept: Path | None = None
    proof: Proof | None = None


def recover(
    root: Path, *, key: str = "", folder: Path | None = None, progress: Callable[[int, int], None] | None = None
) -> Recovered:
    """Bring back what a workspace has lost of its own: journal, store, key, schema.yaml.

    ``key`` is typed or names a text file; ``folder`` is where the backups lie when that is not where schema.yaml
    says. A workspace that has lost nothing is left as it is.
    """
    root = root.resolve()
    done = Recovered()
    if not root.is_dir():
        raise StateError(f"找不到文件夹“{root}”，请核对路径后重试。")
    with nobody_else(root, PATIENCE):
        if not (root / _MAKING / _READY).is_file() and not _prepare(root, key, folder, done, progress):
            done.told.append("日志和密钥都完好，没有要恢复的；总表或原件有损坏的请执行 ducha verify --repair。")
            return done
    # Windows renames no folder in which a lock is held
    _finish_earlier(root, done)
    _settle(root, done, progress)
    return done


def _prepare(
    root: Path, key: str, folder: Path | None, done: Recovered, progress: Callable[[int, int], None] | None
) -> bool:
    """Put right what is wrong, the journal in a folder beside; False where nothing is."""
    backup, faults = sound_backup(folder or backup_folder(root))
    _schema(root, backup, done)
    if _journal_is_sound(root / OWN, backup):
        return _bring_back_key(root, key, backup, done)
    done.told += faults
    _build(root, key, backup, done, progress)
    return True


def _schema(root: Path, backup: BackupSet | None, done: Recovered) -> None:
    path = root / "schema.yaml"
    if not path.is_file():
        if not backup:
            raise StateError(
                f"找不到配置文件“{path}”，也没有备份，请放回原来的schema.yaml（或用 ducha schema 重做）后重试。"
            )
        write_whole(path, (backup.path / "schema.yaml").read_bytes())
        done.told.append("schema.yaml从备份恢复。")
    load_schema(schema_file(path))


def _journal_is_sound(own: Path, backup: BackupSet | None) -> bool:
    """Whether there is a journal and nothing is wrong with it; an empty one where there was more is none."""
    path = own / "journal.db"
    if not path.is_file() or not path.stat().st_size:
        return False
    try:
        journal = Journal(path)
    except StateError:
        return False
    try:
        lived_in = backup or (own / "store").is_dir()
        return not journal.faults() and bool(journal.original_tasks() or not lived_in)
    finally:
        journal.close()


def _bring_back_key(root: Path, typed: str, backup: BackupSet | None, done: Recovered) -> bool:
    """Write the key anew where it is gone, damaged or does not fit; False where nothing was to be done."""
    path = root / OWN / "key"
    standing = next(key_texts([path]), "")
    if standing and not typed and fitting_key(root, [standing])[0]:
        return False
    key = _key(root, typed, [standing] if standing else [], backup, done)
    if key == standing:
        return False
    if path.is_file():
        path.replace(_free(path, "旧"))
    write_private(path, key.encode())
    return True


def _key(root: Path, typed: str, standing: list[str], backup: BackupSet | None, done: Recovered) -> str:
    """The right key, from wherever it still stands; a new one when it stands nowhere."""
    if typed:
        key, tried = fitting_key(root, [key_in(typed)])
        if tried and not key:
            raise StateError("给出的签名密钥与outbox里下发的填报表对不上，没有作任何改动，请换一份密钥备份后重试。")
        done.told.append("签名密钥用您给出的一份。")
        return key or key_in(typed)
    saved = list(key_texts([backup.path / "key"])) if backup else []
    key, tried = fitting_key(root, [*standing, *written_down(root), *saved])
    if key:
        if key not in standing:
            done.told.append("签名密钥从备份找回" + ("，与下发的填报表对得上。" if tried else "。"))
        return key
    key, copy = new_key(), root / KEY_COPY
    if copy.exists():
        copy.replace(_free(copy, "旧"))
    write_key_copy(root, key)
    done.told.append(_NEW_KEY)
    return key


def _build(
    root: Path, typed: str, backup: BackupSet | None, done: Recovered, progress: Callable[[int, int], None] | None
) -> None:
    """Make the new folder beside the old one, complete."""
    making = root / _MAKING
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    make_private(making)
    try:
        old = next(key_texts([root / OWN / "key"]), "")
        key = _key(root, typed, [old] if old else [], backup, done)
        _copy_own(root, making, backup)
        write_private(making / "key", key.encode())
        workspace = Workspace(root, making)
        with workspace.locked():
            _fill(workspace, backup, done, progress)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    write_whole(making / _READY, b"")


def _copy_own(root: Path, making: Path, backup: BackupSet | None) -> None:
    """Journal, password and every stored byte that is still whole, of the old folder and of the backup."""
    if backup:
        shutil.copy2(backup.path / "journal.db", making / "journal.db")
        make_private(making / "journal.db")
    stores = [root / OWN / "store", *([backup.path.parent / "store"] if backup else [])]
    for path in (path for store in stores for path in _stored(store)):
        place = making / "store" / path.name[:2] / path.name
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            _link(path, place)
    for source in (root / OWN / "password", *([backup.path / "password"] if backup else [])):
        if source.is_file() and not (making / "password").exists():
            write_private(making / "password", source.read_bytes())


def _stored(store: Path) -> Iterator[Path]:
    for path in store.glob("??/*"):
        with suppress(OSError):
            if len(path.name) == 64 and sha256(path.read_bytes()).hexdigest() == path.name:
                yield path


def _link(path: Path, place: Path) -> None:
    """Stored bytes are never written again, so that a second name is as good as a copy, and costs nothing."""
    try:
        place.hardlink_to(path)
    except OSError:
        shutil.copy2(path, place)


def _fill(
    workspace: Workspace, backup: BackupSet | None, done: Recovered, progress: Callable[[int, int], None] | None
) -> None:
    master = _readable_master(workspace)
    if backup:
        done.told.append(f"日志从{backup.moment}的备份恢复。")
    elif master:
        done.told += [_LOST, *reconstruct(workspace, master)]
    else:
        raise StateError(
            "没有备份，总表也读不出，无法恢复，没有作任何改动；请找回总表（master.xlsx）的副本，放回工作区后重试。"
        )
    if master:
        done.told += catch_up(workspace, master, progress)


def _readable_master(workspace: Workspace) -> Master | None:
    try:
        master = open_master(workspace) if workspace.master.is_file() else None
        if master:
            master.require_whole()
    except StateError:
        return None
    return master


def _finish_earlier(root: Path, done: Recovered) -> None:
    """Put a folder that is complete in its place, if there is one; the old one is kept."""
    making, own = root / _MAKING, root / OWN
    if not (making / _READY).is_file():
        return
    try:
        if own.exists():
            done.kept = _free(own, "旧")
            own.rename(done.kept)
        making.rename(own)
    except OSError as error:
        told = f"“{own}”正被其他程序使用（或没有权限），没有换上恢复好的一份"
        raise StateError(f"{told}，请关闭其他督查台账程序后再执行一次 ducha recover。") from error
    (own / _READY).unlink()


def _settle(root: Path, done: Recovered, progress: Callable[[int, int], None] | None) -> None:
    """Publish, repair what the master lacks, and prove that all agrees."""
    workspace = Workspace(root)
    with workspace.locked():
        if not is_private(workspace.own / "key"):
            make_private(workspace.own / "key")
        if not _readable_master(workspace) or workspace.journal.fact("master") is None:
            done.told += repair(workspace).told
        passed = sync_once(workspace, progress)
        done.told += passed.undelivered
        done.told.append(f"重新汇总：收到{len(passed.decided)}份，总表更新{len(passed.published.changes)}格。")
        if passed.published.waits:
            done.told.append(passed.published.waits)
            return
        done.proof = prove(workspace)


def _free(path: Path, word: str) -> Path:
    number = 1
    while (free := path.with_name(f"{path.stem}_{word}{number}{path.suffix}")).exists():
        number += 1
    return free
