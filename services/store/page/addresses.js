// What the page asks of the API, and the addresses after # by which it shows it. Pure.

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
  "article": {"path": "/articles/{article_id}", "parameters": []},
  "sources": {"path": "/sources", "parameters": ["q", "side", "kind", "limit"]},
  "source": {"path": "/sources/{source_id}", "parameters": ["since", "until", "limit", "cursor"]}
};

// What a filter offers; also JSON, and compared with the API's vocabularies.
export const CHOICES = {
  "type": ["capture", "control", "withdrawal", "advance", "repulse", "hold", "assault", "clash", "strike",
    "encirclement", "interdiction", "deployment", "arms_transfer", "casualties", "displacement", "destruction",
    "diplomacy"],
  "modality": ["actual", "intended", "possible", "conditional", "negated"],
  "agreement": ["single", "agreed", "contradicted", "unattributed"],
  "standing": ["UKR", "RUS", "contested", "unknown"],
  "kind": ["MIL", "GOV", "PROXY", "PMC", "CIV", "ORG", "MEDIA", "PER", "narrator"]
};

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
