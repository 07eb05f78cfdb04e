// Values of the record in words that say no more than it. Pure.

const SIDES = {UKR: "Ukraine", RUS: "Russia"};

export const MODALITIES = {
  actual: "told as having happened", intended: "planned, not told as having happened", possible: "possible or feared",
  conditional: "only under a condition", negated: "told as not having happened",
};

export const AGREEMENTS = {
  single: "one named source claims it", agreed: "several named sources claim it, none denies it",
  contradicted: "claimed and denied", unattributed: "only the articles' own voice",
};

// Of a source: the name of an article's own voice.
export const NARRATOR = "article";

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

/** What others say of what a source says of an incident. */
export function others(found) {
  return [found.confirmed && "another says the same", found.denied && "another says the contrary"].filter(Boolean)
    .join("; ");
}

/** What a source says of an incident, and what others say of that. */
export function spoken(found) {
  const what = {asserts: "it says so", denies: "it denies that", undecided: "it leaves that open"}[found.says] ?? found.says;
  return [what, others(found)].filter(Boolean).join("; ");
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
