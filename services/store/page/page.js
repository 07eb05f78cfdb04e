// The analyst's page: the address after # says what is shown, the query API answers, and the answer is put in as text.
//
// Texts of the record are written by anybody: nothing here makes HTML of a string, and each text stands in a <bdi> or
// under dir="auto", so that its marks of direction turn nothing outside of it. Each module is one idea; those that are
// called pure know no document, and are tested by themselves.

import {fragment, route} from "./addresses.js";
import {showArticle} from "./article.js";
import {Problem} from "./ask.js";
import {el, link, said} from "./elements.js";
import {draw, go, tell} from "./frame.js";
import {showIncident} from "./incident.js";
import {showEvents, showIncidents} from "./lists.js";
import {showPlace} from "./place.js";
import {showPlaces} from "./places.js";
import {showSource, showSources} from "./sources.js";
import {showStandings} from "./standings.js";
import {suggest} from "./suggest.js";

const VIEWS = {
  incidents: showIncidents, incident: showIncident, events: showEvents, places: showPlaces, place: showPlace,
  standings: showStandings, article: showArticle, sources: showSources, source: showSource,
};

let running = new AbortController();

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
    document.title = `${error.message} · frontlog`;
    complain(error, asked);
    if (!(error instanceof Problem)) throw error;
  }
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

start();
