// The search box: a combobox with a list of suggestions.

import {fragment} from "./addresses.js";
import {ask} from "./ask.js";
import {el, said} from "./elements.js";
import {go} from "./frame.js";
import {count} from "./words.js";

export function suggest() {
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
