"""Metrics of incidents, deliveries and the web, in Prometheus's conventions. See ``docs/operating.md``."""

from prometheus_client import Counter, Gauge, Histogram

EVIDENCE_REMOVED = Counter(
    "tocsin_evidence_removed", "Versions of incidents out of which went what single people wrote, by age."
)
INCIDENTS = Counter("tocsin_incidents", "Changes of incidents, by kind and change.", ["kind", "change"])
INCIDENTS_OPEN = Gauge("tocsin_incidents_current", "Incidents by state.", ["status"])
DELIVERIES = Counter(
    "tocsin_deliveries",
    "Deliveries, by receiver, purpose, outcome and reason.",
    ["receiver", "purpose", "outcome", "reason"],
)
DELIVERY_SECONDS = Histogram("tocsin_delivery_seconds", "Time that a receiver took.", ["receiver"])
PENDING = Gauge("tocsin_deliveries_pending", "Deliveries decided and not yet settled.", ["receiver"])
WAITING = Gauge(
    "tocsin_deliveries_waiting",
    "Deliveries not yet settled, by what they wait for.",
    ["receiver", "reason"],
)
PAGE_LATENCY = Histogram(
    "tocsin_page_latency_seconds",
    "From the arrival of the deciding mention in Kafka to the page taken by its receiver.",
    buckets=(0.5, 1, 2, 3, 5, 8, 13, 30, 60, 300, 3600),
)
ACKNOWLEDGEMENTS = Counter("tocsin_acknowledgements", "Acknowledgements, by way.", ["via"])
ACKNOWLEDGE_SECONDS = Histogram(
    "tocsin_acknowledge_seconds", "From the opening of an incident to its first acknowledgement.",
    buckets=(10, 30, 60, 120, 300, 600, 1800, 3600, 14400),
)  # fmt: skip
FALSE_PAGES = Counter("tocsin_false_pages", "Incidents that paged and were marked as no crisis.", ["brand"])
PAGED = Counter("tocsin_pages", "Incidents that paged.", ["brand"])
LINKS_REFUSED = Counter("tocsin_links_refused", "Signed links refused, by reason.", ["reason"])
COMMANDS = Counter("tocsin_commands", "Commands carried out, by type and way.", ["type", "via"])
COMMANDS_REFUSED = Counter("tocsin_commands_refused", "Commands that named nothing we know or came too late.", ["type"])
HEARTBEAT = Gauge(
    "tocsin_heartbeat_timestamp_seconds",
    "Wall time that the newest beat vouches for, by the stage that it has come through.",
    ["stage", "partition"],
)
DEAD_MAN_PINGS = Counter("tocsin_dead_man_pings", "The dead-man's pings, by outcome.", ["outcome"])
BODIES_REFUSED = Counter(
    "tocsin_http_bodies_refused_total",
    "Bodies of requests that were not read to their end, by why: too_large, too_many, too_slow, broken_off.",
    ["why"],
)
REQUESTS = Counter("tocsin_http_requests", "Requests to the web process.", ["route", "status"])
CERTIFICATE_ENDS = Gauge(
    "tocsin_certificate_ends_timestamp_seconds", "When a certificate of the configuration runs out.", ["setting"]
)
CERTIFICATE_BEGAN = Gauge(
    "tocsin_certificate_began_timestamp_seconds",
    "From when on a certificate of the configuration is good.",
    ["setting"],
)
CONFIGURATION_READ = Gauge(
    "tocsin_configuration_read_timestamp_seconds", "Wall time at which the configuration was last read and taken up."
)
CONFIGURATION_RIGHT = Gauge(
    "tocsin_configuration_last_reading_right", "Whether the file was right when it was last read: 1, or 0."
)
CONFIGURATION = Gauge("tocsin_configuration_info", "The content of the file that is gone by: 1.", ["fingerprint"])
ERRORS = Counter("tocsin_alert_errors", "Failures that were caught, by where.", ["where"])
