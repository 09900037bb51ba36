"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const text = byId("text"), kind = byId("kind"), outcome = byId("outcome"), shown = byId("shown");
  // Case and accents do not count: "guaido" finds "Guaidó".
  const plain = (value) => value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const items = Array.from(document.querySelectorAll(".question"), (node) => ({
    node,
    kind: node.dataset.kind,
    outcomes: node.dataset.outcomes.split(" "),
    text: plain(Array.from(node.querySelectorAll("[data-search]"), (part) => part.textContent).join("\n")),
  }));
  const apply = () => {
    const words = plain(text.value).split(/\s+/);
    let count = 0;
    for (const item of items) {
      const fits = (!kind.value || item.kind === kind.value)
        && (!outcome.value || item.outcomes.includes(outcome.value))
        && words.every((word) => item.text.includes(word));
      item.node.hidden = !fits;
      count += fits;
    }
    shown.textContent = (count ? count : "None") + " of " + items.length + " questions shown";
  };
  // A link to a question leads to it whatever the filter is.
  const follow = () => {
    const target = byId(location.hash.slice(1));
    if (target && target.hidden) {
      text.value = kind.value = outcome.value = "";
      apply();
      target.scrollIntoView();
    }
  };
  for (const control of [text, kind, outcome]) control.addEventListener("input", apply);
  addEventListener("hashchange", follow);
  byId("filter").hidden = false;
  apply();
  follow();
})();
