Attribute VB_Name = "DuchaRibbon"
' One Sub for each button of ribbon.xml; what it does is in addin/actions.py.
Option Explicit

Public Sub DuchaCheckSheet(control As IRibbonControl)
    Press "import addin.actions; addin.actions.check_sheet()"
End Sub

Public Sub DuchaShowStatus(control As IRibbonControl)
    Press "import addin.actions; addin.actions.show_status()"
End Sub

Public Sub DuchaShowScores(control As IRibbonControl)
    Press "import addin.actions; addin.actions.show_scores()"
End Sub

Public Sub DuchaPreviewSync(control As IRibbonControl)
    Press "import addin.actions; addin.actions.preview_sync()"
End Sub

Public Sub DuchaWriteThrough(control As IRibbonControl)
    Press "import addin.actions; addin.actions.write_through()"
End Sub

Public Sub DuchaRunSync(control As IRibbonControl)
    Press "import addin.actions; addin.actions.run_sync()"
End Sub

Public Sub DuchaAdoptOffice(control As IRibbonControl)
    Press "import addin.actions; addin.actions.adopt_office()"
End Sub

Public Sub DuchaAdoptUnit(control As IRibbonControl)
    Press "import addin.actions; addin.actions.adopt_unit()"
End Sub

Public Sub DuchaWriteBulletin(control As IRibbonControl)
    Press "import addin.actions; addin.actions.write_bulletin()"
End Sub

Public Sub DuchaRemind(control As IRibbonControl)
    Press "import addin.actions; addin.actions.remind()"
End Sub

Public Sub DuchaWriteOrders(control As IRibbonControl)
    Press "import addin.actions; addin.actions.write_orders()"
End Sub

Public Sub DuchaWriteLetters(control As IRibbonControl)
    Press "import addin.actions; addin.actions.write_letters()"
End Sub

Public Sub DuchaWriteScores(control As IRibbonControl)
    Press "import addin.actions; addin.actions.write_scores()"
End Sub

Public Sub DuchaOpenWorkspace(control As IRibbonControl)
    Press "import addin.actions; addin.actions.open_workspace()"
End Sub

Public Sub DuchaOpenHelp(control As IRibbonControl)
    Press "import addin.actions; addin.actions.open_help()"
End Sub

Private Sub Press(command As String)
    If ActiveWorkbook Is Nothing Then
        MsgBox DuchaText("no_book"), vbExclamation, DuchaText("title")
        Exit Sub
    End If
    On Error GoTo failed
    RunPython command
    Exit Sub
failed:
    MsgBox DuchaText("unreached"), vbExclamation, DuchaText("title")
End Sub
