// One place: how it stands, by whose word, its timeline and every standing that it has had.

import {address, fragment} from "./addresses.js";
import {ask} from "./ask.js";
import {badge, day, el, facts, link, links, people, said, separated, sources, table} from "./elements.js";
import {entry} from "./entries.js";
import {filters, more, PAGE} from "./lists.js";
import {count, days, percent, side, standingWords, voices, words} from "./words.js";

function standingFacts(found) {
  return facts(
    ["Since", found.since],
    ["Said to be held by", found.claimed_by.map(side).join(", ")],
    ["Disputed by", found.disputed_by.map(side).join(", ")],
    ["Share", found.share === null ? null : percent(found.share)],
    ["Spoken for by", found.standing === "unknown" ? null : voices(found)]);
}

function sideView(view) {
  return el("section", {class: "entry"}, el("h3", {}, `That ${side(view.side)} holds it, or a part of it`),
    facts(
      ["Claimed by", sources(view.said_by, "no named source")],
      ["Denied by", sources(view.denied_by, "nobody on record")],
      ["Share", view.share === null ? null : percent(view.share)],
      ["Carried by", voices(view)],
      ["Days", days(view.first_day, view.last_day)]));
}

function timelineEntry(found) {
  const after = found.after;
  return entry(found.event, {date: found.day, more: [
    ["Says so", people(found.asserted_by)],
    ["Denies it", people(found.denied_by)],
    ["Standing after", [badge(after.standing), after.since ? ` since ${after.since}` : "",
      found.counts ? "" : " (this event moves none)"]],
  ]});
}

export async function showPlace({id, query, signal}) {
  const at = query.get("at");
  const values = {place_id: id};
  const [found, detail] = await Promise.all([
    ask("control", values, [...query, ["limit", PAGE]], signal), ask("place", values, [], signal)]);
  const place = found.place;
  const list = el("div", {}, found.timeline.toReversed().map(timelineEntry));
  const where = [place.kind && words(place.kind), place.admin1 !== place.name && place.admin1, place.country,
    place.latitude !== null && `${place.latitude}, ${place.longitude}`].filter(Boolean);
  const standing = found.standing;
  return {
    title: place.name,
    said: `${count(found.timeline.length, "entry", "entries")} of the timeline`
      + (found.earlier ? `, and ${found.earlier} earlier` : ""),
    nodes: [
      el("h1", {tabindex: "-1"}, said(place.name)),
      el("p", {class: "faint"}, separated(where.map(said), " · "),
        detail.spellings.length ? [" · read as ", ...people(detail.spellings)] : null),
      place.resolved ? null : el("p", {class: "faint"}, "The gazetteer does not know this name."),
      filters("place", ["at"], query, id),
      el("h2", {}, at ? `Standing at the end of ${found.at}` : "Standing after all evidence"),
      el("p", {}, badge(standing.standing), ` ${standingWords(standing)}`),
      standing.inherited_from && el("p", {}, "Nothing is said of the place itself: this is the standing of ",
        link(fragment("place", standing.inherited_from, query), "what it lies in"), "."),
      standingFacts(standing),
      at && el("p", {}, "After all evidence of the place itself: ", badge(found.now.standing),
        found.now.since ? ` since ${found.now.since}` : ""),
      found.views.length ? el("h2", {}, "Who claims it, who denies it") : null,
      ...found.views.map(sideView),
      el("h2", {}, "Timeline"),
      found.timeline.length ? list : el("p", {}, "No report on record says who took, held or left it."),
      more(list, "control", values, found.next, (page) => page.timeline.toReversed(), timelineEntry, signal, "Earlier"),
      found.history.length ? el("h2", {}, "Every standing it has had") : null,
      found.history.length ? table("Standings, the latest first",
        ["Since", "Until", "Standing", "Said to be held by", "Disputed by", "Voices"],
        found.history.toReversed().map((one) => [day(one.since), day(one.until), badge(one.standing),
          one.claimed_by.join(", "), one.disputed_by.join(", "), String(one.voices)])) : null,
      links(
        link(fragment("events", "", [["place", place.id]]), "all events here"),
        link(fragment("incidents", "", [["place", place.id]]), "all incidents here"),
        link(address("control", {place_id: place.id}, [], "csv"), "standings (CSV)"),
        link(address("control", {place_id: place.id}, query), "this sheet (JSON)")),
    ],
  };
}
