"""The half of the LibreOffice fixture that can `import uno`: run by the system's own python3, never by pytest.

Usage: office_worker.py PIPE. Connects to the soffice that listens on PIPE, then reads one JSON request a line
({"do": name, ...arguments}) and answers each with one line, {"result": ...} or {"error": text}. At the end of
its input it ends that soffice, so nothing is left running even when pytest itself was killed.
"""

import json
import sys
import time
from functools import cache

import uno
from com.sun.star.beans import PropertyValue

FILTERS = {  # format: (filter name, filter options)
    "xlsx": ("Calc MS Excel 2007 XML", ""),
    "xls": ("MS Excel 97", ""),
    "ods": ("calc8", ""),
    "csv": ("Text - txt - csv (StarCalc)", "44,34,76,1"),  # comma, quote, UTF-8, from line 1
}
CONTENT = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: VALUE, DATETIME, STRING, FORMULA
EMPTY = uno.Enum("com.sun.star.table.CellContentType", "EMPTY")
MOST_CIRCLES = 1000  # LibreOffice stops there
ERROR = 4  # com.sun.star.sheet.FormulaResult


def properties(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def connect(pipe, seconds=60):
    """The component context of the soffice that is starting up on `pipe`."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    deadline = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except uno.getClass("com.sun.star.connection.NoConnectException"):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


class Worker:
    """The requests, one method each; every one opens its file afresh and closes it again."""

    def __init__(self, pipe):
        context = connect(pipe)
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

    def open(self, path):
        # no macros, no links: the files of these tests may be hostile
        options = properties(Hidden=True, MacroExecutionMode=0, UpdateDocMode=0)
        document = self.desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, options)
        if document is None:
            # a lock file left by a crash makes LibreOffice answer with nothing at all
            raise RuntimeError(f"LibreOffice does not open {path}")
        if hasattr(document, "calculateAll"):
            document.calculateAll()
        return document

    def pdf(self, path, out):
        document = self.open(path)
        try:
            writer = document.supportsService("com.sun.star.text.TextDocument")
            if writer:
                hang_nothing(document)
            name = "writer_pdf_Export" if writer else "calc_pdf_Export"
            document.storeToURL(uno.systemPathToFileUrl(out), properties(FilterName=name))
        finally:
            document.close(True)

    def resave(self, path, out, kind):
        name, options = FILTERS[kind]
        document = self.open(path)
        try:
            wanted = properties(FilterName=name, FilterOptions=options, Overwrite=True)
            document.storeToURL(uno.systemPathToFileUrl(out), wanted)
        finally:
            document.close(True)

    def values(self, path):
        document = self.open(path)
        try:
            return {name: grid(document.Sheets.getByName(name)) for name in document.Sheets.ElementNames}
        finally:
            document.close(True)

    def invalid(self, path, sheet):
        document = self.open(path)
        try:
            return circled(document.Sheets.getByName(sheet))
        finally:
            document.close(True)


def hang_nothing(document):
    """Switch hanging punctuation off everywhere: LibreOffice 7.4 drops the mark that hangs on a full line."""
    document.createInstance("com.sun.star.text.Defaults").ParaIsHangingPunctuation = False
    styles = document.StyleFamilies.getByName("ParagraphStyles")
    for name in styles.ElementNames:
        styles.getByName(name).ParaIsHangingPunctuation = False
    # one call for all paragraphs and the tables between them: asking each takes minutes in a long annex
    everything = document.Text.createTextCursor()
    everything.gotoStart(False)
    everything.gotoEnd(True)
    everything.ParaIsHangingPunctuation = False


def grid(sheet):
    """Rows of values from A1 to the last cell with content; null where a cell is empty."""
    used = sheet.queryContentCells(CONTENT).RangeAddresses
    if not used:
        return []
    last_column, last_row = max(a.EndColumn for a in used), max(a.EndRow for a in used)
    area = sheet.getCellRangeByPosition(0, 0, last_column, last_row)
    rows = [list(row) for row in area.DataArray]
    for hole in area.queryEmptyCells().RangeAddresses:
        for row in rows[hole.StartRow : hole.EndRow + 1]:
            row[hole.StartColumn : hole.EndColumn + 1] = [None] * (hole.EndColumn - hole.StartColumn + 1)
    for fault in area.queryFormulaCells(ERROR).RangeAddresses:
        for r in range(fault.StartRow, fault.EndRow + 1):
            for c in range(fault.StartColumn, fault.EndColumn + 1):
                rows[r][c] = sheet.getCellByPosition(c, r).String
    return rows


def circled(sheet):
    """The filled cells that LibreOffice's "Mark Invalid Data" circles, as A1 references in reading order."""
    sheet.unprotect("")
    sheet.Rows.IsVisible = True  # the circle round a hidden cell has no place of its own
    sheet.Columns.IsVisible = True
    page = sheet.DrawPage
    before = page.Count
    sheet.showInvalid()
    if page.Count - before >= MOST_CIRCLES:
        raise RuntimeError("too many invalid cells (empty ones count unless the rule ignores blanks)")
    left = cache(lambda n: sheet.getCellByPosition(n, 0).Position.X)
    top = cache(lambda n: sheet.getCellByPosition(0, n).Position.Y)
    found = set()
    for index in range(before, page.Count):
        circle = page.getByIndex(index).BoundRect
        column = last_before(circle.X + circle.Width // 2, sheet.Columns.Count, left)
        row = last_before(circle.Y + circle.Height // 2, sheet.Rows.Count, top)
        found.add((row, column))
    cells = (first_of_merged(sheet, row, column) for row, column in sorted(found))
    return [cell.AbsoluteName.split(".")[-1].replace("$", "") for cell in cells if cell.Type != EMPTY]


def first_of_merged(sheet, row, column):
    """The cell itself, or the first one of the merged cell that it lies in."""
    merged = sheet.createCursorByRange(sheet.getCellByPosition(column, row))
    merged.collapseToMergedArea()
    return merged.getCellByPosition(0, 0)


def last_before(place, count, start_of):
    """The highest n below `count` with start_of(n) <= place."""
    low, high = 0, count
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if start_of(middle) <= place else (low, middle)
    return low


def main():
    worker = Worker(sys.argv[1])
    print(json.dumps({"result": "ready"}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"result": getattr(worker, request.pop("do"))(**request)}
        except Exception as error:  # the test gets it as text: this side must stay alive
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    worker.desktop.terminate()


if __name__ == "__main__":
    main()
