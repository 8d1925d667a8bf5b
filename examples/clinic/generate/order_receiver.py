"""A small HL7 receiver for the network run, acknowledging each message: `python order_receiver.py PORT`."""

from __future__ import annotations

import asyncio
import sys

_LONGEST = 65536


async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one sender until it goes away or sends what is not a framed message."""
    try:
        while (await reader.readuntil(b"\x1c\r")).startswith(b"\x0bMSH"):
            writer.write(b"\x0bMSH|^~\\&|LV-PACS||||||ACK|1|P|2.3.1\rMSA|AA|1\r\x1c\r")
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        pass
    finally:
        writer.close()


async def serve(port: int) -> None:
    """Listen until ended."""
    server = await asyncio.start_server(receive, "0.0.0.0", port, limit=_LONGEST)  # noqa: S104  # inside a namespace
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
