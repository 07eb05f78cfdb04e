// Places by a part of their name.

import {fragment} from "./addresses.js";
import {ask} from "./ask.js";
import {badge, day, el, link, said, table} from "./elements.js";
import {nothing} from "./lists.js";
import {count} from "./words.js";

const MOST_PLACES = 40;

export function placeRow(place) {
  return [link(fragment("place", place.id), said(place.name)), said(place.admin1 ?? place.country ?? ""),
    badge(place.standing), day(place.since), place.claimed_by.join(", "), place.disputed_by.join(", ")];
}

export async function showPlaces({query, signal}) {
  const asked = query.get("q") ?? "";
  const found = await ask("places", {}, [["q", asked], ["limit", MOST_PLACES]], signal);
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
      found.next && el("p", {class: "faint"}, `The first ${MOST_PLACES}; a longer part of the name narrows them.`),
    ],
  };
}
