// Single-key shortcuts. They can be switched off in their own dialog (WCAG 2.1.4).
const dialog = document.getElementById("keys");
const toggle = document.getElementById("keys-on");
const cards = () => [...document.querySelectorAll("[data-card]")];

function isOn() {
  return toggle.checked;
}

try {
  toggle.checked = localStorage.getItem("keys") !== "off";
  toggle.addEventListener("change", () => localStorage.setItem("keys", toggle.checked ? "on" : "off"));
} catch {
  // Then the choice lasts as long as this page.
}

function currentCard() {
  return document.activeElement?.closest("[data-card]");
}

/** Move the focus one card down or up; from nowhere, to the first one on the screen. */
function step(by) {
  const all = cards();
  const here = all.indexOf(currentCard());
  const onScreen = all.findIndex((card) => card.getBoundingClientRect().bottom > 80);
  const next = here === -1 ? all[onScreen] : all[here + by];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

/** Press what a card marks, such as its vote button; a page with one paper needs no focus. */
function press(selector) {
  const all = cards();
  const card = currentCard() ?? (all.length === 1 ? all[0] : null);
  card?.querySelector(selector)?.click();
}

/** To the search box of this page, or to the page that has one. */
function search() {
  const box = document.querySelector("[data-search]");
  box ? box.focus() : document.querySelector("[data-to-search]")?.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => press("[data-open]"),
  u: () => press("[data-vote]"),
  s: () => press("[data-save]"),
  r: () => press("[data-state=read]"),
  x: () => press("[data-state=dismissed]"),
  "/": search,
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !isOn() || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});
