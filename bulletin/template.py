"""A Word template of the office filled with values; the same template and values give the same bytes."""

import difflib
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Set
from functools import lru_cache
from html import unescape
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from bulletin.errors import BulletinError
from ledger.excerpt import shortened

__all__ = ["filled", "packed"]

# Autoescape, or one “<” in a report silently deletes the rest; sandboxed, as templates come by mail too.
_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
# what arithmetic and indexes that somebody wrote between the braces can raise
_OF_TEMPLATES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_QUOTED = 25  # characters of a paragraph that are quoted
_MOMENT = (1980, 1, 1, 0, 0, 0)  # of every part in the file: the same content must give the same bytes


def filled(template: bytes, context: Mapping[str, Any], name: str) -> Any:
    """The template as python-docx's document, its variables replaced by the values of ``context``, their names as
    people read them in Word.

    A `BulletinError` names the template's file, the paragraph and the variable that is misspelt or lacking, before
    anything is filled.
    """
    document = _opened(template, name)
    try:
        _same_variables(_used(template), context, document, name)
        document.render(dict(context), _ENVIRONMENT)
    except UndefinedError as error:
        words = re.findall("'([^']*)'", str(error))  # 'dict object' has no attribute '名字'
        if not words:  # str object has no element 5
            raise BulletinError(_unreckoned(document, name)) from error
        where = _place(document, _names(words[-1]))
        raise BulletinError(f"模板{name}{where}里的变量“{words[-1]}”不认识，请在Word里按原模板改正。") from error
    except TemplateError as error:
        words = re.findall("'([^']+)'", str(error))  # Encountered unknown tag 'esle'.
        where = _place(document, _is_open) or _place(document, _names(words[0] if words else "%"))
        raise BulletinError(f"模板{name}{where}里有写得不完整的花括号标记，请在Word里与原模板核对。") from error
    except (*_OF_TEMPLATES, XMLSyntaxError) as error:
        raise BulletinError(_unreckoned(document, name)) from error
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


@lru_cache(maxsize=8)  # sixty orders are made from one template
def _used(template: bytes) -> frozenset[str]:
    """The variables that the template names."""
    found = DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables(_ENVIRONMENT)
    return frozenset(found - set(_ENVIRONMENT.globals))


def _same_variables(used: Set[str], context: Mapping[str, Any], document: Any, name: str) -> None:
    """What the template misspells would fail, what it lacks would be left out of the document unnoticed.

    What has nothing to say may be lacking, or an office's template would have to change with every new one of ours.
    """
    lacking = sorted(word for word, value in context.items() if word not in used and value)
    for word in sorted(used - set(context)):
        near = difflib.get_close_matches(word, lacking or sorted(context), n=1, cutoff=0.4)
        advice = f"是不是要写“{near[0]}”？" if near else "请在Word里按原模板改正。"
        raise BulletinError(f"模板{name}{_place(document, _names(word))}里的变量“{word}”不认识，{advice}")
    if not lacking:
        return
    if where := _place(document, _is_spoilt(lacking[0])):
        raise BulletinError(f"模板{name}{where}里的变量“{lacking[0]}”花括号不对，请改成{{{{ {lacking[0]} }}}}。")
    raise BulletinError(f"模板{name}里缺少变量“{lacking[0]}”，请在Word里按原模板补上。")


def _place(document: Any, meant: Callable[[str], bool]) -> str:
    """Where a paragraph stands that is ``meant``: “第3段“……””, counted through the tables; empty where none is."""
    parts = {"": document.get_xml()}
    for kind, uri in (("页眉", document.HEADER_URI), ("页脚", document.FOOTER_URI)):
        parts[kind] = "".join(document.get_part_xml(part) for _, part in document.get_headers_footers(uri))
    for kind, xml in parts.items():
        for number, paragraph in enumerate(_PARAGRAPH.findall(xml), 1):
            text = unescape(_TAG.sub("", paragraph))
            if meant(text):
                return f"{kind}第{number}段“{shortened(text, _QUOTED)}”"
    return ""


def _unreckoned(document: Any, name: str) -> str:
    return f"模板{name}{_place(document, _reckons)}里有算不出来的花括号标记，请在Word里与原模板核对。"


def _names(word: str) -> Callable[[str], bool]:
    """Whether a paragraph's marks hold this name, and not only one that begins or ends with it."""
    mark = re.compile(rf"\{{[{{%][^{{}}]*(?<!\w){re.escape(word)}(?!\w)")
    return lambda text: mark.search(text) is not None


def _is_spoilt(word: str) -> Callable[[str], bool]:
    """Whether a paragraph names the word in braces of which one is missing, or which are full-width ones."""
    mark = re.compile(rf"[{{｛]\s*{re.escape(word)}\s*[}}｝]")
    return lambda text: mark.search(_MARK.sub("", text)) is not None


def _reckons(text: str) -> bool:
    """Whether a mark in the paragraph wants more than the value of a variable."""
    return re.search(r"\{\{(?!\s*[\w.]+\s*\}\})", text) is not None


def _is_open(text: str) -> bool:
    """Whether a mark in the paragraph is not closed, or closes nothing."""
    return re.search(r"\{[{%#]|[}%#]\}", _MARK.sub("", text)) is not None


def _opened(template: bytes, name: str) -> Any:
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, XMLSyntaxError) as error:
        raise BulletinError(f"模板{name}打不开，请用Word另存为.docx后再试。") from error
    return document
