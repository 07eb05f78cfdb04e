// Sources: who makes claims, and what became of them by what others say.

import {address, fragment} from "./addresses.js";
import {ask} from "./ask.js";
import {el, facts, link, links, said, table} from "./elements.js";
import {incidentEntry} from "./entries.js";
import {draw} from "./frame.js";
import {downloads, filters, more, nothing, PAGE} from "./lists.js";
import {count, days, side, spoken} from "./words.js";

const MOST_SOURCES = 100;

function sourceRow(found) {
  return [link(fragment("source", found.source_id), said(found.name)), found.side ? side(found.side) : "",
    String(found.claim_count), String(found.report_count), String(found.incident_count), String(found.confirmed),
    String(found.denied)];
}

export async function showSources({query, signal}) {
  const head = [el("h1", {tabindex: "-1"}, "Sources"), filters("sources", ["q", "side", "kind"], query)];
  draw(head);
  const found = await ask("sources", {}, [...query, ["limit", MOST_SOURCES]], signal);
  return {
    title: "Sources",
    said: found.items.length ? `${count(found.items.length, "source")}, those of most claims first` : "Nothing found",
    nodes: [...head,
      found.items.length
        ? table("Who makes claims, those of most claims first", ["Source", "Side", "Claims", "Reports", "Incidents",
          "Confirmed by another", "Denied by another"], found.items.map(sourceRow))
        : nothing("a part of the name alone, in Latin or Cyrillic letters", "any side, any kind"),
      found.next && el("p", {class: "faint"}, `The first ${MOST_SOURCES}; a part of a name narrows them.`),
      downloads("sources", query, ["csv", "ndjson"])],
  };
}

function spokenOf(found) {
  const told = incidentEntry(found.incident);
  told.querySelector("h3").after(el("p", {}, spoken(found)));
  return told;
}

export async function showSource({id, query, signal}) {
  const values = {source_id: id};
  const found = await ask("source", values, [...query, ["limit", PAGE]], signal);
  const list = el("div", {}, found.said.map(spokenOf));
  return {
    title: found.name,
    said: `${count(found.said.length, "incident")}, the latest first`,
    nodes: [
      el("h1", {tabindex: "-1"}, said(found.name)),
      el("p", {class: "faint"}, [found.side && side(found.side), found.kind,
        found.outlet && "an outlet in its own voice"].filter(Boolean).join(" · ")),
      filters("source", ["since", "until"], query, id),
      facts(
        ["Claims", `${count(found.claim_count, "claim")} in ${count(found.report_count, "report")}`],
        ["Asserts", count(found.asserted, "incident")],
        ["Denies", count(found.denying, "incident")],
        ["By others", `${found.confirmed} confirmed, ${found.denied} denied`],
        ["Days", found.first_day && days(found.first_day, found.last_day)]),
      el("h2", {}, "What it spoke of"),
      found.said.length ? list : nothing("a longer time"),
      more(list, "source", values, found.next, (page) => page.said, spokenOf, signal, "Earlier"),
      links(link(address("source", values, query), "source (JSON)")),
    ],
  };
}
