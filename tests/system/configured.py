"""A configuration of two brands."""

from pathlib import Path

import msgspec
import yaml

from alerts.configuration.configuration import Configuration, load_configuration
from streams.kafka.settings import KafkaSettings


def configure(kafka: KafkaSettings, folder: Path) -> tuple[Path, Configuration]:
    path = folder / "tocsin.yml"
    settings = msgspec.to_builtins(kafka)
    brands = [{"id": name, "name": name.title(), "query": name} for name in ("northside", "southside")]
    path.write_text(yaml.safe_dump({"kafka": settings, "brands": brands, "metrics": {"port": 0}}))
    return path, load_configuration(path)
