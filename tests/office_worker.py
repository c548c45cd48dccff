"""The half of the LibreOffice fixture that can `import uno`: run by the system's own python3, never by pytest.

Usage: office_worker.py PIPE. Connects to the soffice that listens on PIPE, then reads one JSON request a line
({"do": name, ...arguments}) and answers each with one line, {"result": ...} or {"error": text}. At the end of
its input it ends that soffice, so nothing is left running even when pytest itself was killed.
"""

import json
import sys
import threading
import time
from functools import cache

import uno
import unohelper
from com.sun.star.accessibility.AccessibleRole import ALERT, DIALOG, LIST, PUSH_BUTTON
from com.sun.star.awt import KeyEvent, XCallback
from com.sun.star.awt.Key import DOWN, ESCAPE, HOME, RETURN, UP
from com.sun.star.awt.KeyModifier import MOD2 as ALT
from com.sun.star.beans import PropertyValue

FILTERS = {  # format: (filter name, filter options)
    "xlsx": ("Calc MS Excel 2007 XML", ""),
    "xls": ("MS Excel 97", ""),
    "ods": ("calc8", ""),
    "csv": ("Text - txt - csv (StarCalc)", "44,34,76,1"),  # comma, quote, UTF-8, from line 1
    "docx": ("MS Word 2007 XML", ""),
}
CONTENT = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: VALUE, DATETIME, STRING, FORMULA
EMPTY = uno.Enum("com.sun.star.table.CellContentType", "EMPTY")
MOST_CIRCLES = 1000  # LibreOffice stops there
TEXT = 256  # com.sun.star.util.NumberFormat
ERROR = 4  # com.sun.star.sheet.FormulaResult
PATIENCE = 20  # seconds for one reaction of LibreOffice's windows


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
    """The requests, one method each; every one opens its file afresh and closes it again, except the typist's."""

    def __init__(self, pipe):
        context = connect(pipe)
        self.create = lambda name: context.ServiceManager.createInstanceWithContext(f"com.sun.star.{name}", context)
        self.desktop = self.create("frame.Desktop")
        self.typist = None
        self.desk = {}  # documents that stay open, by their paths

    def open(self, path, *, hidden=True, macros=False):
        # no macros unless asked, no links: the files of these tests may be hostile
        options = properties(Hidden=hidden, MacroExecutionMode=4 if macros else 0, UpdateDocMode=0)
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

    def macro(self, path, calls, formulas):
        document = self.open(path, hidden=False, macros=True)
        try:
            # ActiveWorkbook is the frontmost one, which a busy screen tells late: the macro would meet Nothing
            until(lambda: self.front(document))
            provider = document.getScriptProvider()
            told = [
                provider.getScript(f"vnd.sun.star.script:VBAProject.{name}?language=Basic&location=document").invoke(
                    tuple(arguments), (), ()
                )[0]
                for name, *arguments in calls
            ]
            cell = document.Sheets.getByIndex(0).getCellByPosition(50, 50)
            for formula in formulas:
                cell.setFormula(formula)
                told.append(cell.String)
            return told
        finally:
            document.close(True)

    def front(self, document):
        document.CurrentController.Frame.activate()
        return self.desktop.getCurrentComponent() == document

    def desk_open(self, path):
        document = self.desk[path] = self.open(path) if "/" in path else self.blank()
        return list(document.Sheets.ElementNames)

    def blank(self):
        return self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, properties(Hidden=True))

    def desk_close(self, path):
        self.desk.pop(path).close(True)

    def desk_save(self, path, out):
        wanted = properties(FilterName=FILTERS["xlsx"][0], Overwrite=True)
        self.desk[path].storeToURL(uno.systemPathToFileUrl(out), wanted)

    def desk_sheets(self, path):
        return list(self.desk[path].Sheets.ElementNames)

    def desk_used(self, path, sheet):
        cursor = self.desk[path].Sheets.getByName(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        return [cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1]

    def desk_read(self, path, sheet, area):
        found = self.desk[path].Sheets.getByName(sheet).getCellRangeByPosition(*area)
        return [list(row) for row in found.DataArray]

    def desk_write(self, path, sheet, area, rows):
        found = self.desk[path].Sheets.getByName(sheet).getCellRangeByPosition(*area)
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                self.enter(self.desk[path], found.getCellByPosition(x, y), value)

    @staticmethod
    def enter(document, cell, value):
        """As Excel does: formulas, numbers and dates come alive, but not in text cells or behind an apostrophe."""
        if not isinstance(value, str):
            cell.Value = value
        elif value.startswith("'") or document.NumberFormats.getByKey(cell.NumberFormat).Type & TEXT:
            shown, cell.String = cell.NumberFormat, value.removeprefix("'")
            cell.NumberFormat = shown  # LibreOffice makes a text cell of some
        else:
            cell.setFormula(value)

    def desk_format(self, path, sheet, area):
        document = self.desk[path]
        found = document.Sheets.getByName(sheet).getCellRangeByPosition(*area)
        keys = {
            found.getCellByPosition(x, y).NumberFormat
            for y in range(area[3] - area[1] + 1)
            for x in range(area[2] - area[0] + 1)
        }
        formats = {document.NumberFormats.getByKey(key).FormatString for key in keys}
        return formats.pop() if len(formats) == 1 else None

    def desk_name(self, path, name, content):
        names = self.desk[path].NamedRanges
        if names.hasByName(name):
            names.removeByName(name)
        names.addNewByName(name, content.removeprefix("="), uno.createUnoStruct("com.sun.star.table.CellAddress"), 0)

    def desk_look(self, path, sheet, area, colour=None):
        found = self.desk[path].Sheets.getByName(sheet).getCellRangeByPosition(*area)
        if colour is not None:
            found.CellBackColor = colour
        return {
            "colour": found.CellBackColor,
            "shown": found.Rows.getByIndex(0).IsVisible and not found.Rows.getByIndex(0).IsFiltered,
            "protected": self.desk[path].Sheets.getByName(sheet).isProtected(),
            "merged": found.IsMerged,
        }

    def desk_hide(self, path, sheet, row):
        self.desk[path].Sheets.getByName(sheet).Rows.getByIndex(row).IsVisible = False

    def desk_merge(self, path, sheet, area):
        self.desk[path].Sheets.getByName(sheet).getCellRangeByPosition(*area).merge(True)

    def desk_protect(self, path, sheet):
        self.desk[path].Sheets.getByName(sheet).protect("")

    def invalid(self, path, sheet):
        document = self.open(path)
        try:
            return circled(document.Sheets.getByName(sheet))
        finally:
            document.close(True)

    def show(self, path):
        self.typist = Typist(self.create, self.open(path, hidden=False))

    def type(self, sheet, cell, text):
        return self.typist.type(sheet, cell, text)

    def choose(self, sheet, cell, word):
        return self.typist.choose(sheet, cell, word)

    def look(self, sheet, cell):
        return self.typist.look(sheet, cell)

    def save(self, out):
        options = properties(FilterName=FILTERS["xlsx"][0], Overwrite=True)
        self.typist.document.storeToURL(uno.systemPathToFileUrl(out), options)

    def shut(self):
        typist, self.typist = self.typist, None
        if typist:
            typist.dismiss()  # a document whose window waits for an answer cannot be closed
            typist.document.close(True)


class Handled(unohelper.Base, XCallback):
    """Told by LibreOffice's main loop when it has come to it."""

    def __init__(self):
        self.event = threading.Event()

    def notify(self, _):
        self.event.set()


class Typist:
    """A person at the keyboard of one visible workbook: every key goes through LibreOffice's own event loop.

    Protection, validation, formulas and message boxes then behave as they do for people. In a headless office the
    message boxes stay away, so this needs a screen.
    """

    def __init__(self, create, document):
        self.document, self.controller = document, document.CurrentController
        self.toolkit, self.queue = create("awt.Toolkit"), create("awt.AsyncCallback")
        self.dispatcher = create("frame.DispatchHelper")
        # without a window manager nobody else gives a window the keyboard
        window = self.controller.Frame.ContainerWindow
        window.toFront()
        self.controller.Frame.ComponentWindow.setFocus()
        until(lambda: self.toolkit.ActiveTopWindow == window)
        self.settle()

    def type(self, sheet, cell, text):
        """Type over a cell and press Return; a message box ends the typing and is told and closed."""
        self.go(sheet, cell)
        for place, character in enumerate(text):
            self.key(character=character)
            if place == 0 and self.boxes():  # a locked cell says so at once
                break
        else:
            self.key(RETURN, character="\r")
        return {**self.dismiss(), **self.look(sheet, cell)}

    def choose(self, sheet, cell, word):
        """Open the cell's list with Alt+Down and pick a word by the arrow keys; without that word, Escape."""
        self.go(sheet, cell)
        self.key(DOWN, modifiers=ALT)
        until(lambda: self.offered() or self.boxes())  # its entries come a moment after the list
        self.settle()
        offered = self.offered()
        if word in offered:
            self.key(HOME)
            for _ in range(2 * len(offered)):
                at = self.chosen()
                if at == offered.index(word):
                    break
                self.key(UP if at is not None and at > offered.index(word) else DOWN)
            self.key(RETURN, character="\r")
        else:
            self.key(ESCAPE)
        until(lambda: self.boxes() or not self.offered())
        return {"offered": offered, **self.dismiss(), **self.look(sheet, cell)}

    def look(self, sheet, cell):
        found = self.document.Sheets.getByName(sheet).getCellRangeByName(cell)
        return {"stands": found.String, "kind": found.Type.value}

    def go(self, sheet, cell):
        self.controller.setActiveSheet(self.document.Sheets.getByName(sheet))
        self.dispatcher.executeDispatch(self.controller.Frame, ".uno:GoToCell", "", 0, properties(ToPoint=cell))
        self.settle()

    def key(self, code=0, *, character="\0", modifiers=0):
        event = KeyEvent()
        event.Source = self.controller.Frame.ComponentWindow
        event.KeyChar, event.KeyCode, event.Modifiers = uno.Char(character), code, modifiers
        self.toolkit.keyPress(event)
        self.toolkit.keyRelease(event)
        self.settle()

    def settle(self):
        """Wait until the main loop has handled all keys so far, or stands in the message box that one of them opened.

        The request to be called back queues up behind the keys.
        """
        handled = Handled()
        self.queue.addCallback(handled, None)
        if not handled.event.wait(PATIENCE):
            raise RuntimeError("LibreOffice's main loop does not answer")

    def dismiss(self):
        """Press the first button of every message box; tells the last one's title and text."""
        told = {"title": "", "text": ""}
        while boxes := self.boxes():
            box = boxes[0]
            parts = list(below(box))
            buttons = [part for part in parts if part.AccessibleRole == PUSH_BUTTON]
            texts = [part.AccessibleName for part in parts if part.AccessibleRole != PUSH_BUTTON]
            told = {"title": box.AccessibleName, "text": "\n".join(filter(None, texts))}
            count = len(boxes)
            buttons[0].doAccessibleAction(0)
            until(lambda before=count: len(self.boxes()) < before)
        self.settle()
        if told["text"]:
            self.key(ESCAPE)  # whatever was being typed
        return told

    def boxes(self):
        return steady(lambda: [window for window in self.windows() if window.AccessibleRole in (ALERT, DIALOG)])

    def lists(self):
        """The open drop-down list (none or one); menus and toolbars live in the document's window, which has a name."""
        panes = (window for window in self.windows() if not window.AccessibleName)
        return [part for pane in panes for part in below(pane) if part.AccessibleRole == LIST]

    def offered(self):
        """The words in the open drop-down list."""
        return steady(lambda: [entry.AccessibleName for found in self.lists() for entry in below(found)])

    def chosen(self):
        """The place of the highlighted word."""
        (found,) = steady(self.lists)
        return next((n for n in range(found.AccessibleChildCount) if found.isAccessibleChildSelected(n)), None)

    def windows(self):
        """The accessible side of every top window; one that goes meanwhile must not hide the next one."""
        before, now = None, self.top_windows()
        while before != now:
            before, now = now, self.top_windows()
        return [window.AccessibleContext for window in now]

    def top_windows(self):
        return [self.toolkit.getTopWindow(n) for n in range(self.toolkit.TopWindowCount)]


def steady(look):
    """What `look` sees; windows, such as the help beside a cell, may close while they are looked at: then again."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return look()
        except (uno.getClass("com.sun.star.uno.Exception"), AttributeError):  # a closed window, or none
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def below(accessible):
    """Everything inside a window, outermost first."""
    for n in range(accessible.getAccessibleChildCount()):
        child = accessible.getAccessibleChild(n).AccessibleContext
        yield child
        yield from below(child)


def until(condition):
    """Wait for a condition on LibreOffice's windows."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("LibreOffice's windows stay as they are")
        time.sleep(0.02)


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
    try:
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = {"result": getattr(worker, request.pop("do"))(**request)}
            except Exception as error:  # the test gets it as text: this side must stay alive
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer, ensure_ascii=False), flush=True)
    finally:  # also when nobody is left to take the answer
        worker.shut()  # else LibreOffice asks whether to save what was typed
        for path in list(worker.desk):
            worker.desk_close(path)
        worker.desktop.terminate()


if __name__ == "__main__":
    main()
