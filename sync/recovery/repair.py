"""Putting a damaged master right, so that nobody's words are lost: what can be mended is mended where it stands.

Where a sheet has gone or the file cannot be read, the newest kept master that is whole takes its place and everything
that still can be read in the damaged one is carried over. Only where no master is left is one made from the journal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from ledger.errors import StateError
from sync.atomic import write_private, write_whole
from sync.exchange import is_private
from sync.master import Master, open_master
from sync.preview import put_master, recover_master, settle_master
from sync.publications import restore_frozen
from sync.publish import publish
from sync.recovery.backup import backup_folder
from sync.recovery.carrying import carry_over
from sync.recovery.mending import Mending
from sync.recovery.proof import Proof, prove
from sync.recovery.remaking import remade
from sync.workspace import Workspace

__all__ = ["Repaired", "repair"]


@dataclass
class Repaired:
    """What was put right, in whole sentences; ``kept`` is a copy of the damaged master for people to look at."""

    told: list[str] = field(default_factory=list)
    kept: Path | None = None
    proof: Proof | None = None


def repair(workspace: Workspace) -> Repaired:
    """Put right what `prove` finds wrong, as far as that can be done without losing anybody's words.

    The proof is made anew afterwards, and a second publication must change no byte. `StateError` when the journal
    itself is damaged, which `ducha recover` deals with.
    """
    if workspace.journal.faults():
        raise StateError(f"日志“{workspace.own / 'journal.db'}”已损坏，没有作任何改动，请执行 ducha recover 恢复。")
    done = Repaired()
    done.told += _private_key(workspace)
    done.told += _refilled(workspace)
    if put_back := [path.relative_to(workspace.root).as_posix() for path in restore_frozen(workspace)]:
        done.told.append(f"已发通报的存档恢复了{len(put_back)}份：{'、'.join(put_back)}。")
    recover_master(workspace)
    _MasterRepair(workspace, done).run()
    published = publish(workspace)
    if published.written:
        done.told.append(f"总表已按日志更新（单位填报内容{len(published.changes)}格）。")
    standing = workspace.master.read_bytes()
    publish(workspace)
    if workspace.master.read_bytes() != standing:
        raise StateError("总表修复后再汇总一次仍有变化，请把工作区文件夹备份后联系维护人员。")
    done.proof = prove(workspace)
    return done


def _private_key(workspace: Workspace) -> Iterator[str]:
    key = workspace.own / "key"
    if not is_private(key):
        write_private(key, key.read_bytes())
        yield "签名密钥文件已改为只有本人能读。"


def _refilled(workspace: Workspace) -> Iterator[str]:
    """Bytes that the store has lost, found again in the backups, the inbox or wherever else they lie."""
    missing = [name for name in sorted(workspace.journal.named()) if not _sound(workspace.stored_path(name), name)]
    if not missing:
        return
    found = {name: path for name in missing if (path := _in_backups(workspace, name))}
    wanted = set(missing) - set(found)
    for folder in ("inbox", "returned", "bulletins") if wanted else ():
        for path in (path for path in (workspace.root / folder).rglob("*") if path.is_file()):
            digest = sha256(path.read_bytes()).hexdigest()
            if digest in wanted:
                found.setdefault(digest, path)
    if workspace.master.is_file() and (digest := sha256(workspace.master.read_bytes()).hexdigest()) in wanted:
        found[digest] = workspace.master
    for name, path in found.items():
        data, place = path.read_bytes(), workspace.stored_path(name)
        if place.exists():
            place.replace(place.with_name(f"{name}.坏"))
        write_whole(place, data)
    if found:
        yield f"找回存档的原件{len(found)}份。"
    lost = set(missing) - set(found)
    if masters := workspace.journal.masters.forget(lost):
        yield f"总表的{masters}个旧版本找不到了，不再列出。"
    if still := lost & workspace.journal.named():
        yield f"还有{len(still)}份原件在备份和收件文件夹里都找不到，填报内容仍在日志里。"


def _sound(path: Path, name: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == name


def _in_backups(workspace: Workspace, name: str) -> Path | None:
    path = backup_folder(workspace.root) / "store" / name[:2] / name
    return path if _sound(path, name) else None


class _MasterRepair:
    """The repair of one master file."""

    def __init__(self, workspace: Workspace, done: Repaired) -> None:
        self._workspace, self._done = workspace, done

    def run(self) -> None:
        path = self._workspace.master
        standing = path.read_bytes() if path.is_file() else None
        master = self._readable()
        data = self._mended(master) if master else None
        if data is None:
            data = self._from_kept(master)
        if data is None:
            remade(self._workspace, standing, self._done.told)
            self._keep_beside(standing)
            return
        if data == standing:
            return
        self._put(data, standing)

    def _readable(self) -> Master | None:
        """The master as it stands, None when it is not there or cannot be read."""
        try:
            return open_master(self._workspace) if self._workspace.master.is_file() else None
        except StateError as error:
            self._done.told.append(str(error).partition("，请")[0] + "。")
            return None

    def _mended(self, master: Master) -> bytes | None:
        """The master with what was missing put back where it stood; None when that is not enough."""
        mending = Mending(self._workspace, master, self.kept)
        data = mending.run()
        try:
            after = Master(data, self._workspace.schema)
            after.require_whole()
        except StateError:
            return None
        if any(item.code == "list_missing" for item in after.findings([])) and self._whole:
            return None
        self._done.told += mending.told
        return data

    def _from_kept(self, master: Master | None) -> bytes | None:
        """The newest kept master that is whole, with everything that the damaged one still says."""
        if not self._whole:
            return None
        number, whole = self._whole
        self._done.told.append(
            f"总表用存档的第{number}版恢复" + ("，并把现有总表里读得出的内容搬了过去。" if master else "。")
        )
        if master:  # a deleted row of keys is put in again for the reading
            readable = Mending(self._workspace, master, self.kept).with_key_rows()
            master = Master(readable, self._workspace.schema)
        data = carry_over(self._workspace, master, whole) if master else whole.data
        mending = Mending(self._workspace, Master(data, self._workspace.schema), self.kept)
        data = mending.run()
        self._done.told += mending.told
        return data

    def kept(self) -> Iterator[tuple[int, Master]]:
        """The masters that are kept and can be read, newest first."""
        for version in reversed(self._workspace.journal.masters.all()):
            path = self._workspace.stored_path(version.sha256)
            try:
                yield version.number, Master(path.read_bytes(), self._workspace.schema)
            except (OSError, StateError):
                continue

    @cached_property
    def _whole(self) -> tuple[int, Master] | None:
        return next(((number, master) for number, master in self.kept() if _is_whole(master)), None)

    def _put(self, data: bytes, standing: bytes | None) -> None:
        if standing is not None:
            self._workspace.journal.masters.add(self._workspace.store(standing), "saved")
        if not put_master(self._workspace, data, standing):
            raise StateError("总表刚刚又被存过，没有修复，请存盘关闭后再执行一次。")
        settle_master(self._workspace)  # else the next publication would undo what the journal does not know of
        self._keep_beside(standing)

    def _keep_beside(self, standing: bytes | None) -> None:
        if standing is None:
            return
        path, number = self._workspace.master, 1
        while (kept := path.with_name(f"{path.stem}_修复前_{number}{path.suffix}")).exists():
            number += 1
        write_whole(kept, standing)
        self._done.kept = kept


def _is_whole(master: Master) -> bool:
    try:
        master.require_whole()
    except StateError:
        return False
    return not any(item.code == "list_missing" for item in master.findings([]))
