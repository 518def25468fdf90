"""Metrics of ingest and watch, in Prometheus's conventions. ``docs/operating.md`` says what to do about each."""

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)

MENTIONS = Counter("tocsin_mentions", "Mentions read from Kafka.", ["source"])
MATCHES = Counter("tocsin_mentions_matched", "Mentions that matched, by brand.", ["brand"])
HARMFUL = Counter("tocsin_mentions_harmful", "Mentions that report harm to a brand, or ask for it.", ["brand"])
DEAD_LETTERS = Counter("tocsin_mentions_dead_lettered", "Records sent to the dead-letter topic.", ["reason"])
DUPLICATES = Counter("tocsin_mentions_duplicate", "Repeats of a mention that were dropped.")
LATE = Counter(
    "tocsin_mentions_late",
    "Matching mentions older than the oldest open bin, counted here alone, by brand and stated source.",
    ["brand", "source"],
)
AHEAD = Counter("tocsin_mentions_ahead", "Mentions of a time to come, counted at the time of their reading.")
DELETED = Counter("tocsin_mentions_deleted", "Take-downs of posts received.")
UNSCORED = Counter("tocsin_mentions_unscored", "Matching mentions that are not scored.", ["language"])
LANGUAGE_READ = Counter(
    "tocsin_mentions_language_told", "Matching mentions that state no language, by what their text is in.", ["language"]
)
LANGUAGE_CONTRADICTED = Counter(
    "tocsin_mentions_language_contradicted",
    "Matching mentions whose text is plainly in another language than they state.",
    ["stated", "language"],
)
MARKS = Gauge("tocsin_marks", "Officers' marks on posts that scores are corrected by.", ["brand"])
MATCH_SECONDS = Histogram("tocsin_match_seconds", "Time to match one fetch against all queries.", buckets=_FAST)
SCORE_SECONDS = Histogram("tocsin_score_seconds", "Time to score the matching mentions of one fetch.", buckets=_FAST)
FETCH_RECORDS = Histogram("tocsin_fetch_records", "Records of one fetch.", buckets=(1, 10, 100, 500, 1000, 5000, 20000))
WATERMARK_LAG = Gauge("tocsin_watermark_lag_seconds", "Wall clock less the event time read so far.", ["partition"])
CONSUMER_LAG = Gauge("tocsin_ingest_lag_records", "Records in Kafka that ingest has not read.", ["partition"])
OPEN_BINS = Gauge("tocsin_open_bins", "Bins held open in ingest, over all brands.")
FLUSHES = Counter("tocsin_flushes", "Flushes sent to the watch stage.")
FLUSH_AGE = Gauge("tocsin_flush_age_seconds", "Time since the last flush of a source partition.", ["partition"])
OBSERVATIONS = Counter("tocsin_observations", "Bins closed and learned from.", ["brand"])
OBSERVED_MENTIONS = Counter("tocsin_observed_mentions", "Mentions in closed bins.", ["brand"])
LATE_SNAPSHOTS = Counter("tocsin_snapshots_late", "Snapshots for bins that the watch stage had closed.")
LEVEL = Gauge("tocsin_level_mentions", "Voices of the last closed bin.", ["brand"])
EXPECTED = Gauge("tocsin_expected_mentions", "Voices expected in the last closed bin.", ["brand"])
UPPER = Gauge("tocsin_upper_mentions", "Upper edge of the expected band of the last closed bin.", ["brand"])
SCORE = Gauge("tocsin_score_nats", "Joint score of the last closed bin.", ["brand"])
THRESHOLD = Gauge("tocsin_threshold_nats", "Threshold solved from the false-page budget.", ["brand"])
BUDGET_FACTOR = Gauge(
    "tocsin_budget_factor_ratio", "What people's feedback makes of the false-page budget, times.", ["brand"]
)
NEGATIVE_SHARE = Gauge("tocsin_negative_share_ratio", "Share of negative voices in the last closed bin.", ["brand"])
VERDICTS = Counter("tocsin_verdicts", "Verdicts, by kind and phase.", ["kind", "phase"])
TOPIC_PARTITIONS = Gauge("tocsin_topic_partitions", "Partitions that a topic has on Kafka.", ["topic"])
PARTITIONS_READ = Gauge("tocsin_partitions_read", "Partitions of a topic that this process reads.", ["topic"])
SILENT_SOURCES = Gauge("tocsin_silent_sources", "Sources that always spoke and have fallen silent.")
SILENCE_BEGAN = Gauge(
    "tocsin_silence_began_timestamp_seconds", "When a source that has fallen silent was last heard.", ["source"]
)
IDS_REMEMBERED = Gauge(
    "tocsin_ids_remembered", "Ids of the last day by which repeats of mentions are known.", ["partition"]
)
IDS_GIVEN_UP = Counter("tocsin_ids_given_up", "Ids forgotten within the day, since there were too many.")
ERASED = Gauge("tocsin_erased", "Posts and authors that were taken down or erased, remembered by hashes.", ["kind"])
ERASED_GIVEN_UP = Counter("tocsin_erased_given_up", "Take-downs forgotten before their time: there were too many.")
UNREADABLE = Gauge(
    "tocsin_unreadable_offset", "Offset of a batch that cannot be read, where there is one.", ["partition"]
)
HISTORIES = Counter("tocsin_histories", "Histories from archives, by what became of them.", ["outcome"])
ERRORS = Counter("tocsin_errors", "Failures that were caught, by where.", ["where"])
SINK_SECONDS = Histogram("tocsin_ingest_send_seconds", "Time for a connector's batch to be acknowledged by Kafka.")
INGESTED = Counter("tocsin_ingested", "Mentions that connectors put into Kafka.", ["connector"])
REFUSED = Counter("tocsin_ingest_refused", "Inputs that connectors refused.", ["connector", "reason"])
HELD = Gauge("tocsin_stage_partitions", "Partitions that a stage works on in this process.", ["stage"])
RECOVERED = Counter("tocsin_stage_recovered_rows", "Rows read from a changelog when partitions came.", ["stage"])
DISCARDED = Counter(
    "tocsin_stage_discarded_records", "Records thrown away because partitions moved; they are read again.", ["stage"]
)
REWOUND = Counter(
    "tocsin_stage_rewound", "Times that the place of reading was moved back to where it belongs.", ["stage"]
)
LOST = Counter("tocsin_stage_lost_records", "Records that Kafka deleted before they were read.", ["stage", "topic"])
FENCED = Counter("tocsin_stage_fenced", "Writes refused because another worker has the partition.", ["stage"])
_SOURCE = ["source", "kind"]
SOURCE_RECEIVED = Counter("tocsin_source_received", "Posts that a source heard.", _SOURCE)
SOURCE_MATCHED = Counter("tocsin_source_matched", "Mentions of a source that match some brand's query.", _SOURCE)
SOURCE_EMITTED = Counter("tocsin_source_emitted", "Mentions of a source that go into Kafka.", _SOURCE)
SOURCE_DROPPED = Counter("tocsin_source_dropped", "Mentions of a source that match nothing and are not sent.", _SOURCE)
SOURCE_DELETED = Counter("tocsin_source_deleted", "Take-downs of posts that a source had sent.", _SOURCE)
SOURCE_DELETED_UNKNOWN = Counter(
    "tocsin_source_deleted_unknown", "Take-downs of posts that a source had never sent; not sent.", _SOURCE
)
SOURCE_REFUSED = Counter("tocsin_source_refused", "What a source read and is no mention.", _SOURCE)
SOURCE_LEFT_OUT = Counter(
    "tocsin_source_left_out", "Posts that a source leaves out as their authors or upstream ask.", [*_SOURCE, "reason"]
)
SOURCE_TRUNCATED = Counter("tocsin_source_truncated", "Mentions of a source whose text was cut.", _SOURCE)
SOURCE_WITHHELD = Counter("tocsin_source_withheld", "Posts that were sent without their text, by licence.", _SOURCE)
SOURCE_UNPLACED = Counter(
    "tocsin_source_unplaced", "Posts without text that no brand could be told of, and that are not sent.", _SOURCE
)
SOURCE_RECONNECTS = Counter("tocsin_source_reconnects", "Times that a source was not available.", _SOURCE)
SOURCE_THROTTLED = Counter("tocsin_source_throttled_seconds", "Time a source waited at upstream's wish.", _SOURCE)
SOURCE_BROKE = Counter("tocsin_source_broke", "Exceptions of a source that it should not raise.", _SOURCE)
SOURCE_HOLE_SECONDS = Counter(
    "tocsin_source_hole_seconds", "Time that a source was not heard, by the share missed.", _SOURCE
)
SOURCE_LAG = Gauge("tocsin_source_lag_seconds", "How far behind the present a source reads.", _SOURCE)
SOURCE_LAST_SUCCESS = Gauge(
    "tocsin_source_last_success_timestamp_seconds", "When upstream last answered a source as it should.", _SOURCE
)
SOURCE_STATE = Gauge("tocsin_source_state", "1 for the state that a source is in.", [*_SOURCE, "state"])
SOURCE_FENCED = Counter("tocsin_source_fenced", "Times that another process took a source over.", _SOURCE)
SOURCE_PROOFS = Counter(
    "tocsin_source_proofs", "Posts of ours by which a source is proven, by what came of them.", [*_SOURCE, "outcome"]
)
SOURCE_PROVEN = Gauge("tocsin_source_proven", "1 where our newest post was heard in time, 0 where it was not.", _SOURCE)
SOURCE_PROOF_NOT_POSTED = Gauge(
    "tocsin_source_proof_not_posted", "1 where the last post of ours was not taken by upstream.", _SOURCE
)
SOURCE_PROOF_LAST = Gauge(
    "tocsin_source_proof_heard_timestamp_seconds", "When a post of ours was last heard by a source.", _SOURCE
)
SOURCE_PROOF_TOOK = Gauge(
    "tocsin_source_proof_seconds", "How long after its posting the last post of ours was heard.", _SOURCE
)
SOURCE_PROOF_LEFT = Counter(
    "tocsin_source_proof_left", "Posts of ours that could not be removed and stay upstream.", _SOURCE
)
FEED_POLLS = Counter("tocsin_feed_polls", "Polls of feeds, by what came of them.", ["source", "outcome"])
FEEDS_FAILING = Gauge("tocsin_feeds_failing", "Feeds of a source that failed when they were asked last.", ["source"])
