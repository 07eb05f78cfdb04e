// One incident: who says what of it, in which reports, and the events that it is made of.

import {address, fragment, queryOf} from "./addresses.js";
import {ask} from "./ask.js";
import {el, link, links, said, table} from "./elements.js";
import {entry, incidentFacts, modality, placeLink} from "./entries.js";
import {count, days, others, words} from "./words.js";

const PIECES = 40;

export async function showIncident({id, signal}) {
  const found = await ask("incident", {incident_id: id}, [["limit", PIECES]], signal);
  const title = `${words(found.type)} · ${found.place?.name ?? "no place named"}`;
  const left = [["statements", found.further.statements], ["reports", found.further.reports],
    ["events", found.further.events]].filter(([, further]) => further);
  return {
    title,
    said: `${count(found.events.length, "event")} of one incident`,
    nodes: [
      el("h1", {tabindex: "-1"}, `${words(found.type)} · `, placeLink(found.place)),
      el("p", {}, `${days(found.first_day, found.last_day)} · `, modality(found)),
      incidentFacts(found),
      el("h2", {}, "Who says what"),
      table("Claims over all reports", ["Source", "Side", "Asserts", "Denies", "Leaves open", "Days", "Others"],
        found.statements.map((one) => [[link(fragment("source", one.source_id), said(one.name)),
          one.outlet ? " (the article's own voice)" : ""], one.side ?? "", String(one.asserts), String(one.denies),
        String(one.undecided), days(one.first_day, one.last_day), others(one)])),
      el("h2", {}, "Reports"),
      table("Articles that tell of it", ["Title", "Publisher", "Published"], found.reports.map((one) => [
        link(fragment("article", one.article_id), said(one.title ?? "without a title")),
        said(one.publisher ?? "unknown"), (one.published_at ?? "").slice(0, 16).replace("T", " ")])),
      el("h2", {}, "What it rests on"),
      ...found.events.map((event) => entry(event)),
      left.length ? links("The rest, as JSON:", ...left.map(([name, further]) =>
        link(`${address("incident", {incident_id: id})}/${name}?${queryOf(further)}`, name))) : null,
      links(link(address("incident", {incident_id: id}), "incident (JSON)")),
    ],
  };
}
