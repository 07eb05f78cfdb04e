"""Every metric of every service, declared in this one file. docs/metrics.md is made from it.

Names follow Prometheus' conventions: base units, `_total` on counters, `_seconds` on durations.
"""

from prometheus_client import Counter, Gauge, Histogram, Info

ARTICLES_ACCEPTED = Counter("frontlog_articles_accepted_total", "Articles durably in the log.", ["source"])
ARTICLES_KNOWN = Counter("frontlog_articles_known_total", "Repeats of a recent article, not logged again.", ["source"])
REQUESTS_REJECTED = Counter("frontlog_requests_rejected_total", "Requests or items refused.", ["reason"])

EXTRACTION_SECONDS = Histogram(
    "frontlog_extraction_seconds",
    "Time one stage of the extractor took for one article.",
    ["stage"],
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
ARTICLES_EXTRACTED = Counter("frontlog_articles_extracted_total", "Articles that ended as an extraction.")
EVENTS_EXTRACTED = Counter("frontlog_events_extracted_total", "Events coded.", ["type"])
SENTENCES = Counter("frontlog_sentences_total", "Sentences seen, by whether they were parsed.", ["outcome"])

ROWS_WRITTEN = Counter("frontlog_rows_written_total", "Rows written by the projector.", ["table"])
END_TO_END_SECONDS = Histogram(
    "frontlog_end_to_end_seconds",
    "From an article's receipt to its events being readable; articles that were only extracted again do not count.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600),
)
OLDER_REVISIONS = Counter("frontlog_older_revisions_total", "Extractions of a superseded revision, not applied.")

RECORDS_CONSUMED = Counter("frontlog_records_consumed_total", "Records read from the log.", ["topic"])
LAG = Gauge(
    "frontlog_lag_records",
    "Records published and not yet processed. Every replica tells of all partitions: take the greatest, then add up.",
    ["topic", "partition"],
)
ASSIGNED = Gauge("frontlog_assigned_partitions", "Partitions that this replica reads.", ["topic"])
DEAD_LETTERS = Counter("frontlog_dead_letters_total", "Records that could not be processed.", ["stage", "reason"])
OPEN_LETTERS = Gauge(
    "frontlog_dead_letters_open", "Dead letters in the log that nobody has dealt with.", ["stage", "reason"]
)
FLOOD_STOPPED = Gauge("frontlog_flood_stopped", "1 while a stage has stopped because too many records fail.", ["stage"])
FLOOD_STOPS = Counter(
    "frontlog_flood_stops_total", "Times that a stage stopped because too many records fail.", ["stage"]
)
RETRIES = Counter("frontlog_retries_total", "Attempts repeated after a passing fault.", ["operation"])

QUEUED = Gauge("frontlog_queued_records", "What waits or is worked on inside of a service.", ["queue"])
PROCESSES = Gauge(
    "frontlog_pool_processes", "Processes that do a service's heavy work, by what they do.", ["pool", "state"]
)
CONNECTIONS = Gauge("frontlog_database_connections", "Connections to Postgres that a service holds.", ["state"])

WEBHOOK_ATTEMPTS = Counter(
    "frontlog_webhook_attempts_total",
    "Attempts to deliver a change to a subscription, by what came of them.",
    ["outcome"],
)
WEBHOOK_SECONDS = Histogram(
    "frontlog_webhook_seconds",
    "Time one attempt to deliver a change took.",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
WEBHOOK_DEAD_LETTERS = Counter(
    "frontlog_webhook_dead_letters_total",
    "Changes that were given up after all attempts at their subscription, and gaps: changes kept no longer by then.",
)
WEBHOOKS_BEHIND = Gauge(
    "frontlog_webhooks_behind_seconds",
    "Age of the oldest change that an active subscription has yet to be told of, by whether its receiver answers.",
    ["receiver"],
)
SUBSCRIPTIONS_FAILING = Gauge("frontlog_subscriptions_failing", "Active subscriptions whose last attempt failed.")
SUBSCRIPTIONS = Gauge("frontlog_subscriptions", "Subscriptions to webhooks, as last counted.", ["status"])

HTTP_REQUESTS = Counter("frontlog_http_requests_total", "HTTP requests answered.", ["method", "route", "status"])
HTTP_SECONDS = Histogram(
    "frontlog_http_request_seconds",
    "Time to answer one HTTP request.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REQUESTS_IN_FLIGHT = Gauge("frontlog_requests_in_flight", "Requests with articles that are worked on.")

DISK_FREE = Gauge("frontlog_disk_free_bytes", "Room that is left on a watched disk (FRONTLOG_DISKS).", ["disk"])
DISK_SIZE = Gauge("frontlog_disk_size_bytes", "Size of a watched disk (FRONTLOG_DISKS).", ["disk"])
CERTIFICATE_EXPIRY = Gauge(
    "frontlog_certificate_expiry_timestamp_seconds",
    "When the certificate under which senders reach the webhook ends, in Unix time.",
    ["address"],
)
CERTIFICATE_TRUSTED = Gauge(
    "frontlog_certificate_trusted",
    "1 where the webhook's certificate is accepted by a client of this machine, 0 where it is not.",
    ["address"],
)

BUILD = Info("frontlog_build", "Version of frontlog and of the extractor.")
