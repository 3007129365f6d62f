// The order of a list by hand: drag the grip, or press arrow keys on it. The buttons work without this file, too.
const cards = document.querySelector("[data-order]");

if (cards) {
  const announcer = document.getElementById("announcer");
  const items = () => [...cards.querySelectorAll(":scope > [data-item]")];
  const show = (template) => document.getElementById("toasts").append(document.getElementById(template).content.cloneNode(true));

  /** Tell the server; put everything back where it was if it refuses. */
  const send = async (item, fields, undo) => {
    const form = item.querySelector("[data-moves]");
    const body = new FormData(form);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      announcer.textContent = await answer.text();
    } catch (problem) {
      undo();
      show(problem instanceof TypeError ? "toast-offline" : "toast-refused");
    }
  };

  /** Put an item before another one, or to the end; the focus stays where it was within it. */
  const place = (item, before) => {
    const focused = item.contains(document.activeElement) ? document.activeElement : null;
    cards.insertBefore(item, before);
    focused?.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  };

  const move = (item, before, fields) => {
    const was = item.nextElementSibling;
    place(item, before);
    return send(item, fields, () => place(item, was));
  };

  /** Where an item goes on this page: null is the end; undefined where that is on another page, so that the form has to be sent as it is. */
  const WAYS = {
    up: (item) => item.previousElementSibling ?? undefined,
    down: (item) => (item.nextElementSibling ? item.nextElementSibling.nextElementSibling : undefined),
    top: () => ("hasBefore" in cards.dataset ? undefined : items()[0]),
    bottom: () => ("hasAfter" in cards.dataset ? undefined : null),
  };

  const step = (item, to) => {
    const before = WAYS[to]?.(item);
    if (before === undefined) return false;
    if (before !== item) move(item, before, { to });
    return true;
  };

  cards.addEventListener("submit", (event) => {
    const to = event.submitter?.value;
    if (!event.target.matches("[data-moves]") || !step(event.target.closest("[data-item]"), to)) return;
    event.preventDefault();
    event.submitter.closest("details")?.removeAttribute("open");
  });

  const KEYS = { ArrowUp: "up", ArrowDown: "down", Home: "top", End: "bottom" };
  cards.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-item]");
    const wanted = event.target.matches("[data-grip]") || event.altKey;
    if (!item || !(event.key in KEYS) || !wanted || event.target.matches("textarea, input, select")) return;
    event.preventDefault();
    const to = KEYS[event.key];
    if (!step(item, to)) item.querySelector(`button[name=to][value=${to}]`).click(); // beyond this page
  });

  // --- Dragging, by any pointer ---
  const EDGE = 90;
  let held = null;

  const mark = (target, side) => {
    for (const item of items()) item.classList.remove("item--drop-before", "item--drop-after");
    target?.classList.add(`item--drop-${side}`);
  };

  const look = (y) => {
    const others = items().filter((item) => item !== held.item);
    const target = others.find((item) => y < item.getBoundingClientRect().bottom) ?? others.at(-1);
    if (!target) return;
    const { top, height } = target.getBoundingClientRect();
    held.target = target;
    held.side = y < top + height / 2 ? "before" : "after";
    mark(target, held.side);
  };

  const roll = () => {
    if (!held) return;
    const by = held.y < EDGE ? held.y - EDGE : held.y > innerHeight - EDGE ? held.y - innerHeight + EDGE : 0;
    if (held.moved && by) {
      scrollBy(0, by / 5);
      look(held.y);
    }
    requestAnimationFrame(roll);
  };

  /** Fold all papers to their titles, with the one that is held staying under the pointer. */
  const fold = (item, isOn) => {
    const before = item.getBoundingClientRect().top;
    cards.classList.toggle("cards--arranging", isOn);
    item.classList.toggle("item--held", isOn);
    scrollBy(0, item.getBoundingClientRect().top - before);
  };

  const letGo = (isDropped) => {
    const { item, target, side, moved } = held;
    held = null;
    if (!moved) return;
    mark(null);
    fold(item, false);
    if (isDropped && target) move(item, side === "before" ? target : target.nextElementSibling, { [side]: target.dataset.item });
  };

  cards.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    held = { item: grip.closest("[data-item]"), y: event.clientY, from: event.clientY, moved: false };
    grip.setPointerCapture(event.pointerId);
    requestAnimationFrame(roll);
  });
  cards.addEventListener("pointermove", (event) => {
    if (!held) return;
    held.y = event.clientY;
    if (!held.moved && Math.abs(held.y - held.from) < 4) return;
    if (!held.moved) fold(held.item, true);
    held.moved = true;
    look(held.y);
  });
  cards.addEventListener("pointerup", () => held && letGo(true));
  cards.addEventListener("pointercancel", () => held && letGo(false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && held && letGo(false));
}

// --- Tags between commas: what is suggested goes behind those that are there ---
const known = document.getElementById("known-tags");
const names = known ? [...known.options].map((option) => option.value) : [];

const suggest = ({ value }) => {
  const before = value.slice(0, value.lastIndexOf(",") + 1);
  const taken = new Set(before.toLowerCase().split(",").map((name) => name.trim()));
  const quoted = (name) => (/[,"]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
  const free = names.filter((name) => !taken.has(name.toLowerCase()));
  known.replaceChildren(...free.map((name) => new Option("", (before && `${before} `) + quoted(name))));
};
for (const input of document.querySelectorAll("input[data-tags]")) {
  for (const event of ["focus", "input"]) input.addEventListener(event, () => suggest(input));
}

// --- Ticks: how many, all of a page, and a stretch by holding Shift ---
const bulk = document.getElementById("bulk");

if (bulk) {
  const boxes = [...document.querySelectorAll("input[name=item][form=bulk]")];
  const all = bulk.querySelector("[data-ticks-all]");
  const count = bulk.querySelector("[data-ticked]");
  let last = null;

  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked || "";
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      tell();
    });
  }
  tell();
}
