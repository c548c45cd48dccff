Attribute VB_Name = "DuchaBridge"
' The way from our VBA to Python. Texts for people stand in the add-in's sheet: VBA source is ASCII.
Option Explicit

Private Const SHEET_KIND As Long = 1, SHEET_NAME As Long = 2, SHEET_TEXT As Long = 4
Private Const PAUSE_SECONDS As Long = 30
Private pausedUntil As Date

' What xlwings asks for. A workbook or folder that somebody sends must not choose the program that runs, nor bring
' Python modules along: only the user's own file counts (xlwings' "user" source).
Public Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "") As Variant
    Select Case configKey
        Case "ADD_WORKBOOK_TO_PYTHONPATH"
            GetConfig = "False"
        Case "USE UDF SERVER"
            GetConfig = True
        Case Else
            GetConfig = XlwingsConfig(configKey, default, "user")
    End Select
End Function

' A cell's function. Where Python cannot be reached it fails, and does not try again for every cell.
Public Function DuchaCall(functionName As String, arguments As Variant) As Variant
    Dim python As Object, book As Object
    If Now < pausedUntil Then Err.Raise 1000, "Ducha", "Python"
    On Error GoTo unreached
    Set python = XLPy
    On Error GoTo 0
    Set book = ActiveWorkbook
    If TypeName(Application.Caller) = "Range" Then Set book = Application.Caller.Worksheet.Parent
    ' brackets: by value
    DuchaCall = python.CallUDF("addin.functions", (functionName), (arguments), book, Application.Caller)
    Exit Function
unreached:
    pausedUntil = DateAdd("s", PAUSE_SECONDS, Now)
    Err.Raise 1000, "Ducha", "Python"
End Function

' A sentence from the add-in's sheet.
Public Function DuchaText(textName As String) As String
    Dim row As Long
    row = 1
    Do While ThisWorkbook.Worksheets(1).Cells(row, SHEET_KIND).Value <> ""
        If ThisWorkbook.Worksheets(1).Cells(row, SHEET_NAME).Value = textName Then
            DuchaText = ThisWorkbook.Worksheets(1).Cells(row, SHEET_TEXT).Value
            Exit Function
        End If
        row = row + 1
    Loop
End Function
