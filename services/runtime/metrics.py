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
    "From an article's receipt to its events being readable.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600),
)
OLDER_REVISIONS = Counter("frontlog_older_revisions_total", "Extractions of a superseded revision, not applied.")

RECORDS_CONSUMED = Counter("frontlog_records_consumed_total", "Records read from the log.", ["topic"])
LAG = Gauge("frontlog_lag_records", "Records published and not yet processed.", ["topic", "partition"])
DEAD_LETTERS = Counter("frontlog_dead_letters_total", "Records that could not be processed.", ["stage", "reason"])
FLOOD_STOPPED = Gauge("frontlog_flood_stopped", "1 while a stage has stopped because too many records fail.", ["stage"])
FLOOD_STOPS = Counter(
    "frontlog_flood_stops_total", "Times that a stage stopped because too many records fail.", ["stage"]
)
RETRIES = Counter("frontlog_retries_total", "Attempts repeated after a passing fault.", ["operation"])

HTTP_REQUESTS = Counter("frontlog_http_requests_total", "HTTP requests answered.", ["method", "route", "status"])
HTTP_SECONDS = Histogram(
    "frontlog_http_request_seconds",
    "Time to answer one HTTP request.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
BUILD = Info("frontlog_build", "Version of frontlog and of the extractor.")
