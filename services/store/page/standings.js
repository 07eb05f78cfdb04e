// How places stand on a day: a drawing of where they lie, and a table of all that it tells.

import {fragment} from "./addresses.js";
import {ask} from "./ask.js";
import {drawn, el, table} from "./elements.js";
import {draw} from "./frame.js";
import {downloads, filters, nothing} from "./lists.js";
import {placeRow} from "./places.js";
import {bySince, labels, plane, scaleOf} from "./plane.js";
import {count} from "./words.js";

const WIDE = 800;

/** Dots of the places of a table, which has all that the dots tell. */
function map(items) {
  const found = plane(items.filter((one) => one.standing !== "unknown"), WIDE);
  if (!found) return null;
  const {height, unit, dots} = found;
  const length = scaleOf(unit, WIDE);
  const names = labels(dots, WIDE);
  return el("figure", {"aria-hidden": "true"},
    drawn("svg", {viewBox: `0 0 ${WIDE} ${height.toFixed(1)}`, class: "map"},
      dots.map(({place, x, y}, i) => drawn("a", {href: fragment("place", place.id), tabindex: "-1"},
        drawn("circle", {cx: x.toFixed(1), cy: y.toFixed(1), r: 6, class: `dot ${place.standing}`},
          drawn("title", {}, `${place.name}: ${place.standing}`)),
        names[i] && drawn("text", {x: names[i].x.toFixed(1), y: names[i].y.toFixed(1), "text-anchor": names[i].anchor},
          place.name))),
      drawn("path", {d: `M 12 ${(height - 18).toFixed(1)} v 6 h ${(length * unit).toFixed(1)} v -6`, class: "scale"}),
      drawn("text", {x: 12, y: (height - 24).toFixed(1)}, `${length} km`)),
    el("figcaption", {class: "faint"}, "Settlements and features, north up. Areas have no dot, nor what nothing is said of."));
}

export async function showStandings({query, signal}) {
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
