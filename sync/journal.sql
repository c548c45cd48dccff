-- The journal's tables; sync/journal.py is the only one that speaks to them.
CREATE TABLE IF NOT EXISTS task (
    id TEXT PRIMARY KEY, position INTEGER NOT NULL, body TEXT NOT NULL, placed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS period (name TEXT PRIMARY KEY, state TEXT NOT NULL, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS issue (
    id TEXT PRIMARY KEY, unit TEXT NOT NULL, period TEXT NOT NULL, body TEXT NOT NULL, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS submission (
    number INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, sha256 TEXT NOT NULL, folder TEXT NOT NULL,
    unit TEXT, period TEXT, state TEXT NOT NULL, verdict TEXT, ruling TEXT, arrived TEXT NOT NULL, received TEXT,
    saved TEXT, findings TEXT NOT NULL DEFAULT '[]',
    UNIQUE (sha256, folder));
CREATE INDEX IF NOT EXISTS submission_of ON submission (period, unit);
CREATE TABLE IF NOT EXISTS step (
    submission INTEGER NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS step_of ON step (submission);
CREATE TABLE IF NOT EXISTS answer (
    number INTEGER PRIMARY KEY AUTOINCREMENT, submission INTEGER NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0);
-- submission 0 is an imported document; an empty body says that the workbook holds nothing about the task
CREATE TABLE IF NOT EXISTS entry (
    task TEXT NOT NULL, unit TEXT NOT NULL, period TEXT NOT NULL, submission INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (period, task, unit, submission));
CREATE INDEX IF NOT EXISTS entry_of ON entry (submission);
-- rows that a workbook leaves as they were handed out; what is needed must come from another part of the report
CREATE TABLE IF NOT EXISTS untouched (
    submission INTEGER NOT NULL, task TEXT NOT NULL, needed INTEGER NOT NULL, PRIMARY KEY (submission, task));
-- archives (.zip) whose files have been seen one by one
CREATE TABLE IF NOT EXISTS package (path TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (path, sha256));
CREATE TABLE IF NOT EXISTS entered (
    number INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT NOT NULL, task TEXT NOT NULL, unit TEXT NOT NULL,
    period TEXT NOT NULL, channel TEXT NOT NULL, received TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL,
    at TEXT NOT NULL);
-- rows that a command has given and that are not in sheet 代填 yet
CREATE TABLE IF NOT EXISTS noted (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS base (
    task TEXT NOT NULL, "column" TEXT NOT NULL, period TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (task, "column", period));
-- units' texts that were written into a master open in Excel, whole batches, before anybody has saved it
CREATE TABLE IF NOT EXISTS through (
    number INTEGER PRIMARY KEY AUTOINCREMENT, mark TEXT NOT NULL, task TEXT NOT NULL, "column" TEXT NOT NULL,
    period TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS archive (
    task TEXT NOT NULL, "column" TEXT NOT NULL, period TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (task, "column", period));
CREATE TABLE IF NOT EXISTS conflict (
    number INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, "column" TEXT NOT NULL, period TEXT NOT NULL,
    office TEXT NOT NULL, units TEXT NOT NULL, source TEXT NOT NULL, decision TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS change (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, task TEXT NOT NULL, "column" TEXT NOT NULL,
    old TEXT NOT NULL, new TEXT NOT NULL, source TEXT NOT NULL);
-- which bytes of the store were the master
CREATE TABLE IF NOT EXISTS master (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, sha256 TEXT NOT NULL, origin TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS revision (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS indicator (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS finding (body TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
