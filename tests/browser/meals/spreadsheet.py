#!/usr/bin/python3
"""spreadsheet.py: types into a workbook with LibreOffice, as a clerk does, and saves it as .xlsx.

Usage: spreadsheet.py FILE.xlsx < JSON
FILE is opened when it is there, else a new workbook is begun. JSON: {"sheet": {"A1": "text", ...}, ...}. Each text is entered
into its cell as from the keyboard: LibreOffice decides whether it is a number, a date or words. Needs Debian's python3-uno.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def value(name, content):
    p = PropertyValue()
    p.Name, p.Value = name, content
    return p


def desktop(pipe, office):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        if office.poll() is not None:
            sys.exit("LibreOffice ended with %s" % office.returncode)
        try:
            context = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.25)
    sys.exit("LibreOffice did not answer within 60 s")


def type_into(book, sheets):
    for name, cells in sheets.items():
        if not book.Sheets.hasByName(name):
            book.Sheets.insertNewByName(name, book.Sheets.Count)
        sheet = book.Sheets.getByName(name)
        for cell, text in cells.items():
            sheet.getCellRangeByName(cell).FormulaLocal = text
    for empty in [n for n in book.Sheets.ElementNames if n.startswith("Sheet")]:
        book.Sheets.removeByName(empty)


def main():
    path = os.path.abspath(sys.argv[1])
    url = uno.systemPathToFileUrl(path)
    sheets = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as home:
        pipe = "lingban%d" % os.getpid()
        office = subprocess.Popen(
            ["soffice", "--headless", "--norestore", "--nologo", "--nodefault", "--accept=pipe,name=%s;urp;" % pipe,
             "-env:UserInstallation=" + uno.systemPathToFileUrl(home)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            top = desktop(pipe, office)
            book = top.loadComponentFromURL(url if os.path.exists(path) else "private:factory/scalc", "_blank", 0, (value("Hidden", True),))
            type_into(book, sheets)
            book.storeToURL(url, (value("FilterName", "Calc MS Excel 2007 XML"),))
            book.close(True)
            try:
                top.terminate()
            except Exception:  # the answer does not come: it has ended
                pass
            office.wait(30)
        finally:
            if office.poll() is None:
                office.kill()
                office.wait()


main()
