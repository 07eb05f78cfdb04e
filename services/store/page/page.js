// The analyst's page: the address after # says what is shown, the query API answers, and the answer is put in as text.
//
// Texts of the record are written by anybody: nothing here makes HTML of a string, and each text stands in a <bdi> or
// under dir="auto", so that its marks of direction turn nothing outside of it.

// Every address that the page asks, with the parameters that it may give. It is JSON: a test reads it and compares it
// with the API's own document.
export const ADDRESSES = {
  "places": {"path": "/places", "parameters": ["q", "limit", "cursor"]},
  "place": {"path": "/places/{place_id}", "parameters": []},
  "control": {"path": "/places/{place_id}/control", "parameters": ["at", "limit", "cursor"]},
  "standings": {"path": "/control", "parameters": ["standing", "at", "oblast", "inherited", "limit"]},
  "events": {"path": "/events", "parameters": [
    "type", "modality", "place", "oblast", "actor_side", "text", "since", "until", "limit", "cursor"]},
  "incidents": {"path": "/incidents", "parameters": [
    "type", "modality", "place", "oblast", "actor_side", "text", "since", "until", "agreement", "limit", "cursor"]},
  "event": {"path": "/events/{event_id}", "parameters": []},
  "incident": {"path": "/incidents/{incident_id}", "parameters": ["limit"]},
  "article": {"path": "/articles/{article_id}", "parameters": []}
};

// What a filter offers; also JSON, and compared with the API's vocabularies.
export const CHOICES = {
  "type": ["capture", "control", "withdrawal", "advance", "repulse", "hold", "assault", "clash", "strike",
    "encirclement", "interdiction", "deployment", "arms_transfer", "casualties", "displacement", "destruction",
    "diplomacy"],
  "modality": ["actual", "intended", "possible", "conditional", "negated"],
  "agreement": ["single", "agreed", "contradicted", "unattributed"],
  "standing": ["UKR", "RUS", "contested", "unknown"]
};

const SIDES = {UKR: "Ukraine", RUS: "Russia"};
const MODALITIES = {
  actual: "told as having happened", intended: "planned, not told as having happened", possible: "possible or feared",
  conditional: "only under a condition", negated: "told as not having happened",
};
const AGREEMENTS = {
  single: "one named source claims it", agreed: "several named sources claim it, none denies it",
  contradicted: "claimed and denied", unattributed: "only the articles' own voice",
};
// Of a source: the name of an article's own voice.
const NARRATOR = "article";
const AREAS = ["oblast", "raion", "region", "country"];
const KILOMETRES = 111.195; // of one degree of latitude
const WIDE = 800;
const MOST_NAMED = 40;
const PAGE = 25;
const PIECES = 40;
const MOST_MARKED = 3;

// ---- Pure: values in, text out -------------------------------------------------------------------------------------

/** The address of `name`, relative to the page's base; `values` fill its path, `query` is [name, value] pairs. */
export function address(name, values = {}, query = [], form = "") {
  const path = ADDRESSES[name].path.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(values[key]));
  const given = new URLSearchParams(query).toString();
  return path.slice(1) + (form && `.${form}`) + (given && `?${given}`);
}

/** What "#/view/id?query" asks for. */
export function route(hash) {
  const [path, query = ""] = hash.replace(/^#?\/?/, "").split(/\?(.*)/s);
  const [view, id = ""] = path.split(/\/(.*)/s);
  let name = id;
  try {
    name = decodeURIComponent(id);
  } catch {
    // A percent sign that encodes nothing stands for itself.
  }
  return {view: view || "incidents", id: name, query: new URLSearchParams(query)};
}

/** The other way round: the fragment that shows `view`. */
export function fragment(view, id = "", query = []) {
  const given = new URLSearchParams(query).toString();
  return `#/${view}` + (id && `/${encodeURIComponent(id)}`) + (given && `?${given}`);
}

/** The query of an address such as `next`. */
export function queryOf(next) {
  return new URLSearchParams(next.split(/\?(.*)/s)[1] ?? "");
}

/** A word of a vocabulary as it is read: arms_transfer, north_of. */
export function words(code) {
  return String(code).replaceAll("_", " ");
}

export function side(code) {
  return SIDES[code] ?? code;
}

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}

export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/** A day range of the record: both ends inclusive, null is open. */
export function days(start, end) {
  if (start && end) return start === end ? start : `${start} to ${end}`;
  if (end) return `by ${end}`;
  return start ? `from ${start} on` : "undated";
}

/** When an event was: its own days or, where its text names none, those of its article. */
export function when(event) {
  if (event.when && (event.when.start || event.when.end)) return days(event.when.start, event.when.end);
  return event.published_at ? `undated, reported ${event.published_at.slice(0, 10)}` : "undated";
}

/** What stands behind a standing, in words that say no more than the record. */
export function standingWords(found) {
  const held = (found.claimed_by ?? []).map(side).join(" and ");
  const part = found.share === null || found.share === undefined ? "" : `, ${percent(found.share)} of it`;
  if (found.standing === "unknown") return "nothing on record says who holds it";
  if (found.standing === "contested") {
    const against = (found.disputed_by ?? []).map(side).join(" and ");
    if (!held) return "the claims disagree";
    return `${held} ${found.claimed_by.length > 1 ? "are each" : "is"} said to hold it or a part of it${part}`
      + (against && `; disputed by ${against}`);
  }
  return `said to be held by ${side(found.standing)}${part}`;
}

/** Whether a fact is worth a line: no null, no empty text, no empty list. An element is. */
export function present(value) {
  return value !== null && value !== undefined && value !== false && value.length !== 0;
}

/** Who speaks, by name; an article's own voice has none. */
export function called(name) {
  return name === NARRATOR ? "the article itself" : name;
}

/** How many speak for it: copies of one text are one voice. */
export function voices(found) {
  return `${count(found.voices, "independent voice")}, ${count(found.publishers, "publisher")}`;
}

export function extent(found) {
  const share = found.share === null || found.share === undefined ? "" : percent(found.share);
  return [found.label === "share" ? "" : found.label, words(found.bound ?? ""), share].filter(Boolean).join(" ");
}

/** A figure with its bounds: "at least 50 killed", "3 to 5 km distance". */
export function figure(found) {
  const unit = found.unit ? ` ${found.unit}` : "";
  const per = found.per ? ` per ${found.per}` : "";
  let number = "a number not given";
  if (found.low !== null && found.high !== null) {
    number = found.low === found.high ? `${found.low}` : `${found.low} to ${found.high}`;
  } else if (found.low !== null) number = `at least ${found.low}`;
  else if (found.high !== null) number = `at most ${found.high}`;
  return `${words(found.what)}: ${number}${unit}${per}`;
}

/** An address that may be followed, or null: only the web's own schemes, whatever an article's sender wrote. */
export function outside(url) {
  try {
    const found = new URL(url);
    return found.protocol === "https:" || found.protocol === "http:" ? found : null;
  } catch {
    return null;
  }
}

/** Text cut at spans of code points, as [piece, inside] pairs; spans may overlap and lie outside of it. */
export function pieces(text, spans) {
  const points = Array.from(text);
  const found = [];
  let at = 0;
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const [from, to] = [Math.max(start, at), Math.min(end, points.length)];
    if (to <= from) continue;
    if (from > at) found.push([points.slice(at, from).join(""), false]);
    found.push([points.slice(from, to).join(""), true]);
    at = to;
  }
  if (at < points.length) found.push([points.slice(at).join(""), false]);
  return found;
}

/** Places by the day since when they stand so, the latest first; those without one last. */
export function bySince(items) {
  return [...items].sort((a, b) => (b.since ?? "").localeCompare(a.since ?? "") || a.name.localeCompare(b.name));
}

/** Where places lie on a plane `wide` units across, north up: {height, unit (of one kilometre), dots}, or null where
 *  there are none with coordinates. Areas have no dot. */
export function plane(items, wide) {
  const placed = items.filter((one) => one.latitude !== null && one.longitude !== null && !AREAS.includes(one.kind));
  if (!placed.length) return null;
  const [lows, highs] = [Math.min, Math.max].map((most) =>
    [most(...placed.map((one) => one.longitude)), most(...placed.map((one) => one.latitude))]);
  const middle = [(lows[0] + highs[0]) / 2, (lows[1] + highs[1]) / 2];
  const narrowing = Math.cos(middle[1] * Math.PI / 180);
  // Degrees of latitude that the plane is wide: all places and a margin, and never less than a town with its district.
  const span = Math.max((highs[0] - lows[0]) * narrowing, (highs[1] - lows[1]) * 1.6, 0.5) * 1.3;
  const scale = wide / span;
  const height = Math.max((highs[1] - lows[1]) * scale + 0.15 * wide, 0.3 * wide);
  return {height, unit: scale / KILOMETRES, dots: placed.map((place) => ({place,
    x: wide / 2 + (place.longitude - middle[0]) * narrowing * scale,
    y: height / 2 - (place.latitude - middle[1]) * scale}))};
}

/** The length of a scale in kilometres: the longest round one that takes no more than a fifth of the width. */
export function scaleOf(unit, wide) {
  return [500, 200, 100, 50, 20, 10, 5].find((length) => length * unit <= wide / 5) ?? 2;
}

/** What an answer that is no success says of itself, whether or not it is a problem document. */
export function problemOf(status, body) {
  const title = typeof body?.title === "string" ? body.title : `The API answered ${status}`;
  return {title, detail: typeof body?.detail === "string" ? body.detail : "", status,
    passing: status >= 500 || status === 429};
}

// ---- The document --------------------------------------------------------------------------------------------------

/** An element. Children are nodes, or strings that become text; null and false are left out. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** The same for drawings. */
function drawn(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat().filter(Boolean));
  return made;
}

/** A text of the record, kept to itself. */
function said(text) {
  return el("bdi", {}, String(text));
}

function separated(nodes, by = ", ") {
  return nodes.flatMap((node, i) => (i ? [by, node] : [node]));
}

function facts(...pairs) {
  const kept = pairs.filter(([, value]) => present(value));
  return el("dl", {class: "facts"}, kept.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function badge(standing) {
  const known = CHOICES.standing.includes(standing) ? standing : "unknown";
  return el("span", {class: `badge ${known}`}, standing);
}

/** A day, which no line breaks. */
function day(text) {
  return text ? el("time", {datetime: text}, text) : "";
}

function links(...items) {
  return el("ul", {class: "links"}, items.filter(Boolean).map((item) => el("li", {}, item)));
}

function link(to, ...children) {
  return el("a", {href: to}, ...children);
}

function away(url) {
  const found = outside(url);
  return found && el("a", {href: found.href, rel: "noopener noreferrer nofollow", target: "_blank"},
    "original at ", said(found.host));
}

function people(names) {
  return separated(names.map((name) => said(called(name))));
}

function speaker(found) {
  return [said(called(found.name)), found.side ? ` (${found.side})` : ""];
}

function speakers(found, otherwise) {
  return found.length ? separated(found.map((one) => el("span", {}, speaker(one)))) : otherwise;
}

function table(caption, heads, rows) {
  return el("div", {class: "scroll", role: "region", "aria-label": caption, tabindex: "0"},
    el("table", {}, el("caption", {}, caption),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", {scope: "col"}, head)))),
      el("tbody", {}, rows.map(([first, ...rest]) => el("tr", {}, el("th", {scope: "row"}, first),
        rest.map((cell) => el("td", {}, cell)))))));
}

// ---- One event -----------------------------------------------------------------------------------------------------

function placeLink(place) {
  if (!place) return "no place named";
  const near = place.relation && place.relation !== "in" ? `${words(place.relation)} ` : "";
  return [near, link(fragment("place", place.id ?? place.name), said(place.name))];
}

function claim(found) {
  return el("li", {}, found.source.kind === "narrator" ? called(NARRATOR) : speaker(found.source), ` ${found.stance}`,
    found.act !== found.stance && ` (${words(found.act)})`, found.via && [", by way of ", said(found.via)],
    found.said_on && `, ${found.said_on}`, found.phrase && [": “", said(found.phrase), "”"]);
}

function quote(mention) {
  return el("blockquote", {dir: "auto"}, mention.sentence);
}

/** An event with its claims and the sentences it rests on; `date` and `more` are what a timeline adds. */
function entry(event, {date = when(event), more = []} = {}) {
  const sentences = event.mentions.slice(0, MOST_MARKED);
  return el("article", {class: "entry", tabindex: "-1"},
    el("h3", {}, `${date} · ${words(event.type)} · `, placeLink(event.place)),
    el("p", {}, el("span", {class: `badge ${event.modality === "actual" ? "" : "weaker"}`}, event.modality),
      ` ${MODALITIES[event.modality] ?? ""} · confidence ${percent(event.confidence)}`),
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

// ---- Asking --------------------------------------------------------------------------------------------------------

class Problem extends Error {
  constructor({title, detail, passing, status}) {
    super(title);
    Object.assign(this, {detail, passing, status});
  }
}

async function ask(name, values, query, signal) {
  let answer;
  try {
    answer = await fetch(address(name, values, query), {signal, headers: {Accept: "application/json"}});
  } catch (error) {
    if (error.name === "AbortError") throw error;
    const detail = "It may be starting, or the line is cut.";
    throw new Problem({title: "The API does not answer", detail, passing: true});
  }
  let body = null;
  try {
    body = await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
  }
  if (!answer.ok || body === null) throw new Problem(problemOf(answer.status, body));
  return body;
}

// ---- Lists of events and incidents ---------------------------------------------------------------------------------

const FIELDS = {
  place: ["Place", "text", "any spelling"], oblast: ["Oblast", "text", "Kharkiv"], type: ["Type", "choice"],
  actor_side: ["Side of the actor", "text", "UKR"], modality: ["Modality", "choice"],
  agreement: ["Sources", "choice"], text: ["Words", "text", "“phrase” or -not"], since: ["Since", "date"],
  until: ["Until", "date"], standing: ["Standing", "choice"], at: ["As of the end of the day", "date"],
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
function filters(view, names, query, id = "") {
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

function downloads(name, query) {
  return links("The whole list:", ...["csv", "geojson", "ndjson"].map((form) =>
    link(address(name, {}, query, form), form === "csv" ? "CSV" : form === "geojson" ? "GeoJSON" : "NDJSON")));
}

function nothing(...tries) {
  return el("div", {}, el("p", {}, "Nothing found."), el("ul", {}, tries.map((line) => el("li", {}, line))));
}

/** Put items into `list` page by page, each made by `make`; the first page is there already. */
function more(list, name, values, next, items, make, signal, label = "More") {
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

function showEvents(asked) {
  return showList("events", "Latest events", COMMON, (event) => entry(event), asked);
}

function showIncidents(asked) {
  return showList("incidents", "Latest incidents", [...COMMON, "agreement"], incidentEntry, asked);
}

function incidentFacts(found) {
  return facts(
    ["Sources", AGREEMENTS[found.agreement] ?? found.agreement],
    ["Claimed by", people(found.asserted_by)],
    ["Denied by", people(found.denied_by)],
    ["Figures", found.figures.length ? separated(found.figures.map((one) =>
      said(`${figure(one)}${one.agree ? "" : " (the reports differ)"}`)), "; ") : null],
    ["Reports", `${count(found.report_count, "report")} in ${count(found.article_count, "article")}, `
      + `${count(found.event_count, "event")}`]);
}

function incidentEntry(found) {
  return el("article", {class: "entry", tabindex: "-1"},
    el("h3", {}, `${days(found.first_day, found.last_day)} · ${found.types.map(words).join(", ")} · `,
      placeLink(found.place)),
    el("p", {}, el("span", {class: `badge ${found.modality === "actual" ? "" : "weaker"}`}, found.modality),
      ` ${MODALITIES[found.modality] ?? ""}`),
    incidentFacts(found),
    links(link(fragment("incident", found.incident_id), "who says what, and the sentences"),
      link(address("incident", {incident_id: found.incident_id}), "incident (JSON)")));
}

async function showIncident({id, signal}) {
  const found = await ask("incident", {incident_id: id}, [["limit", PIECES]], signal);
  const title = `${words(found.type)} · ${found.place?.name ?? "no place named"}`;
  const left = [["statements", found.further.statements], ["reports", found.further.reports],
    ["events", found.further.events]].filter(([, further]) => further);
  return {
    title,
    said: `${count(found.events.length, "event")} of one incident`,
    nodes: [
      el("h1", {tabindex: "-1"}, `${words(found.type)} · `, placeLink(found.place)),
      el("p", {}, `${days(found.first_day, found.last_day)} · `,
        el("span", {class: `badge ${found.modality === "actual" ? "" : "weaker"}`}, found.modality),
        ` ${MODALITIES[found.modality] ?? ""}`),
      incidentFacts(found),
      el("h2", {}, "Who says what"),
      table("Claims over all reports", ["Source", "Side", "Asserts", "Denies", "Leaves open", "Days", "Others"],
        found.statements.map((one) => [[said(one.name), one.outlet ? " (the article's own voice)" : ""], one.side ?? "",
          String(one.asserts), String(one.denies), String(one.undecided), days(one.first_day, one.last_day),
          [one.confirmed && "another says the same", one.denied && "another denies it"].filter(Boolean).join("; ")])),
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

// ---- Places --------------------------------------------------------------------------------------------------------

function placeRow(place) {
  return [link(fragment("place", place.id), said(place.name)), said(place.admin1 ?? place.country ?? ""),
    badge(place.standing), day(place.since), place.claimed_by.join(", "), place.disputed_by.join(", ")];
}

async function showPlaces({query, signal}) {
  const asked = query.get("q") ?? "";
  const found = await ask("places", {}, [["q", asked], ["limit", PIECES]], signal);
  if (found.items.length === 1) {
    location.replace(fragment("place", found.items[0].id));
    return null;
  }
  return {
    title: `Places like ${asked}`,
    said: count(found.items.length, "place"),
    nodes: [
      el("h1", {tabindex: "-1"}, "Places like “", said(asked), "”"),
      found.items.length
        ? table("Places that events name", ["Place", "Oblast", "Standing", "Since", "Said to be held by", "Disputed by",
          "Events"], found.items.map((place) => [...placeRow(place), String(place.event_count)]))
        : nothing("the beginning of the name alone", "another spelling: Russian, Ukrainian or English",
          "the nearest town: only places that an event names are found here"),
      found.next && el("p", {class: "faint"}, `The first ${PIECES}; a longer part of the name narrows them.`),
    ],
  };
}

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
      ["Claimed by", speakers(view.said_by, "no named source")],
      ["Denied by", speakers(view.denied_by, "nobody on record")],
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

async function showPlace({id, query, signal}) {
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

/** Dots of the places of a table, which has all that the dots tell. */
function map(items) {
  const found = plane(items.filter((one) => one.standing !== "unknown"), WIDE);
  if (!found) return null;
  const {height, unit, dots} = found;
  const length = scaleOf(unit, WIDE);
  const named = dots.length <= MOST_NAMED;
  return el("figure", {"aria-hidden": "true"},
    drawn("svg", {viewBox: `0 0 ${WIDE} ${height.toFixed(1)}`, class: "map"},
      dots.map(({place, x, y}) => drawn("a", {href: fragment("place", place.id), tabindex: "-1"},
        drawn("circle", {cx: x.toFixed(1), cy: y.toFixed(1), r: 6, class: `dot ${place.standing}`},
          drawn("title", {}, `${place.name}: ${place.standing}`)),
        // A name that would leave the drawing stands before its dot.
        named && drawn("text", x > WIDE * 0.75 ? {x: (x - 10).toFixed(1), y: (y + 5).toFixed(1), "text-anchor": "end"}
          : {x: (x + 10).toFixed(1), y: (y + 5).toFixed(1)}, place.name))),
      drawn("path", {d: `M 12 ${(height - 18).toFixed(1)} v 6 h ${(length * unit).toFixed(1)} v -6`, class: "scale"}),
      drawn("text", {x: 12, y: (height - 24).toFixed(1)}, `${length} km`)),
    el("figcaption", {class: "faint"}, "Settlements and features, north up. Areas have no dot, nor what nothing is said of."));
}

async function showStandings({query, signal}) {
  const names = ["standing", "oblast", "at"];
  const contested = query.getAll("standing").join() === "contested";
  const title = contested ? "Contested places" : "How places stand";
  const head = [el("h1", {tabindex: "-1"}, title), filters("standings", names, query)];
  draw(head);
  const asked = [...query, ["inherited", "false"]];
  const found = await ask("standings", {}, asked, signal);
  const items = bySince(found.items);
  return {
    title,
    said: `${count(items.length, "place")}, ${found.at ? `at the end of ${found.at}` : "after all evidence"}`,
    nodes: [...head, map(items),
      items.length
        ? table("Places, those that stand so for the shortest time first", ["Place", "Oblast", "Standing", "Since",
          "Said to be held by", "Disputed by", "Voices", "Publishers"],
        items.map((one) => [...placeRow(one), String(one.voices), String(one.publishers)]))
        : nothing("another day, or none", "another oblast, by its name alone", "any standing"),
      downloads("standings", asked)],
  };
}

// ---- An article with what was read in it ---------------------------------------------------------------------------

async function showArticle({id, query, signal}) {
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

// ---- Showing -------------------------------------------------------------------------------------------------------

const VIEWS = {
  incidents: showIncidents, incident: showIncident, events: showEvents, places: showPlaces, place: showPlace,
  standings: showStandings, article: showArticle,
};
let running = new AbortController();

function draw(nodes) {
  document.getElementById("content").replaceChildren(...nodes.filter(Boolean));
}

function tell(text) {
  document.getElementById("status").textContent = text;
}

function go(to) {
  if (location.hash === to) show();
  else location.hash = to;
}

function complain(error, asked) {
  const again = el("button", {type: "button"}, "Try again");
  again.addEventListener("click", show);
  const box = el("div", {class: "problem", role: "alert"}, el("h2", {}, error.message),
    error.detail ? el("p", {dir: "auto"}, error.detail) : null, error.passing ? el("p", {}, again) : null,
    asked.view === "place" && error.status === 404
      ? el("p", {}, link(fragment("places", "", [["q", asked.id]]), "Look for places like “", said(asked.id), "”"))
      : null);
  const content = document.getElementById("content");
  if (content.querySelector("form")) content.append(box);
  else draw([box]);
}

/** Show what the address asks for. */
async function show() {
  running.abort();
  running = new AbortController();
  const {signal} = running;
  const asked = route(location.hash);
  const view = VIEWS[asked.view];
  for (const one of document.querySelectorAll("nav a[data-view]")) {
    if (one.dataset.view === asked.view) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
  draw([]);
  tell("Loading …");
  try {
    if (!view) throw new Problem({title: "No such view", detail: `This page has none called “${asked.view}”.`});
    const shown = await view({...asked, signal});
    if (signal.aborted || !shown) return;
    document.title = `${shown.title} · frontlog`;
    draw(shown.nodes);
    tell(shown.said);
    document.querySelector("#content h1")?.focus({preventScroll: true});
    document.querySelector("#content mark")?.scrollIntoView({block: "center"});
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    tell("");
    complain(error, asked);
    if (!(error instanceof Problem)) throw error;
  }
}

// ---- The search box: a combobox with a list of suggestions ---------------------------------------------------------

function suggest() {
  const form = document.getElementById("search");
  const input = document.getElementById("q");
  const list = document.getElementById("suggestions");
  const told = document.getElementById("suggested");
  let [found, chosen, waiting, asking] = [[], -1, 0, new AbortController()];

  function close() {
    clearTimeout(waiting);
    asking.abort();
    [found, chosen] = [[], -1];
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    chosen = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `suggestion-${index}`);
      list.children[index].scrollIntoView({block: "nearest"});
    }
  }

  function open(place) {
    input.value = place.name;
    close();
    go(fragment("place", place.id));
  }

  async function look() {
    asking.abort();
    asking = new AbortController();
    const {signal} = asking;
    try {
      const answer = await ask("places", {}, [["q", input.value.trim()], ["limit", 8]], signal);
      if (signal.aborted) return;
      found = answer.items;
      list.replaceChildren(...found.map((place, i) => {
        const item = el("li", {role: "option", id: `suggestion-${i}`, "aria-selected": "false"}, said(place.name),
          place.admin1 && place.admin1 !== place.name ? [", ", said(place.admin1)] : "",
          ` · ${place.standing} · ${count(place.event_count, "event")}`);
        item.addEventListener("mousedown", (pressed) => pressed.preventDefault());
        item.addEventListener("click", () => open(place));
        return item;
      }));
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
      choose(-1);
      told.textContent = found.length ? count(found.length, "suggestion") : "No place on record is spelt like this";
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (/[\p{L}\p{N}]/u.test(input.value)) waiting = setTimeout(look, 150);
    else close();
  });
  input.addEventListener("keydown", (pressed) => {
    if (pressed.key === "Escape" && !list.hidden) {
      pressed.preventDefault();
      close();
    } else if ((pressed.key === "ArrowDown" || pressed.key === "ArrowUp") && found.length) {
      pressed.preventDefault();
      const step = pressed.key === "ArrowDown" ? 1 : -1;
      choose((chosen + step + found.length + (chosen < 0 && step < 0 ? 1 : 0)) % found.length);
    }
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const wanted = input.value.trim();
    if (chosen >= 0) open(found[chosen]);
    else if (wanted) {
      close();
      go(fragment("places", "", [["q", wanted]]));
    }
  });
}

function start() {
  document.getElementById("skip").addEventListener("click", (clicked) => {
    clicked.preventDefault();
    document.getElementById("content").focus();
  });
  // A <base> turns "#/…" into an address of the folder; the page stays where it is, whatever it was opened as.
  document.addEventListener("click", (clicked) => {
    const to = clicked.target.closest?.("a[href^='#/']");
    if (!to || clicked.ctrlKey || clicked.metaKey || clicked.shiftKey || clicked.button) return;
    clicked.preventDefault();
    go(to.getAttribute("href"));
  });
  addEventListener("hashchange", show);
  suggest();
  show();
}

if (typeof document !== "undefined") start();
