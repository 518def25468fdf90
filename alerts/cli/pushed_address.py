"""Where what is pushed comes in."""

from streams.sources.pushed import PushedSource


def address_of(source: PushedSource, public_url: str) -> str:
    """Return the address to which a suite pushes; it is a credential."""
    return f"{public_url.rstrip('/')}/sources/{source.id}/{source.secret}"
