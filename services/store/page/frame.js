// The frame that each view fills: its nodes, its line of status, and the way to another view.

export function draw(nodes) {
  document.getElementById("content").replaceChildren(...nodes.filter(Boolean));
}

export function tell(text) {
  document.getElementById("status").textContent = text;
}

/** Show what `to`, an address after #, asks for; anew where that is shown already. */
export function go(to) {
  if (location.hash === to) dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = to;
}
