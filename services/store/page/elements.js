// Elements of the document, and what of the record stands in them: as text alone, kept to itself.

import {CHOICES, fragment} from "./addresses.js";
import {outside} from "./spans.js";
import {called, present} from "./words.js";

/** An element. Children are nodes, or strings that become text; null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** The same for drawings. */
export function drawn(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat().filter(Boolean));
  return made;
}

/** A text of the record, kept to itself. */
export function said(text) {
  return el("bdi", {}, String(text));
}

export function separated(nodes, by = ", ") {
  return nodes.flatMap((node, i) => (i ? [by, node] : [node]));
}

export function facts(...pairs) {
  const kept = pairs.filter(([, value]) => present(value));
  return el("dl", {class: "facts"}, kept.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

export function badge(standing) {
  const known = CHOICES.standing.includes(standing) ? standing : "unknown";
  return el("span", {class: `badge ${known}`}, standing);
}

/** A day, which no line breaks. */
export function day(text) {
  return text ? el("time", {datetime: text}, text) : "";
}

export function links(...items) {
  return el("ul", {class: "links"}, items.filter(Boolean).map((item) => el("li", {}, item)));
}

export function link(to, ...children) {
  return el("a", {href: to}, ...children);
}

export function away(url) {
  const found = outside(url);
  return found && el("a", {href: found.href, rel: "noopener noreferrer nofollow", target: "_blank"},
    "original at ", said(found.host));
}

export function people(names) {
  return separated(names.map((name) => said(called(name))));
}

export function speaker(found) {
  return [said(called(found.name)), found.side ? ` (${found.side})` : ""];
}

/** Somebody who makes claims; the sheet of all of them is behind the name, where the record has an id for it. */
export function source({id, name, side}) {
  if (!id) return speaker({name, side});
  return [link(fragment("source", id), said(called(name))), side ? ` (${side})` : ""];
}

export function sources(found, otherwise) {
  return found.length ? separated(found.map((one) => el("span", {}, source(one)))) : otherwise;
}

export function table(caption, heads, rows) {
  return el("div", {class: "scroll", role: "region", "aria-label": caption, tabindex: "0"},
    el("table", {}, el("caption", {}, caption),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", {scope: "col"}, head)))),
      el("tbody", {}, rows.map(([first, ...rest]) => el("tr", {}, el("th", {scope: "row"}, first),
        rest.map((cell) => el("td", {}, cell)))))));
}
