"""Where what is pushed comes in."""

from streams.sources.pushed import PushedSource


def address_of(source: PushedSource, public_url: str) -> str:
    """Return where a suite pushes to: whoever knows it may."""
    return f"{public_url.rstrip('/')}/sources/{source.id}/{source.secret}"
