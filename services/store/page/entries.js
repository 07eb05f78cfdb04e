// One event, with its claims and the sentences that it rests on; one incident in a list.

import {address, fragment} from "./addresses.js";
import {away, el, facts, link, links, people, said, separated, source, speaker} from "./elements.js";
import {AGREEMENTS, called, count, days, extent, figure, MODALITIES, NARRATOR, percent, when, words} from "./words.js";

const MOST_MARKED = 3;

export function placeLink(place) {
  if (!place) return "no place named";
  const near = place.relation && place.relation !== "in" ? `${words(place.relation)} ` : "";
  return [near, link(fragment("place", place.id ?? place.name), said(place.name))];
}

function claim(found) {
  return el("li", {}, found.source.kind === "narrator" ? called(NARRATOR) : source(found.source), ` ${found.stance}`,
    found.act !== found.stance && ` (${words(found.act)})`, found.via && [", by way of ", said(found.via)],
    found.said_on && `, ${found.said_on}`, found.phrase && [": “", said(found.phrase), "”"]);
}

function quote(mention) {
  return el("blockquote", {dir: "auto"}, mention.sentence);
}

/** A badge of whether it is told as having happened, and that in words. */
export function modality(found) {
  return [el("span", {class: `badge ${found.modality === "actual" ? "" : "weaker"}`}, found.modality),
    ` ${MODALITIES[found.modality] ?? ""}`];
}

/** An event with its claims and the sentences it rests on; `date` and `more` are what a timeline adds. */
export function entry(event, {date = when(event), more = []} = {}) {
  const sentences = event.mentions.slice(0, MOST_MARKED);
  return el("article", {class: "entry", tabindex: "-1"},
    el("h3", {}, `${date} · ${words(event.type)} · `, placeLink(event.place)),
    el("p", {}, modality(event), ` · confidence ${percent(event.confidence)}`),
    sentences.map(quote),
    event.mentions.length > sentences.length
      && el("p", {class: "faint"}, `and ${count(event.mentions.length - sentences.length, "further sentence")}`),
    facts(
      ["Actor", event.actor && speaker(event.actor)],
      ["Target", event.target && speaker(event.target)],
      ["Claims", event.claims.length ? el("ul", {}, event.claims.map(claim)) : "none named"],
      ["Extent", event.extent && extent(event.extent)],
      ["Means", event.means?.length ? people(event.means.map(words)) : null],
      ["Figures", event.quantities?.length ? separated(event.quantities.map((q) => said(figure(q))), "; ") : null],
      ["Report", [event.publisher ? said(event.publisher) : "publisher unknown",
        event.published_at ? `, ${event.published_at.slice(0, 16).replace("T", " ")}` : ""]],
      ...more),
    links(
      link(fragment("article", event.article_id, [["event", event.event_id]]), "in its article"),
      link(fragment("incident", event.event_id), "all reports of it"),
      link(address("article", {article_id: event.article_id}), "article (JSON)"),
      link(address("event", {event_id: event.event_id}), "event (JSON)"),
      event.url && away(event.url)));
}

export function incidentFacts(found) {
  return facts(
    ["Sources", AGREEMENTS[found.agreement] ?? found.agreement],
    ["Claimed by", people(found.asserted_by)],
    ["Denied by", people(found.denied_by)],
    ["Figures", found.figures.length ? separated(found.figures.map((one) =>
      said(`${figure(one)}${one.agree ? "" : " (the reports differ)"}`)), "; ") : null],
    ["Reports", `${count(found.report_count, "report")} in ${count(found.article_count, "article")}, `
      + `${count(found.event_count, "event")}`]);
}

export function incidentEntry(found) {
  return el("article", {class: "entry", tabindex: "-1"},
    el("h3", {}, `${days(found.first_day, found.last_day)} · ${found.types.map(words).join(", ")} · `,
      placeLink(found.place)),
    el("p", {}, modality(found)),
    incidentFacts(found),
    links(link(fragment("incident", found.incident_id), "who says what, and the sentences"),
      link(address("incident", {incident_id: found.incident_id}), "incident (JSON)")));
}
