"""A mail server that keeps what it is given: as much of RFC 5321 as a client needs, in its order."""

import asyncio
import email
import re
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from typing import Any

from alerts.simulation.services.faults import BROKEN_JSON, NOISE, WEB_PAGE, Faults
from alerts.simulation.services.store import Store

_LINE = 1000
"""Longest line in octets with its CRLF, RFC 5321 section 4.5.3.1.6."""
_MESSAGE_BYTES = 10 * 1024 * 1024
_GARBAGE = {
    "web_page": b"HTTP/1.1 200 OK\r\n\r\n" + WEB_PAGE + b"\r\n",
    "broken_json": BROKEN_JSON + b"\r\n",
    "empty": b"\r\n",
    "redirect": b"HTTP/1.1 302 Found\r\n\r\n",
    "noise": NOISE,
    "cut_in_answer": b"25",
}
_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>(.*)", re.IGNORECASE)


class SimulatedSmtp:
    """One server. A second mail of the same ``Message-ID`` is counted and not kept, as mailboxes do."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults
        self._known: set[str] = set()
        self._server: asyncio.Server | None = None
        self._sessions: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}
        self.repeats = 0
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; with port 0 on a free one."""
        self._server = await asyncio.start_server(self._session, host, port, limit=_MESSAGE_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End all sessions."""
        if self._server is not None:
            self._server.close()
            for writer in self._sessions.values():
                writer.transport.abort()
            await asyncio.gather(*self._sessions)
            await self._server.wait_closed()
            self._server = None

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions[task] = writer
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):  # The client went away: its right.
                await _Session(self, reader, writer).run()
        finally:
            writer.close()
            del self._sessions[task]

    def fault(self) -> str | None:
        """Return the failure due for this mail."""
        return self._faults.next("smtp")

    def garbage(self) -> str | None:
        """Return the garbage that this session answers with in the place of a mail server."""
        fault = self._faults.lasting("smtp")
        return fault if fault == "slow" or fault in _GARBAGE else None

    async def keep(self, sender: str, recipients: list[str], raw: bytes) -> str:
        """Take a mail, and return the reply to its end."""
        message = email.message_from_bytes(raw, policy=policy.SMTP)
        missing = [name for name in ("From", "Date", "Message-ID") if not message[name]]
        if missing:
            return f"550 5.6.0 header missing: {', '.join(missing)}"
        name = str(message["Message-ID"])
        if name in self._known:
            self.repeats += 1
            return "250 2.0.0 OK, known"
        self._known.add(name)
        headers = {header: str(value).strip() for header, value in message.items()}
        body = {"sender": sender, "recipients": recipients, "headers": headers, **_parts(message)}
        await self._store.add("email", headers.get("Subject", ""), body)
        return "250 2.0.0 OK"


class _Session:
    """One connection: the commands in the order that RFC 5321 asks for."""

    def __init__(self, server: SimulatedSmtp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._greeted = False
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def run(self) -> None:
        garbage = self._server.garbage()
        if garbage == "slow":
            while True:  # Ends when the client goes away, which fails the drain.
                self._writer.write(b"2")
                await self._writer.drain()
                await asyncio.sleep(0.02)
        if garbage is not None:
            self._writer.write(_GARBAGE[garbage])
            await self._writer.drain()
            return
        await self._reply("220 tocsin.invalid simulated inbox")
        while line := await self._reader.readuntil(b"\r\n"):
            if len(line) > _LINE:
                await self._reply("500 5.5.2 line too long")
                continue
            verb, _, rest = line.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
            if verb.upper() == "QUIT":
                await self._reply("221 2.0.0 bye")
                return
            if verb.upper() == "DATA" and self._sender is not None and self._recipients:
                if not await self._data():
                    return
                continue
            await self._reply(self._answer(verb.upper(), rest))

    def _answer(self, verb: str, rest: str) -> str:
        if verb in {"EHLO", "HELO"}:
            self._greeted = True
            return "250-tocsin.invalid\r\n250-8BITMIME\r\n250 SIZE 10485760" if verb == "EHLO" else "250 tocsin.invalid"
        if verb == "RSET":
            self._sender, self._recipients = None, []
        if verb in {"NOOP", "RSET"}:
            return "250 2.0.0 OK"
        if verb not in {"MAIL", "RCPT", "DATA"}:
            return "502 5.5.1 command not implemented"
        return self._envelope(verb, rest)

    def _envelope(self, verb: str, rest: str) -> str:
        if not self._greeted or (verb != "MAIL" and self._sender is None) or verb == "DATA":
            return "503 5.5.1 bad sequence of commands"
        path = _PATH.fullmatch(rest)
        if path is None:
            return "501 5.5.4 syntax: MAIL FROM:<address>, RCPT TO:<address>"
        if verb == "MAIL":
            self._sender, self._recipients = path[1], []
        elif "@" not in path[1]:
            return "553 5.1.3 no such mailbox"
        else:
            self._recipients.append(path[1])
        return "250 2.1.0 OK"

    async def _data(self) -> bool:
        """Take one mail; false where the connection is to be cut."""
        fault = self._server.fault()
        if fault == "cut_before":
            return False
        if fault in {"server_error", "rate_limited"}:
            await self._reply("451 4.3.0 try again later")
            return True
        await self._reply("354 end with a dot")
        raw = await self._body()
        if any(len(line) > _LINE - 2 or b"\n" in line for line in raw.split(b"\r\n")):
            await self._reply("554 5.6.0 a line is too long or ends without CR")
            return True
        answer = await self._server.keep(self._sender or "", self._recipients, raw)
        self._sender, self._recipients = None, []
        if fault == "cut_after":
            return False
        if fault == "hang_after":
            await self._reader.read()  # Ends when the client goes away.
            return False
        await self._reply(answer)
        return True

    async def _body(self) -> bytes:
        lines: list[bytes] = []
        while (line := await self._reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    async def _reply(self, text: str) -> None:
        self._writer.write(f"{text}\r\n".encode())
        await self._writer.drain()


def _parts(message: EmailMessage) -> dict[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return {
        "text": plain.get_content() if plain is not None else "",
        "html": html.get_content() if html is not None else "",
    }
