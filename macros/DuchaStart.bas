Attribute VB_Name = "DuchaStart"
' When Excel has started: the help of our functions for the function wizard.
Option Explicit

Private Const SHEET_KIND As Long = 1, SHEET_NAME As Long = 2, SHEET_CATEGORY As Long = 3, SHEET_TEXT As Long = 4

Public Sub Auto_Open()
    ' later: at this moment Excel has no window yet
    Application.OnTime Now, "'" & ThisWorkbook.Name & "'!DuchaDescribe"
End Sub

Public Sub DuchaDescribe()
    Dim help As Object, row As Long
    Set help = ThisWorkbook.Worksheets(1)
    row = 1
    Do While help.Cells(row, SHEET_KIND).Value <> ""
        If help.Cells(row, SHEET_KIND).Value = "function" Then DescribeFunction help, row
        row = row + 1
    Loop
    ThisWorkbook.Saved = True
End Sub

Private Sub DescribeFunction(help As Object, row As Long)
    Dim texts() As Variant, count As Long, place As Long
    Do While help.Cells(row, SHEET_TEXT + 1 + count).Value <> ""
        count = count + 1
    Loop
    ReDim texts(0 To count - 1)
    For place = 0 To count - 1
        texts(place) = help.Cells(row, SHEET_TEXT + 1 + place).Value
    Next place
    On Error Resume Next ' without its help a function still works
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & help.Cells(row, SHEET_NAME).Value, _
        Description:=help.Cells(row, SHEET_TEXT).Value, Category:=help.Cells(row, SHEET_CATEGORY).Value, _
        ArgumentDescriptions:=texts
End Sub
