"""GDELT's files of a quarter of an hour on one host: each appears eleven minutes before the moment it is named for."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from alerts.simulation.services.scripted_api import ScriptedApi

QUARTER_S = 900
EARLY_S = 669.0
"""As seen of one: named 00:45:00, last modified at 00:33:51."""
FIELDS = 27


class SimulatedGdelt(ScriptedApi):
    """All files of both streams.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.rows: dict[tuple[str, int], list[str]] = {}
        self.lost: set[tuple[str, int]] = set()
        """Files that never appear."""
        self.not_before: dict[tuple[str, int], float] = {}
        """When a file appears that is late."""
        self.spoilt: set[tuple[str, int]] = set()
        """Files whose archives are broken for good."""
        self.refuses_with = 404
        """How what is not there is answered: a bucket that may not be listed says 403."""

    def publish(
        self, mark: int, url: str, title: str, *, stream: str = "", published: str = "", quotes: str = "",
        names: str = "", language: str = "", author: str = "",
    ) -> str:  # fmt: skip
        """Put an article into the file of a mark; returns its address."""
        row = [""] * FIELDS
        row[0], row[1], row[2], row[3], row[4] = f"{_name(mark)}-1", _name(mark), "1", url.split("/")[2], url
        row[22], row[23], row[25] = quotes, names, f"srclc:{language}; eng:GT-{language.upper()}" if language else ""
        row[26] = f"<PAGE_LINKS>https://other.example/</PAGE_LINKS><PAGE_TITLE>{title}</PAGE_TITLE>"
        if published:
            row[26] += f"<PAGE_PRECISEPUBTIMESTAMP>{published}</PAGE_PRECISEPUBTIMESTAMP>"
        if author:
            row[26] += f"<PAGE_AUTHORS>{author}</PAGE_AUTHORS>"
        self.add(mark, "\t".join(row), stream=stream)
        return url

    def add(self, mark: int, row: str, *, stream: str = "") -> None:
        """Put a row of any look into a file."""
        self.rows.setdefault((stream, mark), []).append(row)

    def routes(self) -> list[web.RouteDef]:
        """Return where the files are."""
        return [web.get("/gdeltv2/{file}", self._file)]

    async def _file(self, request: web.Request) -> web.Response:
        name, *stream = request.match_info["file"].removesuffix(".gkg.csv.zip").split(".")
        try:
            mark = int(datetime.strptime(name, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp())
        except ValueError:
            return web.Response(status=400)
        key = (stream[0] if stream else "", mark)
        appears = self.not_before.get(key, mark - EARLY_S)
        if mark % QUARTER_S or key in self.lost or self._now() < appears:
            return web.Response(status=self.refuses_with, text="<Error><Code>NoSuchKey</Code></Error>")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{name}.gkg.csv", "".join(f"{row}\n" for row in self.rows.get(key, [])))
        body = packed.getvalue()
        return web.Response(body=body[: len(body) // 2] if key in self.spoilt else body, content_type="application/zip")


def _name(mark: int) -> str:
    return datetime.fromtimestamp(mark, UTC).strftime("%Y%m%d%H%M%S")
