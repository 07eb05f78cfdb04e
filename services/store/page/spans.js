// Texts of the record cut at the spans that are marked, and addresses that may be followed. Pure.

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
