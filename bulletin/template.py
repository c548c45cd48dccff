"""A Word template of the office filled with values; the same template and values give the same bytes."""

import difflib
import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from bulletin.errors import BulletinError

__all__ = ["filled", "packed"]

_MOMENT = (1980, 1, 1, 0, 0, 0)  # of every part in the file: the same content must give the same bytes


def filled(template: bytes, context: Mapping[str, Any]) -> Any:
    """The template as python-docx's document, its variables replaced by the values of ``context``, their names as
    people read them in Word.

    A `BulletinError` names the variable that the template misspells or lacks, before anything is filled.
    """
    document = _opened(template)
    # Autoescape, or one “<” in a report silently deletes the rest; sandboxed, as templates come by mail too.
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        used = document.get_undeclared_template_variables(environment) - set(environment.globals)
        _same_variables(used, set(context))
        document.render(dict(context), environment)
    except UndefinedError as error:
        name = re.findall("'([^']*)'", str(error))[-1]  # 'dict object' has no attribute '名字'
        raise BulletinError(f"公文模板里的变量“{name}”不认识，请在Word里按原模板改正。") from error
    except TemplateError as error:
        raise BulletinError("公文模板里有写得不完整的花括号标记，请在Word里与原模板核对。") from error
    return document.docx


def packed(document: Any) -> bytes:
    """The document's file, with fixed times."""
    loose, done = io.BytesIO(), io.BytesIO()
    document.save(loose)
    with zipfile.ZipFile(loose) as parts, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, _MOMENT)
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, parts.read(name))
    return done.getvalue()


def _same_variables(used: set[str], known: set[str]) -> None:
    """What the template misspells would fail, what it lacks would be left out of the bulletin unnoticed."""
    lacking = sorted(known - used)
    for name in sorted(used - known):
        near = difflib.get_close_matches(name, lacking or sorted(known), n=1, cutoff=0.4)
        advice = f"是不是要写“{near[0]}”？" if near else "请在Word里按原模板改正。"
        raise BulletinError(f"公文模板里的变量“{name}”不认识，{advice}")
    if lacking:
        raise BulletinError(f"公文模板里缺少变量“{lacking[0]}”，请在Word里按原模板补上。")


def _opened(template: bytes) -> Any:
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, XMLSyntaxError) as error:
        raise BulletinError("公文模板打不开，请用Word另存为.docx后再试。") from error
    return document
