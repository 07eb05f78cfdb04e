"""Columns of articles: their metadata, without the text."""

from typing import Final

from services.store.api.exports.columns import attribute

COLUMNS: Final = (
    attribute("article_id", "text", "Id: made from the address or, without one, from the text", "0b2c8c5e-91a5-5b1f-…"),
    attribute("revision", "text", "Hash of the content: another text at the same address is another one", "9f86d081…"),
    attribute("received_at", "time", "When it was received", "2023-05-21T17:21:04.120000Z", "UTC"),
    attribute("published_at", "text", "When it was published, as it was sent: it may be a bare date", "2023-05-21"),
    attribute("title", "text", "Title", "Strike on Kupiansk"),
    attribute("url", "text", "Address", "https://news.example.org/1"),
    attribute("publisher", "text", "Publisher", "Meridian Wire"),
    attribute("language", "text", "Language, as it was sent", "en"),
    attribute("source", "text", "Webhook that it came by", "wire"),
    attribute("event_count", "integer", "Events that it tells of; null while it is not extracted", "3", "events"),
    attribute("found", "text", "Of a search by `text`: pieces with the words found between ⟪ and ⟫", "hit a ⟪brewery⟫"),
)
