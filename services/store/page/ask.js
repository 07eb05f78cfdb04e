// The one way to the API: an answer, or a problem that says what is wrong.

import {address} from "./addresses.js";

/** What an answer that is no success says of itself, whether or not it is a problem document. */
export function problemOf(status, body) {
  const title = typeof body?.title === "string" ? body.title : `The API answered ${status}`;
  return {title, detail: typeof body?.detail === "string" ? body.detail : "", status,
    passing: status >= 500 || status === 429};
}

export class Problem extends Error {
  constructor({title, detail, passing, status}) {
    super(title);
    Object.assign(this, {detail, passing, status});
  }
}

export async function ask(name, values, query, signal) {
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
