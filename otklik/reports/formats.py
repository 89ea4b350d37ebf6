"""The formats a report comes in, and what a file is called."""

from dataclasses import dataclass
from typing import Protocol

from otklik.reports import to_docx, to_pdf, to_xlsx
from otklik.reports.report import Report


class Write(Protocol):
    def __call__(self, report: Report, template: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Format:
    """`ending` is the file's, `write` makes its bytes; `template` is the region's own for Word, b"" for ours."""

    ending: str
    title: str
    mime: str
    write: Write


FORMATS = {
    one.ending: one
    for one in (
        Format("pdf", "PDF", to_pdf.MIME, lambda report, template: to_pdf.to_pdf(report)),
        Format("docx", "Word", to_docx.MIME, to_docx.to_docx),
        Format("xlsx", "Excel", to_xlsx.MIME, lambda report, template: to_xlsx.to_xlsx(report)),
    )
}


def file_name(report: Report, ending: str) -> str:
    """«otklik-2026-06.xlsx»; of a narrowed one «otklik-2026-06-part.xlsx», so that nobody takes it for the whole."""
    narrowed = "-part" if report.filters else ""
    return f"otklik-{report.span.code}{narrowed}.{ending}"
