"""``/``: what this is. Incidents are for those who were sent a link."""

from aiohttp import web

from alerts.web.pages import plain_page


async def get_index(_request: web.Request) -> web.Response:
    """Say what this is."""
    return plain_page(
        "Tocsin",
        "Tocsin listens to what is said in public about an organisation, and wakes the person who can still answer.",
        "There is nothing to sign in to. An incident is shown to whoever was sent its link: open it from the message.",
    )
