"""Workbooks as Excel and others write them."""

import io
import re
import zipfile
from collections.abc import Callable

from openpyxl import Workbook

from tests.streams.connectors.exports import Table

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_INLINE = re.compile(r'<c r="([A-Z]+\d+)" t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')


def workbook(*sheets: Table, formats: dict[str, str] | None = None) -> bytes:
    """Write sheets; ``formats`` are of columns: ``{"B": "yyyy-mm-dd"}``."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(row)
        for column, form in (formats or {}).items():
            for cell in sheet[column]:
                cell.number_format = form
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(data: bytes, edit: Callable[[str], str], part: str = SHEET) -> bytes:
    """Change the XML of the first sheet, or of another part."""
    parts = _parts(data)
    return _packed(parts | {part: edit(parts[part].decode()).encode()})


def as_excel(data: bytes) -> bytes:
    """Put the texts of the first sheet where Excel has them, each once, beside the sheets."""
    parts = _parts(data)
    texts: dict[str, int] = {}

    def shared(cell: re.Match[str]) -> str:
        return f'<c r="{cell[1]}" t="s"><v>{texts.setdefault(cell[2], len(texts))}</v></c>'

    sheet = _INLINE.sub(shared, parts[SHEET].decode())
    strings = f'<sst xmlns="{_MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'
    override = f'<Override PartName="/{STRINGS}" ContentType="{_TYPE}"/></Types>'
    types = parts["[Content_Types].xml"].decode().replace("</Types>", override)
    return _packed(parts | {SHEET: sheet.encode(), STRINGS: strings.encode(), "[Content_Types].xml": types.encode()})


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def long_workbook(rows: int, text: str) -> bytes:
    """Write many rows whose texts stand in the sheet itself, each with a formula."""
    row = (
        '<row r="{0}"><c r="A{0}"><v>{0}</v></c><c r="B{0}" t="inlineStr"><is><t>2026-03-03T12:00:00Z</t></is></c>'
        '<c r="C{0}" t="inlineStr"><is><t>{1}</t></is></c><c r="D{0}"><f>A{0}*2</f><v>{0}</v></c></row>'
    )
    many = "".join(row.format(number, text) for number in range(2, rows + 2))
    return edited(
        workbook([["id", "published", "content", "likes"]]),
        lambda xml: xml.replace("</sheetData>", f"{many}</sheetData>"),
    )
