// One article, with what was read in it marked.

import {address, fragment} from "./addresses.js";
import {ask} from "./ask.js";
import {away, el, facts, link, links, said, separated} from "./elements.js";
import {entry} from "./entries.js";
import {pieces} from "./spans.js";
import {count} from "./words.js";

export async function showArticle({id, query, signal}) {
  const found = await ask("article", {article_id: id}, [], signal);
  const chosen = query.get("event");
  const events = chosen ? found.events.filter((event) => event.event_id === chosen) : found.events;
  const spans = events.flatMap((event) => event.mentions).filter((mention) => mention.field === "text")
    .map((mention) => [mention.start, mention.end]);
  const title = found.cleaned_title ?? found.title ?? "Article without a title";
  return {
    title,
    said: count(events.length, "event"),
    nodes: [
      el("h1", {tabindex: "-1"}, said(title)),
      facts(["Publisher", found.publisher && said(found.publisher)],
        ["Published", found.published_at && found.published_at.slice(0, 16).replace("T", " ")],
        ["Received", found.received_at.slice(0, 16).replace("T", " ")],
        ["Original", found.url && (away(found.url) ?? said(found.url))],
        ["Copies", found.copies.length ? separated(found.copies.map((copy) =>
          link(fragment("article", copy.article_id), said(copy.publisher ?? copy.title ?? copy.article_id)))) : null]),
      found.extracted_at ? null : el("p", {}, "This article has not been read yet."),
      found.extracted_revision && found.extracted_revision !== found.revision
        && el("p", {}, "The article has changed since; what is marked is of the revision that was read last."),
      el("h2", {}, "Text"),
      el("div", {class: "text", dir: "auto"}, pieces(found.cleaned_text ?? "", spans).map(([text, inside]) =>
        inside ? el("mark", {}, text) : text)),
      el("h2", {}, chosen ? "The event that is marked" : "What was read in it"),
      ...events.map((event) => entry(event)),
      events.length ? null : el("p", {}, chosen
        ? "This event is not in the article any more: it was read again." : "No event was found in it."),
      links(chosen && link(fragment("article", id), "all events of this article"),
        link(address("article", {article_id: id}), "article (JSON)")),
    ],
  };
}
