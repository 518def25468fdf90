"""How far ingest has read each partition: what is older is closed, and counts no longer."""

import kafka
import structlog
from kafka.errors import KafkaError

from streams.errors import StreamsError
from streams.kafka_settings import KafkaSettings
from streams.resume import read_metadata
from streams.topics import MENTIONS

_log = structlog.get_logger(__name__)


def read_fronts(settings: KafkaSettings, now_s: float) -> dict[int, int]:
    """Return the event time, epoch seconds, up to which each partition of `mentions` has been read.

    A partition that is read to its end has gone on at the speed of the wall clock since. One that no worker has read
    yet is left out, and so are all where Kafka does not say.

    Parameters
    ----------
    now_s
        Wall time, epoch seconds.
    """
    topic = settings.topic(MENTIONS)
    admin = kafka.KafkaAdminClient(bootstrap_servers=list(settings.brokers), client_id="tocsin-fronts")
    consumer = kafka.KafkaConsumer(bootstrap_servers=list(settings.brokers), client_id="tocsin-fronts")
    try:
        group = f"{settings.group}-ingest"
        committed = {place: told for place, told in admin.list_group_offsets(group)[group].items() if told.offset >= 0}
        ends = consumer.end_offsets([place for place in committed if place.topic == topic])
        fronts = {}
        for place, end in ends.items():
            resume = read_metadata(committed[place].metadata)
            if resume is not None and resume.front is not None:
                idle_s = now_s - resume.wall_s if resume.position >= end else 0
                fronts[place.partition] = resume.front + max(0, int(idle_s))
    except (KafkaError, StreamsError) as error:
        _log.warning("could not see how far mentions have been read; what is late is not told", error=str(error))
        return {}
    else:
        return fronts
    finally:
        consumer.close()
        admin.close()
