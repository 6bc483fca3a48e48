"""LibreOffice opens a workbook or a deck, a Basic macro changes it as a person would, and it saves."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from xml.sax.saxutils import escape

PROGRAM = shutil.which("soffice")
_FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".pptx": "Impress MS PowerPoint 2007 XML"}
_TIMEOUT_S = 120
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">{basic}</script:module>
"""
_BASIC = """
Function Named(name, value)
  Dim p As New com.sun.star.beans.PropertyValue
  p.Name = name
  p.Value = value
  Named = p
End Function

Sub SetRow(doc, slide, row, text)
  Dim page, shape, at
  page = doc.DrawPages.getByIndex(slide)
  For at = 0 To page.Count - 1
    shape = page.getByIndex(at)
    If InStr(shape.ShapeType, "TableShape") > 0 Then
      shape.Model.getCellByPosition(1, row).String = text
    End If
  Next
End Sub

Sub Main
  Dim doc
  On Error GoTo Failed
  doc = StarDesktop.loadComponentFromURL({source}, "_blank", 0, Array(Named("Hidden", True)))
  {changes}
  doc.storeToURL({target}, Array(Named("FilterName", {filter})))
  doc.close(True)
Failed:
  StarDesktop.terminate()
End Sub
"""


def in_cell(row: int, column: int, value: str | float) -> str:
    """Return the change of a cell of the first sheet, counted from 1."""
    what = f"String = {_quoted(value)}" if isinstance(value, str) else f"Value = {value!r}"
    return f"doc.Sheets.getByIndex(0).getCellByPosition({column - 1}, {row - 1}).{what}"


def in_table(slide: int, row: int, value: str) -> str:
    """Return the change of a row's second cell in a slide's table, counted from 0."""
    return f"SetRow(doc, {slide}, {row}, {_quoted(value)})"


class LibreOffice:
    """One profile of its own; a program is started for every file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # The first start makes the profile, and would write over the macro.
        self._run("--terminate_after_init")

    def saved(self, data: bytes, suffix: str, *changes: str) -> bytes:
        """Return the file with the changes made, as LibreOffice writes its format."""
        source, target = self._folder / f"given{suffix}", self._folder / f"saved{suffix}"
        source.write_bytes(data)
        target.unlink(missing_ok=True)
        basic = _BASIC.format(
            source=_quoted(source.as_uri()),
            target=_quoted(target.as_uri()),
            filter=_quoted(_FILTERS[suffix]),
            changes="\n  ".join(changes),
        )
        module = self._folder / "profile/user/basic/Standard/Module1.xba"
        module.write_text(_MODULE.format(basic=escape(basic)), "utf-8")
        self._run("macro:///Standard.Module1.Main")
        return target.read_bytes()

    def _run(self, asked: str) -> None:
        assert PROGRAM is not None
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        command = [PROGRAM, "--headless", "--norestore", "--nologo", profile, asked]
        # `soffice` is a script: what it starts ends with it, as its group.
        with subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL) as office:
            try:
                office.wait(_TIMEOUT_S)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(office.pid, signal.SIGKILL)


def _quoted(text: str) -> str:
    lines = (line.replace('"', '""') for line in text.split("\n"))
    return " & Chr(10) & ".join(f'"{line}"' for line in lines)
