"""The demo's own configuration."""

import yaml

from alerts.configuration.configuration import load_configuration
from alerts.simulation.demo.settings import demo_settings
from alerts.simulation.services.inbox import Inbox
from alerts.simulation.stories.film_rental import story
from streams.kafka.settings import KafkaSettings


async def test_it_is_one_that_tocsin_takes_and_that_reaches_nobody_outside(tmp_path):
    inbox = Inbox()
    await inbox.start()
    try:
        settings = demo_settings(
            [brand.watched for brand in story().brands],
            KafkaSettings(),
            inbox,
            web_port=8080,
            key="a key for this test",
        )
        path = tmp_path / "tocsin.yml"
        path.write_text(yaml.safe_dump(settings))

        configuration = load_configuration(path, environment={})

        assert {brand.id for brand in configuration.brands} == {brand.id for brand in story().brands}
        assert configuration.slack.base_url.startswith(inbox.url)
        assert configuration.pagerduty.base_url == inbox.url
        assert (configuration.smtp.host, configuration.smtp.port) == ("127.0.0.1", inbox.smtp_port)
        assert len(configuration.escalation()["comms"].steps) == 2
    finally:
        await inbox.stop()
