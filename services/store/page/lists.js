// Lists of events and of incidents: filters that are the address, pages, and the whole as a file.

import {address, CHOICES, fragment, queryOf} from "./addresses.js";
import {ask} from "./ask.js";
import {el, link, links} from "./elements.js";
import {entry, incidentEntry} from "./entries.js";
import {draw, go, tell} from "./frame.js";
import {count, words} from "./words.js";

export const PAGE = 25;

const FIELDS = {
  place: ["Place", "text", "any spelling"], oblast: ["Oblast", "text", "any spelling"], type: ["Type", "choice"],
  actor_side: ["Side of the actor", "text", "UKR"], modality: ["Modality", "choice"],
  agreement: ["Sources", "choice"], text: ["Words", "text", "“phrase” or -not"], since: ["Since", "date"],
  until: ["Until", "date"], standing: ["Standing", "choice"], at: ["As of the end of the day", "date"],
  q: ["Name", "text", "a part of it"], side: ["Side", "text", "UKR"], kind: ["Kind", "choice"],
};

function field(name, values) {
  const [label, kind, hint] = FIELDS[name];
  const id = `f-${name}`;
  let input;
  if (kind === "choice") {
    // Several values came by the address: they stay together until another choice is made.
    const offered = new Set(["", ...CHOICES[name], values.join(",")]);
    input = el("select", {id, name}, [...offered].map((value) =>
      el("option", {value, selected: value === values.join(",")}, value === "" ? "any" : words(value))));
  } else {
    input = el("input", {id, name, type: kind === "date" ? "date" : "text", value: values.join(",") || null,
      maxlength: "200", placeholder: hint ?? null, dir: kind === "date" ? null : "auto"});
  }
  return el("div", {}, el("label", {for: id}, label), input);
}

/** A form whose fields are parameters of the address: what is chosen can be sent to a colleague. */
export function filters(view, names, query, id = "") {
  const form = el("form", {class: "filters", "aria-label": "Filters"},
    names.map((name) => field(name, query.getAll(name))),
    el("div", {class: "do"}, el("button", {type: "submit"}, "Show"), link(fragment(view, id), "Clear")));
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const chosen = new URLSearchParams(query);
    for (const name of names) {
      const value = form.elements[name].value.trim();
      if (value === query.getAll(name).join(",")) continue;
      chosen.delete(name);
      if (value) chosen.set(name, value);
    }
    go(fragment(view, id, chosen));
  });
  return form;
}

const FORMS = {csv: "CSV", geojson: "GeoJSON", ndjson: "NDJSON"};

export function downloads(name, query, forms = Object.keys(FORMS)) {
  return links("The whole list:", ...forms.map((form) => link(address(name, {}, query, form), FORMS[form])));
}

export function nothing(...tries) {
  return el("div", {}, el("p", {}, "Nothing found."), el("ul", {}, tries.map((line) => el("li", {}, line))));
}

/** Put items into `list` page by page, each made by `make`; the first page is there already. */
export function more(list, name, values, next, items, make, signal, label = "More") {
  if (!next) return null;
  const button = el("button", {type: "button"}, label);
  const holder = el("p", {}, button);
  button.addEventListener("click", async () => {
    button.disabled = true;
    tell("Loading …");
    try {
      const found = await ask(name, values, queryOf(next), signal);
      const made = items(found).map(make);
      list.append(...made);
      next = found.next;
      tell(`${count(made.length, "further entry", "further entries")}`);
      made[0]?.focus();
      if (next) button.disabled = false;
      else holder.remove();
    } catch (error) {
      if (error.name === "AbortError") return;
      button.disabled = false;
      tell(`${error.message}. ${error.detail ?? ""}`);
    }
  });
  return holder;
}

async function showList(name, title, names, make, {query, signal}) {
  const head = [el("h1", {tabindex: "-1"}, title), filters(name, names, query)];
  draw(head);
  const found = await ask(name, {}, [...query, ["limit", PAGE]], signal);
  const list = el("div", {}, found.items.map(make));
  const tries = ["fewer filters, or a longer time", "another spelling of the place: any of its names will do",
    "an oblast by its name alone, as in Kharkiv"];
  return {
    title,
    said: found.items.length ? `${count(found.items.length, "entry", "entries")}, the latest first` : "Nothing found",
    nodes: [...head, found.items.length ? list : nothing(...tries),
      more(list, name, {}, found.next, (page) => page.items, make, signal), downloads(name, query)],
  };
}

const COMMON = ["place", "oblast", "type", "actor_side", "modality", "text", "since", "until"];

export function showEvents(asked) {
  return showList("events", "Latest events", COMMON, (event) => entry(event), asked);
}

export function showIncidents(asked) {
  return showList("incidents", "Latest incidents", [...COMMON, "agreement"], incidentEntry, asked);
}
